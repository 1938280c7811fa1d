"""The reply to photos: one message, also for an album."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.classify import Seen
from bot.conversation import captions, drafts, texts
from bot.conversation.catalogue import translated
from bot.conversation.messages import Incoming, Picture, Reply
from bot.conversation.told import Told, told
from bot.conversation.turn import Turn
from bot.conversation.view import text_of, view
from bot.renames import Renames, answer_now, twin_now
from bot.store import renames, statements
from bot.store.answers import add_answer, answers_of_message
from bot.store.tables import Answer
from model.point import Point


async def answer_photos(
    turn: Turn, incomings: Sequence[Incoming], seen: Sequence[Seen | str], late_to: str | None
) -> list[Reply]:
    """Store an answer for each photo that was seen, and show them.

    A string in `seen` says why that file was no photo. `late_to` is the platform's id of the
    message that answered the album before these photos came: it is edited.
    """
    if any(isinstance(one, Seen) and isinstance(one.answer, Point) for one in seen):
        return _points(turn, incomings, seen)
    rows = await _earlier(turn, late_to) if late_to else []
    bad = dict(drafts.get(rows[0], drafts.BAD) or {}) if rows else {}
    late = bool(rows)
    first = 1 + max((*(row.position for row in rows), *map(int, bad)), default=0)
    in_album = late or len(seen) > 1
    for number, (incoming, one) in enumerate(zip(incomings, seen, strict=True), start=first):
        if isinstance(one, str):
            bad[str(number)] = translated(one)
        else:
            rows.append(await add(turn, incoming, one, number if in_album else 0))
    if not rows:
        return [turn.say(text_of({int(number): [text] for number, text in bad.items()}))]
    if bad:
        drafts.put(rows[0], drafts.BAD, bad)
    caption = next((incoming.text for incoming in incomings if incoming.text), "")
    new = rows[len(rows) - sum(isinstance(one, Seen) for one in seen) :]
    labelled, asked_back = await captions.labels(turn, new, caption)
    reply = await view(turn, rows, fresh=not (late or labelled))
    if late and late_to:
        return [turn.replacing(late_to, reply), *asked_back]
    if len(rows) == 1 and (first_line := await captions.answer_to(turn, rows[0], caption)):
        reply = replace(reply, text=f"{first_line}\n{reply.text}")
    return [replace(reply, reply_to=turn.incoming.message), *asked_back]


def _points(turn: Turn, incomings: Sequence[Incoming], seen: Sequence[Seen | str]) -> list[Reply]:
    """Where a model of points finds them: in words and drawn on the photos.

    An album gets one message in words, and then one a photo, each in reply to its own. No answer
    is stored: nothing is learned from words.
    """
    pairs = enumerate(zip(incomings, seen, strict=True), start=1)
    words = turn.say(text_of({number: _where(*pair) for number, pair in pairs}))
    pictures = [_picture(one) for one in seen]
    if len(seen) == 1:
        return [replace(words, picture=pictures[0])]
    drawn = [
        Reply(texts.photo_number(number), reply_to=incoming.message, picture=picture)
        for number, (incoming, picture) in enumerate(zip(incomings, pictures, strict=True), start=1)
        if picture
    ]
    return [words, *drawn]


def _picture(one: Seen | str) -> Picture | None:
    if isinstance(one, str) or one.drawn is None:
        return None
    return Picture(one.drawn.path, texts.DRAWN, one.drawn.width_px, one.drawn.height_px)


def _where(incoming: Incoming, one: Seen | str) -> list[str]:
    if isinstance(one, str) or not isinstance(one.answer, Point):
        return [translated(str(one))]
    where = texts.point(one.model, one.answer.x_px, one.answer.y_px)
    return [where, texts.FIRST_FRAME] if _moves(incoming, one) else [where]


def _moves(incoming: Incoming, seen: Seen) -> bool:
    """Whether only the first frame of something was seen: the platform's of it, or the file's."""
    return seen.moves or bool(incoming.photo and incoming.photo.first_frame)


async def _earlier(turn: Turn, message: str) -> list[Answer]:
    rows = await answers_of_message(turn.session, turn.chat.id, message)
    if len(rows) == 1 and rows[0].position == 0:  # it was alone until now
        rows[0].position = 1
    return rows


async def add(turn: Turn, incoming: Incoming, seen: Seen, position: int) -> Answer:
    """Store the answer to one photo, with what people said of it; `position` is its number."""
    said = await said_of(turn, seen.model, [seen.sha256])
    if said is None:
        said = await said_of(turn, seen.model, await turn.twins.of(turn.session, seen))
        said = replace(said, alike=True) if said else None
    names = await renames.of_model(turn.session, seen.model)
    row = await add_answer(
        turn.session,
        incoming.channel,
        incoming.external_id,
        photo_sha256=seen.sha256,
        chat_id=turn.chat.id,
        person_id=turn.person.id,
        model=seen.model,
        version=seen.version,
        payload=_payload(seen, names),
        twin=twin_now(seen.twin, names).to_json() if seen.twin else {},
        said=said.to_json() if said else None,
        draft=await _draft(turn, seen),
        position=position,
    )
    if _moves(incoming, seen):
        drafts.put(row, drafts.FIRST_FRAME, {"seen": True})
    return row


def _payload(seen: Seen, names: Renames) -> dict[str, Any]:
    if isinstance(seen.answer, Point):  # has no names of classes
        return seen.answer.to_json()
    return answer_now(seen.answer, names).to_json()


async def _draft(turn: Turn, seen: Seen) -> dict[str, Any] | None:
    others = {
        each.model: list((await renames.of_model(turn.session, each.model)).of(each.labels))
        for each in seen.elsewhere
    }
    return {drafts.ELSEWHERE: others} if others else None


async def said_of(turn: Turn, model: str, photos: Sequence[str]) -> Told | None:
    """What counts, here and now, of what people said of these photos."""
    words = [
        word for photo in photos for word in await statements.words_on(turn.session, photo, model)
    ]
    return told(words, turn.chat.id, turn.person.id, turn.settings.admin_ids)
