"""The grammar in other languages than English, and their files."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.lexicon import KINDS, LANGUAGES, lexicon, table
from bot.conversation.names import shown
from bot.conversation.spelling import folded, plain
from bot.conversation.tokens import NEGATIONS as NEGATION_KINDS
from bot.conversation.words import Reading, Says, Unknown, Yes, read
from tests.bot.conversation.dialogue import BEARS, VOC
from tests.bot.conversation.sayings import ASSERTIONS, CONNECTIONS, NEGATIONS, READINGS

SAYINGS = [
    pytest.param(language, words, reading, id=f"{language}-{words}")
    for language, readings in READINGS.items()
    for words, reading in readings.items()
]


@pytest.mark.parametrize(("language", "words", "reading"), SAYINGS)
def test_what_people_say(language: str, words: str, reading: Reading) -> None:
    """What people say of bears in their language, or in English, which is always understood."""
    assert read(words, BEARS, language) == reading


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_class_is_known_by_its_names(language: str) -> None:
    """Each shipped class is read by each of its names in the language, or asked about."""
    for classes in (BEARS, VOC):
        for name in classes:
            for alias in (shown(name), *table(language)["classes"].get(name, ())):
                reading = read(alias, classes, language)
                found = getattr(reading, "present", None) or getattr(reading, "candidates", ())
                assert name in found, alias


def asserts(reading: Reading, name: str) -> bool:
    """Whether a reading takes a class, or anything unknown, as seen."""
    return isinstance(reading, Yes | Unknown) or (
        isinstance(reading, Says) and name in reading.present
    )


DENIALS = [(language, saying) for language, sayings in NEGATIONS.items() for saying in sayings]


@pytest.mark.parametrize(("language", "denial"), DENIALS)
def test_a_denied_class_is_never_asserted(language: str, denial: str) -> None:
    """For every shipped class, by every name that it has in the language."""
    for classes in (BEARS, VOC):
        for name in classes:
            for alias in (shown(name), *table(language)["classes"].get(name, ())):
                said = denial.replace("{}", alias)
                assert not asserts(read(said, classes, language), name), said


names = st.text(st.characters(categories=["L", "M", "N"]), min_size=1, max_size=12)


@given(name=names, denial=st.sampled_from(DENIALS), others=st.lists(names, max_size=3))
def test_negation_is_never_read_as_assertion(
    name: str, denial: tuple[str, str], others: list[str]
) -> None:
    """Whatever a class is called, and however it is denied, it is never taken as seen."""
    language, saying = denial

    assert not asserts(read(saying.replace("{}", name), (name, *others), language), name)


WHOLE_DENIALS = [(language, each) for language, each in DENIALS if not re.search("[.,:]", each)]


@settings(max_examples=500)
@given(data=st.data(), denial=st.sampled_from(WHOLE_DENIALS), first=st.booleans())
def test_a_denial_holds_beside_whatever_else_is_said(
    data: st.DataObject, denial: tuple[str, str], first: bool
) -> None:
    """Before or after a class that is there, a yes or a no, with and without a comma."""
    language, saying = denial
    other = data.draw(st.sampled_from(ASSERTIONS[language]))
    parts = [saying.replace("{}", "grizzly"), other] if first else [other, saying]
    said = data.draw(st.sampled_from(CONNECTIONS[language])).join(parts)

    reading = read(said.replace("{}", "grizzly"), BEARS, language)

    assert not isinstance(reading, Yes)
    assert not isinstance(reading, Says) or "grizzly" not in reading.present


@pytest.mark.parametrize("language", LANGUAGES)
@given(data=st.data())
def test_any_words_of_a_language_are_read(language: str, data: st.DataObject) -> None:
    """No heap of a language's own words crashes it, or makes a class both present and absent."""
    words = st.sampled_from([*lexicon(language).kinds, *BEARS, ",", ".", "?", "'"])
    said = " ".join(data.draw(st.lists(words, max_size=12)))

    reading = read(said, BEARS, language)

    assert not isinstance(reading, Says) or not set(reading.present) & set(reading.absent)


@pytest.mark.parametrize("language", LANGUAGES)
@given(said=st.text(max_size=300))
def test_no_text_crashes_it(language: str, said: str) -> None:
    """Whatever people write, there is a reading."""
    read(said, BEARS, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_has_every_kind_of_word_once(language: str) -> None:
    """A word that stood in two lists would silently count as the later one."""
    words = {kind: set(folded(said).split()) for kind, said in table(language)["words"].items()}
    assert set(words) <= {*KINDS, "but"}
    listed = [word for each in words.values() for word in each]
    assert sorted({word for word in listed if listed.count(word) > 1}) == []
    assert [word for word in listed if word != plain(word) and word not in "&+"] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_files_patterns_are_spelled_as_texts_are_compared(language: str) -> None:
    """Without accents and capitals, or they would never match."""
    sentences = table(language)["sentences"]
    patterns = [*(pattern for pattern, _ in sentences["rewrites"]), sentences["doubtful"]]
    letters = ["".join(filter(str.isalpha, pattern)).replace("S", "") for pattern in patterns]
    assert [each for each in letters if each != folded(each)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_english_negations_are_negations_in_every_language(language: str) -> None:
    """People mix languages: an English "no" is never a harmless word of another language."""
    kinds, english = lexicon(language).kinds, lexicon("en").kinds
    denying = [word for word, kind in english.items() if kind in {*NEGATION_KINDS, "w", "h"}]

    assert [word for word in denying if kinds[word] not in {*NEGATION_KINDS, "w", "h"}] == []
