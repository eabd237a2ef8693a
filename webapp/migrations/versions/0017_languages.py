"""The language that a person chose, and the one in which an organization writes to those who chose none."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("language", sa.String(20), nullable=True))
    op.add_column("organizations", sa.Column("language", sa.String(20), nullable=False, server_default="en"))


def downgrade() -> None:
    op.drop_column("organizations", "language")
    op.drop_column("users", "language")
