"""An undo keeps the id of its tap, so that the same id cannot take another check-in back."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch: that would make the table anew on SQLite, without its triggers.
    op.add_column("check_in_reversals", sa.Column("request_id", sa.String(length=64), nullable=True))
    op.create_index("uq_check_in_reversals_request", "check_in_reversals", ["event_id", "request_id"], unique=True)


def downgrade() -> None:
    op.drop_index("uq_check_in_reversals_request", "check_in_reversals")
    op.drop_column("check_in_reversals", "request_id")
