"""A second mailbox of one person, proved to merge its account into theirs."""

import sqlalchemy as sa
from alembic import op

from webapp.adapters.sqlite_tables import drop_columns

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

_TABLE = "address_changes"


def upgrade() -> None:
    op.add_column(_TABLE, sa.Column("for_merge", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column(_TABLE, sa.Column("proved_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    # What waits for its code then would look like a change of address: whoever asked asks again.
    op.execute(f"DELETE FROM {_TABLE} WHERE for_merge")  # noqa: S608 - the name of our table
    drop_columns(op.get_bind(), _TABLE, ["for_merge", "proved_at"])
