"""How the constraints of programs and classes are broken; `test_constraints` does it."""

from datetime import date, timedelta
from itertools import count

from sqlalchemy import insert
from sqlalchemy.orm import Session

from tests.support.worlds.world import NOON
from webapp.models import (
    ClassAttendance,
    ClassAttendanceMark,
    ClassChange,
    ClassCompletion,
    ClassEnrollment,
    ClassEnrollmentTransition,
    ClassOutboxEvent,
    ClassRule,
    ClassSession,
    ClassSessionChange,
    ClosedDays,
    FacilityMove,
    IdentityMatch,
    MeetingSession,
    Program,
    ProgramClass,
    Room,
)

_number = count(1)
FIRST, LAST = date(2026, 6, 15), date(2026, 7, 31)


def program_row(ids, **changes) -> dict:
    usual = {"organization_id": ids["organization"], "name": f"Pottery {next(_number)}", "created_at": NOON}
    return {**usual, **changes}


def facility_move_row(ids, **changes) -> dict:
    usual = {
        "user_id": ids["user"],
        "from_facility_id": ids["facility"],
        "to_facility_id": ids["other_facility"],
        "actor_id": ids["user"],
        "reason": "Nearer",
        "at": NOON,
    }
    return {**usual, **changes}


def class_row(ids, **changes) -> dict:
    usual = {
        "program_id": ids["program"],
        "organization_id": ids["organization"],
        "facility_id": ids["facility"],
        "title": "Pottery",
        "status": "scheduled",
        "capacity": 2,
        "starts_on": FIRST,
        "ends_on": LAST,
        "created_at": NOON,
    }
    return {**usual, **changes}


def session_row(ids, **changes) -> dict:
    usual = {
        "class_id": ids["class"],
        "local_on": FIRST,
        "starts_at": NOON,
        "ends_at": NOON + timedelta(hours=1),
        "status": "scheduled",
    }
    return {**usual, **changes}


def enrollment_row(ids, **changes) -> dict:
    usual = {
        "class_id": ids["class"],
        "user_id": ids["other"],
        "status": "enrolled",
        "source": "staff",
        "created_at": NOON,
        "changed_at": NOON,
    }
    return {**usual, **changes}


def transition_row(ids, **changes) -> dict:
    usual = {
        "enrollment_id": ids["class_enrollment"],
        "class_id": ids["class"],
        "version": 1,
        "to_status": "enrolled",
        "kind": "move",
        "triggered_by": "user",
        "at": NOON,
    }
    return {**usual, **changes}


def outbox_row(ids, **changes) -> dict:
    usual = {
        "kind": "ClassEnrolled",
        "class_id": ids["class"],
        "enrollment_id": ids["class_enrollment"],
        "version": 1,
        "occurred_at": NOON,
    }
    return {**usual, **changes}


def change_row(ids, **changes) -> dict:
    usual = {
        "class_id": ids["class"],
        "version": 1,
        "kind": "created",
        "to_status": "scheduled",
        "facts": {},
        "triggered_by": "user",
        "at": NOON,
    }
    return {**usual, **changes}


def session_change_row(ids, **changes) -> dict:
    usual = {
        "session_id": ids["class_session"],
        "class_id": ids["class"],
        "version": 1,
        "batch": "b",
        "before": {},
        "after": {},
        "reason": "room",
        "actor_id": ids["user"],
        "at": NOON,
    }
    return {**usual, **changes}


def completion_row(ids, **changes) -> dict:
    usual = {
        "enrollment_id": ids["class_enrollment"],
        "class_id": ids["class"],
        "user_id": ids["user"],
        "code": f"CODE{next(_number)}",
        "issued_at": NOON,
        "issued_by_id": ids["user"],
    }
    return {**usual, **changes}


def attendance_row(ids, **changes) -> dict:
    usual = {"session_id": ids["class_session"], "user_id": ids["user"], "status": "present", "marked_at": NOON}
    return {**usual, **changes}


def mark_row(ids, **changes) -> dict:
    usual = {
        "session_id": ids["class_session"],
        "user_id": ids["user"],
        "version": 1,
        "status": "present",
        "facts": {},
        "at": NOON,
    }
    return {**usual, **changes}


def online_row(ids, **changes) -> dict:
    usual = {
        "class_session_id": ids["class_session"],
        "kind": "academic",
        "title": "Pottery",
        "room_name": "session-9",
        "starts_at": NOON,
        "ends_at": NOON + timedelta(hours=1),
        "created_at": NOON,
    }
    return {**usual, **changes}


def match_row(ids, **changes) -> dict:
    usual = {
        "class_id": ids["class"],
        "identity": "moms-ipad",
        "user_id": ids["user"],
        "matched_by_id": ids["user"],
        "matched_at": NOON,
    }
    return {**usual, **changes}


def seed(session: Session, ids: dict[str, int]) -> dict[str, int]:
    """A class of two seats with one person in it, and one session."""

    def made(model, row) -> int:
        return session.scalar(insert(model).values(row).returning(model.id))

    program = made(Program, program_row(ids))
    ids = {**ids, "program": program}
    ids["class"] = made(ProgramClass, class_row(ids))
    ids["class_session"] = made(ClassSession, session_row(ids))
    ids["class_enrollment"] = made(ClassEnrollment, enrollment_row(ids, user_id=ids["user"]))
    return ids


def wrong(model, row, **changes):
    return model, lambda ids: row(ids, **changes)


#: As `test_constraints.WRONG_ROW`.
WRONG_ROW = {
    "ck_programs_archived_inactive": wrong(Program, program_row, archived_at=NOON),
    "ck_closed_days_first_before_last": (
        ClosedDays,
        lambda ids: {
            "facility_id": ids["facility"],
            "first_on": FIRST,
            "last_on": FIRST - timedelta(days=1),
            "reason": "x",
        },
    ),
    "ck_program_classes_status": wrong(ProgramClass, class_row, status="open"),
    "ck_program_classes_capacity_positive": wrong(ProgramClass, class_row, capacity=0),
    "ck_program_classes_over_not_negative": wrong(ProgramClass, class_row, seats_over=-1),
    "ck_program_classes_never_oversold": wrong(ProgramClass, class_row, seats_taken=3),
    "ck_program_classes_waiting_not_negative": wrong(ProgramClass, class_row, waiting_count=-1),
    "ck_program_classes_start_before_end": wrong(ProgramClass, class_row, ends_on=FIRST - timedelta(days=1)),
    "ck_program_classes_archived_frozen": wrong(ProgramClass, class_row, archived_at=NOON),
    "ck_program_classes_required_percent": wrong(ProgramClass, class_row, required_percent=101),
    "ck_class_rules_minutes": (
        ClassRule,
        lambda ids: {
            "class_id": ids["class"],
            "rrule": "FREQ=WEEKLY",
            "starts_on": FIRST,
            "starts_at_local": "18:00",
            "minutes": 0,
            "created_at": NOON,
        },
    ),
    "ck_class_sessions_status": wrong(ClassSession, session_row, status="maybe"),
    "ck_class_sessions_end_after_start": wrong(ClassSession, session_row, ends_at=NOON),
    "ck_class_changes_kind": wrong(ClassChange, change_row, kind="jumped"),
    "ck_class_changes_triggered_by": wrong(ClassChange, change_row, triggered_by="cat"),
    "ck_class_enrollments_status": wrong(ClassEnrollment, enrollment_row, status="maybe", ended_at=NOON),
    "ck_class_enrollments_waiting_has_ticket": wrong(ClassEnrollment, enrollment_row, status="waitlisted"),
    "ck_class_enrollments_end_has_time": wrong(ClassEnrollment, enrollment_row, status="dropped"),
    "ck_class_enrollment_transitions_triggered_by": wrong(
        ClassEnrollmentTransition, transition_row, triggered_by="cat"
    ),
    "ck_class_enrollment_transitions_kind": wrong(ClassEnrollmentTransition, transition_row, kind="jump"),
    "ck_class_outbox_events_kind": wrong(ClassOutboxEvent, outbox_row, kind="Whatever"),
    "ck_class_completions_revocation_has_reason": wrong(ClassCompletion, completion_row, revoked_at=NOON),
    "ck_class_attendances_status": wrong(ClassAttendance, attendance_row, status="late"),
    "ck_class_attendances_category": wrong(ClassAttendance, attendance_row, category="cat"),
    "ck_class_attendances_out_after_in": wrong(ClassAttendance, attendance_row, in_at=NOON, out_at=NOON),
    "ck_class_attendances_minutes_not_negative": wrong(ClassAttendance, attendance_row, minutes=-1),
    "ck_facility_moves_goes_elsewhere": (
        FacilityMove,
        lambda ids: facility_move_row(ids, to_facility_id=ids["facility"]),
    ),
    "ck_class_attendance_marks_status": wrong(ClassAttendanceMark, mark_row, status="late"),
}


def twice(model, row, **changes):
    """The same row again."""

    def same(ids) -> dict:
        return row(ids, **changes)

    return model, same, same


#: As `test_constraints.TWICE`.
TWICE = {
    "uq_programs_name": twice(Program, program_row, name="Pottery"),
    "uq_programs_request": twice(Program, program_row, request_id="tap"),
    "uq_rooms_name": (
        Room,
        lambda ids: {"facility_id": ids["facility"], "name": "Kiln"},
        lambda ids: {"facility_id": ids["facility"], "name": "Kiln"},
    ),
    "uq_program_classes_request": twice(ProgramClass, class_row, request_id="tap"),
    "uq_class_changes_version": twice(ClassChange, change_row),
    "uq_class_session_changes_version": twice(ClassSessionChange, session_change_row),
    "uq_class_enrollments_live": (ClassEnrollment, None, lambda ids: enrollment_row(ids, user_id=ids["user"])),
    "uq_class_enrollments_ticket": (
        ClassEnrollment,
        lambda ids: enrollment_row(ids, status="waitlisted", waitlist_position=1),
        lambda ids: enrollment_row(ids, status="cancelled", waitlist_position=1, ended_at=NOON),
    ),
    "uq_class_enrollments_request": (
        ClassEnrollment,
        lambda ids: enrollment_row(ids, request_id="tap"),
        lambda ids: enrollment_row(ids, status="cancelled", request_id="tap", ended_at=NOON),
    ),
    "uq_class_enrollment_transitions_version": twice(ClassEnrollmentTransition, transition_row),
    "uq_class_outbox_events_version": twice(ClassOutboxEvent, outbox_row),
    "uq_class_completions_valid": twice(ClassCompletion, completion_row),
    "uq_class_attendances_person": twice(ClassAttendance, attendance_row),
    "uq_class_attendance_marks_version": twice(ClassAttendanceMark, mark_row),
    "uq_meeting_sessions_class_session": twice(MeetingSession, online_row),
    "uq_identity_matches_class_identity": twice(IdentityMatch, match_row),
}
