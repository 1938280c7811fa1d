"""Photos that look alike and were answered none, about which an admin is asked."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "seen_before",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("chat_id", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("outbox_id", sa.Integer(), nullable=True),
        sa.Column("sheet", sa.String(), nullable=True),
        sa.Column("photos", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
    )
    op.create_table(
        "seen_before_photo",
        sa.Column(
            "seen_before_id",
            sa.Integer(),
            sa.ForeignKey("seen_before.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column(
            "answer_id",
            sa.Integer(),
            sa.ForeignKey("answer.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("statement_id", sa.Integer(), sa.ForeignKey("statement.id", ondelete="SET NULL")),
    )
    op.create_index("ix_seen_before_photo_statement_id", "seen_before_photo", ["statement_id"])


def downgrade() -> None:
    op.drop_table("seen_before_photo")
    op.drop_table("seen_before")
