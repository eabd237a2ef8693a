"""Which domain events a person is written to about, and how."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from webapp.domain.permission import Trigger
from webapp.domain.places.domain_event import DomainEvent
from webapp.domain.places.enrollment import CLOSABLE, SEATED, EnrollmentSource, EnrollmentStatus


class NotificationType(StrEnum):
    """What a line of the notification centre is about."""

    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    PROMOTED = "promoted"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    CALLED_OFF = "called_off"
    EVENT_CHANGED = "event_changed"
    REMINDER = "reminder"
    ATTENDANCE_PROMPT = "attendance_prompt"
    NO_SHOW = "no_show"
    CORRECTED = "corrected"
    CORRECTION_WITHDRAWN = "correction_withdrawn"
    PLACE_OPENED = "place_opened"
    #: A seat is held until they answer; they did not, once or twice; nobody moves up any more.
    OFFERED = "offered"
    OFFER_EXPIRED = "offer_expired"
    WAIT_ENDED = "wait_ended"
    LAST_CALL = "last_call"
    #: Absent after the start: the place was given to somebody at the door; it is theirs again; got in from the line.
    RELEASED = "released"
    PLACE_BACK = "place_back"
    STANDBY_PLACED = "standby_placed"
    UNDECIDED = "undecided"
    #: An undecided outcome was settled: it counts.
    SETTLED = "settled"
    #: They attended, and there is a certificate of it.
    CERTIFICATE = "certificate"
    #: The event was reopened: what was told before counts no longer.
    OUTCOME_TAKEN_BACK = "outcome_taken_back"
    #: They said that they were there: corrected, declined, or nobody decided in time.
    APPEAL_GRANTED = "appeal_granted"
    APPEAL_DECLINED = "appeal_declined"
    APPEAL_LAPSED = "appeal_lapsed"
    #: To the organizers: outcomes that nobody but them can decide.
    TO_SETTLE = "to_settle"
    #: What an organizer wrote to people of the event.
    MESSAGE = "message"
    CLASS_ENROLLED = "class_enrolled"
    CLASS_WAITLISTED = "class_waitlisted"
    CLASS_PROMOTED = "class_promoted"
    CLASS_CANCELLED = "class_cancelled"
    CLASS_CALLED_OFF = "class_called_off"
    CLASS_ENDED = "class_ended"
    CLASS_REOPENED = "class_reopened"
    CLASS_COMPLETED = "class_completed"


class Frequency(StrEnum):
    """How much a person wants to hear, from one organization or at all."""

    ALL = "all"
    IMPORTANT = "important"
    NONE = "none"


class Channel(StrEnum):
    """Where a person is told: in the notification centre, or by mail."""

    PAGE = "page"
    MAIL = "mail"


#: What changes a person's place, what it is worth, or its outcome, and what an organizer has to say to them.
_IMPORTANT = frozenset(
    {
        NotificationType.CONFIRMED,
        NotificationType.PROMOTED,
        NotificationType.REJECTED,
        NotificationType.CANCELLED,
        NotificationType.CALLED_OFF,
        NotificationType.EVENT_CHANGED,
        NotificationType.NO_SHOW,
        NotificationType.CORRECTED,
        NotificationType.CORRECTION_WITHDRAWN,
        NotificationType.PLACE_OPENED,
        NotificationType.OFFERED,
        NotificationType.OFFER_EXPIRED,
        NotificationType.WAIT_ENDED,
        NotificationType.LAST_CALL,
        NotificationType.RELEASED,
        NotificationType.PLACE_BACK,
        NotificationType.STANDBY_PLACED,
        NotificationType.UNDECIDED,
        NotificationType.SETTLED,
        NotificationType.CERTIFICATE,
        NotificationType.OUTCOME_TAKEN_BACK,
        NotificationType.APPEAL_GRANTED,
        NotificationType.APPEAL_DECLINED,
        NotificationType.APPEAL_LAPSED,
        NotificationType.MESSAGE,
        NotificationType.CLASS_ENROLLED,
        NotificationType.CLASS_PROMOTED,
        NotificationType.CLASS_CANCELLED,
        NotificationType.CLASS_CALLED_OFF,
        NotificationType.CLASS_ENDED,
        NotificationType.CLASS_REOPENED,
        NotificationType.CLASS_COMPLETED,
    }
)
#: What is said on the page even to somebody who wants to hear nothing: where they stand.
_STANDING = _IMPORTANT | {NotificationType.WAITLISTED, NotificationType.CLASS_WAITLISTED}


def wants(kind: NotificationType, frequency: Frequency, channel: Channel) -> bool:
    """Whether somebody with that frequency is told that, there.

    `all`: everything, both ways. `important`: everything on the page, by mail what changes the
    place, and what organizers write. `none`: no mail, no question and no reminder; the page still says where they
    stand, and shows what organizers wrote.
    """
    if frequency is Frequency.ALL:
        return True
    if channel is Channel.MAIL:
        return frequency is Frequency.IMPORTANT and kind in _IMPORTANT
    return frequency is Frequency.IMPORTANT or kind in _STANDING


#: A mail that was not delivered is tried again after these pauses; then it is given up.
MAIL_PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
MAIL_TRIES = 1 + len(MAIL_PAUSES)

#: Events that may be worth a mail; the others never are.
TOLD = (
    DomainEvent.ENROLLMENT_CONFIRMED,
    DomainEvent.ENROLLMENT_WAITLISTED,
    DomainEvent.ENROLLMENT_PROMOTED,
    DomainEvent.ENROLLMENT_REJECTED,
    DomainEvent.ENROLLMENT_CANCELLED,
    DomainEvent.PARTICIPANT_NO_SHOW,
    DomainEvent.PARTICIPANT_UNDECIDED,
    DomainEvent.PARTICIPANT_ATTENDED,
    DomainEvent.OUTCOME_TAKEN_BACK,
    DomainEvent.EVENT_CHANGED,
    DomainEvent.PLACE_OPENED,
    DomainEvent.PLACE_OFFERED,
    DomainEvent.OFFER_EXPIRED,
    DomainEvent.LAST_CALL,
    DomainEvent.APPEAL_GRANTED,
    DomainEvent.APPEAL_DECLINED,
    DomainEvent.APPEAL_LAPSED,
    DomainEvent.PLACE_RELEASED,
    DomainEvent.PLACE_RETURNED,
)
_GOOD_NEWS = {
    DomainEvent.ENROLLMENT_CONFIRMED: NotificationType.CONFIRMED,
    DomainEvent.ENROLLMENT_WAITLISTED: NotificationType.WAITLISTED,
    DomainEvent.ENROLLMENT_PROMOTED: NotificationType.PROMOTED,
}
#: What is said to those who wait, of no move.
_OF_THE_LINE = {
    DomainEvent.PLACE_OPENED: NotificationType.PLACE_OPENED,
    DomainEvent.PLACE_OFFERED: NotificationType.OFFERED,
    DomainEvent.OFFER_EXPIRED: NotificationType.OFFER_EXPIRED,
    DomainEvent.LAST_CALL: NotificationType.LAST_CALL,
}
#: What is answered to an appeal, and where the person has to stand for it to be true when the mail is written.
_ANSWERS = {
    DomainEvent.APPEAL_GRANTED: (NotificationType.APPEAL_GRANTED, EnrollmentStatus.ATTENDED),
    DomainEvent.APPEAL_DECLINED: (NotificationType.APPEAL_DECLINED, EnrollmentStatus.NO_SHOW),
    DomainEvent.APPEAL_LAPSED: (NotificationType.APPEAL_LAPSED, EnrollmentStatus.NO_SHOW),
}
#: What may come of standing in the standby line.
_INTO_A_SEAT = frozenset({DomainEvent.ENROLLMENT_PROMOTED, DomainEvent.PLACE_RETURNED})
#: What of an event a calendar keeps.
WHEN_AND_WHERE = frozenset({"starts_at", "ends_at", "timezone", "place", "facility_id"})
#: Whoever is still expected to come keeps the time free.
EXPECTED = CLOSABLE
#: Where somebody has to stand for good news to be true when the mail is written.
_STILL_TRUE = {
    DomainEvent.ENROLLMENT_CONFIRMED: SEATED,
    DomainEvent.ENROLLMENT_WAITLISTED: frozenset({EnrollmentStatus.WAITLISTED}),
    DomainEvent.ENROLLMENT_PROMOTED: SEATED,
}


@dataclass(frozen=True, slots=True)
class Told:
    """What decides whether a domain event becomes a mail."""

    kind: DomainEvent
    #: None where nobody was moved.
    triggered_by: Trigger | None
    occurred_at: datetime
    #: Where the enrollment stands by now, and how it came in.
    status: EnrollmentStatus
    source: str
    event_ends_at: datetime
    #: Whether the same was changed once more since: only the last change is news.
    is_outdated: bool = False
    #: Whether somebody who waits could take a seat by pressing, when the mail is written.
    has_seat_to_take: bool = False
    #: Whether a seat is held for them when the mail is written.
    has_offer: bool = False
    #: Whether they were told an outcome before.
    was_told: bool = False
    #: Whether the event was called off.
    is_called_off: bool = False
    from_status: EnrollmentStatus | None = None
    #: Whether they stood in the standby line when they were moved.
    was_in_line: bool = False
    #: Whether a certificate of theirs is valid when the mail is written.
    has_certificate: bool = False


def is_worth_telling(changed: Collection[str], *, ends_at: datetime, now: datetime) -> bool:
    """Whether people who keep the time free have to hear of an edit: another time or place of what is to come."""
    return bool(WHEN_AND_WHERE & set(changed)) and now < ends_at


def notice_of(told: Told) -> NotificationType | None:
    """What a person is told of a domain event (also the name of the mail's template), or None.

    Nobody is told what they just did themselves at the door or on the page, that they wait
    when they wait no longer, of a place they no longer have or in what is over, or of an
    outcome that was corrected meanwhile.
    """
    if told.kind in _OF_THE_LINE:
        is_true = told.status is EnrollmentStatus.WAITLISTED and _is_still_so(told)
        return _OF_THE_LINE[told.kind] if is_true and not told.is_outdated else None
    if told.kind is DomainEvent.PLACE_RELEASED:
        return NotificationType.RELEASED if told.status is EnrollmentStatus.RELEASED else None
    if told.kind in _INTO_A_SEAT and told.was_in_line:
        return NotificationType.STANDBY_PLACED if told.status in SEATED else None
    if told.kind is DomainEvent.PLACE_RETURNED:
        return NotificationType.PLACE_BACK if told.status in SEATED else None
    if told.kind in _GOOD_NEWS:
        is_news = told.source != EnrollmentSource.WALK_IN and told.occurred_at < told.event_ends_at
        is_true = told.status in _STILL_TRUE[told.kind]
        if not (is_news and is_true):
            return None
        # Who took a free seat themselves did not move up.
        has_taken = told.kind is DomainEvent.ENROLLMENT_PROMOTED and told.triggered_by is Trigger.USER
        return NotificationType.CONFIRMED if has_taken else _GOOD_NEWS[told.kind]
    if told.kind is DomainEvent.ENROLLMENT_CANCELLED:
        if told.triggered_by is Trigger.USER:
            return None
        if told.triggered_by is not Trigger.SYSTEM:
            return NotificationType.CANCELLED
        has_waited = told.from_status is EnrollmentStatus.WAITLISTED and not told.is_called_off
        return NotificationType.WAIT_ENDED if has_waited else NotificationType.CALLED_OFF
    if told.kind is DomainEvent.ENROLLMENT_REJECTED:
        return NotificationType.REJECTED
    if told.kind is DomainEvent.EVENT_CHANGED:
        is_news = told.status in EXPECTED and told.occurred_at < told.event_ends_at
        return NotificationType.EVENT_CHANGED if is_news and not told.is_outdated else None
    return _outcome_notice(told)


def _is_still_so(told: Told) -> bool:
    """What is said to somebody who waits, when the mail is written: a seat to take, a seat that is held, or none."""
    if told.kind is DomainEvent.PLACE_OPENED:
        return told.has_seat_to_take
    return told.has_offer is (told.kind is DomainEvent.PLACE_OFFERED)


def _outcome_notice(told: Told) -> NotificationType | None:
    """What closure or a later decision came to, unless it was corrected meanwhile."""
    if told.kind in _ANSWERS:
        answer, stands = _ANSWERS[told.kind]
        return answer if told.status is stands else None
    if told.kind is DomainEvent.PARTICIPANT_NO_SHOW:
        return NotificationType.NO_SHOW if told.status is EnrollmentStatus.NO_SHOW else None
    if told.kind is DomainEvent.OUTCOME_TAKEN_BACK:
        # Who was told nothing hears of nothing.
        return NotificationType.OUTCOME_TAKEN_BACK if told.was_told and told.status in CLOSABLE else None
    if told.kind is DomainEvent.PARTICIPANT_UNDECIDED:
        return NotificationType.UNDECIDED if told.status is EnrollmentStatus.UNDECIDED else None
    if told.kind is not DomainEvent.PARTICIPANT_ATTENDED or told.status is not EnrollmentStatus.ATTENDED:
        return None
    if told.from_status is EnrollmentStatus.UNDECIDED:
        return NotificationType.SETTLED
    # Who came is told nothing new, but where they get something for it.
    return NotificationType.CERTIFICATE if told.has_certificate else None
