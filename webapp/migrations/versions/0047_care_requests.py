"""Staff asks somebody to look after a person whom only the organization knows."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

_TABLE = "care_requests"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.DateTime(timezone=True)
_PEOPLE = ("user_id", "carer_id", "asked_by_id")


def upgrade() -> None:
    op.create_table(
        _TABLE,
        sa.Column("id", _ID, nullable=False),
        sa.Column("organization_id", _ID, nullable=False),
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("carer_id", _ID, nullable=False),
        sa.Column("asked_by_id", _ID, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("expires_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT),
        sa.CheckConstraint(
            "status IN ('open', 'accepted', 'declined', 'withdrawn')", name=op.f(f"ck_{_TABLE}_status")
        ),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=f"fk_{_TABLE}_organization_id"),
        *(sa.ForeignKeyConstraint([one], ["users.id"], name=f"fk_{_TABLE}_{one}") for one in _PEOPLE),
        sa.PrimaryKeyConstraint("id", name=f"pk_{_TABLE}"),
        sqlite_autoincrement=True,
    )
    for column in ("organization_id", *_PEOPLE):
        op.create_index(f"ix_{_TABLE}_{column}", _TABLE, [column])
    is_open = sa.text("status = 'open'")
    op.create_index(
        f"uq_{_TABLE}_open", _TABLE, ["user_id"], unique=True, postgresql_where=is_open, sqlite_where=is_open
    )


def downgrade() -> None:
    op.drop_table(_TABLE)
