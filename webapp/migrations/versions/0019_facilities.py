"""What an organization says of its facilities and their rooms in the browser."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_ADDED = ("accessibility", "archived_at", "version")


def upgrade() -> None:
    op.add_column("facilities", sa.Column("accessibility", sa.String(500), nullable=False, server_default=""))
    op.add_column("facilities", sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("facilities", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("rooms", sa.Column("capacity", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("rooms", "capacity")
    for name in reversed(_ADDED):
        op.drop_column("facilities", name)
