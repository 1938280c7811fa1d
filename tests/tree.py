"""The tree of files in README.md, a line each, from the first lines of the modules' docstrings.

`.venv-train/bin/python -m tests.tree` writes it; `tests/test_docs.py` holds it there.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
BEGIN, END = "<!-- tree -->\n", "<!-- end of tree -->"
PACKAGES = ("bot", "model", "train")
OTHERS = {
    "bot/web/static/": "the chat page: HTML, one ES module, one style sheet",
    "model/shipped/": "the backbone's ONNX file, and the models that come along",
    "deploy/": "set-up, container, systemd, the operators' README",
    "docs/": "architecture, commands, models, experiments, decisions",
    "tests/": "mirrors the packages; telegram_server/ and whatsapp_server/ are loopback APIs",
}
NOT_SHOWN = ("bot/store/migrations/versions",)
WIDTH = 36


def tree() -> str:
    """The tree as a Markdown code block."""
    lines = [f"{name:<{WIDTH}}{words}" for name, words in sorted(_lines())]
    return "```\n" + "\n".join(lines) + "\n```\n"


def written(readme: str) -> str:
    """A README with the tree in its place."""
    before, rest = readme.split(BEGIN)
    _, after = rest.split(END)
    return before + BEGIN + tree() + END + after


def _lines() -> Iterator[tuple[str, str]]:
    yield from OTHERS.items()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            name = path.relative_to(ROOT).as_posix()
            words = _first_line(path)
            if words and not name.startswith(NOT_SHOWN):
                yield name.removesuffix("__init__.py"), words


def _first_line(path: Path) -> str:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return docstring.partition("\n")[0].rstrip(".")


if __name__ == "__main__":
    README.write_text(written(README.read_text(encoding="utf-8")), encoding="utf-8")
