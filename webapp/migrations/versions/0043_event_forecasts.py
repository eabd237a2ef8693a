"""How many were expected at an event that is closed; and an index of the enrollments that wait for staff."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

_TABLE = "event_forecasts"
_OPEN = "ix_enrollments_undecided"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        _TABLE,
        sa.Column("event_id", _ID, nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("low", sa.Integer(), nullable=True),
        sa.Column("high", sa.Integer(), nullable=True),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(low IS NULL) = (high IS NULL)", name=op.f(f"ck_{_TABLE}_both_ends")),
        sa.CheckConstraint(
            "low IS NULL OR (low >= 0 AND low <= high AND high <= people)", name=op.f(f"ck_{_TABLE}_range_of_people")
        ),
        sa.CheckConstraint("people >= 0", name=op.f(f"ck_{_TABLE}_people_not_negative")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=f"fk_{_TABLE}_event_id"),
        sa.PrimaryKeyConstraint("event_id", name=f"pk_{_TABLE}"),
    )
    waits_for_staff = sa.text("status IN ('pending', 'undecided')")
    op.create_index(
        _OPEN, "enrollments", ["event_id"], sqlite_where=waits_for_staff, postgresql_where=waits_for_staff
    )


def downgrade() -> None:
    op.drop_index(_OPEN, "enrollments")
    op.drop_table(_TABLE)
