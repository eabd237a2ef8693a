"""Which texts about classes may speak of somebody who asked to go."""

from collections.abc import Mapping
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
#: By column: the person's id, or which ids.
_Named = Mapping[str, int | AnySelect]


@dataclass(frozen=True)
class Trail:
    """A table with texts that somebody typed: which rows are the person's, and which are near them (same event)."""

    table: Table
    columns: tuple[str, ...]
    own: ColumnElement[bool]
    near: ColumnElement[bool]


def trail(table: Table, *columns: str, near: _Named, own: _Named) -> Trail:
    """Rows are own, or near, that name the person, or one of those ids, in one of the columns said for it."""
    return Trail(table, columns, own=_names(table, own), near=_names(table, near))


def _names(table: Table, named: _Named) -> ColumnElement[bool]:
    return or_(
        *(table.c[name] == one if isinstance(one, int) else table.c[name].in_(one) for name, one in named.items())
    )


def class_trails(user_id: int) -> list[Trail]:
    """The person's are rows of their enrollments and rows they wrote; near are those of the same classes."""
    enrollments = select(ClassEnrollment.id).where(ClassEnrollment.user_id == user_id)
    near = {"class_id": _classes_of(user_id)}
    near_session = {"session_id": select(_SESSION.c.id).where(_SESSION.c.class_id.in_(_classes_of(user_id)))}
    near_facility = {"from_facility_id": _facilities_of(user_id)}
    changed = select(_SESSION_CHANGE.c.session_id).where(_SESSION_CHANGE.c.actor_id == user_id)
    return [
        trail(_MOVE, "reason", "actor_label", near=near, own={"enrollment_id": enrollments, "actor_id": user_id}),
        trail(_CHANGE, "reason", near=near, own={"actor_id": user_id}),
        trail(_SESSION_CHANGE, "reason", near=near, own={"actor_id": user_id}),
        trail(_SESSION, "reason", near=near, own={"id": changed, "instructor_id": user_id}),
        trail(_RECORD, "revoked_reason", near=near, own={"user_id": user_id, "revoked_by_id": user_id}),
        trail(_ATTENDANCE, "note", near=near_session, own={"marked_by_id": user_id}),
        trail(_FACILITY_MOVE, "reason", near=near_facility, own={"user_id": user_id, "actor_id": user_id}),
        trail(_MARK, "note", near=near_session, own={"actor_id": user_id}),
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
