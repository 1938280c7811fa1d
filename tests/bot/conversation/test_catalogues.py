"""What the bot says in other languages than English: the catalogues, and a chat in each."""

import re
import string

import pytest

from bot.conversation import texts
from bot.conversation.catalogue import own_name, percent, sentences, speaking, understood
from bot.conversation.lexicon import ENGLISH, LANGUAGES, table
from bot.conversation.names import shown
from bot.conversation.texts import wording
from bot.conversation.words import Nothing, Says, read
from tests.bot.conversation.dialogue import BEARS, VOC
from tests.catalogues import spoken, unwrapped

OTHERS = [language for language in LANGUAGES if language != ENGLISH]


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_is_translated(language: str) -> None:
    """No sentence lacks, and none is there that nobody says: all catalogues have the same."""
    known = sentences(language)

    assert [sentence for sentence in spoken() if sentence not in known] == []
    assert sorted(known.keys() - set(spoken())) == []


def test_every_sentence_can_be_translated() -> None:
    """A sentence that a function says is wrapped in `_`."""
    assert unwrapped() == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_fields_of_the_sentence(language: str) -> None:
    """And the same commands; where one names a class by another field, that one is given too."""
    for sentence, translation in sentences(language).items():
        others = {"other_name"} if "{other}" in sentence else set()
        assert fields(translation) <= fields(sentence) | others, translation
        assert fields(sentence) <= fields(translation) | {"other"}, translation
        commands = re.compile(r"/[a-z]+ [A-Z]+|/[a-z]+\b(?!\.[a-z])")
        assert commands.findall(translation) == commands.findall(sentence), translation


def fields(sentence: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(sentence) if field}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_shipped_class_has_a_name(language: str) -> None:
    """It is shown in the person's language, without an article and with one."""
    with speaking(language):
        for name in (*BEARS, *VOC):
            assert wording.name(name) and wording.a(name).endswith(wording.name(name))
            if language != ENGLISH:
                assert name in table(language)["classes"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_bot_proposes_to_say_is_understood(language: str) -> None:
    """The examples that it gives in its hints are read as they are meant."""
    for classes in (BEARS, VOC):
        with speaking(language):
            hint = texts.read_hint(classes)
        one, other, nothing = re.findall(r"[„“«](.+?)[“”»]", hint)

        assert read(one, classes, language) == Says((classes[-1],), whole=True)
        assert read(other, classes, language) == Says((), (classes[0],))
        assert read(nothing, classes, language) == Nothing()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_labels_of_the_buttons_are_understood_as_words(language: str) -> None:
    """Whoever types what a button says means what it says."""
    with speaking(language):
        yes, no, right, wrong = (
            read(label, BEARS, language)
            for label in (texts.YES, texts.NO, texts.RIGHT, texts.WRONG)
        )

    assert yes == right != no == wrong


def test_numbers_are_written_as_in_the_language() -> None:
    """A German percent sign stands apart, a German decimal has a comma."""
    with speaking("de"):
        assert percent(0.97) == "97\N{NO-BREAK SPACE}%"
        assert "0,62" in texts.unfamiliar("grizzly", 0.9, 0.618, 0.7)
    assert percent(0.999) == "99%"


def test_a_sentence_without_translation_is_said_in_english() -> None:
    """So a new sentence works before it is translated; a class of one's own keeps its name."""
    with speaking("fr"):
        assert texts.of_photo(2, shown("hot_dog")) == "Photo 2. hot dog"
        assert wording.a("hot_dog") == "hot dog"
        assert texts.translated("A sentence that nobody translated.").startswith("A sentence")
    assert texts.RIGHT == "Right"


@pytest.mark.parametrize(
    ("hint", "language"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("fr-CH, fr;q=0.9, en;q=0.8", "fr"),
        ("nl, es;q=0.5", "es"),
        ("hi_IN", "hi"),
        ("en-GB", "en"),
        ("xx, yy", "en"),
        ("", "en"),
        (";;,,--__*;q", "en"),
        ("../../etc/passwd", "en"),
    ],
)
def test_the_language_for_a_hint(hint: str, language: str) -> None:
    """The first that the bot speaks, else English."""
    assert understood(hint) == language


def test_languages_have_their_own_names() -> None:
    """As those call them who speak them."""
    assert [own_name(each) for each in LANGUAGES] == [
        "English", "Deutsch", "Español", "Français", "हिन्दी",
    ]  # fmt: skip
