"""What is wrong with a source, said all at once instead of one thing a run."""

from collections.abc import Sequence

from model.errors import BadData

SHOWN = 10


class Problems:
    """Sentences on what can't be used of one source. Each says where, which value, what to do."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.sentences: list[str] = []

    def add(self, where: str, sentence: object) -> None:
        """Note what is wrong at `where` (a row, a file)."""
        self.sentences.append(f"{where}: {sentence}")

    def raise_any(self) -> None:
        """Raise `BadData` with the first problems noted and the count of the rest, if any."""
        if self.sentences:
            lines = [f"{self.source} can't be used as it is:", *first_few(self.sentences)]
            raise BadData("\n  ".join(lines))


def first_few(sentences: Sequence[str]) -> list[str]:
    """The first `SHOWN` sentences, and how many there are beyond them."""
    more = len(sentences) - SHOWN
    return [*sentences[:SHOWN], *([f"and {more} more."] if more > 0 else [])]
