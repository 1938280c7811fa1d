"""What admins do: retrain, versions, figures. Who may is checked by `commands.py`, or by a tap."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation import texts
from bot.conversation.messages import Reply
from bot.conversation.turn import Turn
from bot.models import Models
from bot.store import dialogue, statements, training_runs

Words = Sequence[str]


async def retrain(turn: Turn, words: Words) -> list[Reply]:
    """`/retrain [MODEL]`."""
    model = " ".join(words) or turn.model
    refused = await want_training(turn.session, turn.models, model, turn.chat.id, turn.person.id)
    return [turn.say(refused)] if refused else []


async def want_training(
    session: AsyncSession, models: Models, model: str, chat_key: str, person_key: str
) -> str:
    """Write down that a training is wanted: `bot/retraining.py` does the rest, and tells the chat.

    What stands against it, in a sentence; empty if nothing does.
    """
    if model not in models.names():
        return texts.no_such_model(model, models.names())
    if models.finds_point(model):
        return texts.not_from_chat(model)
    active = await training_runs.active(session)
    if active is not None:
        return texts.busy(active.model)
    await training_runs.request(session, model, chat_key, person_key)
    return ""


async def tap_retrain(turn: Turn, run_id: int) -> list[Reply]:
    """Retrain now, below the question whether to. Raises `NotAllowed`."""
    turn.check_admin()
    active = await training_runs.active(turn.session)
    if active is not None:
        return [turn.notice(texts.busy(active.model))]
    accepted = await training_runs.accept(turn.session, run_id, turn.person.id)
    return [turn.notice(texts.TRAINING_STARTS if accepted else texts.TRAINING_ASKED_BEFORE)]


async def tap_rollback(turn: Turn, run_id: int) -> list[Reply]:
    """Rollback below a promotion, while that version answers. Raises `NotAllowed`, `BadVersion`."""
    turn.check_admin()
    run = await training_runs.by_id(turn.session, run_id)
    if run is None or run.version != turn.models.version(run.model):
        return [turn.notice(texts.ANOTHER_ANSWERS)]
    version = await turn.models.rollback(run.model, who=turn.person.pseudonym)
    return [turn.say(texts.promoted(run.model, version))]


async def tap_promote(turn: Turn, run_id: int) -> list[Reply]:
    """Promote below a version that was refused. Raises `NotAllowed`, `BadVersion`."""
    turn.check_admin()
    run = await training_runs.by_id(turn.session, run_id)
    if run is None or run.version is None or run.version == turn.models.version(run.model):
        return [turn.notice(texts.ANSWERS_ALREADY)]
    await turn.models.promote(run.model, run.version, who=turn.person.pseudonym)
    return [turn.say(texts.promoted(run.model, run.version))]


async def tap_cancel(turn: Turn, run_id: int) -> list[Reply]:
    """Cancel below a training's progress. Raises `NotAllowed`."""
    turn.check_admin()
    stopped = await training_runs.cancel(turn.session, run_id)
    return [turn.notice(texts.TRAINING_STOPS if stopped else texts.NO_TRAINING)]


async def models(turn: Turn, _words: Words) -> list[Reply]:
    """`/models`: every version of every model."""
    parts = []
    for model in turn.models.names():
        lines = (
            texts.version_line(line.version, line.current, line.created_at, line.note)
            for line in await turn.models.versions(model)
        )
        parts.append(texts.versions(model, lines))
    return [turn.say("\n\n".join(parts))]


async def promote(turn: Turn, words: Words) -> list[Reply]:
    """`/promote MODEL VERSION`. Raises `BadVersion` if there is no such, or it is damaged."""
    if len(words) != 2:
        return [turn.say(texts.usage("/promote MODEL VERSION"))]
    model, version = words
    await turn.models.promote(model, version, who=turn.person.pseudonym)
    return [turn.say(texts.promoted(model, version))]


async def rollback(turn: Turn, words: Words) -> list[Reply]:
    """`/rollback [MODEL]`. Raises `BadVersion` if there is no version before."""
    model = " ".join(words) or turn.model
    version = await turn.models.rollback(model, who=turn.person.pseudonym)
    return [turn.say(texts.promoted(model, version))]


async def stats(turn: Turn, _words: Words) -> list[Reply]:
    """`/stats`: the figures of each model."""
    parts = []
    for model in turn.models.names():
        counts = await statements.counts(turn.session, model)
        none = await dialogue.count_none(turn.session, model)
        corrections = await dialogue.count_corrections(turn.session, model)
        parts.append(texts.stats(model, counts, none, corrections))
    return [turn.say("\n\n".join(parts))]
