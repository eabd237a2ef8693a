"""Series of events."""

import sqlalchemy as sa
from alembic import op

from webapp.adapters.sqlite_tables import drop_columns

revision = "0062"
down_revision = "0060"
branch_labels = None
depends_on = None

_SERIES, _EVENTS = "event_series", "events"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OF_SERIES = f"CONSTRAINT fk_{_EVENTS}_series_id REFERENCES {_SERIES} (id)"
_IS_DATE = sa.text("series_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        _SERIES,
        sa.Column("id", _ID, nullable=False),
        sa.Column("organization_id", _ID, nullable=False),
        sa.Column("facility_id", _ID, nullable=False),
        sa.Column("slug", sa.String(100), nullable=False),
        sa.Column("title", sa.String(160), nullable=False),
        sa.Column("rrule", sa.String(300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organization_id"], ["organizations.id"], name=f"fk_{_SERIES}_organization_id"),
        sa.ForeignKeyConstraint(["facility_id"], ["facilities.id"], name=f"fk_{_SERIES}_facility_id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{_SERIES}"),
        sa.UniqueConstraint("slug", name=f"uq_{_SERIES}_slug"),
        sqlite_autoincrement=True,
    )
    for column in ("organization_id", "facility_id"):
        op.create_index(f"ix_{_SERIES}_{column}", _SERIES, [column])
    id_type = "BIGINT" if op.get_bind().dialect.name == "postgresql" else "INTEGER"
    op.execute(f"ALTER TABLE {_EVENTS} ADD COLUMN series_id {id_type} {_OF_SERIES}")
    op.create_index(
        f"ix_{_EVENTS}_series", _EVENTS, ["series_id", "starts_at"], sqlite_where=_IS_DATE, postgresql_where=_IS_DATE
    )


def downgrade() -> None:
    op.drop_index(f"ix_{_EVENTS}_series", _EVENTS)
    drop_columns(op.get_bind(), _EVENTS, ["series_id"])
    op.drop_table(_SERIES)
