"""What is stored about one person in classes: as somebody who takes part, and as staff."""

from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, select

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
    ProgramClass,
)
from webapp.queries.people.take_out_part import Part, part


def _enrollments_of(user_id: int) -> Select:
    return select(ClassEnrollment.id).where(ClassEnrollment.user_id == user_id)


def _class_of_session(column: SQLColumnExpression[Any]) -> ColumnElement[Any]:
    return select(ClassSession.class_id).where(ClassSession.id == column).scalar_subquery()


_OTHERS = frozenset({"actor_id", "actor_label"})
_MOVE = ClassEnrollmentTransition

CLASS_PARTS = (
    part("facilities", FacilityPerson, "user_id"),
    part("moves_between_facilities", FacilityMove, "user_id", left_out=frozenset({"actor_id"})),
    part(
        "class_enrollments",
        ClassEnrollment,
        "user_id",
        left_out=frozenset({"request_id", "updated_by_id"}),
        program_class=ClassEnrollment.class_id,
    ),
    Part(
        "moves_of_class_enrollments",
        _MOVE,
        left_out=_OTHERS,
        program_class=_MOVE.class_id,
        mine=lambda user_id: _MOVE.enrollment_id.in_(_enrollments_of(user_id)),
    ),
    part(
        "class_certificates",
        ClassCompletion,
        "user_id",
        left_out=frozenset({"issued_by_id", "revoked_by_id"}),
        program_class=ClassCompletion.class_id,
    ),
    part(
        "class_attendance",
        ClassAttendance,
        "user_id",
        left_out=frozenset({"marked_by_id"}),
        program_class=_class_of_session(ClassAttendance.session_id),
    ),
    part(
        "class_attendance_marks",
        ClassAttendanceMark,
        "user_id",
        left_out=frozenset({"actor_id"}),
        program_class=_class_of_session(ClassAttendanceMark.session_id),
    ),
    # What the person did as staff: what, when and in which words, not to whom.
    part(
        "classes_taught_or_changed",
        ProgramClass,
        "instructor_id",
        "updated_by_id",
        left_out=frozenset({"description", "search_text", "request_id"}),
    ),
    part("class_sessions_taught", ClassSession, "instructor_id", program_class=ClassSession.class_id),
    part("class_changes_made", ClassChange, "actor_id", program_class=ClassChange.class_id),
    part("class_session_changes_made", ClassSessionChange, "actor_id", program_class=ClassSessionChange.class_id),
    part(
        "class_enrollments_changed",
        ClassEnrollment,
        "updated_by_id",
        left_out=frozenset({"user_id", "request_id"}),
        program_class=ClassEnrollment.class_id,
    ),
    part("class_moves_made", _MOVE, "actor_id", left_out=frozenset({"enrollment_id"}), program_class=_MOVE.class_id),
    part("moves_between_facilities_made", FacilityMove, "actor_id", left_out=frozenset({"user_id"})),
    part(
        "class_certificates_issued_or_revoked",
        ClassCompletion,
        "issued_by_id",
        "revoked_by_id",
        left_out=frozenset({"user_id", "enrollment_id", "code"}),
        program_class=ClassCompletion.class_id,
    ),
    part(
        "class_attendance_marked",
        ClassAttendance,
        "marked_by_id",
        left_out=frozenset({"user_id"}),
        program_class=_class_of_session(ClassAttendance.session_id),
    ),
    part(
        "class_attendance_marks_made",
        ClassAttendanceMark,
        "actor_id",
        left_out=frozenset({"user_id"}),
        program_class=_class_of_session(ClassAttendanceMark.session_id),
    ),
)
