"""Everything that is stored about one person: a list per table that mentions people.

A test walks all foreign keys to `users`, so a new table or column cannot be forgotten here.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, case, select

from webapp.domain.people.proof import MAIL_KIND
from webapp.models import (
    AttendanceResponse,
    CheckIn,
    CheckInReversal,
    ClassSession,
    Enrollment,
    EnrollmentTransition,
    Event,
    EventView,
    HelperLink,
    IdentityMatch,
    IdentityMatchChange,
    JobRun,
    JoinToken,
    LateFact,
    MeetingAttendance,
    MeetingSession,
    Membership,
    Message,
    Notification,
    NotificationPreference,
    PasswordReset,
    RecordPrivacy,
    ScheduledAttendancePrompt,
    SessionMark,
    SessionReport,
    SignIn,
    Stay,
    User,
)
from webapp.queries.events.export import steady_session, streamed
from webapp.queries.online.session_owner import class_id_of
from webapp.queries.people.take_out_classes import CLASS_PARTS
from webapp.queries.people.take_out_part import Part, part

#: A living link is worth more than the session that takes it out: it sets a new password, and proves the address.
_SECRET_MAIL = Message.kind.in_(sorted(MAIL_KIND.values()))


def take_out(user_id: int) -> Iterator[tuple[Part, Iterator[dict[str, Any]]]]:
    """Every part with its rows, read at one moment while they are gone through."""
    session = steady_session()
    for one in PARTS:
        yield one, streamed(session, one.select(user_id))


def _enrollments_of(user_id: int) -> Select:
    return select(Enrollment.id).where(Enrollment.user_id == user_id)


def _check_ins_of(user_id: int) -> Select:
    return select(CheckIn.id).where(CheckIn.enrollment_id.in_(_enrollments_of(user_id)))


def _of_session(column: SQLColumnExpression[Any]) -> dict[str, ColumnElement[Any]]:
    """The event or the class of an online session."""
    this = MeetingSession.id == column
    of_class = (
        select(ClassSession.class_id)
        .join(MeetingSession, MeetingSession.class_session_id == ClassSession.id)
        .where(this)
        .scalar_subquery()
    )
    return {"event": select(MeetingSession.event_id).where(this).scalar_subquery(), "program_class": of_class}


_REQUEST = frozenset({"request_id"})
#: Who else acted is told in a word (`triggered_by`), not by name: that is about them.
_OTHERS = frozenset({"actor_id", "actor_label"})
_CREW = frozenset({"actor_id", "helper_id", "request_id"})

PARTS = (
    part("account", User, "id", left_out=frozenset({"password_hash", "search_text", "sort_name", "is_system"})),
    part("memberships", Membership, "user_id"),
    part("sign_ins", SignIn, "user_id", left_out=frozenset({"token_hash"})),
    part("password_resets", PasswordReset, "user_id", left_out=frozenset({"token_hash"})),
    part("enrollments", Enrollment, "user_id", left_out=_REQUEST, event=Enrollment.event_id),
    Part(
        "moves_of_enrollments",
        EnrollmentTransition,
        left_out=_OTHERS,
        event=EnrollmentTransition.event_id,
        mine=lambda user_id: EnrollmentTransition.enrollment_id.in_(_enrollments_of(user_id)),
    ),
    Part(
        "check_ins",
        CheckIn,
        left_out=_CREW,
        event=CheckIn.event_id,
        mine=lambda user_id: CheckIn.enrollment_id.in_(_enrollments_of(user_id)),
    ),
    Part(
        "check_ins_taken_back",
        CheckInReversal,
        left_out=_CREW,
        event=CheckInReversal.event_id,
        mine=lambda user_id: CheckInReversal.check_in_id.in_(_check_ins_of(user_id)),
    ),
    part("answers_and_feedback", AttendanceResponse, "user_id", event=AttendanceResponse.event_id),
    part("privacy_of_records", RecordPrivacy, "user_id", event=RecordPrivacy.event_id),
    part("prompts", ScheduledAttendancePrompt, "user_id", event=ScheduledAttendancePrompt.event_id),
    part("notifications", Notification, "user_id", event=Notification.event_id),
    part("notification_preferences", NotificationPreference, "user_id"),
    part("events_looked_at", EventView, "user_id", event=EventView.event_id),
    part(
        "messages",
        Message,
        "user_id",
        left_out=frozenset({"unsubscribe_url"}),
        instead={
            "body": case((_SECRET_MAIL, ""), else_=Message.body),
            "html": case((_SECRET_MAIL, None), else_=Message.html),
        },
    ),
    part("online_attendance", MeetingAttendance, "user_id", **_of_session(MeetingAttendance.session_id)),
    part(
        "online_reports",
        SessionReport,
        "user_id",
        left_out=frozenset({"marked_by_id"}),
        **_of_session(SessionReport.session_id),
    ),
    part(
        "online_marks",
        SessionMark,
        "user_id",
        left_out=frozenset({"actor_id", "request_id"}),
        **_of_session(SessionMark.session_id),
    ),
    part("online_rooms_joined", JoinToken, "user_id", **_of_session(JoinToken.session_id)),
    part(
        "online_identities_said",
        IdentityMatchChange,
        "user_id",
        left_out=frozenset({"actor_id"}),
        event=IdentityMatchChange.event_id,
        program_class=IdentityMatchChange.class_id,
    ),
    part(
        "online_identities_said_by_me",
        IdentityMatchChange,
        "actor_id",
        left_out=frozenset({"user_id", "identity"}),
        event=IdentityMatchChange.event_id,
        program_class=IdentityMatchChange.class_id,
    ),
    Part(
        "late_facts",
        LateFact,
        event=LateFact.event_id,
        mine=lambda user_id: LateFact.enrollment_id.in_(_enrollments_of(user_id)),
    ),
    part(
        "online_identities",
        IdentityMatch,
        "user_id",
        left_out=frozenset({"matched_by_id"}),
        event=IdentityMatch.event_id,
        program_class=IdentityMatch.class_id,
    ),
    Part("online_stays", Stay, mine=lambda user_id: Stay.identity == f"u{user_id}"),
    # What the person did as staff: what, when and in which words, not to whom.
    part(
        "moves_made",
        EnrollmentTransition,
        "actor_id",
        left_out=frozenset({"enrollment_id"}),
        event=EnrollmentTransition.event_id,
    ),
    part("check_ins_made", CheckIn, "actor_id", left_out=frozenset({"enrollment_id"}), event=CheckIn.event_id),
    part("check_ins_taken_back_by_me", CheckInReversal, "actor_id", event=CheckInReversal.event_id),
    part(
        "helper_links_made",
        HelperLink,
        "created_by_id",
        left_out=frozenset({"token_hash", "name"}),
        event=HelperLink.event_id,
    ),
    part(
        "events_ended",
        Event,
        "cancelled_by_id",
        "deleted_by_id",
        left_out=frozenset({"description", "search_text", "request_id"}),
    ),
    part("jobs_started", JobRun, "started_by_id", left_out=frozenset({"counts", "error", "holder"})),
    part(
        "online_sessions_planned",
        MeetingSession,
        "created_by_id",
        "cancelled_by_id",
        left_out=frozenset({"calculation_error", "request_id"}),
        event=MeetingSession.event_id,
        program_class=class_id_of(),
    ),
    part(
        "online_reports_marked",
        SessionReport,
        "marked_by_id",
        left_out=frozenset({"user_id", "fields"}),
        **_of_session(SessionReport.session_id),
    ),
    part(
        "online_marks_made",
        SessionMark,
        "actor_id",
        left_out=frozenset({"user_id"}),
        **_of_session(SessionMark.session_id),
    ),
    part(
        "online_identities_matched",
        IdentityMatch,
        "matched_by_id",
        left_out=frozenset({"user_id", "identity"}),
        event=IdentityMatch.event_id,
        program_class=IdentityMatch.class_id,
    ),
    *CLASS_PARTS,
)
