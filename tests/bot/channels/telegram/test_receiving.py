"""At least once: an update is confirmed to Telegram only after it is saved."""

import asyncio
import io
import logging
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.channels.telegram import WEBHOOK_PATH, Telegram
from bot.conversation.lexicon import LANGUAGES
from bot.conversation.messages import Incoming, Reply
from bot.errors import TooMuch, TryAgain
from tests.bot.channels.telegram.inbox import Inbox, Start
from tests.telegram_server import TelegramServer

SECRET = "a-secret_of_ours"


async def test_an_update_is_confirmed_after_it_is_saved(
    server: TelegramServer, inbox: Inbox, channel: Telegram
) -> None:
    """The server forgets an update when it is saved, and not while saving fails."""
    inbox.failures = [OSError("disk full"), OSError("disk full")]
    server.person("Ann").says("hello")

    await server.until(lambda: len(inbox.attempts) == 2)
    assert server.world.updates.confirmed == 0
    await server.until(lambda: server.world.updates.confirmed == 1)

    assert [one.text for one in inbox.saved] == ["hello"]
    assert len(set(inbox.attempts)) == 1


async def test_a_failure_in_the_middle_of_a_batch(
    server: TelegramServer, inbox: Inbox, start: Start
) -> None:
    """What was saved before the failure stays confirmed; the rest comes again, in order."""
    ann = server.person("Ann")
    for text in "one", "two", "three":
        ann.says(text)

    async def receive(incoming: Incoming) -> bool:
        fails_now = incoming.text == "two" and inbox.attempts.count(incoming.external_id) == 0
        inbox.failures = [OSError("disk full")] if fails_now else []
        return await inbox.receive(incoming)

    await start(receive)
    await server.until(lambda: server.world.updates.confirmed == 3)

    assert [one.text for one in inbox.saved] == ["one", "two", "three"]
    assert inbox.attempts == [f"87000000{n}" for n in (1, 2, 2, 3)]


async def test_a_crash_while_saving_loses_nothing(
    server: TelegramServer, inbox: Inbox, start: Start
) -> None:
    """An update that was being saved when the service died is delivered to the next one."""
    saving = asyncio.Event()

    async def never_done(_: Incoming) -> bool:
        saving.set()
        await asyncio.Event().wait()
        return True

    dying = await start(never_done)
    server.person("Ann").sends_photo(b"bytes")
    await saving.wait()
    await dying.stop()
    await dying.close()

    await start()
    await server.until(lambda: inbox.saved)

    assert [one.kind for one in inbox.saved] == ["photo"]


async def test_stop_ends_polling_at_once(
    server: TelegramServer, inbox: Inbox, channel: Telegram
) -> None:
    """After stop nothing is received, while sending goes on until close."""
    ann = server.person("Ann")
    await channel.stop()
    ann.says("too late")
    await channel.send(str(ann.id), Reply("still here"), "1")

    assert [message.text for message in server.messages(ann)] == ["still here"]
    assert inbox.saved == []
    assert len(server.world.updates.pending) == 1


async def test_too_much_is_said_and_handled(
    server: TelegramServer, inbox: Inbox, channel: Telegram
) -> None:
    """Over a limit the sentence goes to the chat, once a minute, and the update is done with."""
    ann, bob = server.person("Ann"), server.person("Bob")
    inbox.failures = [TooMuch("That was a lot. Wait a minute, please.") for _ in range(4)]
    for _ in range(3):
        ann.says("spam")
    bob.says("spam")

    await server.until(lambda: server.messages(bob) and server.world.updates.confirmed == 4)

    assert [one.text for one in server.messages(ann)] == ["That was a lot. Wait a minute, please."]
    assert inbox.saved == []


async def test_the_menu_of_commands_is_set(server: TelegramServer, channel: Telegram) -> None:
    """The commands given to the channel are shown in Telegram's menu."""
    await server.until(lambda: server.world.commands)

    assert server.world.commands == [
        {"command": "start", "description": "What I can do"},
        {"command": "model", "description": "Choose the model that answers"},
    ]


async def test_admins_have_their_commands_in_their_own_chat(
    server: TelegramServer, start: Start
) -> None:
    """Beside everyone's, in the menu that nobody else sees."""
    ann = server.person("Ann")
    await start(admins=f"telegram:{ann.id}, webchat:abc")
    await server.until(lambda: server.world.chat_commands)

    menus = server.world.chat_commands
    assert [command["command"] for command in server.world.commands] == ["start", "model"]
    assert [command["command"] for command in menus[ann.id]] == ["start", "model", "retrain"]
    assert list(menus) == [ann.id]


async def test_an_admin_who_writes_for_the_first_time_gets_the_menu_then(
    server: TelegramServer, inbox: Inbox, start: Start
) -> None:
    """Telegram knows no chat with somebody who never wrote; that keeps nobody from starting."""
    ann = server.person("Ann")
    del server.world.chats[ann.id]
    await start(admins=f"telegram:{ann.id}")
    await server.until(lambda: server.is_read)
    assert server.world.chat_commands == {}

    server.world.chats[ann.id] = ann.chat
    ann.says("hello")
    ann.says("hello again")
    await server.until(lambda: len(server.world.translated_commands) == 2 * (len(LANGUAGES) - 1))

    assert len(server.world.chat_commands[ann.id]) == 3
    menus = len(LANGUAGES)  # everyone's; one is refused; Ann's, once though she wrote twice
    assert len(server.calls_of("setMyCommands")) == menus + 1 + menus


async def test_the_menu_is_set_in_every_language(server: TelegramServer, start: Start) -> None:
    """What a command does is said in the language of each person's app."""
    ann = server.person("Ann")
    await start(admins=f"telegram:{ann.id}")

    await server.until(lambda: (ann.id, "hi") in server.world.translated_commands)

    menus = server.world.translated_commands
    assert {language for _, language in menus} == set(LANGUAGES) - {"en"}
    assert menus[ann.id, "de"][-1]["description"] == "aus dem lernen, was gesagt wurde"
    assert [command["command"] for command in menus[None, "de"]] == ["start", "model"]


async def test_a_refused_token_stops_nothing_else(server: TelegramServer, start: Start) -> None:
    """A wrong token is said clearly, start returns all the same, and the token is not logged."""
    with capture_logs() as logs:
        await start(telegram_token="4242:another")
        await server.until(lambda: logs)

    assert "Telegram refuses the token" in logs[0]["event"]
    assert "4242:another" not in str(logs)


async def test_a_telegram_that_is_down_is_waited_for(
    server: TelegramServer, inbox: Inbox, start: Start
) -> None:
    """The channel starts while Telegram is away, and receives whenever it is there."""
    server.down = True
    await start()
    await server.until(lambda: len(server.calls_of("getMe")) >= 2)
    server.down = False
    server.person("Ann").says("hello")
    await server.until(lambda: inbox.saved)

    server.down = True
    server.person("Bob").says("hello")
    await server.until(lambda: [c for c in server.calls_of("getUpdates") if not c.ok])
    server.down = False
    await server.until(lambda: len(inbox.saved) == 2)


async def test_a_second_poller_is_said_clearly(
    server: TelegramServer, inbox: Inbox, channel: Telegram
) -> None:
    """Two programs with one token: the log says so, and polling goes on."""
    with capture_logs() as logs:
        async with aiohttp.ClientSession() as session:
            (await session.get(f"{server.url}/bot{server.token}/getUpdates")).close()
        await server.until(lambda: any("Another program" in log["event"] for log in logs))
    server.person("Ann").says("hello")

    await server.until(lambda: inbox.saved)


async def test_a_webhook_left_behind_is_removed(
    server: TelegramServer, inbox: Inbox, start: Start
) -> None:
    """Polling begins by removing a webhook, which would keep all updates away."""
    async with aiohttp.ClientSession() as session:
        url = f"{server.url}/bot{server.token}/setWebhook"
        (await session.post(url, data={"url": "http://127.0.0.1:9/nobody"})).close()
    await start()
    server.person("Ann").says("hello")

    await server.until(lambda: inbox.saved)


async def test_groups_are_warned_of(server: TelegramServer, start: Start) -> None:
    """The log says what keeps reactions and photos in groups from arriving."""
    server.privacy_mode = True
    with capture_logs() as logs:
        await start()
        await server.until(lambda: server.is_read)

    warnings = [log["event"] for log in logs if log["log_level"] == "warning"]
    assert any("reactions" in warning for warning in warnings)
    assert any("/setprivacy" in warning for warning in warnings)


@pytest.fixture
async def webhook(server: TelegramServer, start: Start) -> AsyncIterator[str]:
    """The channel by webhook; the address that Telegram posts to."""
    port = await _free_port()
    address = f"http://127.0.0.1:{port}"
    channel = await start(public_url=f"{address}/", telegram_webhook_secret=SECRET)
    app = web.Application()
    channel.mount(app)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await server.until(lambda: server.is_read)
    yield address + WEBHOOK_PATH
    await runner.cleanup()


async def _free_port() -> int:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port: int = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return port


@pytest.mark.usefixtures("webhook")
async def test_by_webhook_too_it_is_at_least_once(server: TelegramServer, inbox: Inbox) -> None:
    """A webhook is answered 200 after saving; when saving fails, Telegram posts it again."""
    inbox.failures = [OSError("disk full")]
    server.person("Ann").sends_photo(b"bytes")

    await server.until(lambda: server.world.updates.confirmed == 1)

    assert len(inbox.attempts) == 2
    assert [one.kind for one in inbox.saved] == ["photo"]


async def test_only_telegram_may_post(inbox: Inbox, webhook: str) -> None:
    """Without the secret nothing is read, and no header can crash the comparison."""
    async with aiohttp.ClientSession() as session:
        for headers in (
            {},
            {"X-Telegram-Bot-Api-Secret-Token": "wrong"},
            {"X-Telegram-Bot-Api-Secret-Token": "wröng"},
        ):
            async with session.post(webhook, json={"update_id": 1}, headers=headers) as response:
                assert response.status == 403
    assert inbox.attempts == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"no json", 400),
        (b"[]", 400),
        (b'{"update_id": 1, "message": {"text": "no id"}}', 400),
        (b" " * (1024 * 1024 + 1), 413),
        (b'{"update_id": 1, "something_new": {}}', 200),
    ],
)
async def test_odd_posts(webhook: str, body: bytes, status: int) -> None:
    """A body that is no update, or too large, is refused; an unknown kind is let pass."""
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    async with (
        aiohttp.ClientSession() as session,
        session.post(webhook, data=io.BytesIO(body), headers=headers) as response,
    ):
        assert response.status == status


async def test_polling_mounts_nothing(start: Start) -> None:
    """Without a public address and a secret there is no webhook to post to."""
    app = web.Application()
    (await start(public_url="https://bot.example.org")).mount(app)

    assert list(app.router.routes()) == []


async def test_the_token_is_never_logged(
    server: TelegramServer,
    inbox: Inbox,
    start: Start,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Even at DEBUG, with errors of every sort, no log line holds the token."""
    caplog.set_level(logging.DEBUG)
    server.down = True
    channel = await start()
    await server.until(lambda: server.calls)
    server.down = False
    inbox.failures = [OSError("disk full")]
    ann = server.person("Ann")
    ann.sends_photo(b"bytes")
    await server.until(lambda: inbox.saved)
    await channel.send(str(ann.id), Reply("hello"), "1")
    photo = inbox.saved[0].photo
    assert photo is not None
    await channel.fetch(photo, 1000)
    await server.__aexit__()  # now nobody answers at all
    errors = []
    for attempt in (
        channel.send(str(ann.id), Reply("hello"), "1"),
        channel.fetch(photo, 1000),
    ):
        with pytest.raises(TryAgain) as caught:
            await attempt
        errors.append(str(caught.getrepr(style="long", chain=True)))

    printed = capsys.readouterr()
    everything = caplog.text + printed.out + printed.err + "".join(errors)
    assert "disk full" in everything
    assert server.token not in everything
