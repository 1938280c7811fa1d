"""`/block` and `/unblock`: whose words count. Who may is checked by `commands.py`."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation import texts
from bot.conversation.messages import Reply
from bot.conversation.turn import Turn
from bot.settings import Settings
from bot.store import dialogue, people
from bot.store.clock import now
from bot.store.tables import Person

Words = Sequence[str]

LISTED = 10
"""People named by `/block` alone."""


async def block(turn: Turn, words: Words) -> list[Reply]:
    """`/block PERSON`, or in reply to something of theirs; alone it lists who spoke last."""
    person = await _meant(turn, words)
    if person is None:
        return [await _unknown(turn, words)]
    return [turn.say(await block_person(turn.session, turn.settings, person))]


async def block_person(session: AsyncSession, settings: Settings, person: Person) -> str:
    """Take nothing more from the person, unless they are an admin; what came of it, in words."""
    if person.is_admin or person.id in settings.admin_ids:
        return texts.ADMINS_STAY
    person.blocked_at = person.blocked_at or now()
    photos = await people.photos_spoken_of(session, person.id)
    return texts.blocked(person.name, person.id, photos)


async def unblock(turn: Turn, words: Words) -> list[Reply]:
    """`/unblock PERSON`, or in reply to something of theirs."""
    person = await _meant(turn, words)
    if person is None:
        return [await _unknown(turn, words)]
    return [turn.say(unblock_person(person))]


def unblock_person(person: Person) -> str:
    """Take everything of the person's again; what came of it, in words."""
    person.blocked_at = None
    return texts.unblocked(person.name, person.id)


async def _meant(turn: Turn, words: Words) -> Person | None:
    if words:
        return await people.find(turn.session, " ".join(words))
    if turn.incoming.reply_to is None:
        return None
    key = await dialogue.sender(turn.session, turn.chat.id, turn.incoming.reply_to)
    return await people.find(turn.session, key) if key else None


async def _unknown(turn: Turn, words: Words) -> Reply:
    if words:
        return turn.say(texts.no_such_person(" ".join(words)))
    voices = await people.voices(turn.session, LISTED)
    lines = (
        texts.voice_line(
            each.person.name,
            each.person.id,
            each.photos,
            each.person.trust,
            each.person.blocked_at is not None,
        )
        for each in voices
    )
    return turn.say("\n".join([texts.WHOM_TO_BLOCK, *lines]))
