"""The whole loop as a person goes through it, in a browser, with real service and real training.

A real process, the shipped models, a real SQLite file, and `python -m train` as its own process.
Photos: a cat (docs/pictures, CC0) and drawn kites, both of none of the bears' classes.
"""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.chat import Chat, become_admin, new_chat
from tests.browser.pictures import kite
from tests.service import Service

CAT = Path(__file__).resolve().parents[2] / "docs/pictures/chelsea.jpg"
TRAINS_MS = 240_000
"""Longest time that a training may take on a busy machine."""


@pytest.fixture
async def service(own_home: Path) -> AsyncIterator[Service]:
    service = Service(own_home, {})
    await service.start()
    yield service
    await service.kill()
    print(service.log.read_text())  # shown when the test fails  # noqa: T201


@pytest.fixture
async def chat(service: Service, browser: Browser) -> AsyncIterator[Chat]:
    context = await browser.new_context(locale="en-GB")
    chat = await new_chat(context, await service.address())
    await expect(chat.message("Hello, I'm nonesuch")).to_be_visible()
    yield chat
    assert chat.wrong == []


async def send(chat: Chat, photo: object) -> None:
    """Send one photo and wait for its answer."""
    before = await chat.messages.count()
    await chat.choose(photo)  # type: ignore[arg-type] # a path or a payload: Playwright takes both
    await chat.send()
    await expect(chat.messages).to_have_count(before + 2)


async def test_none_of_my_classes_while_the_twin_names_a_bear(chat: Chat) -> None:
    """A cat is answered "none of my classes"; a forced choice would have named a bear."""
    await send(chat, CAT)
    await expect(chat.message("None of my classes")).to_be_visible()
    await chat.say("/compare")
    twin = chat.message("the single-label twin says")
    await expect(twin).to_contain_text(re.compile("black|grizzly|teddy"))
    await expect(twin).to_contain_text("My own answer: none of my classes")


async def test_the_model_switches_by_button(chat: Chat) -> None:
    """The greeting's button switches the chat to the other model, which knows a cat."""
    await chat.page.get_by_role("button", name="Use pascal").click()
    await expect(chat.message("From now on pascal answers here")).to_be_visible()
    await send(chat, CAT)
    await expect(chat.message("Cat — sure")).to_be_visible()


async def test_a_corrected_photo_is_answered_as_corrected(chat: Chat) -> None:
    """Fix labels, None, Undo and words: each is said back, and the same photo comes back so."""
    await send(chat, CAT)
    await chat.page.get_by_role("button", name="Fix labels").click()
    await chat.page.get_by_role("button", name="teddy").click()
    await chat.page.get_by_role("button", name="Done").click()
    await expect(chat.message("You said: teddy")).to_be_visible()
    await send(chat, CAT)
    await expect(chat.messages.last).to_contain_text(re.compile("You told me", re.IGNORECASE))
    await expect(chat.messages.last).to_contain_text(re.compile("teddy", re.IGNORECASE))
    await chat.say("no, nothing")
    await expect(chat.page.get_by_role("button", name="Undo").last).to_be_visible()


async def test_a_first_visitor_sends_corrects_and_takes_back(chat: Chat) -> None:
    """All that this needs is said on the page: nobody has to know a command."""
    page = chat.page
    await expect(chat.message("send me a photo")).to_be_visible()
    await page.get_by_label("Add photos").set_input_files(CAT)
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.get_by_text("None of my classes.")).to_be_visible()
    await page.get_by_role("button", name="Wrong").click()
    await expect(page.get_by_text("What is in the photo then?")).to_be_visible()
    await page.get_by_role("button", name="teddy").click()
    await page.get_by_role("button", name="Done").click()
    await expect(page.get_by_text("You said: teddy")).to_be_visible()
    await page.get_by_role("button", name="Undo").last.click()
    await expect(page.get_by_text("Undone: I forget that you said teddy")).to_be_visible()
    await expect(page.get_by_role("button", name="Right")).to_be_visible()


async def test_why_and_then_are_shown(chat: Chat) -> None:
    """As replies to an answer: the photo with what spoke for it, and what each version says."""
    await send(chat, CAT)
    answer = chat.message("None of my classes")
    await chat.act(answer, "Reply")
    await chat.say("/why teddy")
    await expect(chat.message("Teddy: ").get_by_role("img", name="teddy")).to_be_visible()
    await chat.act(answer, "Reply")
    await chat.say("/then")
    await expect(chat.message("shipped-1")).to_be_visible()


async def test_the_loop(chat: Chat, service: Service) -> None:
    """Corrections teach a new class: an admin retrains, and the new version answers, no restart."""
    await send(chat, kite(0))
    await expect(chat.message("None of my classes")).to_be_visible()
    await chat.say("it's a kite")
    await chat.page.get_by_role("button", name="Yes").click()
    await expect(chat.message("Noted: kite yes")).to_be_visible()
    for number in range(1, 8):
        await send(chat, kite(number))
        await chat.say("it's a kite")
        await expect(chat.message("Noted: kite yes")).to_have_count(number + 1)

    await chat.say("/retrain")
    await expect(chat.message("Only an admin can do that")).to_be_visible()
    await become_admin(chat, service)
    await chat.say("/retrain")
    promoted = chat.message("Version 1 of bears answers from now on")
    await expect(promoted).to_be_visible(timeout=TRAINS_MS)

    await send(chat, kite(99))
    await expect(chat.messages.last).to_contain_text("Kite — ")
    await chat.say("/rollback")
    await expect(chat.message("shipped-1")).to_be_visible()
    assert await service.stop() == 0
