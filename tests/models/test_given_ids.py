"""No id is given twice: every table's counter, every column that remembers an id, and the migration that began it."""

import flask_migrate
import pytest
from sqlalchemy import JSON, Connection, Integer, String, inspect, text

from tests.support.databases.standing_apps import made
from tests.support.worlds.demo_database import engine_without_guards
from webapp.adapters.id_counters import counters
from webapp.adapters.sqlite_tables import make_anew, table_words
from webapp.config import Settings
from webapp.extensions import db
from webapp.queries.remembered_ids import REMEMBERED
from webapp.services.preparation import advance_counters

#: JSON that holds no id of a row; the others are in `REMEMBERED`.
NO_IDS = {
    "class_changes.facts",
    "class_attendance_marks.facts",
    "job_runs.counts",
    # Of rows that nobody deletes: questions, facilities, classes.
    "mailings.audience",
    "meeting_attendances.intervals",
    "people_import_lines.facts",
    "people_imports.counts",
    "people_imports.named",
    # Words, numbers and times.
    "event_series_changes.before",
    "event_series_changes.after",
    # Of rows that are there, or that nobody finds again.
    "person_merges.moved",
    "session_reports.fields",
    "team_changes.before",
    "team_changes.after",
}
#: Texts by these names are made of a word and an id. The log's room names are those of `meeting_rooms`.
SPEAKING = {"room_name", "identity", "dedupe_key"}
SAID_ELSEWHERE = {"webhook_deliveries.room_name"}


def columns() -> list:
    return [column for table in db.metadata.tables.values() for column in table.columns]


def places(chosen) -> set[str]:
    return {f"{column.table.name}.{column.name}" for column in chosen}


def test_every_table_that_numbers_its_rows_has_a_counter_that_never_goes_back(app_context):
    with db.engine.connect() as connection:
        numbered = {
            table.name
            for table in db.metadata.tables.values()
            if [column.name for column in table.primary_key] == ["id"]
        }
        assert set(counters(connection)) == numbered
        assert set(inspect(connection).get_table_names()) >= numbered


def test_every_column_that_may_remember_an_id_is_known():
    """A new one without a foreign key belongs into `queries.remembered_ids`."""
    loose = [
        column
        for column in columns()
        if column.name.endswith("_id") and isinstance(column.type, Integer) and not column.foreign_keys
    ]
    json = [column for column in columns() if isinstance(column.type, JSON)]
    speaking = [column for column in columns() if isinstance(column.type, String) and column.name in SPEAKING]
    known = {memory.place for memory in REMEMBERED}

    assert places(loose) - known == set()
    assert places(json) - known == NO_IDS
    assert places(speaking) - known == SAID_ELSEWHERE
    assert known <= places(columns())


def as_before(connection: Connection) -> None:
    """Tables that number their rows as they did: the highest id and one more."""
    if connection.dialect.name == "postgresql":
        for table in counters(connection):
            connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), 1, false)"))
        return
    for table, words in table_words(connection).items():
        if "AUTOINCREMENT" in words:
            make_anew(connection, table, words.replace(" AUTOINCREMENT", ""))
    assert counters(connection) == {}


#: What was deleted long ago, and where it is still named.
MEMORIES = (
    "INSERT INTO class_changes (class_id, version, kind, to_status, facts, triggered_by, job_run_id, at)"
    " VALUES (500, 1, 'created', 'scheduled', '{}', 'system', 510, '2026-01-01 00:00:00')",
    "INSERT INTO class_session_changes (session_id, class_id, version, batch, before, after, is_undo, reason, actor_id,"
    " at) VALUES (600, 490, 1, 'b', '{\"room_id\": 700}', '{\"room_id\": 70}', false, 'r', 1, '2026-01-01 00:00:00')",
    "INSERT INTO outbox_events (kind, event_id, enrollment_id, version, occurred_at)"
    " VALUES ('EnrollmentConfirmed', 810, 820, 1, '2026-01-01 00:00:00')",
    "INSERT INTO messages (dedupe_key, kind, user_id, recipient, subject, body, details, created_at, attempts,"
    " next_try_at) VALUES ('password_reset:900', 'password_reset', 1, '', '', '', '{}', '2026-01-01 00:00:00', 0,"
    " '2026-01-01 00:00:00')",
    "INSERT INTO meeting_rooms (name, deliveries, folded, last_delivery_at)"
    " VALUES ('session-1000', 0, 0, '2026-01-01 00:00:00')",
    "INSERT INTO meeting_rooms (name, deliveries, folded, last_delivery_at)"
    " VALUES ('session-12345678901', 0, 0, '2026-01-01 00:00:00')",
    "INSERT INTO room_guests (room_name, identity, name, seen_at)"
    " VALUES ('studio', 'u1100', 'Ana', '2026-01-01 00:00:00')",
    "INSERT INTO room_guests (room_name, identity, name, seen_at)"
    " VALUES ('studio', 'u2000x', 'Ben', '2026-01-01 00:00:00')",
)
GIVEN = {
    "program_classes": 500,
    "job_runs": 510,
    "class_sessions": 600,
    "rooms": 700,
    "events": 810,
    "enrollments": 820,
    "password_resets": 900,
    "meeting_sessions": 1000,
    "users": 1100,
}


@pytest.fixture
def alone(programs, database, tmp_path):
    """An app on a database that no other test shares."""
    app = made(Settings.for_tests(database_url=database.url, redis_url="unix:///nowhere", home=tmp_path))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_the_migration_goes_on_after_everything_that_is_remembered(alone, database):
    flask_migrate.downgrade(revision="0008")
    with engine_without_guards(database.url).begin() as connection:
        for statement in MEMORIES:
            connection.exec_driver_sql(statement)
        as_before(connection)

    flask_migrate.upgrade()

    with db.engine.connect() as connection:
        last = counters(connection)
    assert {table: last[table] for table in GIVEN} == GIVEN
    assert [last[table] for table in ("class_changes", "class_session_changes", "messages")] == [1, 1, 1]


ANA = (
    "INSERT INTO users (id, name, search_text, is_operator, is_system, created_at)"
    " VALUES (40, 'Ana', '', false, false, now())"
)


@pytest.mark.only_db("postgres")
def test_a_copied_database_whose_counters_are_behind_is_mended(alone):
    """As after a restore of the rows alone."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(ANA))
        before = counters(connection)

    assert advance_counters() == {"users": before["users"]}
    assert advance_counters() == {}

    with db.engine.connect() as connection:
        assert counters(connection)["users"] == 40
