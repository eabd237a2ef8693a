"""The one table of status words. Nothing else prints a status."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from webapp.domain.asking.attendance_response import Answer
from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus
from webapp.domain.classes.class_progress import Concern
from webapp.domain.classes.program_class import ClassStatus, SessionStatus
from webapp.domain.classes.roll_call import RollCallStatus
from webapp.domain.event_life import EventStatus
from webapp.domain.events.appeal import AppealOutcome
from webapp.domain.events.closure import Doubt
from webapp.domain.events.event_window import EventWindow
from webapp.domain.notices.mailing import MailingStatus
from webapp.domain.notices.notice import Frequency, NotificationType
from webapp.domain.online.meeting_session import SessionState
from webapp.domain.online.presence import Part
from webapp.domain.online.session_kind import FieldType
from webapp.domain.people.care import AskStatus
from webapp.domain.people.privacy import Shown
from webapp.domain.people.proof import AddressState, MailedLink
from webapp.domain.permission import Trigger
from webapp.domain.places.access import WhoMay
from webapp.domain.places.access_list import EntryKind
from webapp.domain.places.adding import Fate
from webapp.domain.places.enrollment import EnrollmentMethod, EnrollmentSource, EnrollmentStatus, TransitionKind
from webapp.domain.places.event_invitation import InvitationStatus
from webapp.domain.places.guest_hold import HoldOutcome
from webapp.domain.places.lists.people_import import ImportStatus
from webapp.domain.places.no_shows.policy import Consequence
from webapp.domain.places.offer import OfferOutcome
from webapp.domain.places.standing import StandingState
from webapp.domain.questions.question import QuestionKind
from webapp.domain.work.run import RunStatus
from webapp.languages.words import N_

#: What templates name: `{% if event.status == EventStatus.DRAFT %}`.
KINDS: tuple[type[StrEnum], ...] = (
    EventStatus,
    EnrollmentStatus,
    StandingState,
    Consequence,
    ClassStatus,
    ClassEnrollmentStatus,
    SessionStatus,
    RollCallStatus,
    RunStatus,
    SessionState,
    FieldType,
    Doubt,
    Part,
    Concern,
    EnrollmentMethod,
    EnrollmentSource,
    WhoMay,
    EntryKind,
    Fate,
    ImportStatus,
    InvitationStatus,
    MailingStatus,
    AskStatus,
    AppealOutcome,
    OfferOutcome,
    TransitionKind,
    Trigger,
    Answer,
    Frequency,
    NotificationType,
    EventWindow,
    AddressState,
    MailedLink,
    HoldOutcome,
    QuestionKind,
)


class Badge(NamedTuple):
    """Something in a few words, with its tint and its icon."""

    words: str
    tone: str
    icon: str


@dataclass(frozen=True, slots=True)
class StatusWords:
    """`participant` is said to the person it is about, `crew` to everybody else."""

    participant: str
    crew: str
    tone: str  # brand, ok, solid, wait, no, mute
    icon: str
    crew_tone: str | None = None  # where staff must notice what a person need not be blamed for


def alike(words: str, tone: str, icon: str) -> StatusWords:
    """What is said in the same words to everybody."""
    return StatusWords(words, words, tone, icon)


ENROLLMENT: dict[str, StatusWords] = {
    EnrollmentStatus.PENDING: StatusWords(N_("Waiting for the organizer"), N_("Pending"), "wait", "clock"),
    EnrollmentStatus.WAITLISTED: StatusWords(N_("You are on the waitlist"), N_("Waitlisted"), "wait", "clock"),
    EnrollmentStatus.CONFIRMED: StatusWords(N_("You are enrolled"), N_("Confirmed"), "ok", "check"),
    EnrollmentStatus.CHECKED_IN: StatusWords(N_("You are checked in"), N_("Checked in"), "solid", "door"),
    EnrollmentStatus.RELEASED: StatusWords(N_("Your place was given away"), N_("Released"), "wait", "out"),
    EnrollmentStatus.ATTENDED: StatusWords(N_("Thanks for coming"), N_("Attended"), "ok", "yes"),
    EnrollmentStatus.NO_SHOW: StatusWords(N_("Not marked as attended"), N_("No-show"), "mute", "miss", crew_tone="no"),
    EnrollmentStatus.UNDECIDED: StatusWords(N_("Not decided yet"), N_("Undecided"), "wait", "clock"),
    EnrollmentStatus.CANCELLED: StatusWords(N_("You cancelled your place"), N_("Cancelled"), "mute", "out"),
    EnrollmentStatus.REJECTED: StatusWords(N_("Declined by the organizer"), N_("Declined"), "mute", "full"),
}

#: The same statuses looked back at, in the person's own history.
RECORD: dict[str, StatusWords] = {
    EnrollmentStatus.PENDING: alike(N_("Not decided"), "mute", "clock"),
    EnrollmentStatus.WAITLISTED: alike(N_("No place opened"), "mute", "clock"),
    EnrollmentStatus.CONFIRMED: alike(N_("Not decided yet"), "dashed", "clock"),
    EnrollmentStatus.CHECKED_IN: alike(N_("Checked in"), "solid", "door"),
    EnrollmentStatus.ATTENDED: alike(N_("Attended"), "ok", "yes"),
    EnrollmentStatus.NO_SHOW: StatusWords(N_("Not marked as attended"), N_("No-show"), "mute", "miss", crew_tone="no"),
    EnrollmentStatus.CANCELLED: alike(N_("Cancelled"), "mute", "out"),
    EnrollmentStatus.RELEASED: StatusWords(N_("Came, but no place was free"), N_("Released"), "mute", "out"),
    EnrollmentStatus.UNDECIDED: StatusWords(N_("Not decided yet"), N_("Undecided"), "dashed", "clock"),
    EnrollmentStatus.REJECTED: alike(N_("Declined"), "mute", "full"),
}
NO_RECORD = alike(N_("No record"), "dashed", "eye")

#: A record as strangers see it; what nobody but the person says is told as that.
SHOWN: dict[str, StatusWords] = {
    Shown.ATTENDED: alike(N_("Attended"), "ok", "yes"),
    Shown.PARTIAL: alike(N_("Attended in part"), "ok", "part"),
    Shown.OWN_ATTENDED: alike(N_("Says: was there"), "dashed", "yes"),
    Shown.OWN_PARTIAL: alike(N_("Says: part of it"), "dashed", "part"),
}

EVENT: dict[str, StatusWords] = {
    EventStatus.DRAFT: StatusWords(N_("Not published yet"), N_("Draft"), "mute", "edit"),
    EventStatus.PUBLISHED: StatusWords(N_("Open"), N_("Published"), "brand", "cal"),
    EventStatus.COMPLETED: StatusWords(N_("Finished"), N_("Completed"), "mute", "yes"),
    EventStatus.CANCELLED: alike(N_("Called off"), "no", "miss"),
}

TRIGGER: dict[str, str] = {
    Trigger.USER: N_("Participant"),
    Trigger.ORGANIZER: N_("Organizer"),
    Trigger.ADMIN: N_("Admin"),
    Trigger.SYSTEM: N_("System"),
}


def enrollment_words(status: str) -> StatusWords:
    return ENROLLMENT[status]


def record_words(status: str | None) -> StatusWords:
    """A status of the past; None is somebody who had no place and may have been there."""
    return NO_RECORD if status is None else RECORD[status]


def shown_words(shown: str) -> StatusWords:
    return SHOWN[shown]


def event_words(status: str) -> StatusWords:
    return EVENT[status]


def trigger_words(trigger: str) -> str:
    return TRIGGER[trigger]
