"""People may be blocked, and weigh less when their words turn out wrong."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("blocked_at", sa.String(), nullable=True))
    op.add_column(
        "person", sa.Column("trust", sa.Double(), nullable=False, server_default=sa.text("1.0"))
    )
    op.create_index("ix_statement_person_id_said_at", "statement", ["person_id", "said_at"])


def downgrade() -> None:
    op.drop_index("ix_statement_person_id_said_at", "statement")
    op.drop_column("person", "trust")
    op.drop_column("person", "blocked_at")
