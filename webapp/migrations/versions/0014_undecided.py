"""Undecided outcomes, and what they are decided by: tokens that were issued, doubts, matches with their trail.

Which words a column may hold is read from the database and added to: another migration may have added its own.
"""

import re

import sqlalchemy as sa
from alembic import op

from webapp.adapters.sqlite_tables import drop_columns, make_anew, table_words

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

REDACTED = "Removed on request"
_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_LIVE = "status IN ({})"
_BEFORE = ("attended", "checked_in", "confirmed", "no_show", "pending", "waitlisted")
_NOW = ("attended", "checked_in", "confirmed", "no_show", "pending", "undecided", "waitlisted")
_DOUBTS = ("silent", "unmatched", "unmeasured")
_STATUSES = ("present", "late", "partial", "absent")
_PARTS = ("teacher", "staff")
#: Table, column -> the words that are new.
NEW_WORDS = {
    ("enrollments", "status"): ("undecided",),
    ("notifications", "type"): ("undecided", "settled", "to_settle"),
    ("outbox_events", "kind"): ("ParticipantUndecided",),
}
#: Table -> columns with a list of words.
NEW_COLUMNS: dict[str, dict[str, tuple[str, ...]]] = {
    "meeting_sessions": {"doubt": _DOUBTS},
    "meeting_attendances": {"possible_status": _STATUSES, "took_part_as": _PARTS},
}
_TRAIL = "identity_match_changes"
_OTHERS = ("id", "event_id", "class_id", "identity", "user_id", "is_match", "actor_id", "at")


def upgrade() -> None:
    op.add_column("enrollments", sa.Column("undecided_at", sa.DateTime(timezone=True)))
    for (table, column), words in NEW_WORDS.items():
        _allow(table, column, lambda known, words=words: [*known, *(word for word in words if word not in known)])
    _live_index(_BEFORE, _NOW)
    for table, columns in NEW_COLUMNS.items():
        for column, words in columns.items():
            _add_words(table, column, words)
    _make_tables()
    _append_only()


def _add_words(table, column, words) -> None:
    check = f"CONSTRAINT ck_{table}_{column} CHECK ({column} IN ({_quoted(words)}))"
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} VARCHAR(20) {check}")


def _make_tables() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "join_tokens",
        sa.Column("session_id", _ID, nullable=False),
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("as_host", sa.Boolean(), nullable=False),
        sa.Column("first_at", instant, nullable=False),
        sa.Column("last_at", instant, nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["meeting_sessions.id"], name="fk_join_tokens_session_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_join_tokens_user_id"),
        sa.PrimaryKeyConstraint("session_id", "user_id", name="pk_join_tokens"),
    )
    op.create_index("ix_join_tokens_user_id", "join_tokens", ["user_id"])
    op.create_table(
        "late_facts",
        sa.Column("enrollment_id", _ID, nullable=False),
        sa.Column("event_id", _ID, nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("found_at", instant, nullable=False),
        sa.CheckConstraint("outcome IN ('attended', 'no_show')", name=op.f("ck_late_facts_outcome")),
        sa.ForeignKeyConstraint(["enrollment_id"], ["enrollments.id"], name="fk_late_facts_enrollment_id"),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="fk_late_facts_event_id"),
        sa.PrimaryKeyConstraint("enrollment_id", name="pk_late_facts"),
    )
    op.create_index("ix_late_facts_event_id", "late_facts", ["event_id"])
    op.create_table(
        _TRAIL,
        sa.Column("id", _ID, nullable=False),
        sa.Column("event_id", _ID),
        sa.Column("class_id", _ID),
        sa.Column("identity", sa.String(256), nullable=False),
        sa.Column("user_id", _ID, nullable=False),
        sa.Column("is_match", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("actor_id", _ID, nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.CheckConstraint("(event_id IS NULL) <> (class_id IS NULL)", name=op.f(f"ck_{_TRAIL}_one_owner")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=f"fk_{_TRAIL}_event_id"),
        sa.ForeignKeyConstraint(["class_id"], ["program_classes.id"], name=f"fk_{_TRAIL}_class_id"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=f"fk_{_TRAIL}_user_id"),
        sa.ForeignKeyConstraint(["actor_id"], ["users.id"], name=f"fk_{_TRAIL}_actor_id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{_TRAIL}"),
    )
    op.create_index(f"ix_{_TRAIL}_event", _TRAIL, ["event_id", "id"])
    op.create_index(f"ix_{_TRAIL}_class", _TRAIL, ["class_id", "id"])
    op.create_index(f"ix_{_TRAIL}_user_id", _TRAIL, ["user_id"])


def _append_only() -> None:
    """Nothing may be changed but the reason, into the one text that stands for somebody who asked to go."""
    is_postgres = op.get_bind().dialect.name == "postgresql"
    differs = "IS DISTINCT FROM" if is_postgres else "IS NOT"
    moved = " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in _OTHERS)
    refused = f"({moved}) OR NEW.reason = OLD.reason OR NEW.reason {differs} '{REDACTED}'"
    if is_postgres:
        call = "EXECUTE FUNCTION refuse_change()"
        op.execute(f"CREATE TRIGGER {_TRAIL}_append_only BEFORE DELETE ON {_TRAIL} FOR EACH ROW {call}")
        op.execute(f"CREATE TRIGGER {_TRAIL}_no_update BEFORE UPDATE ON {_TRAIL} FOR EACH ROW WHEN ({refused}) {call}")
        op.execute(f"CREATE TRIGGER {_TRAIL}_no_truncate BEFORE TRUNCATE ON {_TRAIL} FOR EACH STATEMENT {call}")
        return
    for verb, when in (("DELETE", ""), ("UPDATE", f"WHEN {refused} ")):
        op.execute(
            f"CREATE TRIGGER {_TRAIL}_no_{verb.lower()} BEFORE {verb} ON {_TRAIL} "
            f"{when}BEGIN SELECT RAISE(ABORT, '{_TRAIL} is append-only'); END"
        )


def _live_index(before, after) -> None:
    """The partial index that allows one living enrollment of a person in an event."""
    op.drop_index("uq_enrollments_live", "enrollments")
    which = sa.text(_LIVE.format(_quoted(after)))
    op.create_index(
        "uq_enrollments_live", "enrollments", ["event_id", "user_id"], unique=True, postgresql_where=which,
        sqlite_where=which,
    )  # fmt: skip


def _allow(table, column, chosen) -> None:
    """Say anew which words the column may hold: `chosen` of those that it may hold today."""
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        name = f"ck_{table}_{column}"
        known = sa.text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = :name")
        words = chosen(re.findall(r"'([^']*)'", bind.scalar(known, {"name": name})))
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({column} IN ({_quoted(words)}))")
        return
    made = table_words(bind)[table]
    (old,) = re.findall(rf"CHECK \({column} IN \([^)]*\)\)", made)
    words = chosen(re.findall(r"'([^']*)'", old))
    make_anew(bind, table, made.replace(old, f"CHECK ({column} IN ({_quoted(words)}))"))


def _quoted(words) -> str:
    return ", ".join(f"'{word}'" for word in words)


def downgrade() -> None:
    _refuse_undecided()
    for table in (_TRAIL, "late_facts", "join_tokens"):
        op.drop_table(table)
    for table, columns in NEW_COLUMNS.items():
        drop_columns(op.get_bind(), table, columns)
    _live_index(_NOW, _BEFORE)
    for (table, column), words in NEW_WORDS.items():
        op.execute(f"DELETE FROM {table} WHERE {column} IN ({_quoted(words)})")
        _allow(table, column, lambda known, words=words: [word for word in known if word not in words])
    drop_columns(op.get_bind(), "enrollments", ["undecided_at"])


def _refuse_undecided() -> None:
    """Older versions do not know the word, and nobody can say for these people what it would be."""
    undecided = op.get_bind().scalar(sa.text("SELECT count(*) FROM enrollments WHERE status = 'undecided'"))
    if undecided:
        raise RuntimeError(f"{undecided} enrollments are undecided: settle them before you go back to an older version")
