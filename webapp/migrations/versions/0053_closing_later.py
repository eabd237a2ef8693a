"""Events that are closed some time after their end."""

import sqlalchemy as sa
from alembic import op

from webapp.adapters.sqlite_tables import drop_columns

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

_CHECK = "CONSTRAINT ck_event_policies_closing_delay_not_negative CHECK (closing_delay_minutes >= 0)"


def upgrade() -> None:
    op.add_column("events", sa.Column("closing_from", sa.DateTime(timezone=True), nullable=True))
    op.execute(f"ALTER TABLE event_policies ADD COLUMN closing_delay_minutes INTEGER DEFAULT 0 NOT NULL {_CHECK}")


def downgrade() -> None:
    drop_columns(op.get_bind(), "event_policies", ["closing_delay_minutes"])
    drop_columns(op.get_bind(), "events", ["closing_from"])
