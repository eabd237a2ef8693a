"""Tables, their constraints and properties of one row. No rule and no query lives here."""

from webapp.models.account import CalendarFeed, MailCode, PasswordReset, ResetRequest, SignIn, User
from webapp.models.address_change import AddressChange
from webapp.models.asking import AttendanceResponse, EventView, RecordPrivacy, ScheduledAttendancePrompt
from webapp.models.check_in import CheckIn, CheckInReversal, HelperLink
from webapp.models.class_enrollment import (
    ClassAttendance,
    ClassAttendanceMark,
    ClassCompletion,
    ClassEnrollment,
    ClassEnrollmentTransition,
    ClassOutboxEvent,
)
from webapp.models.enrollment import Enrollment, EnrollmentTransition, GuestHold, LateFact
from webapp.models.event import Event, EventPicture, EventPictureFile, EventPolicy, FormerSlug
from webapp.models.legal import LegalText, TermsAcceptance
from webapp.models.meeting import (
    IdentityMatch,
    IdentityMatchChange,
    JoinToken,
    MeetingAttendance,
    MeetingSession,
    SessionMark,
    SessionReport,
)
from webapp.models.notification import Notification, NotificationPreference
from webapp.models.organization import (
    ClosedDays,
    Facility,
    MemberRole,
    Membership,
    Organization,
    OrganizationLogo,
    PersonNote,
    TeamChange,
    TeamInvitation,
)
from webapp.models.outbox import Message, OutboxEvent
from webapp.models.passkey import GroupRole, Identity, Passkey, PasskeyChallenge
from webapp.models.people_import import EventInvitation, PeopleImport, PeopleImportLine
from webapp.models.program import (
    ClassChange,
    ClassRule,
    ClassSession,
    ClassSessionChange,
    FacilityActivation,
    FacilityMove,
    FacilityPerson,
    Program,
    ProgramClass,
    ProgramFacility,
    Room,
)
from webapp.models.second_step import AuthenticatorApp, RecoveryCode, StartedSignIn
from webapp.models.webhook import MeetingRoom, RoomGuest, Stay, WebhookDelivery
from webapp.models.work import CronJob, JobRun

__all__ = [
    "AddressChange",
    "AttendanceResponse",
    "AuthenticatorApp",
    "CalendarFeed",
    "CheckIn",
    "CheckInReversal",
    "ClassAttendance",
    "ClassAttendanceMark",
    "ClassChange",
    "ClassCompletion",
    "ClassEnrollment",
    "ClassEnrollmentTransition",
    "ClassOutboxEvent",
    "ClassRule",
    "ClassSession",
    "ClassSessionChange",
    "CronJob",
    "ClosedDays",
    "Enrollment",
    "EnrollmentTransition",
    "Event",
    "EventPicture",
    "EventPictureFile",
    "EventInvitation",
    "EventPolicy",
    "EventView",
    "Facility",
    "FacilityActivation",
    "FacilityMove",
    "FacilityPerson",
    "FormerSlug",
    "GroupRole",
    "GuestHold",
    "HelperLink",
    "Identity",
    "IdentityMatch",
    "IdentityMatchChange",
    "JobRun",
    "JoinToken",
    "LegalText",
    "LateFact",
    "MailCode",
    "MeetingAttendance",
    "MeetingRoom",
    "MeetingSession",
    "MemberRole",
    "Membership",
    "Message",
    "Notification",
    "NotificationPreference",
    "Organization",
    "OrganizationLogo",
    "OutboxEvent",
    "Passkey",
    "PasskeyChallenge",
    "PasswordReset",
    "PeopleImport",
    "PeopleImportLine",
    "PersonNote",
    "Program",
    "ProgramClass",
    "ProgramFacility",
    "RecordPrivacy",
    "RecoveryCode",
    "ResetRequest",
    "Room",
    "RoomGuest",
    "ScheduledAttendancePrompt",
    "SessionMark",
    "SessionReport",
    "SignIn",
    "StartedSignIn",
    "Stay",
    "TermsAcceptance",
    "TeamChange",
    "TeamInvitation",
    "User",
    "WebhookDelivery",
]
