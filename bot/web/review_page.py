"""The review page as HTML. Knows no database and no request."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import quote

from bot.conversation import texts
from bot.conversation.names import shown
from bot.conversation.view import answer_lines, reason, shown_by
from bot.conversation.waiting import Waiting
from model.decision import Answer

FOLDER = Path(__file__).parent / "templates"


def _template(name: str) -> Template:
    return Template((FOLDER / name).read_text("utf-8"))


_PAGE, _CARD = _template("review.html"), _template("review-card.html")
_CLASS = _template("review-class.html")
KEYS = "1234567890bcdefghilmopqrtvwxyz"
"""The key of each class, in the order of the classes; j, k, n, s, u and a do something else."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What was said last: of how many photos, and which classes they show, all together."""

    photos: int
    present: tuple[str, ...]
    skipped: bool


@dataclass(frozen=True, slots=True)
class Page:
    """What is shown: of `count` answers that wait the first ones, of which `at` has the focus."""

    model: str
    models: Sequence[str]
    classes: Sequence[str]
    shown: Sequence[Waiting]
    count: int
    at: int
    judged: Judged | None


def html(page: Page) -> str:
    """The whole page."""
    last = len(page.shown) - 1
    cards = (
        _card(number, each, page.classes, focus=number == min(page.at, last))
        for number, each in enumerate(page.shown)
    )
    return _PAGE.substitute(
        model=quote(page.model),
        models="".join(_model_link(name, name == page.model) for name in page.models),
        count=escape(f"{page.count} waiting" if page.count else "Nothing waits for review"),
        judged=escape(_judged(page.judged)),
        undo="" if page.judged else "disabled",
        bulk="" if page.shown else "disabled",
        cards="".join(cards),
    )


def _model_link(name: str, current: bool) -> str:
    here = 'aria-current="page"' if current else ""
    return f'<a href="?model={quote(name)}" {here}>{escape(shown(name))}</a>'


def _judged(judged: Judged | None) -> str:
    if judged is None:
        return ""
    what = ", ".join(map(shown, judged.present)) or "none of the classes"
    photos = "1 photo" if judged.photos == 1 else f"{judged.photos} photos"
    return f"{photos} skipped." if judged.skipped else f"{photos} saved: {what}."


def _card(number: int, each: Waiting, classes: Sequence[str], focus: bool) -> str:
    answer = Answer.from_json(each.row.payload)
    labels = shown_by(each.row).labels
    return _CARD.substitute(
        id=each.row.id,
        number=number + 1,
        photo=each.row.photo_sha256,
        said=escape("\n".join(answer_lines(answer, None, in_album=False))),
        why=escape(reason(each.why)),
        classes="".join(_classes(each.row.id, classes, labels)),
        focus="autofocus" if focus else "",
    )


def _classes(answer_id: int, classes: Sequence[str], labels: Sequence[str]) -> Iterable[str]:
    for place, name in enumerate(dict.fromkeys((*classes, *labels))):
        yield _CLASS.substitute(
            id=answer_id,
            value=escape(name),
            name=escape(texts.class_button(name)),
            key=KEYS[place] if place < len(KEYS) else "",
            checked="checked" if name in labels else "",
        )
