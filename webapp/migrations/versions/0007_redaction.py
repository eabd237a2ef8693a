"""Trails stay append-only, but for one change: a text of somebody who asked to go becomes a fixed one.

Nothing else of the row may change, the text may become nothing else, and it has to be one: an
UPDATE that changes nothing is refused, too. The columns are written out here, because SQLite
cannot compare rows; a test holds that none of the table is missing.
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

REDACTED = "Removed on request"
#: Table -> the columns that hold what somebody typed, and all the others.
TRAILS = {
    "enrollment_transitions": (
        ("reason", "actor_label"),
        ("id", "enrollment_id", "event_id", "version", "from_status", "to_status", "kind", "triggered_by",
         "actor_id", "at"),
    ),
    "check_in_reversals": (
        ("reason",),
        ("check_in_id", "event_id", "actor_id", "helper_id", "request_id", "at"),
    ),
    "session_marks": (
        ("reason",),
        ("id", "session_id", "user_id", "status", "actor_id", "request_id", "at"),
    ),
}


def upgrade() -> None:
    is_postgres = op.get_bind().dialect.name == "postgresql"
    for table, (texts, others) in TRAILS.items():
        (_allow_on_postgres if is_postgres else _allow_on_sqlite)(table, texts, others)


def _allow_on_postgres(table, texts, others) -> None:
    op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
        f"FOR EACH ROW WHEN ({_is_no_redaction(texts, others, 'IS DISTINCT FROM', 'IS NOT DISTINCT FROM')}) "
        "EXECUTE FUNCTION refuse_change()"
    )


def _allow_on_sqlite(table, texts, others) -> None:
    op.execute(f"DROP TRIGGER {table}_no_update")
    op.execute(
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
        f"WHEN {_is_no_redaction(texts, others, 'IS NOT', 'IS')} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def _is_no_redaction(texts, others, differs, equals) -> str:
    """The condition under which an UPDATE is refused."""
    moved = " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in others)
    other_text = " OR ".join(
        f"(NEW.{column} {differs} OLD.{column} AND (OLD.{column} IS NULL OR NEW.{column} {differs} '{REDACTED}'))"
        for column in texts
    )
    nothing = " AND ".join(f"NEW.{column} {equals} OLD.{column}" for column in texts)
    return f"({moved}) OR ({other_text}) OR ({nothing})"


def downgrade() -> None:
    for table in TRAILS:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"DROP TRIGGER {table}_no_update ON {table}")
            op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
        else:
            op.execute(f"DROP TRIGGER {table}_no_update")
            op.execute(
                f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
