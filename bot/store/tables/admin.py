"""What admins ask for and are asked, and what is to be forgotten."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables.base import Base


class Teaching(Base):
    """A person who shows a model a class in a chat: their next photos there are examples of it.

    `seen_at` is when the last photo came, or it began. Rows stay after the end, so that no button
    of one ends a later one.
    """

    __tablename__ = "teaching"

    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[str]
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    model: Mapped[str]
    class_name: Mapped[str]
    began_at: Mapped[str]
    seen_at: Mapped[str]
    ended_at: Mapped[str | None]


class TrainingRun(Base):
    """A `/retrain`, or the question whether to (`asked`), which a tap makes wait.

    `status`: asked, waiting, running, cancelling, promoted, refused, failed, cancelled,
    interrupted.
    """

    __tablename__ = "training_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    model: Mapped[str]
    chat_id: Mapped[str]
    person_id: Mapped[str]
    status: Mapped[str]
    why: Mapped[str | None]
    version: Mapped[str | None]
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"))
    created_at: Mapped[str]
    ended_at: Mapped[str | None]


class SeenBefore(Base):
    """Photos that look alike and were answered none: an admin is asked what they are.

    `status`: asked, named, apart (not one class), later. `chat_id` is the admin's, `outbox_id` the
    question there. `sheet` is the picture of all of them, below the home, None once it is deleted;
    `photos` counts them as they were when it was drawn.
    """

    __tablename__ = "seen_before"

    id: Mapped[int] = mapped_column(primary_key=True)
    model: Mapped[str]
    chat_id: Mapped[str]
    status: Mapped[str]
    outbox_id: Mapped[int | None]
    sheet: Mapped[str | None]
    photos: Mapped[int]
    created_at: Mapped[str]


class SeenBeforePhoto(Base):
    """One of these photos by its answer, and the statement that named it with the others."""

    __tablename__ = "seen_before_photo"

    seen_before_id: Mapped[int] = mapped_column(
        ForeignKey("seen_before.id", ondelete="CASCADE"), primary_key=True
    )
    answer_id: Mapped[int] = mapped_column(
        ForeignKey("answer.id", ondelete="CASCADE"), primary_key=True
    )
    statement_id: Mapped[int | None] = mapped_column(
        ForeignKey("statement.id", ondelete="SET NULL"), index=True
    )


class AdminLink(Base):
    """A one-time admin link, by the SHA-256 of its token."""

    __tablename__ = "admin_link"

    token_sha256: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[str]
    used_at: Mapped[str | None]
    used_by: Mapped[str | None]


class Forgetting(Base):
    """A person who asked to be forgotten. `status`: asked, erased, done; then the row goes, too.

    `chat_id` is where they are told (None: the command line asked), `outbox_id` the message there,
    `words` what was said last, in `language`.
    """

    __tablename__ = "forgetting"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(unique=True)
    pseudonym: Mapped[str]
    chat_id: Mapped[str | None]
    status: Mapped[str]
    outbox_id: Mapped[int | None]
    language: Mapped[str | None]
    words: Mapped[str]
    created_at: Mapped[str]
    erased_at: Mapped[str | None]
    done_at: Mapped[str | None]


class ForgottenPhoto(Base):
    """A photo that nothing may be learned from any more, by each hash that a version may know it.

    The row goes with the `forgetting` that it belongs to.
    """

    __tablename__ = "forgotten_photo"

    forgetting_id: Mapped[int] = mapped_column(
        ForeignKey("forgetting.id", ondelete="CASCADE"), primary_key=True
    )
    photo_sha256: Mapped[str] = mapped_column(primary_key=True)


class Backup(Base):
    """A backup that was written, so that it can be named to those who are forgotten."""

    __tablename__ = "backup"

    path: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[str]
