"""The language in which the bot speaks with a person: the platform's hint, and `/language`."""

import pytest

from bot.conversation import languages
from bot.conversation.lexicon import LANGUAGES
from bot.store.tables import Person
from tests.bot.conversation.dialogue import GRIZZLY, NONE, Dialogue, answer


@pytest.fixture
def german(chat: Dialogue) -> Dialogue:
    """A chat whose platform says that everybody in it reads German."""
    chat.language = "de-DE"
    return chat


async def test_the_platforms_hint(german: Dialogue) -> None:
    """Somebody whose app is German is answered in German, buttons and classes too."""
    shown = await german.photo(GRIZZLY)

    assert shown.text == "Grizzly — sicher, 97\N{NO-BREAK SPACE}%"
    assert shown.buttons == ["Richtig", "Falsch", "Berichtigen"]


async def test_a_correction_in_german(german: Dialogue) -> None:
    """What is said in German is read, noted and said back in German."""
    await german.photo(GRIZZLY)

    [noted] = await german.say("Das ist kein Grizzly, sondern ein Schwarzbär")

    assert noted.text == "Notiert: Schwarzbär ja, Grizzly nein. Danke."
    assert noted.buttons == ["Zurücknehmen"]
    assert await german.labels() == {"black": "present", "grizzly": "absent"}


async def test_an_unclear_word_is_asked_about_with_buttons(german: Dialogue) -> None:
    """ "Bär" may be any of the three: each is a button, and a tap on one is stored."""
    await german.photo(NONE)
    [asked] = await german.say("ein Bär")
    assert asked.text.endswith("Ist es ein Grizzly oder ein Schwarzbär oder ein Teddy?")

    await german.tap(asked, "Schwarzbär")

    assert (await german.labels())["black"] == "present"


async def test_a_class_that_is_not_known_keeps_its_spelling(german: Dialogue) -> None:
    """It is offered as it was written, umlauts and all, and added by "ja"."""
    await german.photo(NONE)
    [asked] = await german.say("ich glaube, das ist ein Eisbär")
    assert asked.text == "eisbär kenne ich noch nicht. Soll das eine neue Klasse werden?"

    await german.say("ja")

    assert (await german.labels())["eisbär"] == "present"


async def test_a_new_class_by_somebody_who_may_not_add_one(group: Dialogue) -> None:
    """A bystander is told which classes there are, and nothing is stored."""
    group.language = "es"
    shown = await group.photo(NONE)

    [told] = await group.say("es un oso polar", to=shown, who="bob")

    assert told.text == (
        "No conozco oso polar. Mis clases son oso grizzly, oso negro y osito de peluche."
    )
    assert await group.labels() == {}


async def test_a_photo_of_an_album_is_called_in_german(german: Dialogue) -> None:
    """ "Das zweite" is the second."""
    await german.photo(NONE, NONE)

    await german.say("das zweite ist ein Teddy")

    assert await german.labels() == {"teddy": "present"}


async def test_a_file_that_is_no_photo(german: Dialogue) -> None:
    """What the model says of it in English is said in German."""
    told = await german.photo("This file is empty. Please send the photo again.")

    assert told.text == "Diese Datei ist leer. Bitte schick das Foto noch einmal."


async def test_the_language_is_chosen_by_a_button(chat: Dialogue) -> None:
    """The message then says so in that language, and all that follows is in it."""
    [asked] = await chat.say("/language")
    assert asked.text == "I speak English with you, as your app asks for. Choose:"
    assert asked.buttons == ["Deutsch", "Español", "Français", "हिन्दी"]

    chosen = await chat.tap(asked, "Français")

    assert chosen.text == "À partir de maintenant, je te parle en Français."
    assert chosen.buttons == []
    assert (await chat.photo(GRIZZLY)).buttons == ["Exact", "Faux", "Corriger"]


@pytest.mark.parametrize("name", ["de", "DE", "Deutsch", "deut"])
async def test_the_language_is_chosen_by_its_name(chat: Dialogue, name: str) -> None:
    """`/language de`, or as those call it who speak it."""
    [told] = await chat.say(f"/language {name}")

    assert told.text == "Ab jetzt spreche ich Deutsch mit dir."


@pytest.mark.parametrize("name", ["xx", "Klingon", "d", "../en"])
async def test_a_language_that_is_not_there(chat: Dialogue, name: str) -> None:
    """It is said which there are, with buttons."""
    [told] = await chat.say(f"/language {name}")

    assert told.text.startswith(f"I don't speak {name} yet. I speak English, Deutsch,")
    assert len(told.buttons) == len(LANGUAGES) - 1


async def test_a_made_up_button_chooses_nothing(chat: Dialogue) -> None:
    """What a tap says comes from a person's machine."""
    [asked] = await chat.say("/language")

    assert (await chat.act(asked, "language:xx")).text == asked.text
    assert chat.messages[-1].notice.startswith("That answer is no longer there")


async def test_a_choice_outlives_hints_and_chats(chat: Dialogue) -> None:
    """It is the person's: in every chat, and whatever their app says from now on."""
    await chat.say("/language hi")
    chat.language = "de"
    elsewhere = chat.elsewhere("2")

    [told] = await elsewhere.say("/help")

    assert "यह सूची" in told.text
    async with chat.store.reading() as session:
        ann = await session.get_one(Person, "memory:ann")
    assert (ann.language, ann.language_hint) == ("hi", "de")


async def test_everybody_in_a_group_has_an_own_language(group: Dialogue) -> None:
    """Ann is answered in Spanish, Bob in English."""
    await group.say("/language es", who="ann")

    assert (await group.photo(GRIZZLY, who="ann")).buttons[0] == "Correcto"
    assert (await group.photo(GRIZZLY, who="bob")).buttons[0] == "Right"


async def test_english_is_always_understood(german: Dialogue) -> None:
    """Whatever language somebody speaks with the bot."""
    await german.photo(NONE)

    await german.say("it's a black bear, not a grizzly")

    assert await german.labels() == {"black": "present", "grizzly": "absent"}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_whole_chat_in_each_language(chat: Dialogue, language: str) -> None:
    """Everything that can be said is said: no sentence of any language breaks on its fields."""
    chat.language = language
    album = await chat.photo(GRIZZLY, answer(asked=["teddy"], teddy=0.6), "no photo")
    alone = await chat.photo(answer(unfamiliar=["black"], black=0.9))
    for words in ("/start", "/help", "/model", "/model x", "/model pascal", "/classes", "/compare"):
        await chat.say(words)
    for words in ("/undo", "/privacy", "/retrain x", "/models", "/stats", "/promote", "/nonsense"):
        await chat.say(words, who="admin")
    for words in ("?", "no", "a bear", "a zebra", "a teddy", "nothing", "/undo"):
        await chat.say(words, to=alone)
    await chat.say("yes", to=album)
    await chat.act(alone, alone.action(alone.buttons[0]))

    said = [message.text for message in chat.messages]
    assert all(said) and not any("{" in text or "}" in text for text in said)


def test_the_shortest_name_is_no_beginning() -> None:
    """A code of two letters is a code: "es" is never the beginning of another language's name."""
    assert max(map(len, LANGUAGES)) < languages.SHORTEST_NAME
