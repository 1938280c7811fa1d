"""How people write class names: aliases, plurals and typos, in their language and in English."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.lexicon import LANGUAGES
from bot.conversation.vocabulary import vocabulary
from tests.bot.conversation.dialogue import BEARS, VOC


@pytest.mark.parametrize(
    ("language", "phrase", "name"),
    [
        ("en", "puppies", "dog"),
        ("de", "katzen", "cat"),
        ("de", "vogel", "bird"),
        ("de", "kuhe", "cow"),
        ("de", "topfpflanzen", "pottedplant"),
        ("de", "kind", "person"),
        ("es", "mesas de comedor", "diningtable"),
        ("fr", "bateaux", "boat"),
        ("fr", "la personne", "person"),
        ("hi", "kutte", "dog"),
        ("de", "cat", "cat"),
    ],
)
def test_a_word_for_a_class(language: str, phrase: str, name: str) -> None:
    """The plural, other words for it, and English in every language."""
    assert vocabulary(VOC, language).exact(phrase) == (name,)


def test_a_word_for_several_classes() -> None:
    """French "car" is a bus, English "car" a car: it may be either."""
    assert set(vocabulary(VOC, "fr").exact("car")) == {"bus", "car"}
    assert set(vocabulary(BEARS, "de").exact("baren")) == set(BEARS)


@pytest.mark.parametrize(
    ("language", "typed", "names", "certain"),
    [
        ("en", "motrobike", ("motorbike",), True),
        ("de", "schwarzbr", ("black",), True),
        ("de", "schwrzbr", ("black",), False),
        ("de", "schwarbar", ("black",), True),
        ("de", "shwarbar", ("black",), False),
        ("fr", "grizzy", ("grizzly",), True),
        ("en", "xylophone", (), False),
    ],
)
def test_a_typo(language: str, typed: str, names: tuple[str, ...], certain: bool) -> None:
    """One slip inside a word is beyond doubt; two, or one at its ends, are asked about."""
    assert vocabulary(BEARS if names != ("motorbike",) else VOC, language).near(typed) == (
        names,
        certain,
    )


@given(st.sampled_from(LANGUAGES), st.text(max_size=200))
def test_near_finds_only_classes(language: str, typed: str) -> None:
    """Whatever is typed, what is near is a class of the model."""
    names, certain = vocabulary(VOC, language).near(typed)

    assert set(names) <= set(VOC)
    assert not certain or len(names) == 1
