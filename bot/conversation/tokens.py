"""English text -> clauses of tokens, for `words.py`.

A text is cut into clauses ("no" · "it's a black bear"). In a clause every word gets a kind, named
by one letter; neighbouring words that name a thing become one token `N` ("a big black bear"), and
words without weight are dropped. So a clause ends as a short string such as `nNoN`, "neither
grizzly nor teddy", that a pattern can match. What the strings mean is said in `words.py`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.conversation.names import Vocabulary

_VERBS = "is are was were show shows has have do does did see think believe mean"
_PRONOUNS = "it this that these those there they i he she its thats"
_KINDS = {
    "y": "yes yep yeah yup right correct true exactly indeed agreed perfect",
    "w": "nope nah wrong incorrect false",
    "n": "no not never without minus except neither nor unlike hardly",
    "0": "nothing none nobody",
    "a": "and & + plus",
    "p": "with in on at near behind under beside by from over next",
    "o": "or",
    "l": "also too additionally",
    "h": "maybe perhaps possibly probably might may could would should can if unless whether doubt "
    "unsure guess you your said wish want called anything everything any either all almost missing "
    "absent gone fake like instead rather other than who what why how when",
    "f": f"{_VERBS} {_PRONOUNS} be been am will we of to so well oh hey hi hello bye wow cool ok "
    "okay great good um the actually really just only simply clearly definitely certainly surely "
    "obviously very quite please thanks thank here photo picture image pic both again still one "
    "ones kind class classes them sorry contains sure sees",
    "d": "a an some my his her their our",
    "j": "big small little large huge tiny young old cute brown white red blue green grey gray "
    "yellow black two three four five several many lovely beautiful nice real standing sitting "
    "sleeping walking running eating playing",
}
"""y yes · w wrong · n negation · 0 nothing · a and · p with, in · o or · l also · h hedge: what
follows is no plain statement · f filler · d determiner · j adjective."""
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_NEGATIONS = frozenset((_KINDS["n"] + " " + _KINDS["0"]).split())

_REWRITES = tuple(
    (re.compile(pattern), text)
    for pattern, text in (
        ("[’‘`´]", "'"),  # noqa: RUF001 - apostrophes as phones write them
        (r"\bcan(?:'t|not|t)\b", "can not"),
        (r"\b(?:ain't|aint)\b", "is not"),
        (r"\b(is|are|was|were|do|does|did|has|have|would|could)(?:n't|nt)\b", r"\1 not"),
        (r"n't\b", " not"),
        (r"'(?:s|re|m)\b", " is"),
        (r"\b(?:do not know|no idea|dunno|not sure|not certain)\b", "maybe"),
        (r"\b(?:looks?|seems?) (?:to be|like)\b", "is"),
        (r"\ball (?:right|good|correct)\b|\balright\b", "right"),
        (r"\bas well\b", "too"),
        (r"\bof (?:your|my)\b", "of the"),
        (r"\byou (?:are|is|were) (?=\w+\s*[.!]*$)", ""),
        # "no it is …": the "no" stands for itself, as if a comma followed
        (
            r"\b(no|nope|nah|wrong|incorrect|false|yes|yeah|yep|right|correct) "
            rf"(?=(?:{_PRONOUNS.replace(' ', '|')}) (?:{_VERBS.replace(' ', '|')})\b|not\b)",
            r"\1, ",
        ),
    )
)
_CUT = re.compile(r"([.,;:!?…()\"“”«»\n]+|\s[-–]+\s|—+|\bbut\b)")  # noqa: RUF001 - dashes too
_NO_STATEMENT = re.compile(
    r"(?:is|are|was|do|does|did) (?:not )?(?:it|this|that|there|they|these)\b"  # a question
    r"|no (?:a|an|the)\b"  # "no, the grizzly" or "no grizzly"?
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, or for kind `N` a whole phrase that names something.

    `classes` are those that the phrase may mean (none: unknown); `certain` is False when a
    misspelling could mean something else.
    """

    kind: str
    text: str
    classes: tuple[str, ...] = ()
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a text: its tokens, without fillers.

    `after` is what cut it from the clause before; `framed` says that it began like a sentence
    ("it is …", "a …"), `sentence` that this was more than a determiner; `doubtful` that it is a
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


def clauses(text: str, known: Vocabulary) -> Iterator[Clause]:
    """The clauses of a text that say something, in order."""
    text = known.plain(text)
    for pattern, replacement in _REWRITES:
        text = pattern.sub(replacement, text)
    parts = ["", *_CUT.split(text)]
    for after, part in zip(parts[::2], parts[1::2], strict=True):
        words = part.replace("-", " ").split()
        if words:
            yield _clause(words, after.strip(), known)


def _clause(words: list[str], after: str, known: Vocabulary) -> Clause:
    tokens = list(_words(words, known))
    return Clause(
        tokens=tuple(token for token in _phrases(tokens, known) if token.kind not in "fd"),
        after=after,
        framed=tokens[0].kind in "fd",
        sentence=tokens[0].kind == "f",
        doubtful=bool(_NO_STATEMENT.match(" ".join(words))),
    )


def _words(words: list[str], known: Vocabulary) -> Iterator[Token]:
    """One token a word; the longest phrase that is a class's name is one token, kind `c`."""
    start = 0
    while start < len(words):
        for end in range(min(len(words), start + known.longest_words), start, -1):
            phrase = words[start:end]
            if (classes := known.exact(" ".join(phrase))) and not _grammar(phrase):
                yield Token("c", " ".join(phrase), classes)
                start = end
                break
        else:
            word = words[start]
            yield Token("j" if word.isdigit() else _KIND_OF.get(word, "u"), word)
            start += 1


def _grammar(phrase: list[str]) -> bool:
    """Whether a class that is called so can't be told from the grammar: only buttons choose it."""
    only = all(_KIND_OF.get(word, "j") != "j" for word in phrase)
    return only or not _NEGATIONS.isdisjoint(phrase)


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
