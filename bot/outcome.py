"""What a training's end brings beside its words: the report's picture, and doubts about people.

Those are for the admin who asked, in a chat with nobody else.
"""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation import texts
from bot.conversation.messages import Picture
from bot.store import people
from bot.training_process import Doubted

MOST = 5
"""People who are named, those with most doubted photos."""


def report_picture(home: Path, path: str) -> Picture | None:
    """The picture of a version's report; None if there is none below the home."""
    try:
        with Image.open(home / path, formats=("PNG",)) as image:
            size = image.size
        below = Path(path).relative_to(home)
    except (OSError, ValueError):
        return None
    return Picture(str(below), texts.REPORT_PICTURE, *size)


async def doubts(session: AsyncSession, model: str, found: Sequence[Doubted]) -> str | None:
    """The sentences on these people, by their names; None where nobody is known."""
    known = await people.by_pseudonym(session, [each.said_by for each in found[:MOST]])
    lines = [
        texts.doubted_line(person.name, person.id, each.said, each.doubted)
        for each in found[:MOST]
        if (person := known.get(each.said_by)) is not None
    ]
    return texts.doubted(model, lines) if lines else None
