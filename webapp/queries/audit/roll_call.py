"""Roll call of classes: what stands is what was said last, of people who had a place, within the session's minutes."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Row, and_, select
from sqlalchemy.orm import Session

from webapp.domain.classes.roll_call import (
    ABSENT,
    AbsenceCategory,
    Mark,
    RollCallStatus,
    day_bounds,
    had_place,
    places_of,
)
from webapp.models import (
    ClassAttendance,
    ClassAttendanceMark,
    ClassEnrollment,
    ClassEnrollmentTransition,
    ClassSession,
    Facility,
    ProgramClass,
)
from webapp.queries.audit.invariant import ComputedInvariant, Invariant
from webapp.queries.classes.roll_call import said_mark, scheduled_of

_CHUNK = 500
_SAID = ("session_id", "user_id", "version", "status", "facts", "note", "actor_id", "at")


def _not_said(session: Session) -> Iterator[Mapping[str, object]]:
    """What stands is word for word the mark of its version."""
    said = ClassAttendanceMark
    rows = session.execute(
        select(*ClassAttendance.__table__.c, *(getattr(said, name).label(f"said_{name}") for name in _SAID)).join(
            said,
            and_(
                said.session_id == ClassAttendance.session_id,
                said.user_id == ClassAttendance.user_id,
                said.version == ClassAttendance.version,
            ),
        )
    )
    for row in rows.yield_per(_CHUNK):
        stands = Mark(
            RollCallStatus(row.status),
            row.minutes,
            row.in_at,
            row.out_at,
            AbsenceCategory(row.category) if row.category else None,
            row.note,
        )
        by = (row.marked_by_id, row.marked_at, row.is_automatic)
        if said_mark(_Said(row)) != stands or by != (row.said_actor_id, row.said_at, _is_automatic(row)):
            yield {"session_id": row.session_id, "user_id": row.user_id, "version": row.version}


class _Said:
    """The columns of the mark beside what stands, under their own names."""

    def __init__(self, row: Row) -> None:
        self.status, self.facts, self.note = row.said_status, row.said_facts, row.said_note


def _is_automatic(row: Row) -> bool:
    return bool(row.said_facts.get("is_automatic"))


def _without_place(session: Session) -> Iterator[Mapping[str, object]]:
    """Whoever is marked had a seat on the session's date, in the facility's zone."""
    trail = ClassEnrollmentTransition
    moves: dict[int, list] = {}
    for class_id, *move in session.execute(
        select(trail.class_id, ClassEnrollment.user_id, trail.enrollment_id, trail.to_status, trail.at)
        .join(ClassEnrollment, ClassEnrollment.id == trail.enrollment_id)
        .order_by(trail.enrollment_id, trail.version)
    ):
        moves.setdefault(class_id, []).append(tuple(move))
    places = {class_id: places_of(found) for class_id, found in moves.items()}
    for row in _marked(session):
        own = places.get(row.class_id, {}).get(row.user_id, ())
        if not had_place(own, day_bounds(row.local_on, row.timezone)):
            yield {"class_id": row.class_id, "session_id": row.session_id, "user_id": row.user_id}


def _wrong_minutes(session: Session) -> Iterator[Mapping[str, object]]:
    """Present is all of the session or what lies between its times, absent nothing, partial something of it."""
    for row in _marked(session):
        whole = scheduled_of(row).minutes
        is_whole = row.status == RollCallStatus.PRESENT and row.in_at is None and row.out_at is None
        low, high = (whole, whole) if is_whole else (1, whole)
        if row.status in ABSENT:
            low = high = 0
        if row.minutes is None or not low <= row.minutes <= high:
            yield {"session_id": row.session_id, "user_id": row.user_id, "minutes": row.minutes, "whole": whole}


def _marked(session: Session) -> Iterator[Row]:
    """Everything that stands, with its session, class and zone."""
    rows = session.execute(
        select(
            ClassAttendance.session_id,
            ClassAttendance.user_id,
            ClassAttendance.status,
            ClassAttendance.minutes,
            ClassAttendance.in_at,
            ClassAttendance.out_at,
            ClassSession.class_id,
            ClassSession.local_on,
            ClassSession.starts_at,
            ClassSession.ends_at,
            Facility.timezone,
        )
        .join(ClassSession, ClassSession.id == ClassAttendance.session_id)
        .join(ProgramClass, ProgramClass.id == ClassSession.class_id)
        .join(Facility, Facility.id == ProgramClass.facility_id)
    )
    yield from rows.yield_per(_CHUNK)


INVARIANTS = (
    Invariant(
        "roll_call_stands_at_the_last_mark",
        "it stands at mark {stands}, and the last one is {said}",
        """
        SELECT m.session_id, m.user_id, coalesce(a.version, 0) AS stands, m.version AS said
        FROM class_attendance_marks m
        LEFT JOIN class_attendances a ON a.session_id = m.session_id AND a.user_id = m.user_id
        WHERE m.version = (SELECT max(l.version) FROM class_attendance_marks l
               WHERE l.session_id = m.session_id AND l.user_id = m.user_id)
          AND ((m.status IS NULL AND a.id IS NOT NULL)
               OR (m.status IS NOT NULL AND coalesce(a.version, 0) <> m.version))
        """,
    ),
    Invariant(
        "roll_call_was_said",
        "it stands at mark {version}, and nobody said that",
        """
        SELECT a.session_id, a.user_id, a.version FROM class_attendances a
        LEFT JOIN class_attendance_marks m ON m.session_id = a.session_id AND m.user_id = a.user_id
         AND m.version = a.version
        WHERE m.id IS NULL
        """,
    ),
    Invariant(
        "roll_call_marks_without_gaps",
        "{marks} marks, and the last one is number {last}",
        """
        SELECT session_id, user_id, count(*) AS marks, max(version) AS last FROM class_attendance_marks
        GROUP BY session_id, user_id HAVING count(*) <> max(version)
        """,
    ),
    Invariant(
        "automatic_roll_call_has_a_report",
        "it says that it comes from an online session, and no report of one says that they came",
        """
        SELECT a.session_id, a.user_id FROM class_attendances a
        WHERE a.is_automatic
          AND NOT EXISTS (SELECT 1 FROM session_reports r JOIN meeting_sessions s ON s.id = r.session_id
               WHERE s.class_session_id = a.session_id AND r.user_id = a.user_id)
        """,
    ),
    ComputedInvariant("roll_call_is_its_mark", "it is not what mark {version} says", _not_said),
    ComputedInvariant("only_people_with_a_place_are_marked", "they had no place on that date", _without_place),
    ComputedInvariant(
        "roll_call_minutes_are_of_the_session", "it says {minutes} min of a session of {whole} min", _wrong_minutes
    ),
)
