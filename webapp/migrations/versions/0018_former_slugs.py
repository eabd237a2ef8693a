"""Names that events had in their addresses before they were renamed."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "former_slugs",
        sa.Column("slug", sa.String(100), nullable=False),
        sa.Column("event_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="fk_former_slugs_event_id_events"),
        sa.PrimaryKeyConstraint("slug", name="pk_former_slugs"),
    )
    op.create_index("ix_former_slugs_event_id", "former_slugs", ["event_id"])


def downgrade() -> None:
    op.drop_table("former_slugs")
