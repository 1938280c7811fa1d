"""What people said of photos, weighed up as training weighs it: the view `training_label`, summed.

A class is present, or absent, if that side has at least `MAJORITY` times the other's weight; where
neither has, people contradict each other, and it is unknown.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

MAJORITY = 2.0
"""As in `train/data/feedback.py`; a test holds the two to the same labels."""

_WEIGHTS = text("""
    SELECT label.model, label.photo_sha256, label.class_name,
        sum(CASE WHEN label.state = 'present' THEN label.weight ELSE 0 END) AS present,
        sum(CASE WHEN label.state = 'absent' THEN label.weight ELSE 0 END) AS absent,
        photo.path, photo.width, photo.height
    FROM training_label AS label JOIN photo ON photo.sha256 = label.photo_sha256
    WHERE label.weight > 0
    GROUP BY label.model, label.photo_sha256, label.class_name
    ORDER BY label.model, label.photo_sha256, label.class_name
""")


@dataclass(slots=True)
class Labelled:
    """A photo and its labels, class names sorted; of all other classes nothing is known.

    `path` is relative to the home, None where the file is not kept; the size is in px, upright.
    """

    photo_sha256: str
    path: str | None
    width: int
    height: int
    present: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)


async def by_model(session: AsyncSession) -> dict[str, list[Labelled]]:
    """By model, the photos on which something is agreed, in the order of their hashes."""
    models: dict[str, dict[str, Labelled]] = defaultdict(dict)
    for row in await session.execute(_WEIGHTS):
        photo = Labelled(row.photo_sha256, row.path, row.width, row.height)
        photo = models[row.model].setdefault(row.photo_sha256, photo)
        if row.present >= MAJORITY * row.absent:
            photo.present.append(row.class_name)
        elif row.absent >= MAJORITY * row.present:
            photo.absent.append(row.class_name)
    agreed = {
        model: [photo for photo in photos.values() if photo.present or photo.absent]
        for model, photos in models.items()
    }
    return {model: photos for model, photos in agreed.items() if photos}
