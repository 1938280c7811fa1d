"""Docs that fail the build: what a person can set, type or run is written down."""

import importlib
import re
from pathlib import Path

import pytest
from pydantic import SecretStr
from typer.main import get_command_name

from bot.conversation.commands import COMMAND_LIST, Command
from bot.settings import PROJECT, Settings
from tests import tree

ENV_EXAMPLE = (PROJECT / "deploy/env.example").read_text()
PAGES = [page for folder in ("", "docs/**/", "deploy/") for page in PROJECT.glob(f"{folder}*.md")]
DEPLOY_FILES = ["Dockerfile", "compose.yaml", "nonesuch.service"]
COMMAND_LINE_PAGE = (PROJECT / "docs/command-line.md").read_text()
COMMANDS_PAGE = (PROJECT / "docs/commands.md").read_text()


def example(name: str) -> str:
    """The two lines of `deploy/env.example` that say what a setting does and its default."""
    field = Settings.model_fields[name]
    default = field.default.get_secret_value() if is_secret(name) else field.default
    if isinstance(default, Path) and default.is_absolute():
        default = default.relative_to(PROJECT)
    if isinstance(default, bool):
        default = str(default).lower()
    return f"# {field.description}\n#NONESUCH_{name.upper()}={default}\n"


def is_secret(name: str) -> bool:
    return isinstance(Settings.model_fields[name].default, SecretStr)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_in_the_example(name: str) -> None:
    """deploy/env.example has each setting with its description and default."""
    assert example(name) in ENV_EXAMPLE


def test_docs_name_no_setting_that_is_not_there() -> None:
    """Every NONESUCH_ variable that a page or deploy/ names can be set."""
    settings = {f"NONESUCH_{name.upper()}" for name in Settings.model_fields}
    deployed = [PROJECT / f"deploy/{name}" for name in DEPLOY_FILES]
    texts = [ENV_EXAMPLE, *(page.read_text() for page in [*PAGES, *deployed])]
    named = {name for text in texts for name in re.findall(r"NONESUCH_[A-Z_]+[A-Z]", text)}

    assert named <= settings


@pytest.mark.parametrize("command", COMMAND_LIST, ids=lambda command: command.name)
def test_every_command_of_the_chat_is_told(command: Command) -> None:
    """docs/commands.md has each with how it is written, in the words of /help."""
    assert f"| `{command.usage}` | {command.about} |" in COMMANDS_PAGE


def test_the_page_tells_no_command_that_is_not_there() -> None:
    """What docs/commands.md lists can be typed."""
    listed = re.findall(r"^\| `/(\w+)", COMMANDS_PAGE, re.MULTILINE)

    assert set(listed) == {command.name for command in COMMAND_LIST}


@pytest.mark.parametrize("package", ["bot", "model", "train"])
def test_every_command_line_is_told(package: str) -> None:
    """docs/command-line.md has each command of `python -m bot`, `model`, `train`; no other."""
    registered = importlib.import_module(f"{package}.__main__").app.registered_commands
    commands = {each.name or get_command_name(each.callback.__name__) for each in registered}
    told = re.findall(rf"^\| `python -m {package} ([a-z-]+)", COMMAND_LINE_PAGE, re.MULTILINE)

    assert set(told) == commands


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_links_lead_somewhere(page: Path) -> None:
    """A link to a file of the project finds it."""
    links = re.findall(r"\]\(([^)#:]+)\)", page.read_text())

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_make_target_is_told() -> None:
    """What `make` lists, the page for contributors or the README tells."""
    makefile = (PROJECT / "Makefile").read_text()
    listed = set(re.findall(r"^([a-z-]+):[^#\n]*## ", makefile, re.MULTILINE)) - {"help"}
    told = "".join((PROJECT / page).read_text() for page in ("README.md", "CONTRIBUTING.md"))

    assert {"run", "test", "check"} <= listed
    assert {target for target in listed if f"make {target}" not in told} == set()


def test_the_tree_is_that_of_the_files() -> None:
    """README.md shows every module with its docstring's first line (`python -m tests.tree`)."""
    readme = tree.README.read_text()

    assert tree.written(readme) == readme
