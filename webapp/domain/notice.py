"""Which domain events a person is written to about, and how."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from webapp.domain.domain_event import DomainEvent
from webapp.domain.enrollment import EnrollmentStatus, Trigger

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
)
_GOOD_NEWS = {
    DomainEvent.ENROLLMENT_CONFIRMED: "confirmed",
    DomainEvent.ENROLLMENT_WAITLISTED: "waitlisted",
    DomainEvent.ENROLLMENT_PROMOTED: "promoted",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What decides whether a domain event becomes a mail."""

    kind: DomainEvent
    triggered_by: Trigger
    occurred_at: datetime
    #: Where the enrollment stands by now, and how it came in.
    status: EnrollmentStatus
    source: str
    event_ends_at: datetime


def notice_of(told: Told) -> str | None:
    """The mail (name of its template) for a domain event, or None.

    Nobody is told what they just did themselves at the door or on the page, that they wait
    when they wait no longer, or of a place in what is over.
    """
    if told.kind in _GOOD_NEWS:
        is_news = told.source != "walk_in" and told.occurred_at < told.event_ends_at
        still_waits = told.status is EnrollmentStatus.WAITLISTED
        is_true = told.kind is not DomainEvent.ENROLLMENT_WAITLISTED or still_waits
        return _GOOD_NEWS[told.kind] if is_news and is_true else None
    if told.kind is DomainEvent.ENROLLMENT_CANCELLED:
        return {Trigger.USER: None, Trigger.SYSTEM: "called_off"}.get(told.triggered_by, "cancelled")
    if told.kind is DomainEvent.ENROLLMENT_REJECTED:
        return "rejected"
    return "no_show" if told.kind is DomainEvent.PARTICIPANT_NO_SHOW else None
