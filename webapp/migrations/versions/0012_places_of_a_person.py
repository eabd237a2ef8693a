"""One index for all the places of a person, and for their latest one in an event."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_enrollments_user", "enrollments", ["user_id", "event_id", "id"])
    op.drop_index("ix_enrollments_user_id", table_name="enrollments")


def downgrade() -> None:
    op.create_index("ix_enrollments_user_id", "enrollments", ["user_id"])
    op.drop_index("ix_enrollments_user", table_name="enrollments")
