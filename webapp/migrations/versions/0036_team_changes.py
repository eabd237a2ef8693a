"""What changed in the team of an organization, and who changed it: a trail that only grows."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_TRAIL = "team_changes"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PARTS = {
    "organization_id": "organizations", "user_id": "users", "actor_id": "users", "successor_id": "users"
}  # fmt: skip


def upgrade() -> None:
    op.create_table(
        _TRAIL,
        sa.Column("id", _ID, nullable=False),
        *(sa.Column(column, _ID, nullable=column == "successor_id") for column in _PARTS),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('joined', 'changed', 'removed', 'left')", name=op.f(f"ck_{_TRAIL}_kind")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=f"fk_{_TRAIL}_{column}")
            for column, table in _PARTS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{_TRAIL}"),
    )
    for column in ("organization_id", "user_id"):
        op.create_index(f"ix_{_TRAIL}_{column}", _TRAIL, [column])
    _append_only()


def _append_only() -> None:
    if op.get_bind().dialect.name == "postgresql":
        call = "EXECUTE FUNCTION refuse_change()"
        op.execute(f"CREATE TRIGGER {_TRAIL}_append_only BEFORE UPDATE OR DELETE ON {_TRAIL} FOR EACH ROW {call}")
        op.execute(f"CREATE TRIGGER {_TRAIL}_no_truncate BEFORE TRUNCATE ON {_TRAIL} FOR EACH STATEMENT {call}")
        return
    for verb in ("DELETE", "UPDATE"):
        op.execute(
            f"CREATE TRIGGER {_TRAIL}_no_{verb.lower()} BEFORE {verb} ON {_TRAIL} "
            f"BEGIN SELECT RAISE(ABORT, '{_TRAIL} is append-only'); END"
        )


def downgrade() -> None:
    op.drop_table(_TRAIL)
