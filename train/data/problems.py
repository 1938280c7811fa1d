"""What is wrong with a source, said all at once instead of one thing a run."""

from model.errors import BadData

SHOWN = 10


class Problems:
    """Sentences about one source. Each says where, which value, and what to do."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._sentences: list[str] = []

    def add(self, where: str, sentence: object) -> None:
        """Note what is wrong at `where` (a row, a file)."""
        self._sentences.append(f"{where}: {sentence}")

    def raise_any(self) -> None:
        """Raise `BadData` with the first problems noted and the count of the rest, if any."""
        if not self._sentences:
            return
        lines = [f"{self._source} can't be used as it is:", *self._sentences[:SHOWN]]
        if len(self._sentences) > SHOWN:
            lines.append(f"and {len(self._sentences) - SHOWN} more.")
        raise BadData("\n  ".join(lines))
