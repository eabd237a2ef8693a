"""Holidays of a facility: its country and region, and days on which it is closed."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("facilities", sa.Column("holiday_country", sa.String(2)))
    op.add_column("facilities", sa.Column("holiday_region", sa.String(20)))
    op.create_table(
        "closed_days",
        sa.Column("id", _ID, nullable=False),
        sa.Column("facility_id", _ID, nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(120), nullable=False),
        sa.CheckConstraint("first_on <= last_on", name=op.f("ck_closed_days_first_before_last")),
        sa.ForeignKeyConstraint(["facility_id"], ["facilities.id"], name="fk_closed_days_facility_id"),
        sa.PrimaryKeyConstraint("id", name="pk_closed_days"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_closed_days_facility", "closed_days", ["facility_id", "last_on"])


def downgrade() -> None:
    op.drop_table("closed_days")
    op.drop_column("facilities", "holiday_region")
    op.drop_column("facilities", "holiday_country")
