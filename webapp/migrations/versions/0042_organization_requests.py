"""Who asks to open an organization, and what was decided."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

_TABLE = "organization_requests"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_PARTS = {"user_id": "users", "decided_by_id": "users", "organization_id": "organizations"}


def upgrade() -> None:
    op.create_table(
        _TABLE,
        sa.Column("id", _ID, nullable=False),
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("facility", sa.String(120), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("decided_at", _MOMENT, nullable=True),
        sa.Column("decided_by_id", _ID, nullable=True),
        sa.Column("organization_id", _ID, nullable=True),
        sa.Column("reason", sa.String(500), nullable=True),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=f"fk_{_TABLE}_{column}")
            for column, table in _PARTS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{_TABLE}"),
    )
    waits = sa.text("decided_at IS NULL")
    op.create_index(f"uq_{_TABLE}_open", _TABLE, ["user_id"], unique=True, sqlite_where=waits, postgresql_where=waits)
    op.create_index(f"ix_{_TABLE}_user", _TABLE, ["user_id", "created_at"])


def downgrade() -> None:
    op.drop_table(_TABLE)
