"""Trails accept one change and no other: a text of somebody who asked to go becomes the fixed one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import JSON, Boolean, Date, DateTime, Integer, insert, text
from sqlalchemy.exc import DBAPIError

from tests.support.worlds.classes.classroom import Classroom
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON, World
from webapp.domain.people.redaction import REDACTED
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.extensions import db
from webapp.models import (
    CheckIn,
    CheckInReversal,
    ClassAttendanceMark,
    ClassChange,
    ClassEnrollment,
    ClassEnrollmentTransition,
    ClassSessionChange,
    Enrollment,
    EnrollmentTransition,
    FacilityMove,
    IdentityMatchChange,
    MeetingSession,
    PersonMerge,
    SessionMark,
)

Rows = Iterator[tuple[type[db.Model], dict[str, object]]]

TEXTS = {
    "enrollment_transitions": ("reason", "actor_label"),
    "check_in_reversals": ("reason",),
    "session_marks": ("reason",),
    "identity_match_changes": ("reason",),
    "class_changes": ("reason",),
    "class_session_changes": ("reason",),
    "class_enrollment_transitions": ("reason", "actor_label"),
    "class_attendance_marks": ("note",),
    "facility_moves": ("reason",),
    "person_merges": ("reason",),
}
#: Whom these are about follows a merge of people.
FOLLOWING = ("session_marks", "identity_match_changes", "class_attendance_marks", "facility_moves")


@pytest.fixture
def rows(app, session) -> None:
    """One row in each trail, every text filled."""
    world = World(app)
    event_id = world.event()
    user_id = world.person("Mira Sand")
    classroom, other_facility = Classroom(app, world), world.facility("Studio 3")
    class_id = classroom.make()
    move = {"from_facility_id": world.facility_id, "to_facility_id": other_facility, "actor_id": user_id}
    for table, values in (
        *rows_of_event(event_id, user_id),
        *rows_of_session(event_id, user_id),
        *rows_of_class(user_id, class_id, classroom.meets(class_id, NOON)),
        (FacilityMove, {"user_id": user_id, "reason": "Mira asked", "at": NOON, **move}),
        (PersonMerge, merge_of(user_id, world.person("M. Sand"))),
    ):
        session.execute(insert(table).values(**values))
    session.commit()


def merge_of(user_id: int, other_id: int) -> dict[str, object]:
    """Two records that were one person."""
    who = {"kept_id": user_id, "merged_id": other_id, "actor_id": user_id}
    return {**who, "way": "self", "reason": "Mira said so", "moved": {}, "at": NOON}


def rows_of_event(event_id: int, user_id: int) -> Rows:
    """An enrollment that was checked in, and its trails."""
    own = {"event_id": event_id, "user_id": user_id, "pass_code": "0000001W"}
    told = {"triggered_by": "organizer", "actor_label": "Mira, Desk Left", "reason": "Mira asked"}
    undone = {"actor_id": user_id, "reason": "Mira left", "request_id": "tap-1", "at": NOON + timedelta(seconds=1)}
    times = {"enrolled_at": NOON, "confirmed_at": NOON, "changed_at": NOON}
    check_in = {"event_id": event_id, "local_on": NOON.date(), "method": "manual", "at": NOON}
    yield Enrollment, {"id": 1, "status": S.CONFIRMED, **own, **times}
    move = {"enrollment_id": 1, "event_id": event_id, "version": 1, "to_status": "confirmed", "at": NOON}
    yield EnrollmentTransition, {**move, **told}
    yield CheckIn, {"id": 1, "enrollment_id": 1, **check_in}
    yield CheckInReversal, {"check_in_id": 1, "event_id": event_id, **undone}


def rows_of_session(event_id: int, user_id: int) -> Rows:
    """What staff said of somebody in an online session."""
    said = {"user_id": user_id, "actor_id": user_id, "at": NOON}
    hours = {"starts_at": NOON, "ends_at": NOON + timedelta(hours=1), "created_at": NOON}
    talk = {"event_id": event_id, "kind": "event", "title": "Talk", "room_name": "session-1"}
    guest = {"event_id": event_id, "identity": "guest", "is_match": True}
    yield MeetingSession, {"id": 1, **talk, **hours}
    yield SessionMark, {"session_id": 1, "status": "present", "reason": "Mira was there", **said}
    yield IdentityMatchChange, {"reason": "Mira said so", **guest, **said}


def rows_of_class(user_id: int, class_id: int, session_id: int) -> Rows:
    """A class with somebody in it, and its trails."""
    of_class, because = {"class_id": class_id, "version": 1}, {"reason": "Mira asked", "at": NOON}
    made = {"kind": "created", "from_status": "scheduled", "to_status": "scheduled", "facts": {}}
    moved = {"session_id": session_id, "batch": "one", "before": {}, "after": {"room_id": 1}}
    own = {"class_id": class_id, "user_id": user_id, "status": "enrolled"}
    told = {"triggered_by": "organizer", "actor_label": "Mira, office"}
    mark = {"session_id": session_id, "user_id": user_id, "version": 1, "status": "present"}
    yield ClassChange, {"triggered_by": "admin", "actor_id": user_id, **of_class, **made, **because}
    yield ClassSessionChange, {"actor_id": user_id, **of_class, **moved, **because}
    yield ClassEnrollment, {"id": 1, "created_at": NOON, "changed_at": NOON, **own}
    yield ClassEnrollmentTransition, {"enrollment_id": 1, "to_status": "enrolled", **of_class, **told, **because}
    yield ClassAttendanceMark, {"note": "Mira was late", "at": NOON, **mark}


def refused(session, table: str, change: str) -> None:
    session.rollback()
    with pytest.raises(DBAPIError) as caught:
        session.execute(text(f"UPDATE {table} SET {change}"))
    assert f"{table} is append-only" in str(caught.value.orig)
    session.rollback()


@contextmanager
def nothing_changed(session) -> Iterator[None]:
    before = digest(session)
    yield
    assert digest(session) == before


def other_value(column) -> str:
    """Some SQL for another value than the column has."""
    if isinstance(column.type, Integer):
        return f"COALESCE({column.name}, 0) + 1"
    if isinstance(column.type, Date | DateTime) or "DateTime" in type(column.type).__name__:
        return "'2001-01-01 00:00:00.000000'"
    if isinstance(column.type, Boolean):
        return f"NOT {column.name}"
    if isinstance(column.type, JSON):
        return """'{"other": 1}'"""
    return "'other'"


@pytest.mark.parametrize("table", TEXTS)
def test_every_column_keeps_what_it_says(session, rows, table):
    with nothing_changed(session):
        for column in db.metadata.tables[table].c:
            if table in FOLLOWING and column.name == "user_id":
                continue
            refused(session, table, f"{column.name} = {other_value(column)}")
            if column.name not in TEXTS[table]:
                redacted = f"{TEXTS[table][0]} = '{REDACTED}'"
                refused(session, table, f"{redacted}, {column.name} = {other_value(column)}")


@pytest.mark.parametrize(("table", "column"), [(table, column) for table, names in TEXTS.items() for column in names])
def test_a_text_becomes_the_fixed_one_once_and_nothing_else_ever(session, rows, table, column):
    with nothing_changed(session):
        for change in ("'removed on request'", f"'{REDACTED}.'", "''", "NULL", f"{column}"):
            refused(session, table, f"{column} = {change}")
    assert session.execute(text(f"UPDATE {table} SET {column} = '{REDACTED}'")).rowcount == 1
    session.commit()

    assert session.scalar(text(f"SELECT {column} FROM {table}")) == REDACTED
    with nothing_changed(session):
        refused(session, table, f"{column} = '{REDACTED}'")
        refused(session, table, f"{column} = 'Mira again'")


def test_a_row_without_a_text_gets_none(session, rows):
    session.execute(
        insert(EnrollmentTransition).values(
            enrollment_id=1, event_id=1, version=2, to_status="cancelled", triggered_by="user", at=NOON
        )
    )
    session.commit()

    with nothing_changed(session):
        refused(session, "enrollment_transitions", f"reason = '{REDACTED}' WHERE version = 2")


@pytest.mark.parametrize("table", FOLLOWING)
def test_whom_a_trail_is_about_follows_a_merge_and_nothing_else_changes_with_it(session, rows, table):
    other = "(SELECT max(id) FROM users)"
    with nothing_changed(session):
        for column in db.metadata.tables[table].c:
            if column.name not in {"user_id", *TEXTS[table]}:
                refused(session, table, f"user_id = {other}, {column.name} = {other_value(column)}")
        refused(session, table, f"user_id = {other}, {TEXTS[table][0]} = 'Mira again'")
    assert session.execute(text(f"UPDATE {table} SET user_id = {other}")).rowcount == 1
