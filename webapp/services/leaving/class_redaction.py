"""Which texts about classes may speak of somebody who asked to go."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, or_, select, union, update
from sqlalchemy.orm import Session

from webapp.domain.people.redaction import REDACTED
from webapp.models import (
    ClassAttendance,
    ClassAttendanceMark,
    ClassChange,
    ClassCompletion,
    ClassEnrollment,
    ClassEnrollmentTransition,
    ClassSession,
    ClassSessionChange,
    FacilityMove,
    FacilityPerson,
)
from webapp.queries.row_types import AnySelect

_MOVE, _CHANGE = ClassEnrollmentTransition.__table__, ClassChange.__table__
_SESSION, _SESSION_CHANGE = ClassSession.__table__, ClassSessionChange.__table__
_RECORD, _ATTENDANCE, _MARK = ClassCompletion.__table__, ClassAttendance.__table__, ClassAttendanceMark.__table__
_FACILITY_MOVE = FacilityMove.__table__


@dataclass(frozen=True)
class Trail:
    """A table with texts that somebody typed: which rows are the person's, and which are near them (same event)."""

    table: Table
    columns: tuple[str, ...]
    own: ColumnElement[bool]
    near: ColumnElement[bool]


def class_trails(user_id: int) -> list[Trail]:
    """The person's are rows of their enrollments and rows they wrote; near are those of the same classes."""
    enrollments = select(ClassEnrollment.id).where(ClassEnrollment.user_id == user_id)
    classes = _classes_of(user_id)
    sessions = select(_SESSION.c.id).where(_SESSION.c.class_id.in_(classes))
    changed = select(_SESSION_CHANGE.c.session_id).where(_SESSION_CHANGE.c.actor_id == user_id)
    return [
        Trail(
            _MOVE,
            ("reason", "actor_label"),
            near=_MOVE.c.class_id.in_(classes),
            own=or_(_MOVE.c.enrollment_id.in_(enrollments), _MOVE.c.actor_id == user_id),
        ),
        Trail(_CHANGE, ("reason",), near=_CHANGE.c.class_id.in_(classes), own=_CHANGE.c.actor_id == user_id),
        Trail(
            _SESSION_CHANGE,
            ("reason",),
            near=_SESSION_CHANGE.c.class_id.in_(classes),
            own=_SESSION_CHANGE.c.actor_id == user_id,
        ),
        Trail(
            _SESSION,
            ("reason",),
            near=_SESSION.c.class_id.in_(classes),
            own=or_(_SESSION.c.id.in_(changed), _SESSION.c.instructor_id == user_id),
        ),
        Trail(
            _RECORD,
            ("revoked_reason",),
            near=_RECORD.c.class_id.in_(classes),
            own=or_(_RECORD.c.user_id == user_id, _RECORD.c.revoked_by_id == user_id),
        ),
        Trail(
            _ATTENDANCE,
            ("note",),
            near=_ATTENDANCE.c.session_id.in_(sessions),
            own=_ATTENDANCE.c.marked_by_id == user_id,
        ),
        Trail(
            _FACILITY_MOVE,
            ("reason",),
            near=_FACILITY_MOVE.c.from_facility_id.in_(_facilities_of(user_id)),
            own=or_(_FACILITY_MOVE.c.user_id == user_id, _FACILITY_MOVE.c.actor_id == user_id),
        ),
        Trail(_MARK, ("note",), near=_MARK.c.session_id.in_(sessions), own=_MARK.c.actor_id == user_id),
    ]


def redact_roll_call_notes(session: Session, user_id: int) -> None:
    """Whatever was noted about the person at roll-call goes, whether it names them or not: no letter quotes it."""
    for table in (_ATTENDANCE, _MARK):
        own = (table.c.user_id == user_id, table.c.note != "", table.c.note != REDACTED)
        session.execute(update(table).where(*own).values(note=REDACTED))


def classes_near(user_id: int) -> AnySelect:
    """Classes the person was in, or moved people of: where a reason about them may be quoted."""
    near = union(_classes_of(user_id), select(_MOVE.c.class_id).where(_MOVE.c.actor_id == user_id)).subquery()
    return select(near.c.class_id)


def enrollments_near(user_id: int) -> AnySelect:
    """The enrollments of those classes."""
    return select(ClassEnrollment.id).where(ClassEnrollment.class_id.in_(classes_near(user_id)))


def _classes_of(user_id: int) -> AnySelect:
    return select(ClassEnrollment.class_id).where(ClassEnrollment.user_id == user_id)


def _facilities_of(user_id: int) -> AnySelect:
    """Where the person belongs, and from where they were moved away."""
    moved = select(_FACILITY_MOVE.c.from_facility_id).where(_FACILITY_MOVE.c.user_id == user_id)
    both = union(select(FacilityPerson.facility_id).where(FacilityPerson.user_id == user_id), moved).subquery()
    return select(both.c.facility_id)
