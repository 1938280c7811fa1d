"""Which language the bot speaks with a person: chosen, and hinted by the platform."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("language", sa.String(), nullable=True))
    op.add_column("person", sa.Column("language_hint", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("person") as person:
        person.drop_column("language_hint")
        person.drop_column("language")
