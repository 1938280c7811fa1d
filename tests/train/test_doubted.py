"""`train/doubted.py`: whose words the other photos contradict."""

from model.head import ABSENT, PRESENT
from tests.train.toys import hashes
from train.doubted import Doubted, doubted
from train.suspects import Suspect

CLASSES = ("cat", "dog")
REMEMBERED = hashes("base", "one", "two", "three")


def test_photos_are_counted_by_person_most_doubted_first() -> None:
    """Two doubted words on one photo are one; who said nothing doubtful isn't named."""
    said_by = [
        {"cat": ("vandal",), "dog": ("vandal",)},
        {"cat": ("vandal", "friend")},
        {"dog": ("ann",)},
    ]
    suspects = [
        Suspect(1, 0, PRESENT, 0.0),
        Suspect(1, 1, ABSENT, 1.0),
        Suspect(2, 0, PRESENT, 0.1),
    ]

    found = doubted(said_by, hashes("one", "two", "three"), suspects, REMEMBERED, CLASSES)

    assert found == (Doubted("vandal", 2, 2), Doubted("friend", 1, 1))
    assert found[0].to_json() == {"said_by": "vandal", "said": 2, "doubted": 2}


def test_nobody_is_blamed_for_what_others_said() -> None:
    """A doubted label of the base's own photos is nobody's word, and on a photo only those who
    spoke of the doubted class are meant."""
    suspects = [Suspect(0, 0, PRESENT, 0.0), Suspect(1, 1, PRESENT, 0.0)]

    found = doubted([{"cat": ("ann",)}], hashes("one"), suspects, REMEMBERED, CLASSES)

    assert found == ()
