"""The same dialogue on Telegram and on WhatsApp, as docs/transcripts shows it.

With the shipped models and free photos. `REWRITE_TRANSCRIPTS=yes` has these tests write the pages
anew. The web chat's pictures are made by `tests/browser/screenshots.py`.
"""

import os
from pathlib import Path

import pytest

from tests.bot.channels.chats import PLATFORMS, Chat, Seen
from tests.bot.channels.world import one_bot

ROOT = Path(__file__).resolve().parents[3]
CAT, COFFEE = (
    (ROOT / "docs/pictures" / name).read_bytes() for name in ("chelsea.jpg", "coffee.jpg")
)
REWRITE = "REWRITE_TRANSCRIPTS"
HEAD = """# A chat on {platform}

Made by `tests/bot/channels/test_transcripts.py`, with the shipped models and photos of a cat and of
a cup of coffee. `[ … ]` can be tapped; a line that begins with `>` is what a message replies to.

"""


class Transcript:
    """Writes down what somebody does in a chat, and what they then see."""

    def __init__(self, chat: Chat, platform: str) -> None:
        self._chat = chat
        self._seen: set[str] = set()
        self.text = HEAD.format(platform=platform)

    async def photo(self, caption: str = "") -> Seen:
        self._ann("\n\n".join(filter(None, ("(a photo of a cat)", caption))))
        return self._bot(await self._chat.photo(CAT, caption))

    async def album(self) -> None:
        self._ann("(two photos: a cat, a cup of coffee)")
        for answer in await self._chat.album(CAT, COFFEE):
            self._bot(answer)

    async def says(self, words: str, to: Seen | None = None) -> Seen:
        self._ann(words, to)
        return self._bot(await self._chat.says(words, to))

    async def taps(self, label: str, on: Seen) -> Seen:
        self._ann(f"taps *{label}*", on)
        return self._bot(await self._chat.taps(label, on))

    async def reacts(self, emoji: str, to: Seen) -> Seen:
        self._ann(f"reacts with {emoji}" if emoji else "takes the reaction back", to)
        return self._bot(await self._chat.reacts(emoji, to))

    def _ann(self, did: str, to: Seen | None = None) -> None:
        quoted = f"> {to.text.splitlines()[0]}\n\n" if to else ""
        self.text += f"**Ann**\n\n{quoted}{did}\n\n"

    def _bot(self, seen: Seen) -> Seen:
        where = ", in the same message" if seen.id in self._seen else ""
        picture = "(a picture)\n\n" if seen.has_picture else ""
        buttons = " ".join(f"`[ {label} ]`" for label in seen.labels)
        self._seen.add(seen.id)
        self.text += f"**Bot**{where}\n\n{picture}" + seen.text.replace("\n", "  \n") + "\n\n"
        self.text += f"{buttons}\n\n" if buttons else ""
        return seen


async def dialogue(told: Transcript) -> None:
    """All ways to correct an answer, and to take it back."""
    await told.says("/start")
    answer = await told.photo()
    noted = await told.taps("Right", answer)
    undone = await told.taps("Undo", noted)
    fixing = await told.taps("Fix labels", undone)
    chosen = await told.taps("teddy", fixing)
    corrected = await told.taps("Done", chosen)
    await told.says("no, it's a black bear", to=corrected)
    again = await told.photo("is this a grizzly?")
    await told.says("it's a polar bear", to=again)
    await told.says("/undo")
    await told.reacts("👍", to=again)
    await told.reacts("", to=again)
    await told.says("/why black", to=again)
    await told.album()


@pytest.mark.parametrize(
    ("channel", "platform"), [("telegram", "Telegram"), ("whatsapp", "WhatsApp")]
)
async def test_the_transcripts_are_what_is_said(
    own_home: Path, channel: str, platform: str
) -> None:
    """Word for word, from the greeting to an album."""
    async with one_bot(own_home) as world:
        told = Transcript(await PLATFORMS[channel](world).begin(), platform)
        await dialogue(told)

    page = ROOT / f"docs/transcripts/{channel}.md"
    if os.environ.get(REWRITE):
        page.write_text(told.text.rstrip() + "\n", encoding="utf-8")
    shown = page.read_text(encoding="utf-8")
    assert shown == told.text.rstrip() + "\n", f"{REWRITE}=yes writes it anew"
