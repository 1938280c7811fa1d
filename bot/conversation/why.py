"""`/why`: which part of the photo spoke for a class or against it, and what it is like."""

from collections.abc import Sequence

from bot.classify import Drawn
from bot.conversation import texts
from bot.conversation.answers import said_of
from bot.conversation.messages import Picture, Reply
from bot.conversation.targets import targets
from bot.conversation.turn import Turn
from bot.explaining import Alike, most_alike
from bot.store import answers, renames
from bot.store.tables import Answer as Row
from model.classes import normalize
from model.decision import Answer

NEIGHBOURS = 3
"""Photos shown as most alike."""
AMONG = 2000
"""They are looked for among so many, the newest that are kept."""

Words = Sequence[str]


async def why(turn: Turn, words: Words) -> list[Reply]:
    """`/why [CLASS]`: about the answer that it replies to, else about the latest one.

    Raises `BadPhoto` if the photo is not kept.
    """
    rows = await targets(turn)
    if len(rows) != 1:
        return [turn.say(texts.WHICH_PHOTO_WHY if rows else texts.ANSWER_FIRST)]
    row = rows[0]
    names = await renames.of_model(turn.session, row.model)
    own = {names.now(name): name for name in reversed(turn.models.classes(row.model))}
    in_question = Answer.from_json(row.payload).in_question
    name = names.now(normalize(" ".join(words)) if words else in_question)
    if name not in own:
        return [turn.say(texts.not_known_any_more(name, tuple(own)[::-1]))]
    return [await _explained(turn, row, name, own[name]), *await _alike(turn, row)]


async def _explained(turn: Turn, row: Row, name: str, own: str) -> Reply:
    """`own` is what the version that answers calls the class `name`."""
    photo = await answers.photo(turn.session, row.photo_sha256)
    path = photo.path if photo else None
    found = await turn.explaining.explain(row.model, own, row.photo_sha256, path)
    version = turn.models.version(row.model)
    other = version if version != row.version else ""
    x, y = found.why.loudest
    text = texts.why(name, found.why.bias, found.why.logit, texts.place(x, y), other)
    return turn.say(text, answers=(row.id,), picture=_picture(found.drawn, name))


def _picture(drawn: Drawn | None, name: str) -> Picture | None:
    if drawn is None:
        return None
    return Picture(drawn.path, texts.why_drawn(name), drawn.width_px, drawn.height_px)


async def _alike(turn: Turn, row: Row) -> list[Reply]:
    """The most alike photos that are kept: of anybody's for admins, else of the person's own."""
    if not turn.is_admin and row.person_id != turn.person.id:
        return []
    (vectors,) = await answers.embeddings(turn.session, [row.photo_sha256])
    whose = None if turn.is_admin else turn.person.id
    found: list[Alike] = []
    for backbone, vector in vectors.items():
        kept = await answers.kept_photos(turn.session, backbone, AMONG, whose)
        others = [each for each in kept if each.sha256 != row.photo_sha256]
        found += most_alike(vector, others, NEIGHBOURS)
    best = sorted(found, key=lambda each: -each.cosine)[:NEIGHBOURS]
    return [await _shown(turn, row.model, each) for each in best]


async def _shown(turn: Turn, model: str, alike: Alike) -> Reply:
    photo = alike.photo
    said = await said_of(turn, model, [photo.sha256])
    what = texts.labels(said.present, said.absent) if said else ""
    text = texts.alike(alike.cosine, what)
    return Reply(text, picture=Picture(photo.path, text, photo.width_px, photo.height_px))
