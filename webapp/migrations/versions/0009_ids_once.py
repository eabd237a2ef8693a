"""No id is used twice: counters go on after everything that was ever given or is remembered.

Making the tables anew with AUTOINCREMENT is done around every migration on SQLite (`migrations/env.py`), and here first.
"""

from alembic import op

from webapp.adapters.id_counters import advance, counters, never_use_ids_twice
from webapp.queries.remembered_ids import Form, Memory, highest_remembered

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

#: As `queries.remembered_ids` said when this was written.
REMEMBERED = (
    Memory("events", "outbox_events", "event_id"),
    Memory("enrollments", "outbox_events", "enrollment_id"),
    Memory("enrollments", "messages", "details", Form.JSON, "enrollment_id"),
    Memory("events", "enrollment_transitions", "event_id"),
    *(
        Memory(of, table, "dedupe_key", Form.PREFIXED, prefix)
        for table in ("notifications", "messages")
        for of, prefix in (
            ("outbox_events", "outbox:"), ("class_outbox_events", "class-outbox:"),
            ("password_resets", "password_reset:"),
        )
    ),
    *(
        Memory("program_classes", table, "class_id")
        for table in (
            "class_changes", "class_session_changes", "class_outbox_events", "class_enrollment_transitions",
        )
    ),
    Memory("class_enrollments", "class_outbox_events", "enrollment_id"),
    Memory("class_sessions", "class_session_changes", "session_id"),
    *(
        Memory(of, "class_session_changes", column, Form.JSON, key)
        for column in ("before", "after")
        for of, key in (("rooms", "room_id"), ("users", "instructor_id"))
    ),
    Memory("job_runs", "class_changes", "job_run_id"),
    Memory("job_runs", "facility_activations", "job_run_id"),
    Memory("facilities", "job_runs", "facility_id"),
    Memory("meeting_sessions", "meeting_sessions", "room_name", Form.PREFIXED, "session-"),
    *(
        Memory("meeting_sessions", table, column, Form.PREFIXED, "session-", told=True)
        for table, column in (("meeting_rooms", "name"), ("stays", "room_name"), ("room_guests", "room_name"))
    ),
    *(
        Memory("users", table, "identity", Form.PREFIXED, "u", told=True)
        for table in ("webhook_deliveries", "stays", "room_guests", "identity_matches")
    ),
)


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        never_use_ids_twice(connection)
    highest = highest_remembered(connection, counters(connection), REMEMBERED)
    advance(connection, {table: number for table, (number, _place) in highest.items()})


def downgrade() -> None:
    """Nothing: counters that do not go back hold for every version of the tables."""
