"""`/then`: what each version of a model says of an old photo, from the embedding that was kept."""

from collections.abc import Sequence

from bot.conversation import texts
from bot.conversation.messages import Reply
from bot.conversation.targets import targets
from bot.conversation.turn import Turn
from bot.store import answers
from bot.store.tables import Answer as Row
from model.decision import Answer
from model.errors import BadVersion

VERSIONS = 8
"""The most versions asked, the newest: each is loaded, which takes a moment."""

Words = Sequence[str]


async def then(turn: Turn, _words: Words) -> list[Reply]:
    """`/then`: about the answer that it replies to, else about the latest one."""
    rows = await targets(turn)
    if not rows:
        return [turn.say(texts.ANSWER_FIRST)]
    vectors = await answers.embeddings(turn.session, [row.photo_sha256 for row in rows])
    lines = [texts.then_head(rows[0].model)]
    for version in (await turn.models.versions(rows[0].model))[-VERSIONS:]:
        try:
            said = await turn.models.replay(rows[0].model, version.version, vectors)
        except BadVersion:  # the others can still be asked
            words = [texts.VERSION_LEFT_OUT]
        else:
            words = [_words_of(row, answer) for row, answer in zip(rows, said, strict=True)]
        lines.append(texts.then_line(version.version, version.current, words))
    return [turn.say("\n".join(lines), answers=tuple(row.id for row in rows))]


def _words_of(row: Row, answer: Answer | None) -> str:
    if answer is None:
        return texts.numbered_if(row.position, texts.ANOTHER_BACKBONE)
    named = [texts.with_score(name, answer.scores[name]) for name in answer.labels]
    return texts.numbered_if(row.position, texts.own_answer(named, answer.unsure))
