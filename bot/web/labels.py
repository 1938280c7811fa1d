"""The words on our pages, in the language that is spoken.

They stand in English where they are shown, and are translated like all that the bot says
(`bot/conversation/catalogue.py`): in an HTML file as `{{Send}}`, in the script as `t("Sent")`. The
script gets its translations with the page, in `data-spoken`.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from html import escape
from pathlib import Path

from aiohttp import web

from bot.conversation.catalogue import sentences, spoken, translated

STATIC = Path(__file__).parent / "static"
VALUES = frozenset({"language", "spoken"})
"""What stands in braces and is no sentence."""
IN_HTML = re.compile(r"\{\{(.+?)\}\}")
IN_SCRIPT = re.compile(r'\bt\("(.+?)"')


def page(name: str, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """An HTML file of `static/` as a response."""
    response = web.Response(
        text=_translated(name, spoken()), status=status, content_type="text/html", headers=headers
    )
    response.headers.update({"Cache-Control": "no-cache", "Vary": "Accept-Language, Cookie"})
    return response


def all_sentences() -> Iterator[str]:
    """Every sentence on the pages and in their script, in English."""
    for path in sorted(STATIC.glob("*.html")):
        yield from (each for each in IN_HTML.findall(path.read_text("utf-8")) if each not in VALUES)
    yield from _in_script()


@cache
def _translated(name: str, language: str) -> str:
    known = sentences(language)
    values = {
        "language": language,
        "spoken": json.dumps({each: known[each] for each in _in_script() if each in known}),
    }
    html = (STATIC / name).read_text("utf-8")
    return IN_HTML.sub(lambda found: escape(values.get(found[1]) or translated(found[1])), html)


@cache
def _in_script() -> tuple[str, ...]:
    return tuple(IN_SCRIPT.findall((STATIC / "chat.js").read_text("utf-8")))
