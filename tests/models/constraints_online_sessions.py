"""How the constraints of online sessions are broken; `test_constraints` does it."""

from datetime import timedelta
from itertools import count

from tests.support.worlds.world import NOON
from webapp.models import (
    IdentityMatch,
    IdentityMatchChange,
    LateFact,
    MeetingAttendance,
    MeetingRoom,
    MeetingSession,
    SessionMark,
    SessionReport,
    Stay,
    WebhookDelivery,
)

_number = count(1)


def delivery_row(ids, **changes) -> dict:
    usual = {
        "delivery_id": f"EV_{next(_number)}",
        "key_name": "APIkey",
        "kind": "participant_joined",
        "room_name": "session-1",
        "number": 1,
        "sent_at": NOON,
        "received_at": NOON,
        "payload": "{}",
    }
    return {**usual, **changes}


def stay_row(ids, **changes) -> dict:
    usual = {
        "room_name": "session-1",
        "participant_sid": "PA_1",
        "identity": "u1",
        "joined_at": NOON,
        "joined_by": "join",
        "seen_at": NOON,
    }
    return {**usual, **changes}


def session_row(ids, **changes) -> dict:
    usual = {
        "event_id": ids["event"],
        "kind": "event",
        "title": "Evening",
        "room_name": "session-1",
        "starts_at": NOON,
        "ends_at": NOON + timedelta(hours=1),
        "created_at": NOON,
        "request_id": "tap",
    }
    return {**usual, **changes}


def attendance_row(ids, **changes) -> dict:
    return {"session_id": ids["session"], "user_id": ids["user"], **changes}


def mark_row(ids, **changes) -> dict:
    usual = {
        "session_id": ids["session"],
        "user_id": ids["user"],
        "status": "present",
        "reason": "seen",
        "actor_id": ids["user"],
        "request_id": "tap",
        "at": NOON,
    }
    return {**usual, **changes}


def match_row(ids, **changes) -> dict:
    usual = {
        "event_id": ids["event"],
        "identity": "guest",
        "user_id": ids["user"],
        "matched_by_id": ids["user"],
        "matched_at": NOON,
    }
    return {**usual, **changes}


def match_change_row(ids, **changes) -> dict:
    usual = {
        "event_id": ids["event"],
        "identity": "guest",
        "user_id": ids["user"],
        "is_match": True,
        "reason": "seen",
        "actor_id": ids["user"],
        "at": NOON,
    }
    return {**usual, **changes}


def late_fact_row(ids, **changes) -> dict:
    usual = {"enrollment_id": ids["enrollment"], "event_id": ids["event"], "outcome": "attended", "found_at": NOON}
    return {**usual, **changes}


def wrong(model, row, **changes):
    return model, lambda ids: row(ids, **changes)


#: As `test_constraints.WRONG_ROW`.
WRONG_ROW = {
    "ck_webhook_deliveries_number_in_room": wrong(WebhookDelivery, delivery_row, number=None),
    "ck_webhook_deliveries_number_positive": wrong(WebhookDelivery, delivery_row, number=0),
    "ck_meeting_rooms_folded_what_came": (
        MeetingRoom,
        lambda ids: {"name": "session-1", "deliveries": 1, "folded": 2, "last_delivery_at": NOON},
    ),
    "ck_stays_joined_by": wrong(Stay, stay_row, joined_by="guess"),
    "ck_stays_left_by": wrong(Stay, stay_row, left_at=NOON, left_by="guess"),
    "ck_stays_end_is_known": wrong(Stay, stay_row, left_at=NOON),
    "ck_stays_ends_after_start": wrong(Stay, stay_row, left_at=NOON - timedelta(seconds=1), left_by="leave"),
    "ck_meeting_sessions_end_after_start": wrong(MeetingSession, session_row, ends_at=NOON),
    "ck_meeting_sessions_tries_not_negative": wrong(MeetingSession, session_row, calculation_tries=-1),
    "ck_meeting_sessions_one_owner": wrong(MeetingSession, session_row, event_id=None),
    "ck_identity_matches_one_owner": wrong(IdentityMatch, match_row, event_id=None),
    "ck_meeting_attendances_status": wrong(MeetingAttendance, attendance_row, status="attended"),
    "ck_meeting_attendances_seconds_not_negative": wrong(MeetingAttendance, attendance_row, seconds_least=-1),
    "ck_meeting_attendances_seconds_between": wrong(MeetingAttendance, attendance_row, seconds=2, seconds_most=1),
    "ck_meeting_attendances_percentage": wrong(MeetingAttendance, attendance_row, percentage=101),
    "ck_meeting_attendances_late_not_negative": wrong(MeetingAttendance, attendance_row, late_seconds=-1),
    "ck_session_reports_status": wrong(SessionReport, attendance_row, status="attended"),
    "ck_session_reports_marked_status": wrong(SessionReport, attendance_row, marked_status="there", marked_at=NOON),
    "ck_session_reports_mark_has_time": wrong(SessionReport, attendance_row, marked_status="present"),
    "ck_session_reports_minutes_not_negative": wrong(SessionReport, attendance_row, minutes=-1),
    "ck_session_reports_percentage": wrong(SessionReport, attendance_row, percentage=-1),
    "ck_meeting_attendances_possible_status": wrong(MeetingAttendance, attendance_row, possible_status="attended"),
    "ck_meeting_attendances_took_part_as": wrong(MeetingAttendance, attendance_row, took_part_as="guest"),
    "ck_meeting_sessions_doubt": wrong(MeetingSession, session_row, doubt="no idea"),
    "ck_identity_match_changes_one_owner": wrong(IdentityMatchChange, match_change_row, event_id=None),
    "ck_late_facts_outcome": wrong(LateFact, late_fact_row, outcome="undecided"),
    "ck_session_marks_status": wrong(SessionMark, mark_row, status="there"),
}

#: As `test_constraints.TWICE`.
TWICE = {
    "uq_webhook_deliveries_number": (WebhookDelivery, delivery_row, delivery_row),
    "uq_meeting_sessions_request": (MeetingSession, session_row, session_row),
    "uq_meeting_attendances_person": (MeetingAttendance, attendance_row, attendance_row),
    "uq_session_reports_person": (SessionReport, attendance_row, attendance_row),
    "uq_session_marks_request": (SessionMark, mark_row, mark_row),
    "uq_identity_matches_identity": (IdentityMatch, match_row, match_row),
}
