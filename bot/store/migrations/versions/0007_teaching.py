"""Classes are renamed and merged, and people teach new ones by examples."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "class_alias",
        sa.Column("model", sa.String(), primary_key=True),
        sa.Column("old_name", sa.String(), primary_key=True),
        sa.Column("new_name", sa.String(), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("since", sa.String(), nullable=False),
    )
    op.create_table(
        "teaching",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("chat_id", sa.String(), nullable=False),
        sa.Column(
            "person_id",
            sa.String(),
            sa.ForeignKey("person.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("class_name", sa.String(), nullable=False),
        sa.Column("began_at", sa.String(), nullable=False),
        sa.Column("seen_at", sa.String(), nullable=False),
        sa.Column("ended_at", sa.String(), nullable=True),
    )


def downgrade() -> None:
    for table in ("teaching", "class_alias"):
        op.drop_table(table)
