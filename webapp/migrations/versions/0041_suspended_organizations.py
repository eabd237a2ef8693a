"""An organization may be suspended: since when, and why. And when a mail server refused an address for good."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("organizations", sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("organizations", sa.Column("suspended_because", sa.String(500), nullable=True))
    op.add_column("users", sa.Column("mail_refused_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("users", "mail_refused_at")
    for column in ("suspended_because", "suspended_at"):
        op.drop_column("organizations", column)
