"""People who wait behind others: events that know lanes."""

from alembic import op

from webapp.adapters.sqlite_tables import drop_columns

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None

_POLICIES = "event_policies"
#: Tickets of the second lane begin here; without lanes they are those of the only one, at its end.
_LANE = 1_000_000_000


def upgrade() -> None:
    no = "false" if op.get_bind().dialect.name == "postgresql" else "0"
    op.execute(f"ALTER TABLE {_POLICIES} ADD COLUMN has_lanes BOOLEAN DEFAULT {no} NOT NULL")


def downgrade() -> None:
    """Who waited behind others waits in the order in which they came."""
    op.execute(
        f"UPDATE enrollments SET waitlist_position = waitlist_position - {_LANE} WHERE waitlist_position >= {_LANE}"
    )
    drop_columns(op.get_bind(), _POLICIES, ["has_lanes"])
