"""What is stored about one person in classes: as somebody who takes part, and as staff."""

from typing import Any

from sqlalchemy import Select, select

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
from webapp.queries.people.take_out_part import About, by_class, part, within


def _enrollments_of(user_id: int) -> Select:
    return select(ClassEnrollment.id).where(ClassEnrollment.user_id == user_id)


def _by_class_session(model: type[Any]) -> About:
    """The class of a session."""
    of_class = select(ClassSession.class_id).where(ClassSession.id == model.session_id)
    return {"program_class": of_class.scalar_subquery()}


_OTHERS = {"actor_id", "actor_label"}
_MOVE = ClassEnrollmentTransition

CLASS_PARTS = (
    part("facilities", FacilityPerson, "user_id"),
    part("moves_between_facilities", FacilityMove, "user_id", left_out={"actor_id"}),
    part("class_enrollments", ClassEnrollment, "user_id", about=by_class, left_out={"request_id", "updated_by_id"}),
    part(
        "moves_of_class_enrollments",
        _MOVE,
        about=by_class,
        left_out=_OTHERS,
        mine=within(_MOVE.enrollment_id, _enrollments_of),
    ),
    part("class_certificates", ClassCompletion, "user_id", about=by_class, left_out={"issued_by_id", "revoked_by_id"}),
    part("class_attendance", ClassAttendance, "user_id", about=_by_class_session, left_out={"marked_by_id"}),
    part("class_attendance_marks", ClassAttendanceMark, "user_id", about=_by_class_session, left_out={"actor_id"}),
    # What the person did as staff: what, when and in which words, not to whom.
    part(
        "classes_taught_or_changed",
        ProgramClass,
        "instructor_id",
        "updated_by_id",
        left_out={"description", "search_text", "request_id"},
    ),
    part("class_sessions_taught", ClassSession, "instructor_id", about=by_class),
    part("class_changes_made", ClassChange, "actor_id", about=by_class),
    part("class_session_changes_made", ClassSessionChange, "actor_id", about=by_class),
    part(
        "class_enrollments_changed",
        ClassEnrollment,
        "updated_by_id",
        about=by_class,
        left_out={"user_id", "request_id"},
    ),
    part("class_moves_made", _MOVE, "actor_id", about=by_class, left_out={"enrollment_id"}),
    part("moves_between_facilities_made", FacilityMove, "actor_id", left_out={"user_id"}),
    part(
        "class_certificates_issued_or_revoked",
        ClassCompletion,
        "issued_by_id",
        "revoked_by_id",
        about=by_class,
        left_out={"user_id", "enrollment_id", "code"},
    ),
    part("class_attendance_marked", ClassAttendance, "marked_by_id", about=_by_class_session, left_out={"user_id"}),
    part("class_attendance_marks_made", ClassAttendanceMark, "actor_id", about=_by_class_session, left_out={"user_id"}),
)
