"""Events that were closed too early are opened again."""

import sqlalchemy as sa
from alembic import op

from webapp.adapters.sqlite_tables import allow_words, forbid_words

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

#: Table, column -> the words that are new.
_NEW_WORDS = {
    ("notifications", "type"): ("outcome_taken_back",),
    ("outbox_events", "kind"): ("OutcomeTakenBack",),
    ("enrollment_transitions", "kind"): ("reopening",),
    ("class_enrollment_transitions", "kind"): ("reopening",),
}


def upgrade() -> None:
    for (table, column), words in _NEW_WORDS.items():
        allow_words(op.get_bind(), table, column, words)


def downgrade() -> None:
    bind = op.get_bind()
    _refuse_reopened()
    for (table, column), words in _NEW_WORDS.items():
        if table in ("notifications", "outbox_events"):
            named = ", ".join(f"'{word}'" for word in words)
            op.execute(f"DELETE FROM {table} WHERE {column} IN ({named})")
        forbid_words(bind, table, column, words)


def _refuse_reopened() -> None:
    """A trail forgets nothing, and older versions do not know the word."""
    moves = op.get_bind().scalar(sa.text("SELECT count(*) FROM enrollment_transitions WHERE kind = 'reopening'"))
    if moves:
        raise RuntimeError(f"{moves} outcomes were taken back by reopening an event: there is no way back from here")
