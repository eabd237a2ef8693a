"""Everything that is stored about one person: a list per table that mentions people.

A test walks all foreign keys to `users`, so a new table or column cannot be forgotten here.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, case, select

from webapp.domain.people.proof import MAIL_KIND
from webapp.models import (
    AddressChange,
    AnswerFile,
    AttendanceResponse,
    AuthenticatorApp,
    CalendarFeed,
    CareRequest,
    CertificateNameChange,
    CheckIn,
    CheckInReversal,
    Enrollment,
    EnrollmentAnswer,
    EnrollmentTransition,
    Event,
    EventCertificate,
    EventInvitation,
    EventListEntry,
    EventSeriesChange,
    EventView,
    HelperLink,
    Identity,
    IdentityMatch,
    IdentityMatchChange,
    JobRun,
    JoinToken,
    LateFact,
    Mailing,
    MailingRecipient,
    MeetingAttendance,
    MeetingSession,
    MemberRole,
    Membership,
    Message,
    Notification,
    NotificationPreference,
    OperatorChange,
    OrganizationRequest,
    Party,
    Passkey,
    PasswordReset,
    PeopleImport,
    PersonClaim,
    PersonMerge,
    PersonMergeUndo,
    PersonNote,
    RecordPrivacy,
    RecoveryCode,
    ScheduledAttendancePrompt,
    SessionMark,
    SessionReport,
    SignIn,
    StandbyArrival,
    StartedSignIn,
    Stay,
    TeamChange,
    TeamInvitation,
    TermsAcceptance,
    User,
)
from webapp.queries.events.export import steady_session, streamed
from webapp.queries.people.take_out_appeals import APPEAL_PARTS
from webapp.queries.people.take_out_classes import CLASS_PARTS
from webapp.queries.people.take_out_part import (
    Part,
    by_enrollment,
    by_event,
    by_event_or_class,
    by_owner,
    by_session,
    part,
    subject,
    within,
    wording,
)

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


def _address_of(user_id: int) -> Select:
    return select(User.email).where(User.id == user_id)


_REQUEST = {"request_id"}
#: Who else acted is told in a word (`triggered_by`), not by name: that is about them.
_OTHERS = {"actor_id", "actor_label"}
_SECRETS_OF_ACCOUNT = {"password_hash", "search_text", "sort_name", "is_system"}
_CREW = {"actor_id", "helper_id", "request_id"}

PARTS = (
    part("account", User, "id", left_out=_SECRETS_OF_ACCOUNT),
    part("memberships", Membership, "user_id"),
    part("roles", MemberRole, "user_id"),
    part("team_changes", TeamChange, "user_id", left_out={"actor_id", "successor_id"}),
    part("sign_ins", SignIn, "user_id", left_out={"token_hash"}),
    part("identities", Identity, "user_id"),
    part("passkeys", Passkey, "user_id", left_out={"public_key"}),
    part("terms_accepted", TermsAcceptance, "user_id"),
    part("calendar_feeds", CalendarFeed, "user_id", left_out={"token_hash"}),
    part("authenticator_app", AuthenticatorApp, "user_id", left_out={"secret", "new_secret", "last_step"}),
    part("recovery_codes", RecoveryCode, "user_id", left_out={"code_hash"}),
    part("started_sign_ins", StartedSignIn, "user_id", left_out={"token_hash"}),
    part("address_changes", AddressChange, "user_id", left_out={"code_hash", "undo_hash"}),
    part("password_resets", PasswordReset, "user_id", left_out={"token_hash"}),
    part("imports_of_people", PeopleImport, "created_by_id", about=by_event, left_out={"data"}),
    part("invitations", EventInvitation, "user_id", about=by_event, left_out={"invited_by_id"}),
    part("invitations_made", EventInvitation, "invited_by_id", about=by_event, left_out={"user_id"}),
    part("lists_of_events", EventListEntry, about=by_event, mine=within(EventListEntry.value, _address_of)),
    part("notes_about_me", PersonNote, "user_id", left_out={"author_id"}),
    part("notes_written", PersonNote, "author_id", left_out={"user_id"}),
    part("people_looked_after", User, "managed_by_id", left_out=_SECRETS_OF_ACCOUNT),
    part("links_to_claim", PersonClaim, "user_id", "created_by_id", left_out={"token_hash"}),
    part("care_requests", CareRequest, "user_id", "carer_id", left_out={"asked_by_id"}),
    part("care_requests_made", CareRequest, "asked_by_id", left_out={"user_id", "carer_id"}),
    part("merged_records", User, "merged_into_id", left_out=_SECRETS_OF_ACCOUNT),
    part("merges", PersonMerge, "kept_id", "merged_id", left_out={"actor_id"}),
    part("merges_made", PersonMerge, "actor_id", left_out={"kept_id", "merged_id", "moved", "reason"}),
    part("merges_undone", PersonMergeUndo, "actor_id"),
    part("parties", Party, "leader_id", about=by_event),
    part("enrollments", Enrollment, "user_id", about=by_event, left_out=_REQUEST),
    part(
        "moves_of_enrollments",
        EnrollmentTransition,
        about=by_event,
        left_out=_OTHERS,
        mine=within(EnrollmentTransition.enrollment_id, _enrollments_of),
    ),
    part("check_ins", CheckIn, about=by_event, left_out=_CREW, mine=within(CheckIn.enrollment_id, _enrollments_of)),
    part(
        "check_ins_taken_back",
        CheckInReversal,
        about=by_event,
        left_out=_CREW,
        mine=within(CheckInReversal.check_in_id, _check_ins_of),
    ),
    part(
        "standby_arrivals",
        StandbyArrival,
        about=by_event,
        left_out=_CREW | {"left_by_id", "left_helper_id"},
        mine=within(StandbyArrival.enrollment_id, _enrollments_of),
    ),
    part(
        "answers_to_questions",
        EnrollmentAnswer,
        about=by_enrollment,
        left_out={"answered_by_id"},
        instead={"question_id": wording(EnrollmentAnswer)},
        mine=within(EnrollmentAnswer.enrollment_id, _enrollments_of),
    ),
    part(
        "files_answered_with",
        AnswerFile,
        about=by_enrollment,
        left_out={"body"},
        instead={"question_id": wording(AnswerFile)},
        mine=within(AnswerFile.enrollment_id, _enrollments_of),
    ),
    part(
        "answers_written",
        EnrollmentAnswer,
        "answered_by_id",
        about=by_enrollment,
        left_out={"enrollment_id", "value"},
        instead={"question_id": wording(EnrollmentAnswer)},
    ),
    *APPEAL_PARTS,
    part(
        "certificates",
        EventCertificate,
        about=by_enrollment,
        mine=within(EventCertificate.enrollment_id, _enrollments_of),
    ),
    part(
        "certificate_names_corrected",
        CertificateNameChange,
        about=by_enrollment,
        left_out={"actor_id"},
        mine=within(CertificateNameChange.enrollment_id, _enrollments_of),
    ),
    part("answers_and_feedback", AttendanceResponse, "user_id", about=by_event),
    part("privacy_of_records", RecordPrivacy, "user_id", about=by_event),
    part("prompts", ScheduledAttendancePrompt, "user_id", about=by_event),
    part("notifications", Notification, "user_id", about=by_event),
    part("notification_preferences", NotificationPreference, "user_id"),
    part("events_looked_at", EventView, "user_id", about=by_event),
    part(
        "messages",
        Message,
        "user_id",
        left_out={"unsubscribe_url"},
        instead={
            "body": case((_SECRET_MAIL, ""), else_=Message.body),
            "html": case((_SECRET_MAIL, None), else_=Message.html),
        },
    ),
    part(
        "messages_from_organizers",
        MailingRecipient,
        "user_id",
        about=by_enrollment,
        instead={"mailing_id": subject(MailingRecipient)},
    ),
    part("series_changes_made", EventSeriesChange, "actor_id", about=by_event),
    part("messages_written", Mailing, "created_by_id", "withdrawn_by_id", about=by_event, left_out=_REQUEST),
    part("online_attendance", MeetingAttendance, "user_id", about=by_session),
    part("online_reports", SessionReport, "user_id", about=by_session, left_out={"marked_by_id"}),
    part("online_marks", SessionMark, "user_id", about=by_session, left_out={"actor_id", "request_id"}),
    part("online_rooms_joined", JoinToken, "user_id", about=by_session),
    part("online_identities_said", IdentityMatchChange, "user_id", about=by_event_or_class, left_out={"actor_id"}),
    part(
        "online_identities_said_by_me",
        IdentityMatchChange,
        "actor_id",
        about=by_event_or_class,
        left_out={"user_id", "identity"},
    ),
    part("late_facts", LateFact, about=by_event, mine=within(LateFact.enrollment_id, _enrollments_of)),
    part("online_identities", IdentityMatch, "user_id", about=by_event_or_class, left_out={"matched_by_id"}),
    part("online_stays", Stay, mine=lambda user_id: Stay.identity == f"u{user_id}"),
    # What the person did as staff: what, when and in which words, not to whom.
    part(
        "team_invitations_made", TeamInvitation, "invited_by_id", left_out={"token_hash", "address", "accepted_by_id"}
    ),
    part("team_invitations_accepted", TeamInvitation, "accepted_by_id", left_out={"token_hash", "invited_by_id"}),
    part("team_changes_made", TeamChange, "actor_id", left_out={"user_id", "successor_id"}),
    part("organization_requests", OrganizationRequest, "user_id", left_out={"decided_by_id"}),
    part("organization_requests_decided", OrganizationRequest, "decided_by_id", left_out={"user_id", "note", "name"}),
    part("operator_changes", OperatorChange, "user_id", left_out={"actor_id"}),
    part("operator_changes_made", OperatorChange, "actor_id", left_out={"user_id"}),
    part("teams_taken_over_from", TeamChange, "successor_id", left_out={"user_id", "actor_id"}),
    part("moves_made", EnrollmentTransition, "actor_id", about=by_event, left_out={"enrollment_id"}),
    part(
        "certificate_names_corrected_by_me",
        CertificateNameChange,
        "actor_id",
        about=by_enrollment,
        left_out={"enrollment_id", "name", "name_before"},
    ),
    part("check_ins_made", CheckIn, "actor_id", about=by_event, left_out={"enrollment_id"}),
    part(
        "standby_arrivals_taken",
        StandbyArrival,
        "actor_id",
        "left_by_id",
        about=by_event,
        left_out={"enrollment_id"},
    ),
    part("check_ins_taken_back_by_me", CheckInReversal, "actor_id", about=by_event),
    part("helper_links_made", HelperLink, "created_by_id", about=by_event, left_out={"token_hash", "name"}),
    part(
        "events_ended", Event, "cancelled_by_id", "deleted_by_id", left_out={"description", "search_text", "request_id"}
    ),
    part("jobs_started", JobRun, "started_by_id", left_out={"counts", "error", "holder"}),
    part(
        "online_sessions_planned",
        MeetingSession,
        "created_by_id",
        "cancelled_by_id",
        about=by_owner,
        left_out={"calculation_error", "request_id"},
    ),
    part("online_reports_marked", SessionReport, "marked_by_id", about=by_session, left_out={"user_id", "fields"}),
    part("online_marks_made", SessionMark, "actor_id", about=by_session, left_out={"user_id"}),
    part(
        "online_identities_matched",
        IdentityMatch,
        "matched_by_id",
        about=by_event_or_class,
        left_out={"user_id", "identity"},
    ),
    *CLASS_PARTS,
)
