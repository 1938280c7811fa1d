"""The section of a Markdown page that a command writes, between two comments; the rest is kept."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from model.errors import BadData

BEGIN, END = "<!-- speed -->\n", "<!-- end of speed -->"


@dataclass(frozen=True, slots=True)
class Section:
    """A page's text around the section."""

    path: Path
    before: str
    after: str

    @classmethod
    def of(cls, path: Path) -> Self:
        """The section of a page. Raises `BadData` if it has none."""
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        before, begin, rest = text.partition(BEGIN)
        _, end, after = rest.partition(END)
        if not begin or not end:
            raise BadData(
                f"{path} has no place for the table: add the lines {BEGIN.strip()} and {END} to it."
            )
        return cls(path, before, after)

    def write(self, text: str) -> None:
        """The page anew, with `text` in the section."""
        whole = self.before + BEGIN + text + END + self.after
        self.path.write_text(whole, encoding="utf-8")
