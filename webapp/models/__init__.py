"""Tables, their constraints and properties of one row. No rule and no query lives here."""

from webapp.models.account import PasswordReset, SignIn, User
from webapp.models.attendance import AttendanceResponse, EventView, RecordPrivacy, ScheduledAttendancePrompt
from webapp.models.check_in import CheckIn, CheckInReversal, HelperLink
from webapp.models.class_enrollment import (
    ClassAttendance,
    ClassAttendanceMark,
    ClassCompletion,
    ClassEnrollment,
    ClassEnrollmentTransition,
    ClassOutboxEvent,
)
from webapp.models.enrollment import Enrollment, EnrollmentTransition
from webapp.models.event import Event, EventPolicy
from webapp.models.job import CronJob, JobRun
from webapp.models.meeting import IdentityMatch, MeetingAttendance, MeetingSession, SessionMark, SessionReport
from webapp.models.notification import Notification, NotificationPreference
from webapp.models.organization import Facility, Membership, Organization, OrganizationLogo
from webapp.models.outbox import Message, OutboxEvent
from webapp.models.program import (
    ClassChange,
    ClassRule,
    ClassSession,
    ClassSessionChange,
    FacilityActivation,
    FacilityPerson,
    Program,
    ProgramClass,
    ProgramFacility,
    Room,
)
from webapp.models.webhook import MeetingRoom, RoomGuest, Stay, WebhookDelivery

__all__ = [
    "AttendanceResponse",
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
    "Enrollment",
    "EnrollmentTransition",
    "Event",
    "EventPolicy",
    "EventView",
    "Facility",
    "FacilityActivation",
    "FacilityPerson",
    "HelperLink",
    "IdentityMatch",
    "JobRun",
    "MeetingAttendance",
    "MeetingRoom",
    "MeetingSession",
    "Membership",
    "Message",
    "Notification",
    "NotificationPreference",
    "Organization",
    "OrganizationLogo",
    "OutboxEvent",
    "PasswordReset",
    "Program",
    "ProgramClass",
    "ProgramFacility",
    "RecordPrivacy",
    "Room",
    "RoomGuest",
    "ScheduledAttendancePrompt",
    "SessionMark",
    "SessionReport",
    "SignIn",
    "Stay",
    "User",
    "WebhookDelivery",
]
