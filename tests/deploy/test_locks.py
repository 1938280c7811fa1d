"""The lock files hold what pyproject.toml asks for, pinned."""

import re
import tomllib
from importlib.metadata import requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bot.settings import PROJECT

ASKED = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
EXTRAS = ASKED["optional-dependencies"]


def lines(name: str) -> list[str]:
    """The requirements in a lock file, without comments and options."""
    text = (PROJECT / f"requirements-{name}.txt").read_text()
    return [line for line in text.splitlines() if re.match(r"\w", line)]


def pins(name: str) -> dict[str, Requirement]:
    """What a lock file installs on this machine, by the package's name."""
    asked = [Requirement(line) for line in lines(name)]
    here = [each for each in asked if not each.marker or each.marker.evaluate()]
    return {canonicalize_name(each.name): each for each in here}


@pytest.mark.parametrize("name", ["bot", "train"])
def test_every_line_is_an_exact_version(name: str) -> None:
    """No range: tomorrow's set-up is today's."""
    assert [line for line in lines(name) if not re.match(r"[\w.-]+==[\w.+]+( ;|$)", line)] == []


@pytest.mark.parametrize("asked", ASKED["dependencies"])
def test_the_bots_lock_has_what_the_bot_needs(asked: str) -> None:
    """Each of [project.dependencies] is pinned in requirements-bot.txt, within its range."""
    needed = Requirement(asked)

    pin = pins("bot")[canonicalize_name(needed.name)]

    assert needed.specifier.contains(str(pin.specifier).removeprefix("=="))


@pytest.mark.parametrize("asked", [*EXTRAS["train"], *EXTRAS["dev"]])
def test_the_training_lock_has_what_training_and_tests_need(asked: str) -> None:
    """Each of the extras "train" and "dev" is pinned in one of the two lock files."""
    needed = Requirement(asked)

    pin = (pins("train") | pins("bot"))[canonicalize_name(needed.name)]

    assert needed.specifier.contains(str(pin.specifier).removeprefix("=="))


def test_the_bots_lock_is_complete() -> None:
    """What the pinned packages need in turn is pinned too, so pip has nothing left to choose."""
    locked = pins("bot")
    asked = [Requirement(line) for line in ASKED["dependencies"]]
    extras = {canonicalize_name(each.name): each.extras for each in asked}
    missing = [
        f"{name} needs {needed.name}"
        for name in locked
        for needed in map(Requirement, requires(name) or [])
        if counts(needed, extras.get(name, set())) and canonicalize_name(needed.name) not in locked
    ]

    assert missing == []


def counts(needed: Requirement, extras: set[str]) -> bool:
    """Whether a requirement counts on this machine, with the extras asked for."""
    contexts = [{"extra": extra} for extra in ["", *extras]]
    return not needed.marker or any(needed.marker.evaluate(context) for context in contexts)
