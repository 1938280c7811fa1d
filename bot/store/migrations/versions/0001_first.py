"""The first schema: chats, photos and answers, words about them, training, the web chat."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _chats()
    _photos()
    _statements()
    _training()
    _web()


def downgrade() -> None:
    raise NotImplementedError("before the first schema there is nothing: delete the file instead")


def _text(name: str, *more: Any, **options: Any) -> sa.Column[str]:
    return sa.Column(name, sa.String(), *more, **{"nullable": False, **options})


def _maybe(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=True)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), primary_key=True)


def _refers(name: str, to: str, ondelete: str | None = None, **options: Any) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), sa.ForeignKey(to, ondelete=ondelete), **options)


def _photo() -> sa.Column[str]:
    return _text("photo_sha256", sa.ForeignKey("photo.sha256", ondelete="CASCADE"))


def _json(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.JSON(), nullable=nullable)


def _chats() -> None:
    op.create_table(
        "person",
        _text("id", primary_key=True),
        _text("pseudonym", unique=True),
        _text("name"),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        _text("created_at"),
    )
    op.create_table("chat", _text("id", primary_key=True), _maybe("model"), _text("created_at"))
    op.create_table(
        "inbox",
        _id(),
        *(_text(name) for name in ("channel", "external_id", "chat_id", "person_id", "kind")),
        _json("payload"),
        _maybe("group_key"),
        _text("not_before"),
        _text("received_at"),
        _maybe("claimed_at"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _maybe("done_at"),
        _maybe("error"),
        sa.UniqueConstraint("channel", "external_id"),
    )
    op.create_index("ix_inbox_done_at_not_before", "inbox", ["done_at", "not_before"])
    op.create_index("ix_inbox_group_key", "inbox", ["group_key"])
    op.create_index("ix_inbox_person_id_received_at", "inbox", ["person_id", "received_at"])
    op.create_table(
        "outbox",
        _id(),
        _refers("inbox_id", "inbox.id"),
        _text("chat_id"),
        _json("payload"),
        _maybe("message_id"),
        _maybe("sent_at"),
        _maybe("error"),
        _text("created_at"),
    )
    op.create_index("ix_outbox_chat_id_message_id", "outbox", ["chat_id", "message_id"])
    op.create_index("ix_outbox_inbox_id", "outbox", ["inbox_id"])


def _photos() -> None:
    op.create_table(
        "photo",
        _text("sha256", primary_key=True),
        _maybe("path"),
        *(sa.Column(n, sa.Integer(), nullable=False) for n in ("width", "height", "size_bytes")),
        _text("created_at"),
    )
    op.create_table(
        "embedding",
        _photo(),
        _text("backbone"),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("photo_sha256", "backbone"),
    )
    op.create_table(
        "answer",
        _id(),
        _refers("inbox_id", "inbox.id", "SET NULL"),
        _photo(),
        *(_text(name) for name in ("chat_id", "person_id", "model", "version")),
        _json("payload"),
        _json("twin"),
        _json("said", nullable=True),
        _json("draft", nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        _text("created_at"),
    )
    op.create_index("ix_answer_chat_id_id", "answer", ["chat_id", "id"])
    op.create_table(
        "outbox_answer",
        _refers("outbox_id", "outbox.id", "CASCADE", primary_key=True),
        sa.Column("position", sa.Integer(), primary_key=True),
        _refers("answer_id", "answer.id", "CASCADE", nullable=False),
    )
    op.create_index("ix_outbox_answer_answer_id", "outbox_answer", ["answer_id"])


def _statements() -> None:
    op.create_table(
        "statement",
        _id(),
        _refers("answer_id", "answer.id", "SET NULL"),
        _photo(),
        _text("model"),
        _text("person_id", sa.ForeignKey("person.id", ondelete="CASCADE")),
        *(_text(name) for name in ("chat_id", "kind", "source")),
        sa.Column("weight", sa.Double(), nullable=False),
        _text("said_at"),
        _maybe("withdrawn_at"),
    )
    op.create_index("ix_statement_photo_sha256_model", "statement", ["photo_sha256", "model"])
    op.create_table(
        "statement_label",
        _refers("statement_id", "statement.id", "CASCADE", primary_key=True),
        _text("class_name", primary_key=True),
        _text("state"),
    )


def _training() -> None:
    op.create_table(
        "training_run",
        _id(),
        *(_text(name) for name in ("model", "chat_id", "person_id", "status")),
        _maybe("why"),
        _maybe("version"),
        _refers("outbox_id", "outbox.id"),
        _text("created_at"),
        _maybe("ended_at"),
    )


def _web() -> None:
    op.create_table(
        "admin_link",
        _text("token_sha256", primary_key=True),
        _text("expires_at"),
        _maybe("used_at"),
        _maybe("used_by"),
    )
    op.create_table(
        "web_session",
        _text("token_sha256", primary_key=True),
        _text("person", unique=True),
        _text("created_at"),
    )
    op.create_table(
        "web_message",
        _id(),
        *(_text(name) for name in ("chat", "key", "author")),
        _json("payload"),
        sa.Column("revision", sa.Integer(), nullable=False),
        _text("created_at"),
        sa.UniqueConstraint("chat", "key"),
    )
    op.create_index("ix_web_message_chat_revision", "web_message", ["chat", "revision"])
