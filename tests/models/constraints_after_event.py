"""How the constraints of prompts, answers and notifications are broken; `test_constraints` does it."""

from tests.support.worlds.world import NOON
from webapp.models import (
    AttendanceResponse,
    EventInvitation,
    Notification,
    PeopleImport,
    ScheduledAttendancePrompt,
    User,
)


def prompt_row(ids, **changes) -> dict:
    usual = {"event_id": ids["event"], "user_id": ids["user"], "number": 1, "due_at": NOON, "created_at": NOON}
    return {**usual, **changes}


def response_row(ids, **changes) -> dict:
    usual = {
        "event_id": ids["event"], "user_id": ids["user"], "answer": "attended", "answered_at": NOON,
        "changed_at": NOON, "created_at": NOON,
    }  # fmt: skip
    return {**usual, **changes}


def import_row(ids, **changes) -> dict:
    usual = {
        "event_id": ids["event"], "created_by_id": ids["user"], "acts_as": "organizer", "file_name": "guests.csv",
        "status": "running", "named": {}, "is_stop_asked": False, "total": 0, "done": 0, "counts": {},
        "created_at": NOON,
    }  # fmt: skip
    return {**usual, **changes}


def invitation_row(ids, **changes) -> dict:
    usual = {
        "event_id": ids["event"], "user_id": ids["user"], "status": "open", "invited_by_id": ids["other"],
        "created_at": NOON,
    }  # fmt: skip
    return {**usual, **changes}


def notification_row(ids, **changes) -> dict:
    usual = {
        "dedupe_key": "one", "user_id": ids["user"], "type": "attendance_prompt", "event_id": ids["event"],
        "prompt_number": 1, "title": "Were you there?", "text": "", "created_at": NOON,
    }  # fmt: skip
    return {**usual, **changes}


#: As `test_constraints.BROKEN`.
BROKEN = {
    "ck_event_forecasts_both_ends":
        "INSERT INTO event_forecasts (event_id, people, low, kept_at) SELECT id, 3, 1, created_at FROM events "
        "WHERE id = :event",
    "ck_event_forecasts_range_of_people":
        "INSERT INTO event_forecasts (event_id, people, low, high, kept_at) SELECT id, 3, 1, 4, created_at FROM events "
        "WHERE id = :event",
    "ck_event_forecasts_people_not_negative":
        "INSERT INTO event_forecasts (event_id, people, kept_at) SELECT id, -1, created_at FROM events "
        "WHERE id = :event",
    "ck_events_deleted_not_published": "UPDATE events SET deleted_at = created_at WHERE id = :event",
    "ck_event_policies_party_size_possible": "UPDATE event_policies SET party_size = 51 WHERE event_id = :event",
    "ck_parties_most_possible":
        "INSERT INTO parties (event_id, most, may_split, created_at) SELECT id, 0, FALSE, created_at FROM events "
        "WHERE id = :event",
    "ck_users_guest_name": "UPDATE users SET guest_name = 'maybe' WHERE id = :user",
    "ck_users_handle_lower": "UPDATE users SET handle = 'Ana' WHERE id = :user",
    "ck_users_notification_frequency": "UPDATE users SET notification_frequency = 'weekly' WHERE id = :user",
    "ck_notification_preferences_frequency":
        "INSERT INTO notification_preferences (user_id, organization_id, frequency, changed_at) "
        "SELECT :user, organization_id, 'weekly', created_at FROM events WHERE id = :event",
}  # fmt: skip

#: As `test_constraints.WRONG_ROW`.
WRONG_ROW = {
    "ck_scheduled_attendance_prompts_number": (
        ScheduledAttendancePrompt,
        lambda ids: prompt_row(ids, number=3),
    ),
    "ck_scheduled_attendance_prompts_end_has_reason": (
        ScheduledAttendancePrompt,
        lambda ids: prompt_row(ids, ended_at=NOON),
    ),
    "ck_scheduled_attendance_prompts_sent_or_ended": (
        ScheduledAttendancePrompt,
        lambda ids: prompt_row(ids, sent_at=NOON, ended_at=NOON, ended_because="answered"),
    ),
    "ck_scheduled_attendance_prompts_ended_because": (
        ScheduledAttendancePrompt,
        lambda ids: prompt_row(ids, ended_at=NOON, ended_because="bored"),
    ),
    "ck_event_invitations_status": (EventInvitation, lambda ids: invitation_row(ids, status="perhaps")),
    "ck_people_imports_status": (PeopleImport, lambda ids: import_row(ids, status="asleep")),
    "ck_people_imports_acts_as": (PeopleImport, lambda ids: import_row(ids, acts_as="helper")),
    "ck_attendance_responses_answer": (AttendanceResponse, lambda ids: response_row(ids, answer="perhaps")),
    "ck_attendance_responses_rating": (AttendanceResponse, lambda ids: response_row(ids, rating=6)),
    "ck_attendance_responses_feedback_of_presence": (
        AttendanceResponse,
        lambda ids: response_row(ids, answer="not_attended", rating=5),
    ),
    "ck_attendance_responses_answered_at": (AttendanceResponse, lambda ids: response_row(ids, answer="unknown")),
    "ck_notifications_type": (
        Notification,
        lambda ids: notification_row(ids, type="gossip", prompt_number=None),
    ),
    "ck_notifications_prompt_has_number": (Notification, lambda ids: notification_row(ids, prompt_number=None)),
    "ck_notifications_prompt_number": (Notification, lambda ids: notification_row(ids, prompt_number=3)),
}

#: As `test_constraints.TWICE`.
TWICE = {
    "uq_people_imports_running": (PeopleImport, import_row, import_row),
    "uq_event_invitations_open": (EventInvitation, invitation_row, invitation_row),
    "uq_users_handle": (
        User,
        lambda ids: {"name": "Ana", "search_text": "", "handle": "ana", "is_operator": False, "created_at": NOON},
        lambda ids: {"name": "Bo", "search_text": "", "handle": "ana", "is_operator": False, "created_at": NOON},
    ),
    "uq_scheduled_attendance_prompts_number": (ScheduledAttendancePrompt, prompt_row, prompt_row),
    "uq_attendance_responses_person": (
        AttendanceResponse,
        response_row,
        lambda ids: response_row(ids, answer="partial"),
    ),
    "uq_notifications_dedupe_key": (
        Notification,
        notification_row,
        lambda ids: notification_row(ids, prompt_number=2),
    ),
    "uq_notifications_prompt": (
        Notification,
        notification_row,
        lambda ids: notification_row(ids, dedupe_key="other"),
    ),
}
