"""The sentences that the bot says, and their translations: `python -m tests.catalogues`.

It puts each sentence that has no translation yet into every `bot/locales/*/texts.po`, with an
empty translation, and drops those that nobody says any more. `tests/bot/conversation/
test_catalogues.py` fails until none is empty.
"""

import ast
import inspect
import re
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from bot.conversation import ADMIN_COMMANDS, COMMANDS
from bot.conversation.lexicon import ENGLISH, LANGUAGES, LOCALES
from bot.web import labels

TEXTS = sorted((LOCALES.parent / "conversation" / "texts").glob("*.py"))
REFUSING = ("model.image", "bot.looking", "bot.photos", "bot.channels.webchat", "bot.web.guard")
REFUSING += ("bot.web.events", "bot.web.posts", "bot.web.sessions")
"""Modules that tell people why something is not taken: these sentences come as they are."""
REFUSALS = {"BadPhoto", "TooMuch", "TryAgain", "HTTPUnauthorized", "HTTPConflict", "error_response"}


def spoken() -> list[str]:
    """Every English sentence that has to be translated, in the order of the code."""
    said = [each for path in TEXTS for each in (*_wrapped(path), *_constants(path))]
    about = [text for _, text in (*COMMANDS, *ADMIN_COMMANDS)]
    errors = [text for name in REFUSING for text in _refusals(import_module(name))]
    return list(dict.fromkeys((*said, *about, *errors, *labels.all_sentences())))


def unwrapped() -> list[str]:
    """Sentences in functions that are not wrapped in `_`, and so are always English."""
    return [
        f"{path.name}: {text}"
        for path in TEXTS
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef)
        for text in _bare(node)
    ]


def _constants(path: Path) -> Iterator[str]:
    """Strings in the module's constants: `NAME = "…"`, also in a dict."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Assign):
            values = node.value.values if isinstance(node.value, ast.Dict) else ast.walk(node.value)
            for each in values:
                if isinstance(each, ast.Constant) and isinstance(each.value, str):
                    yield each.value


def _refusals(module: ModuleType) -> Iterator[str]:
    """What the module refuses with, where that is the same for everybody and every photo."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in REFUSALS:
            for given in (*node.args, *(keyword.value for keyword in node.keywords)):
                with suppress(NameError):  # speaks of the photo: it stays English
                    said = eval(ast.unparse(given), dict(vars(module)))  # noqa: S307 - our own code
                    if isinstance(said, str):
                        yield said


def _wrapped(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if _is_lookup(node) and isinstance(node.args[0], ast.Constant):
            yield node.args[0].value


def _bare(function: ast.FunctionDef) -> Iterator[str]:
    inside = {
        id(each) for node in ast.walk(function) if _is_lookup(node) for each in ast.walk(node)
    }
    for statement in function.body[1:]:  # after the docstring
        for node in ast.walk(statement):
            if isinstance(node, ast.Constant) and id(node) not in inside and _letters(node.value):
                yield node.value


def _is_lookup(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_"


def _letters(value: object) -> bool:
    """Whether a constant is words, and not punctuation, a key or a number."""
    return isinstance(value, str) and bool(re.search(r"[A-Za-z]{2}.*[^a-z_]|^[A-Z]", value))


def main() -> None:
    """Bring every catalogue up to date."""
    for language in LANGUAGES:
        if language != ENGLISH:
            path = LOCALES / language / "texts.po"
            before = (
                read_po(path.open("rb"), locale=language) if path.exists() else Catalog(language)
            )
            after = Catalog(language, project="nonesuch", fuzzy=False)
            for sentence in spoken():
                known = before.get(sentence)
                after.add(sentence, known.string if known else "")
            with path.open("wb") as file:
                write_po(file, after, width=100, omit_header=True)


if __name__ == "__main__":
    main()
