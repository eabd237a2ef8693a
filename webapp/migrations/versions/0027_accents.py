"""The colours of organizations."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("organizations", sa.Column("accent", sa.String(15), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("organizations", "accent")
