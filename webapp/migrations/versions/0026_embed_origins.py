"""Sites that may show an organization's embedded pages."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("organizations", sa.Column("embed_origins", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("organizations", "embed_origins")
