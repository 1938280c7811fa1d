"""An index on the answers to an update: the inbox is pruned, and asks for them row by row."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_answer_inbox_id", "answer", ["inbox_id"])


def downgrade() -> None:
    op.drop_index("ix_answer_inbox_id", "answer")
