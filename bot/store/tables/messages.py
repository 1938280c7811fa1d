"""Messages: who writes where, what came in, what goes out, and the web chat's own bubbles."""

from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.tables.base import Base


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
