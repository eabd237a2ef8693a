"""Invitations to events that are answered maybe, end at a time, and are sent again."""

import sqlalchemy as sa
from alembic import op

from webapp.adapters.sqlite_tables import allow_words, drop_columns, forbid_words

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None

_TABLE, _OPEN = "event_invitations", "uq_event_invitations_open"
_AT = sa.DateTime(timezone=True)
_COLUMNS = ("expires_at", "mails", "mailed_again_at")


def upgrade() -> None:
    allow_words(op.get_bind(), _TABLE, "status", ["maybe"])
    op.add_column(_TABLE, sa.Column("expires_at", _AT))
    op.add_column(_TABLE, sa.Column("mails", sa.Integer(), server_default="1", nullable=False))
    op.add_column(_TABLE, sa.Column("mailed_again_at", _AT))
    op.drop_index(_OPEN, _TABLE)
    _index("status IN ('open', 'maybe')")


def downgrade() -> None:
    """A maybe is no answer."""
    op.execute("UPDATE event_invitations SET status = 'open', ended_at = NULL WHERE status = 'maybe'")
    op.drop_index(_OPEN, _TABLE)
    drop_columns(op.get_bind(), _TABLE, _COLUMNS)
    _index("status = 'open'")
    forbid_words(op.get_bind(), _TABLE, "status", ["maybe"])


def _index(words: str) -> None:
    where = sa.text(words)
    op.create_index(
        _OPEN, _TABLE, ["event_id", "user_id"], unique=True, sqlite_where=where, postgresql_where=where
    )
