"""What words say of a photo: "no, it's a black bear" -> a `Reading`.

The grammar is small and strict: a text is read only if every word in it has a place; all else is
`Unsure` (asked back) or `Unread`. So a negation that it does not understand is never read as an
assertion. It is one grammar for all languages, whose words are data (`lexicon.py`). It knows the
model's class names and nothing of the photo or the answer.

`tokens.py` makes a short string of each clause; the patterns here say what the strings mean.
"""

import re
from dataclasses import dataclass, field
from typing import Literal

from bot.conversation.lexicon import ENGLISH, lexicon
from bot.conversation.names import stored
from bot.conversation.spelling import spellings
from bot.conversation.tokens import NEGATIONS, Clause, Token, clauses
from bot.conversation.vocabulary import vocabulary

MAX_CHARS = 200
MAX_NEW_WORDS = 3
"""A longer phrase that names no class is chatter, not a new class."""


@dataclass(frozen=True, slots=True)
class Yes:
    """The answer is right."""


@dataclass(frozen=True, slots=True)
class No:
    """The answer is wrong, and nothing more."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """None of the classes is in the photo."""


@dataclass(frozen=True, slots=True)
class Says:
    """These classes are in the photo, those are not.

    `whole`: the person said what the photo shows, so that a class named by the answer and not by
    the person is wrong ("it's a teddy", but not "there is a teddy too" or "not a teddy").
    """

    present: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something is in the photo that is no class yet; `says` holds the rest of the sentence.

    `name` is as classes are stored.
    """

    name: str
    says: Says


@dataclass(frozen=True, slots=True)
class Unsure:
    """These classes are spoken of, but it is not clear what is said of them: ask back."""

    candidates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unread:
    """Not understood at all."""


Reading = Yes | No | Nothing | Says | Unknown | Unsure | Unread

_MORE = "(?:oN|[oap]?[nx]N|[oap]qN)*"
_STATEMENT = re.compile(
    f"y?a?N(?:[ap]N)*(?:(?:x|[ap][nqx])N{_MORE})?"  # a grizzly and a teddy without a black
    f"|[nqx]N{_MORE}|Ny"  # not a grizzly or a teddy, no grizzly and no teddy · grizzly is right
)
_DENIED_AFTER = re.compile("N(?:[nqmw]|[nq]y|ym)")
"""The grizzly is not there · grizzly nahi hai · grizzly is wrong, or not right, or sahi nahi."""
_Verdict = Literal["yes", "no", "nothing"]


@dataclass(slots=True)
class _Heard:
    """What the clauses of a text add up to. `mentioned` holds every class that it speaks of.

    `spelled` has the words as they were written, for the name of a new class.
    """

    spelled: dict[str, str]
    present: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    new: list[str] = field(default_factory=list)
    mentioned: list[str] = field(default_factory=list)
    verdicts: set[_Verdict] = field(default_factory=set)
    denies_unknown: bool = False
    doubtful: bool = False
    also: bool = False


def read(text: str, classes: tuple[str, ...], language: str = ENGLISH) -> Reading:
    """What a text says of a photo, for a model with these classes (stored names).

    `language` is the person's, one of `lexicon.LANGUAGES`; English is understood besides.
    """
    if len(text) > MAX_CHARS:
        return Unread()
    heard = _Heard(spelled=spellings(text), doubtful="?" in text)
    parts = list(clauses(text, vocabulary(classes, language), lexicon(language)))
    for former, clause in zip([None, *parts], parts, strict=False):
        heard.doubtful |= clause.doubtful or _may_be_a_list(former, clause, parts[-1])
        _hear(clause, heard)
    neither = any(token.text in {"neither", "nor"} for part in parts for token in part.tokens)
    heard.doubtful |= neither and bool(heard.present)
    return _sum(heard)


def _may_be_a_list(former: Clause | None, clause: Clause, last: Clause) -> bool:
    """Whether a "not" may reach into this clause: "not a grizzly, teddy" · "it is not: a teddy"."""
    if former is None or clause.sentence or _negates(clause) or "N" not in clause.code:
        return False
    if former.code in {"n", "m"}:
        return former.framed or former.tokens[0].loose
    correction = clause is last and clause.code == "N" and clause.framed
    return _negates(former) and clause.after in {",", ":"} and not correction


def _negates(clause: Clause) -> bool:
    return "N" in clause.code and not set(NEGATIONS).isdisjoint(clause.code)


def _hear(clause: Clause, heard: _Heard) -> None:
    tokens = [token for token in _without_places(clause.tokens) if token.kind != "l"]
    names = [token for token in tokens if token.kind == "N"]
    code = "".join(map(_letter, tokens))
    heard.also |= any(token.kind == "l" for token in clause.tokens)
    heard.mentioned += [name for token in names for name in token.classes]
    if not names:
        _judge(clause, heard)
    elif not all(name.certain for name in names):
        heard.doubtful = True
    elif _DENIED_AFTER.fullmatch(code):
        _deny(names[0], heard)
        heard.doubtful |= not names[0].classes
    elif _STATEMENT.fullmatch(code):
        _state(tokens, heard)
    else:
        heard.doubtful = True


def _letter(token: Token) -> str:
    """The letter in the patterns: both kinds of negation are `n`, or `q` if they are loose."""
    if token.kind in ("n", "0"):
        return "q" if token.loose else "n"
    return token.kind


def _without_places(tokens: tuple[Token, ...]) -> list[Token]:
    """The tokens without "in the forest": a preposition, and nothing known after it."""
    kept: list[Token] = []
    for token in tokens:
        if kept and kept[-1].kind == "p" and token.kind == "N" and not token.classes:
            kept.pop()
        else:
            kept.append(token)
    return kept[:-1] if kept and kept[-1].kind == "p" else kept


def _judge(clause: Clause, heard: _Heard) -> None:
    """Write down a clause without any name. A "no" that comes last may take back all before it."""
    verdict = _verdict(clause)
    heard.verdicts |= {verdict} if verdict else set()
    takes_back = verdict == "no" and bool(heard.present or heard.new)
    heard.doubtful |= takes_back or (not verdict and clause.code.strip("l") != "")


def _verdict(clause: Clause) -> _Verdict | None:
    """What a clause without any name says of the whole answer."""
    texts = {token.text for token in clause.tokens}
    code = clause.code.replace("l", "").strip("p")
    if code and set(code) == {"y"}:
        return "yes"
    if code == "0" or texts == {"neither"}:
        return "nothing"
    if code in {"w", "ny", "m", "ym"} or texts == {"no"} or (code == "n" and clause.framed):
        return "no"
    return None


def _state(tokens: list[Token], heard: _Heard) -> None:
    """Write down a clause that matches `_STATEMENT`."""
    negated = False
    for token in tokens:
        if token.kind in "nx0ap":
            negated = token.kind in "nx0"
        elif token.kind == "N" and negated:
            _deny(token, heard)
        elif token.kind == "N":
            _assert(token, heard)
    heard.doubtful |= bool(heard.new) and any(token.kind == "y" for token in tokens)


def _deny(token: Token, heard: _Heard) -> None:
    heard.absent += token.classes
    heard.denies_unknown |= not token.classes


def _assert(token: Token, heard: _Heard) -> None:
    match token.classes:
        case []:
            heard.new.append(token.text)
        case [name]:
            heard.present.append(name)
        case _:
            heard.doubtful = True


def _sum(heard: _Heard) -> Reading:
    present, absent = _once(heard.present), _once(heard.absent)
    contradicts = (
        not set(present).isdisjoint(absent)
        or ("nothing" in heard.verdicts and bool(present or heard.new))
        or {"yes", "no"} <= heard.verdicts
        or ("yes" in heard.verdicts and heard.denies_unknown)  # it may be a class, misspelt
    )
    if heard.doubtful or contradicts:
        return Unsure(_once(heard.mentioned)) if heard.mentioned else Unread()
    says = Says(present, absent, whole=bool(present or heard.new) and not heard.also)
    if heard.new:
        return _new(heard, says)
    if present or absent:
        return says
    return _of_verdicts(heard.verdicts)


def _new(heard: _Heard, says: Says) -> Reading:
    name = stored(" ".join(heard.spelled.get(word, word) for word in heard.new[0].split()))
    if len(heard.new) > 1 or name is None or name.count("_") >= MAX_NEW_WORDS:
        return Unread()
    return Unknown(name, says)


def _of_verdicts(verdicts: set[_Verdict]) -> Reading:
    if "nothing" in verdicts:
        return Nothing()
    if "yes" in verdicts:
        return Yes()
    return No() if "no" in verdicts else Unread()


def _once(names: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
