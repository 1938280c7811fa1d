"""The tables. Everything about people's words uses class names, never indices.

Times are ISO 8601 UTC text made by `bot.store.clock.now`; ids of people and chats carry the
channel's name (`telegram:123`). Queries stand in the sibling modules, one a subject.
"""

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, MetaData, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""Named constraints, so that a batch migration on SQLite can find them."""


class Base(DeclarativeBase):
    """The base of all tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {dict[str, Any]: JSON}  # noqa: RUF012 - SQLAlchemy reads a plain dict


class Person(Base):
    """Somebody who wrote. `pseudonym` is what training sees instead of `id`.

    The words of somebody blocked don't count. `trust` (0 to 1) is a factor on the weight of their
    words, measured by `trust.py`. `language` is what they chose by `/language`, `language_hint`
    what their platform says.
    """

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(primary_key=True)
    pseudonym: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="")
    is_admin: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str | None]
    language_hint: Mapped[str | None]
    created_at: Mapped[str]
    blocked_at: Mapped[str | None]
    trust: Mapped[float] = mapped_column(default=1.0, server_default=text("1.0"))

    @property
    def speaks(self) -> str | None:
        """The language that the person chose, else the one that their platform hints at."""
        return self.language or self.language_hint


class Chat(Base):
    """A chat and the model that answers in it (None: the default)."""

    __tablename__ = "chat"

    id: Mapped[str] = mapped_column(primary_key=True)
    model: Mapped[str | None]
    created_at: Mapped[str]


class Inbox(Base):
    """An update, saved before its platform is told that it arrived. `payload` is an `Incoming`."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "external_id"),
        Index("ix_inbox_done_at_not_before", "done_at", "not_before"),
        Index("ix_inbox_person_id_received_at", "person_id", "received_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    external_id: Mapped[str]
    chat_id: Mapped[str]
    person_id: Mapped[str]
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    group_key: Mapped[str | None] = mapped_column(index=True)
    not_before: Mapped[str]
    received_at: Mapped[str]
    claimed_at: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[str | None]
    error: Mapped[str | None]


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


class Outbox(Base):
    """A reply, saved before it is sent; `message_id` is the platform's, saved after."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_chat_id_message_id", "chat_id", "message_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    inbox_id: Mapped[int | None] = mapped_column(ForeignKey("inbox.id"), index=True)
    chat_id: Mapped[str]
    payload: Mapped[dict[str, Any]]
    message_id: Mapped[str | None]
    sent_at: Mapped[str | None]
    error: Mapped[str | None]
    created_at: Mapped[str]


class OutboxAnswer(Base):
    """Which answers a message shows, and in which order."""

    __tablename__ = "outbox_answer"

    outbox_id: Mapped[int] = mapped_column(
        ForeignKey("outbox.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id", ondelete="CASCADE"), index=True)


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


class WebSession(Base):
    """A browser in the web chat, by the SHA-256 of its cookie. `person` is its id in chat."""

    __tablename__ = "web_session"

    token_sha256: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[str]


class WebMessage(Base):
    """One bubble of the web chat. `revision` grows with every change, over all of a chat's bubbles.

    A browser that lost its connection asks for all revisions after the last one it saw.
    `key` is the outbox row or the browser's own id: the same message is never stored twice.
    """

    __tablename__ = "web_message"
    __table_args__ = (
        UniqueConstraint("chat", "key"),
        Index("ix_web_message_chat_revision", "chat", "revision"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    chat: Mapped[str]
    key: Mapped[str]
    author: Mapped[str]
    payload: Mapped[dict[str, Any]]
    revision: Mapped[int]
    created_at: Mapped[str]


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
