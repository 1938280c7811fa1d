"""A text -> clauses of tokens, for `words.py`.

A text is cut into clauses ("no" · "it's a black bear"). In a clause every word gets a kind, named
by one letter (`lexicon.KINDS`); neighbouring words that name a thing become one token `N` ("a big
black bear"), and words without weight are dropped. So a clause ends as a short string such as
`nNoN`, "neither grizzly nor teddy", that a pattern can match. What the strings mean is said in
`words.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.conversation.lexicon import Lexicon
from bot.conversation.vocabulary import Vocabulary

NEGATIONS = "nmx0"
"""The kinds of words that deny."""
_DROPPED = "fde"


@dataclass(frozen=True, slots=True)
class Token:
    """A word, or for kind `N` a whole phrase that names something.

    `classes` are those that the phrase may mean (none: unknown); `certain` is False when a
    misspelling could mean something else. A negation is `loose` if more than an article is between
    it and what follows ("not" in "it is not, it is …").
    """

    kind: str
    text: str
    classes: tuple[str, ...] = ()
    certain: bool = True
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a text: its tokens, without fillers.

    `after` is what cut it from the clause before; `framed` says that it began like a sentence
    ("it is …", "a …"), `sentence` that this was more than an article; `doubtful` that it is a
    question or can be read in two ways.
    """

    tokens: tuple[Token, ...]
    after: str
    framed: bool
    sentence: bool
    doubtful: bool

    @property
    def code(self) -> str:
        """The kinds of its tokens, one letter each."""
        return "".join(token.kind for token in self.tokens)


def clauses(text: str, known: Vocabulary, words: Lexicon) -> Iterator[Clause]:
    """The clauses of a text that say something, in order."""
    parts = ["", *words.cut.split(words.rewritten(known.folded(text)))]
    for after, part in zip(parts[::2], parts[1::2], strict=True):
        if spoken := part.replace("-", " ").split():
            yield _clause(spoken, after.strip(), known, words)


def _clause(spoken: list[str], after: str, known: Vocabulary, words: Lexicon) -> Clause:
    tokens = list(_loosened(_words(spoken, known, words)))
    kinds = {token.kind for token in tokens}
    ends_in_verb = words.verb_last and tokens[-1].kind == "f"
    half_negated = "e" in kinds and kinds.isdisjoint(NEGATIONS)
    return Clause(
        tokens=tuple(token for token in _phrases(tokens, known) if token.kind not in _DROPPED),
        after=after,
        framed=tokens[0].kind in "fd",
        sentence=tokens[0].kind == "f" or ends_in_verb,
        doubtful=half_negated or bool(words.doubtful.match(" ".join(spoken))),
    )


def _words(spoken: list[str], known: Vocabulary, words: Lexicon) -> Iterator[Token]:
    """One token a word; the longest phrase that is a class's name is one token, kind `c`."""
    start = 0
    while start < len(spoken):
        for end in range(min(len(spoken), start + known.longest_words), start, -1):
            phrase = " ".join(spoken[start:end])
            if (classes := known.exact(phrase)) and not _grammar(phrase, known, words):
                yield Token("c", phrase, classes)
                start = end
                break
        else:
            yield Token(words.kind(spoken[start]), spoken[start])
            start += 1


def _grammar(phrase: str, known: Vocabulary, words: Lexicon) -> bool:
    """Whether a class that is called so can't be told from the grammar: only buttons choose it."""
    if phrase in known.told_apart:
        return False
    kinds = {words.kind(word) for word in phrase.split()}
    return kinds.isdisjoint("uj") or not kinds.isdisjoint(NEGATIONS)


def _loosened(tokens: Iterator[Token]) -> Iterator[Token]:
    """The tokens, with the negations marked that are loose."""
    for token, following in pairwise([*tokens, Token("", "")]):
        loose = token.kind in ("n", "0") and following.kind == "f"
        yield replace(token, loose=True) if loose else token


def _phrases(tokens: list[Token], known: Vocabulary) -> Iterator[Token]:
    """The tokens with each run of names, unknown words and adjectives made one `N`."""
    run: list[Token] = []
    for token in [*tokens, Token("f", "")]:
        if token.kind in "cuj":
            run.append(token)
            continue
        yield from _noun(run, known)
        run = []
        yield token


def _noun(run: list[Token], known: Vocabulary) -> Iterator[Token]:
    while run and run[0].kind == "j":
        run = run[1:]
    while any(token.kind == "c" for token in run) and run[-1].kind == "j":
        run = run[:-1]  # "un oso grande"
    phrase = " ".join(token.text for token in run)
    match run:
        case []:
            return
        case [Token(kind="c", classes=classes)]:
            yield Token("N", phrase, classes)
        case [*_] if all(token.kind == "c" for token in run):
            names = tuple(dict.fromkeys(name for token in run for name in token.classes))
            yield Token("N", phrase, names, certain=False)
        case _:
            classes, certain = known.near(phrase)
            yield Token("N", phrase, classes, certain or not classes)
