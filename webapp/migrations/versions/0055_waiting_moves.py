"""Who joined the line of an event is found without reading its whole trail."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

_NAME, _TABLE = "ix_enrollment_transitions_waiting", "enrollment_transitions"
_JOINS = sa.text("to_status = 'waitlisted'")


def upgrade() -> None:
    op.create_index(_NAME, _TABLE, ["event_id", "id"], postgresql_where=_JOINS, sqlite_where=_JOINS)


def downgrade() -> None:
    op.drop_index(_NAME, _TABLE)
