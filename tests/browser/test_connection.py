"""Lost connections, refusals, many windows."""

from playwright.async_api import expect
from sqlalchemy import delete

from bot.store.tables import WebMessage
from tests.browser.bot import ScriptedBot
from tests.browser.chat import Chat, picture
from tests.browser.conftest import OpenChat, Served


async def test_without_a_connection_nothing_is_lost(chat: Chat, bot: ScriptedBot) -> None:
    """What is sent while offline waits, and goes out once when the connection is back."""
    await chat.page.context.set_offline(True)
    await chat.say("are you there?")
    mine = chat.message("are you there?").first
    await expect(mine.get_by_role("img", name="Sending")).to_be_visible()
    await bot.say("I am still here")
    await chat.page.context.set_offline(False)
    await expect(chat.message("I am still here")).to_be_visible()
    await expect(chat.message("You said: are you there?")).to_be_visible()
    await expect(mine.get_by_role("img", name="Answered")).to_be_visible()
    assert [one.text for one in bot.received] == ["/start", "are you there?"]


async def test_restart_of_the_bot_is_survived(chat: Chat, served: Served) -> None:
    """While the bot restarts the page waits, then goes on with nothing lost and nothing twice."""
    await served.stop()
    await expect(chat.page.get_by_text("reconnecting…")).to_be_visible()
    await chat.say("hello")
    await chat.choose(picture())
    await chat.send()
    await served.start()
    await expect(chat.message("You said: hello")).to_be_visible()
    await expect(chat.message("Grizzly — sure, 97 %")).to_be_visible()
    await expect(chat.page.get_by_text("online")).to_be_visible()
    assert [one.kind for one in served.bot.received] == ["text", "photo"]


async def test_refused_message_says_why_and_can_be_sent_again(chat: Chat, bot: ScriptedBot) -> None:
    """A message over a limit stays, says why it was not taken, and one tap tries again."""
    await expect(chat.message("Hello!")).to_be_visible()
    bot.refuses = True
    await chat.say("hello")
    await expect(chat.page.get_by_text("Please try again in 20 seconds")).to_be_visible()
    await expect(chat.page.get_by_role("img", name="Not sent")).to_be_visible()
    bot.refuses = False
    await chat.page.get_by_role("button", name="Try again").click()
    await expect(chat.message("You said: hello")).to_be_visible()
    await expect(chat.page.get_by_text("Please try again in 20 seconds")).to_have_count(0)


async def test_one_window_too_many_puts_the_oldest_to_rest(chat: Chat, open_chat: OpenChat) -> None:
    """A browser has only so many connections: the oldest window rests, and can be woken."""
    others = [await open_chat(of=chat) for _ in range(4)]
    rests = chat.page.get_by_text("This chat is open in several other windows.")
    await expect(rests).to_be_visible()
    await others[-1].say("hello")
    await chat.page.get_by_role("button", name="Use this window").click()
    await expect(rests).to_be_hidden()
    await expect(chat.message("You said: hello")).to_be_visible()


async def test_emptied_chat_begins_anew(chat: Chat, served: Served, bot: ScriptedBot) -> None:
    """After a person's data was deleted, the open page shows what is left: the last word."""
    await chat.say("remember me")
    await expect(chat.message("You said: remember me")).to_be_visible()
    async with served.store.writing() as session:
        await session.execute(delete(WebMessage))
    await bot.say("Everything is forgotten.")
    await expect(chat.message("Everything is forgotten.")).to_be_visible()
    await expect(chat.messages).to_have_count(1)


async def test_typing_is_shown_until_the_answer(
    chat: Chat, served: Served, bot: ScriptedBot
) -> None:
    """While an answer is being made the page says so, and stops when it is there."""
    await expect(chat.message("Hello!")).to_be_visible()
    await served.web.typing(bot.received[0].chat)
    status = chat.page.get_by_role("status")
    await expect(status).to_have_text("typing…")
    await bot.say("A grizzly.")
    await expect(status).to_have_text("online")


async def test_many_messages_at_once_arrive_in_order(chat: Chat, bot: ScriptedBot) -> None:
    """Messages sent in haste are taken in the order in which they were written."""
    for number in range(10):
        await chat.say(f"number {number}")
    await expect(chat.message("You said: number 9")).to_be_visible()
    assert [one.text for one in bot.received[1:]] == [f"number {number}" for number in range(10)]
