"""Who is asked by mail to join a team."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_TABLE = "team_invitations"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_PARTS = {"organization_id": "organizations", "invited_by_id": "users", "accepted_by_id": "users"}


def upgrade() -> None:
    op.create_table(
        _TABLE,
        sa.Column("id", _ID, nullable=False),
        sa.Column("organization_id", _ID, nullable=False),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("grants", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("invited_by_id", _ID, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("answered_at", _MOMENT, nullable=True),
        sa.Column("accepted_by_id", _ID, nullable=True),
        sa.Column("withdrawn_at", _MOMENT, nullable=True),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=f"fk_{_TABLE}_{column}")
            for column, table in _PARTS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{_TABLE}"),
        sa.UniqueConstraint("token_hash", name=f"uq_{_TABLE}_token_hash"),
    )
    is_open = sa.text("answered_at IS NULL AND withdrawn_at IS NULL")
    op.create_index(
        f"uq_{_TABLE}_open",
        _TABLE,
        ["organization_id", "address"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )


def downgrade() -> None:
    op.drop_table(_TABLE)
