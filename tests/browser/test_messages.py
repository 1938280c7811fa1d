"""Messages: buttons, replies, reactions, the keyboard."""

import re

from playwright.async_api import expect

from bot.conversation.messages import Reply
from tests.browser.bot import ScriptedBot
from tests.browser.chat import Chat, picture
from tests.browser.conftest import OpenChat, Served


async def answered(chat: Chat) -> None:
    await chat.choose(picture())
    await chat.send()
    await expect(chat.message("Grizzly — sure, 97 %")).to_be_visible()


async def test_newcomer_is_greeted(chat: Chat) -> None:
    """The first thing in the chat is the bot's greeting; nobody seems to have asked for it."""
    await expect(chat.message("Hello! Send me a photo.")).to_be_visible()
    await expect(chat.messages).to_have_count(1)


async def test_history_is_kept_over_reload(chat: Chat) -> None:
    """A reload shows the same messages in the same order."""
    await chat.say("one")
    await expect(chat.message("You said: one")).to_be_visible()
    before = await chat.messages.all_inner_texts()
    await chat.page.reload()
    await expect(chat.messages).to_have_count(3)
    assert await chat.messages.all_inner_texts() == before


async def test_button_edits_the_answer(chat: Chat) -> None:
    """A tap changes the message that it is on, and only who tapped sees the notice."""
    await answered(chat)
    await chat.page.get_by_role("button", name="Right").click()
    await expect(chat.message("Noted: right.")).to_be_visible()
    await expect(chat.page.get_by_role("button", name="Wrong")).to_have_count(0)
    await expect(chat.page.get_by_role("alert").filter(has_text="Thank you!")).to_be_visible()


async def test_reply_quotes_a_message(chat: Chat, bot: ScriptedBot) -> None:
    """A reply shows what it quotes, before it is sent and after, also when loaded anew."""
    await answered(chat)
    await chat.act(chat.message("Grizzly — sure, 97 %"), "Reply")
    await expect(chat.page.get_by_role("group", name="Replying to")).to_contain_text("Grizzly")
    await chat.say("no, a black bear")
    await expect(chat.message("You said: no, a black bear")).to_be_visible()
    await chat.page.reload()
    quote = chat.message("no, a black bear").first.get_by_role("button", name="Grizzly — sure")
    await expect(quote).to_be_visible()
    assert bot.received[-1].reply_to is not None


async def test_reaction_is_shown_and_taken_back(chat: Chat, bot: ScriptedBot) -> None:
    """A reaction stands at its message; a tap on it takes it back."""
    await answered(chat)
    answer = chat.message("Grizzly — sure, 97 %")
    await chat.act(answer, "Thumbs up")
    reaction = answer.get_by_role("button", name="Your reaction: Thumbs up")
    await expect(chat.message("Your reaction: 👍")).to_be_visible()
    await chat.page.reload()
    await reaction.click()
    await expect(chat.message("Your reaction: taken back")).to_be_visible()
    await expect(reaction).to_have_count(0)
    assert [one.reaction for one in bot.received if one.kind == "reaction"] == ["👍", ""]


async def test_second_reaction_replaces_the_first(chat: Chat) -> None:
    """There is one reaction of a person on a message."""
    await answered(chat)
    answer = chat.message("Grizzly — sure, 97 %")
    await chat.act(answer, "Thumbs up")
    await chat.act(answer, "Thumbs down")
    await expect(answer.get_by_role("button", name="Your reaction: Thumbs down")).to_be_visible()
    await expect(answer.get_by_role("button", name="Your reaction")).to_have_count(1)


async def test_everything_by_keyboard(chat: Chat, bot: ScriptedBot) -> None:
    """Writing, going through messages, their menu, replying and reacting need no mouse."""
    keys = chat.page.keyboard
    await expect(chat.text).to_be_focused()
    await keys.type("two")
    await keys.press("Shift+Enter")
    await keys.type("lines")
    await keys.press("Enter")
    await expect(chat.message("You said: two")).to_be_visible()
    assert bot.received[-1].text == "two\nlines"

    await keys.press("ArrowUp")  # to the newest message
    await expect(chat.message("You said: two")).to_be_focused()
    await keys.press("Enter")
    await expect(chat.page.get_by_role("menuitem", name="Thumbs up")).to_be_focused()
    await keys.press("Escape")
    await expect(chat.page.get_by_role("menu")).to_be_hidden()
    await expect(chat.message("You said: two")).to_be_focused()
    await keys.press("Enter")
    await keys.press("ArrowUp")
    await keys.press("ArrowUp")
    await expect(chat.page.get_by_role("menuitem", name="Reply")).to_be_focused()
    await keys.press("Enter")
    await keys.type("again")
    await keys.press("Enter")
    await expect(chat.message("You said: again")).to_be_visible()
    assert bot.received[-1].reply_to is not None


async def test_list_of_labels_keeps_the_keyboard_s_place(chat: Chat) -> None:
    """When a tap changes the buttons, the focus stays on the one that was tapped."""
    await answered(chat)
    await chat.page.get_by_role("button", name="Fix labels").press("Enter")
    await chat.page.get_by_role("button", name="black").press("Enter")
    await expect(chat.page.get_by_role("button", name="✓ black")).to_be_focused()


async def test_commands_are_suggested(chat: Chat, bot: ScriptedBot) -> None:
    """A slash lists the commands; arrows choose, Enter sends, Tab writes it out, Escape leaves."""
    await chat.text.press_sequentially("/mo")
    options = chat.page.get_by_role("option")
    await expect(options).to_have_text([re.compile("/model "), re.compile("/models ")])
    await chat.text.press("ArrowDown")
    await chat.text.press("Tab")
    await expect(chat.text).to_have_value("/models ")
    await chat.text.fill("/mo")
    await chat.text.press("Enter")
    await expect(chat.message("You said: /model")).to_be_visible()
    await chat.text.fill("/")
    await chat.text.press("Escape")
    await expect(options).to_have_count(0)
    assert bot.received[-1].text == "/model"


async def test_what_is_written_is_shown_as_written(chat: Chat) -> None:
    """Markup in a message is text."""
    await chat.say("<img src=x onerror=alert(1)> & <b>")
    await expect(chat.message("You said: <img src=x onerror=alert(1)> & <b>")).to_be_visible()


async def test_two_tabs_show_the_same(chat: Chat, open_chat: OpenChat) -> None:
    """What is written in one tab is in the other, once."""
    other = await open_chat(of=chat)
    await chat.say("hello")
    for tab in (chat, other):
        await expect(tab.message("You said: hello")).to_be_visible()
        await expect(tab.messages).to_have_count(3)


async def test_reader_of_old_messages_is_not_dragged_down(
    chat: Chat, served: Served, bot: ScriptedBot
) -> None:
    """Who scrolled up stays there; a button tells what came and leads to it."""
    for number in range(30):
        await bot.say(f"message {number}")
    await expect(chat.message("message 29")).to_be_in_viewport()
    await chat.message("message 3").first.hover()
    await chat.page.mouse.wheel(0, -5000)
    await expect(chat.message("Hello!")).to_be_in_viewport()
    await bot.say("news")
    await expect(chat.message("Hello!")).to_be_in_viewport()
    await chat.page.get_by_role("button", name="1 new message").click()
    await expect(chat.message("news")).to_be_in_viewport()
    await expect(chat.page.get_by_role("button", name="new message")).to_have_count(0)


async def test_older_messages_come_as_one_scrolls_up(chat: Chat, bot: ScriptedBot) -> None:
    """A long chat opens at its end; the rest comes on the way up, and nothing is missing."""
    for number in range(100):
        await bot.say(f"message {number}.")
    await chat.page.reload()
    await expect(chat.message("message 99.")).to_be_in_viewport()
    assert await chat.messages.count() < 100
    await chat.page.get_by_role("button", name="Show older messages").focus()
    await chat.page.keyboard.press("Enter")
    await expect(chat.messages).to_have_count(101)
    texts = await chat.messages.get_by_role("paragraph").all_inner_texts()
    assert texts == ["Hello! Send me a photo.", *(f"message {number}." for number in range(100))]


async def test_progress_is_a_bar_until_the_end(
    chat: Chat, served: Served, bot: ScriptedBot
) -> None:
    """Long work shows how far it is, in one message."""
    await expect(chat.message("Hello!")).to_be_visible()
    person = bot.received[0].chat
    message = await served.web.send(person, Reply("Training…", progress=0.25), "run")
    bar = chat.page.get_by_role("progressbar")
    await expect(bar).to_have_attribute("aria-valuenow", "25")
    await served.web.send(person, Reply("Done.", edits=message), "end")
    await expect(chat.message("Done.")).to_be_visible()
    await expect(bar).to_have_count(0)
