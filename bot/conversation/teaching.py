"""`/teach CLASS`: the person's next photos in the chat are examples of a class, until `/done`.

Each is a word on a photo like any other, stored by `statement.py`. Only the reply is another one:
it says how well the class is told from the others by now, and how many more are wanted. Who may
begin is checked by `commands.py`, and at each photo again.
"""

from collections.abc import Sequence

from bot.classify import Seen
from bot.conversation import answers, texts
from bot.conversation.catalogue import translated
from bot.conversation.hearing import class_named
from bot.conversation.meaning import is_
from bot.conversation.messages import Button, Incoming, Reply
from bot.conversation.statement import state, undo_button
from bot.conversation.turn import Buttons, Turn
from bot.conversation.view import shown_by
from bot.store import dialogue, renames, training_runs, trust
from bot.store import teaching as store
from bot.store.answers import embeddings
from bot.store.clock import now
from bot.store.tables import Answer, Statement, Teaching
from bot.telling import FEWEST, JOINS_FROM, Telling
from model.errors import BadVersion

Words = Sequence[str]

MOST = 2000
"""Photos that people spoke of last which are counted in, beside those that the version learned."""


async def teach(turn: Turn, words: Words) -> list[Reply]:
    """`/teach CLASS`; alone it says what is being taught."""
    if turn.models.finds_point(turn.model):
        return [turn.say(texts.no_classes(turn.model))]
    if not words:
        open_ = await under_way(turn)
        return [turn.say(texts.teaching_now(open_.class_name) if open_ else texts.TEACH_USAGE)]
    known = await turn.classes(turn.model)
    coming = await dialogue.coming_classes(turn.session, turn.model, known, 0.0, MOST)
    name = await class_named(turn, turn.model, known + coming, " ".join(words))
    if name is None:
        return [turn.say(texts.NO_NAME)]
    open_ = await store.begin(turn.session, turn.chat.id, turn.person.id, turn.model, name)
    return [turn.say(texts.teach(name, name in known), ((_done_button(open_),),))]


async def under_way(turn: Turn) -> Teaching | None:
    """What the person teaches the chat's model here, if they still may."""
    if not turn.is_admin:
        return None
    open_ = await store.under_way(turn.session, turn.chat.id, turn.person.id)
    return open_ if open_ and open_.model == turn.model else None


async def learn(
    turn: Turn, open_: Teaching, incomings: Sequence[Incoming], seen: Sequence[Seen | str]
) -> list[Reply]:
    """Photos are examples: write it down, and say how far it is. A string is no photo."""
    open_.seen_at = now()
    name = await _called(turn, open_)
    rows = [
        await answers.add(turn, incoming, one, number if len(seen) > 1 else 0)
        for number, (incoming, one) in enumerate(zip(incomings, seen, strict=True), start=1)
        if isinstance(one, Seen)
    ]
    lines = list(dict.fromkeys(translated(one) for one in seen if isinstance(one, str)))
    buttons: Buttons = ((_done_button(open_),),)
    if rows:
        said, denied = await _state(turn, rows, name)
        how_far, _ = await _how_far(turn, open_.model, name)
        lines += [texts.examples(name, len(rows), denied), *how_far]
        buttons = ((*undo_button(said)[0], *buttons[0]),)
    return [turn.say("\n".join(lines), buttons, tuple(row.id for row in rows))]


async def _state(turn: Turn, rows: Sequence[Answer], name: str) -> tuple[Statement, list[str]]:
    """Say of each photo that it shows the class, as whoever writes "it's a …" does. The last
    statement, and the classes that were denied by it."""
    denied: list[str] = []
    for row in rows:
        meaning = is_(shown_by(row), (name,))
        denied += meaning.absent
        said = await state(turn, row, meaning, store.SOURCE)
    return said, list(dict.fromkeys(denied))


async def done(turn: Turn, _words: Words = ()) -> list[Reply]:
    """`/done`: no more examples; whether they are enough, and whether to learn them now."""
    open_ = await store.begun(turn.session, turn.chat.id, turn.person.id)
    if open_ is None:
        return [turn.say(texts.NOT_TEACHING)]
    name = await _called(turn, open_)
    count = await store.examples(turn.session, open_)
    await store.end(turn.session, turn.chat.id, turn.person.id)
    if not count:
        return [turn.say(texts.taught(name, 0))]
    how_far, learnable = await _how_far(turn, open_.model, name)
    buttons = await _retrain_button(turn, open_.model) if learnable else ()
    return [turn.say("\n".join([texts.taught(name, count), *how_far]), buttons)]


async def tap_done(turn: Turn, teaching_id: int) -> list[Reply]:
    """Done, below an example, while that is what is being taught. Raises `NotAllowed`."""
    turn.check_admin()
    open_ = await store.begun(turn.session, turn.chat.id, turn.person.id)
    return await done(turn) if open_ and open_.id == teaching_id else [turn.notice(texts.GONE)]


async def _retrain_button(turn: Turn, model: str) -> Buttons:
    """Retrain now, as `bot/nudging.py` asks; none while something is trained."""
    if await training_runs.active(turn.session) is not None:
        return ()
    run = await training_runs.request(
        turn.session, model, turn.chat.id, turn.person.id, status="asked"
    )
    return ((Button(f"retrain:{run.id}", texts.RETRAIN_NOW),),)


async def _how_far(turn: Turn, model: str, name: str) -> tuple[list[str], bool]:
    """How well the class is told by now, and whether a training would learn it.

    Nothing is said of it where the version's memory can't be read.
    """
    said = await trust.decided(turn.session, model, MOST)
    photos = sum(labels.get(name) == "present" for labels in said.values())
    is_new = name not in await turn.classes(model)
    lacking = max(0, JOINS_FROM - photos) if is_new else 0
    vectors = await embeddings(turn.session, list(said))
    names = await renames.of_model(turn.session, model)
    try:
        found = await turn.models.telling(model, name, said, vectors, names)
    except BadVersion:
        return [], not lacking
    return _in_words(name, found, lacking), not lacking


def _in_words(name: str, found: Telling, lacking: int) -> list[str]:
    """How well it is told, and what would help; it needs `lacking` more to be learned at all."""
    enough = found.examples >= FEWEST
    lines = [texts.told_apart(found.told, found.examples) if enough else texts.told_from(FEWEST)]
    if found.alike:
        lines.append(texts.look_the_same(found.alike))
    if found.mixed_up:
        lines.append(texts.mixed_up(name, found.mixed_up))
    if lacking:
        lines.append(texts.lacking(lacking))
    lines.append(texts.wanted(found.wanted))
    return lines


async def _called(turn: Turn, open_: Teaching) -> str:
    """The class by its name of now."""
    return (await renames.of_model(turn.session, open_.model)).now(open_.class_name)


def _done_button(open_: Teaching) -> Button:
    return Button(f"taught:{open_.id}", texts.DONE)
