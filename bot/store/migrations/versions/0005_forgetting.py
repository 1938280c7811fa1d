"""People who are to be forgotten, the photos that nothing may learn from, and where backups lie."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "forgetting",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("person_id", sa.String(), nullable=False, unique=True),
        sa.Column("pseudonym", sa.String(), nullable=False),
        sa.Column("chat_id", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("outbox_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("erased_at", sa.String(), nullable=True),
        sa.Column("done_at", sa.String(), nullable=True),
    )
    op.create_table(
        "forgotten_photo",
        sa.Column(
            "forgetting_id",
            sa.Integer(),
            sa.ForeignKey("forgetting.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("photo_sha256", sa.String(), primary_key=True),
    )
    op.create_table(
        "backup",
        sa.Column("path", sa.String(), primary_key=True),
        sa.Column("created_at", sa.String(), nullable=False),
    )


def downgrade() -> None:
    for table in ("backup", "forgotten_photo", "forgetting"):
        op.drop_table(table)
