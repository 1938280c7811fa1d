"""Photos: what a model answered, and what people say of them, by class names."""

from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables.base import Base


class Photo(Base):
    """A photo as it is kept: without metadata, named by the hash of the bytes received.

    `path` is relative to the home; None when only the figures were kept.
    """

    __tablename__ = "photo"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    path: Mapped[str | None]
    width: Mapped[int]
    height: Mapped[int]
    size_bytes: Mapped[int]
    created_at: Mapped[str]


class Embedding(Base):
    """A photo's embedding by one backbone: little-endian float16, 1280 values."""

    __tablename__ = "embedding"

    photo_sha256: Mapped[str] = mapped_column(
        ForeignKey("photo.sha256", ondelete="CASCADE"), primary_key=True
    )
    backbone: Mapped[str] = mapped_column(primary_key=True)
    vector: Mapped[bytes] = mapped_column(LargeBinary)


class Answer(Base):
    """What a version said of a photo in a chat. `payload` is `model.decision.Answer` as JSON.

    `twin` is what the single-label head would have said. `said` is the answer that people's words
    put in the model's place, if they did. `draft` is what is open about it (`drafts.py`). An answer
    that is shown to an admin for review is a row of its own (`reviewing.py`): said of the same
    photo, to the same person, in the admin's chat. `position` is the photo's number in its message
    (0 unless it is an album).
    """

    __tablename__ = "answer"
    __table_args__ = (Index("ix_answer_chat_id_id", "chat_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    inbox_id: Mapped[int | None] = mapped_column(
        ForeignKey("inbox.id", ondelete="SET NULL"), index=True
    )
    photo_sha256: Mapped[str] = mapped_column(ForeignKey("photo.sha256", ondelete="CASCADE"))
    chat_id: Mapped[str]
    person_id: Mapped[str]
    model: Mapped[str]
    version: Mapped[str]
    payload: Mapped[dict[str, Any]]
    twin: Mapped[dict[str, Any]]
    said: Mapped[dict[str, Any] | None]
    draft: Mapped[dict[str, Any] | None]
    position: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[str]


class Statement(Base):
    """Something that a person said of a photo: its labels are the rows of `statement_label`.

    `kind`: right, wrong, not, is, fix, none; skip, which speaks of no class, in review. `source`:
    tap, words, reaction, teaching.
    """

    __tablename__ = "statement"
    __table_args__ = (
        Index("ix_statement_photo_sha256_model", "photo_sha256", "model"),
        Index("ix_statement_person_id_said_at", "person_id", "said_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("answer.id", ondelete="SET NULL"))
    photo_sha256: Mapped[str] = mapped_column(ForeignKey("photo.sha256", ondelete="CASCADE"))
    model: Mapped[str]
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    chat_id: Mapped[str]
    kind: Mapped[str]
    source: Mapped[str]
    weight: Mapped[float]
    said_at: Mapped[str]
    withdrawn_at: Mapped[str | None]


class StatementLabel(Base):
    """One class that a statement speaks of. `state`: present, absent."""

    __tablename__ = "statement_label"

    statement_id: Mapped[int] = mapped_column(
        ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True
    )
    class_name: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]


class ClassAlias(Base):
    """What became of a class's name (`bot/renames.py`): its words count as `new_name` since then.

    `line` is the name under which it was merged into another class; `new_name` if it was only
    renamed.
    """

    __tablename__ = "class_alias"

    model: Mapped[str] = mapped_column(primary_key=True)
    old_name: Mapped[str] = mapped_column(primary_key=True)
    new_name: Mapped[str]
    line: Mapped[str]
    since: Mapped[str]
