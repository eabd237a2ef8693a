"""No-show policies of organizations, excuses, and whether a place was cancelled late."""

import sqlalchemy as sa
from alembic import op

from webapp.adapters.sqlite_tables import drop_columns

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

_RULES, _EXCUSES, _ENROLLMENTS = "no_show_rules", "no_show_excuses", "enrollments"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_AT = sa.DateTime(timezone=True)
_STANDS = sa.text("withdrawn_at IS NULL")
_POINTING = {"enrollment_id": "enrollments", "given_by_id": "users", "withdrawn_by_id": "users"}
_REASONS = "'ill', 'family', 'work', 'travel', 'ours', 'other'"


def upgrade() -> None:
    op.create_table(
        _RULES,
        sa.Column("organization_id", _ID, nullable=False),
        sa.Column("strikes", sa.Integer(), nullable=False),
        sa.Column("fade_days", sa.Integer(), nullable=False),
        sa.Column("consequence", sa.String(20), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=True),
        sa.Column("late_counts", sa.Boolean(), nullable=False),
        sa.Column("since", _AT, nullable=False),
        sa.Column("changed_at", _AT, nullable=False),
        sa.Column("changed_by_id", _ID, nullable=False),
        sa.CheckConstraint("consequence IN ('warned', 'later', 'behind')", name=op.f(f"ck_{_RULES}_consequence")),
        sa.CheckConstraint("strikes >= 1 AND fade_days >= 1", name=op.f(f"ck_{_RULES}_counts_something")),
        sa.CheckConstraint("(consequence = 'later') = (hours IS NOT NULL)", name=op.f(f"ck_{_RULES}_later_has_hours")),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=f"fk_{_RULES}_organization_id"),
        sa.ForeignKeyConstraint(["changed_by_id"], ["users.id"], name=f"fk_{_RULES}_changed_by_id"),
        sa.PrimaryKeyConstraint("organization_id", name=f"pk_{_RULES}"),
    )
    op.create_index(f"ix_{_RULES}_changed_by_id", _RULES, ["changed_by_id"])
    _make_excuses()
    no = "false" if op.get_bind().dialect.name == "postgresql" else "0"
    op.execute(f"ALTER TABLE {_ENROLLMENTS} ADD COLUMN cancelled_late BOOLEAN DEFAULT {no} NOT NULL")


def _make_excuses() -> None:
    op.create_table(
        _EXCUSES,
        sa.Column("id", _ID, nullable=False),
        sa.Column("enrollment_id", _ID, nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("in_time", sa.Boolean(), nullable=False),
        sa.Column("words", sa.String(300), nullable=False),
        sa.Column("given_by_id", _ID, nullable=False),
        sa.Column("given_at", _AT, nullable=False),
        sa.Column("withdrawn_at", _AT, nullable=True),
        sa.Column("withdrawn_by_id", _ID, nullable=True),
        sa.CheckConstraint(f"reason IN ({_REASONS})", name=op.f(f"ck_{_EXCUSES}_reason")),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)", name=op.f(f"ck_{_EXCUSES}_withdrawn_by_somebody")
        ),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=f"fk_{_EXCUSES}_{column}")
            for column, table in _POINTING.items()
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{_EXCUSES}"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        f"uq_{_EXCUSES}_standing",
        _EXCUSES,
        ["enrollment_id"],
        unique=True,
        sqlite_where=_STANDS,
        postgresql_where=_STANDS,
    )
    for column in _POINTING:
        op.create_index(f"ix_{_EXCUSES}_{column}", _EXCUSES, [column])


def downgrade() -> None:
    drop_columns(op.get_bind(), _ENROLLMENTS, ["cancelled_late"])
    for table in (_EXCUSES, _RULES):
        op.drop_table(table)
