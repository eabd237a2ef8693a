"""The runs that failed are found without reading all that ever ran."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

_NAME, _TABLE = "ix_job_runs_failed", "job_runs"
_HAS_FAILED = sa.text("status = 'failed'")


def upgrade() -> None:
    op.create_index(_NAME, _TABLE, ["as_of_at"], postgresql_where=_HAS_FAILED, sqlite_where=_HAS_FAILED)


def downgrade() -> None:
    op.drop_index(_NAME, _TABLE)
