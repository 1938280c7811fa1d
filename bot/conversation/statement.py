"""What somebody meant becomes a statement in the database, and is said back with Undo."""

from dataclasses import replace
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation import drafts, texts
from bot.conversation.meaning import Meaning
from bot.conversation.messages import Button, Reply
from bot.conversation.told import ADMIN
from bot.conversation.turn import Buttons, Turn
from bot.errors import TooMuch
from bot.store import trust
from bot.store.clock import later
from bot.store.statements import add_statement, too_many
from bot.store.tables import Answer, Statement

HOUR_S = 3600.0

Source = Literal["tap", "words", "reaction", "teaching"]


async def state(turn: Turn, row: Answer, meaning: Meaning, source: Source) -> Statement:
    """Store it. What was open about the answer is closed, unless it is but an opinion.

    Raises `bot.errors.TooMuch` when somebody who is no admin said very much within an hour.
    """
    limit = turn.settings.corrections_per_hour
    if not turn.is_admin and await too_many(turn.session, turn.person.id, later(-HOUR_S), limit):
        raise TooMuch(texts.too_many_words(limit))
    if turn.decides(row):
        drafts.put(row, drafts.QUESTION, None)
        drafts.put(row, drafts.FIX, None)
    if turn.is_admin and drafts.get(row, drafts.REVIEW):
        return await settle(turn.session, row, turn.person.id, meaning, source)
    return await _add(turn.session, row, turn.person.id, meaning, source, turn.weight(row))


async def settle(
    session: AsyncSession, row: Answer, person_id: str, meaning: Meaning, source: Source
) -> Statement:
    """Store an admin's word in review: it outweighs whatever was said of the photo before."""
    weight = ADMIN + await trust.to_outweigh(session, row.photo_sha256, row.model)
    return await _add(session, row, person_id, _in_question(row, meaning), source, weight)


def _in_question(row: Answer, meaning: Meaning) -> Meaning:
    """With the classes that the review is about, where all of the photo was judged.

    They need not be the version's: people may differ on one that is yet to be learned.
    """
    if meaning.kind not in {"right", "fix", "none"}:
        return meaning
    asked = row.payload["unsure"] if meaning.kind == "right" else ()
    about = (drafts.get(row, drafts.REVIEW) or {}).get("classes", ())
    absent = (name for name in about if name not in (*meaning.present, *asked))
    return replace(meaning, absent=tuple(dict.fromkeys((*meaning.absent, *absent))))


async def _add(
    session: AsyncSession,
    row: Answer,
    person_id: str,
    meaning: Meaning,
    source: Source,
    weight: float,
) -> Statement:
    return await add_statement(
        session, row, person_id, meaning.kind, source, weight, meaning.present, meaning.absent
    )


def noted(turn: Turn, row: Answer, meaning: Meaning, statement: Statement) -> Reply:
    """What was understood, with Undo: a new message."""
    rest = meaning.kind in {"right", "fix", "none"}
    text = texts.noted(meaning.present, meaning.absent, rest, opinion=not turn.decides(row))
    return turn.say(about(row, text), undo_button(statement), (row.id,))


def about(row: Answer, text: str) -> str:
    """A text about one answer, with its number if it is one of an album's."""
    return texts.of_photo(row.position, text) if row.position else text


def undo_button(statement: Statement) -> Buttons:
    """Undo alone."""
    return ((Button(f"undo:{statement.id}", texts.UNDO),),)


def fix_button(turn: Turn, row: Answer) -> Buttons:
    """Fix labels alone, for those who may."""
    return ((Button(f"fix:{row.id}", texts.FIX),),) if turn.decides(row) else ()
