"""Who was moved from one facility to another, by whom and why: a trail that only grows."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

REDACTED = "Removed on request"
_TRAIL = "facility_moves"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PARTS = {
    "user_id": "users", "from_facility_id": "facilities", "to_facility_id": "facilities", "actor_id": "users"
}  # fmt: skip


def upgrade() -> None:
    op.create_table(
        _TRAIL,
        sa.Column("id", _ID, nullable=False),
        *(sa.Column(column, _ID, nullable=False) for column in _PARTS),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("from_facility_id <> to_facility_id", name=op.f(f"ck_{_TRAIL}_goes_elsewhere")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=f"fk_{_TRAIL}_{column}")
            for column, table in _PARTS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{_TRAIL}"),
    )
    op.create_index(f"ix_{_TRAIL}_user_id", _TRAIL, ["user_id"])
    _append_only()


def _append_only() -> None:
    """Nothing may be changed but the reason, into the one text that stands for somebody who asked to go."""
    is_postgres = op.get_bind().dialect.name == "postgresql"
    differs = "IS DISTINCT FROM" if is_postgres else "IS NOT"
    moved = " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in ("id", *_PARTS, "at"))
    refused = f"({moved}) OR NEW.reason = OLD.reason OR NEW.reason {differs} '{REDACTED}'"
    if is_postgres:
        call = "EXECUTE FUNCTION refuse_change()"
        op.execute(f"CREATE TRIGGER {_TRAIL}_append_only BEFORE DELETE ON {_TRAIL} FOR EACH ROW {call}")
        op.execute(f"CREATE TRIGGER {_TRAIL}_no_update BEFORE UPDATE ON {_TRAIL} FOR EACH ROW WHEN ({refused}) {call}")
        op.execute(f"CREATE TRIGGER {_TRAIL}_no_truncate BEFORE TRUNCATE ON {_TRAIL} FOR EACH STATEMENT {call}")
        return
    for verb, when in (("DELETE", ""), ("UPDATE", f"WHEN {refused} ")):
        op.execute(
            f"CREATE TRIGGER {_TRAIL}_no_{verb.lower()} BEFORE {verb} ON {_TRAIL} "
            f"{when}BEGIN SELECT RAISE(ABORT, '{_TRAIL} is append-only'); END"
        )


def downgrade() -> None:
    op.drop_table(_TRAIL)
