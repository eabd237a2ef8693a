"""What was changed on dates of series, and why."""

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None

_TABLE = "event_series_changes"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    parts = {"series_id": "event_series", "event_id": "events", "actor_id": "users"}
    op.create_table(
        _TABLE,
        sa.Column("id", _ID, nullable=False),
        sa.Column("series_id", _ID, nullable=False),
        sa.Column("event_id", _ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("batch", sa.String(36), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("is_undo", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("actor_id", _ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{_TABLE}_{column}")
            for column, other in parts.items()
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{_TABLE}"),
        sa.UniqueConstraint("event_id", "version", name=f"uq_{_TABLE}_version"),
        sqlite_autoincrement=True,
    )
    for column in ("series_id", "actor_id"):
        op.create_index(f"ix_{_TABLE}_{column}", _TABLE, [column])


def downgrade() -> None:
    op.drop_table(_TABLE)
