"""What the rest of the product is told about: names of facts, in the past tense."""

from enum import StrEnum

from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.enrollment import TransitionKind


class DomainEvent(StrEnum):
    ENROLLMENT_REQUESTED = "EnrollmentRequested"
    ENROLLMENT_CONFIRMED = "EnrollmentConfirmed"
    ENROLLMENT_WAITLISTED = "EnrollmentWaitlisted"
    ENROLLMENT_PROMOTED = "EnrollmentPromoted"
    ENROLLMENT_REJECTED = "EnrollmentRejected"
    ENROLLMENT_CANCELLED = "EnrollmentCancelled"
    PARTICIPANT_CHECKED_IN = "ParticipantCheckedIn"
    CHECK_IN_UNDONE = "CheckInUndone"
    PARTICIPANT_ATTENDED = "ParticipantAttended"
    PARTICIPANT_NO_SHOW = "ParticipantNoShow"
    #: The event was closed, and nobody can say yet; attended or no-show is told when it is settled.
    PARTICIPANT_UNDECIDED = "ParticipantUndecided"
    #: The event was reopened, so the outcome told before counts no longer.
    OUTCOME_TAKEN_BACK = "OutcomeTakenBack"
    #: Absent after the start: the place was given to somebody at the door; and it is theirs again.
    PLACE_RELEASED = "PlaceReleased"
    PLACE_RETURNED = "PlaceReturned"
    #: Told of the event's version (negated), not of a move: when or where it takes place is another now.
    EVENT_CHANGED = "EventChanged"
    #: Told to everybody who waits after the start: whoever presses first has the seat.
    PLACE_OPENED = "PlaceOpened"
    #: A seat is held for somebody who waits, until they answer.
    PLACE_OFFERED = "PlaceOffered"
    #: They did not answer in time, and are at the end of the line.
    OFFER_EXPIRED = "OfferExpired"
    #: Told to everybody who waits at the last call: nobody moves up by themselves any more.
    LAST_CALL = "LastCall"
    #: Told of no move, to who appealed: corrected, declined, or nobody decided in time.
    APPEAL_GRANTED = "AppealGranted"
    APPEAL_DECLINED = "AppealDeclined"
    APPEAL_LAPSED = "AppealLapsed"


_BY_TARGET = {
    S.PENDING: DomainEvent.ENROLLMENT_REQUESTED,
    S.CONFIRMED: DomainEvent.ENROLLMENT_CONFIRMED,
    S.WAITLISTED: DomainEvent.ENROLLMENT_WAITLISTED,
    S.REJECTED: DomainEvent.ENROLLMENT_REJECTED,
    S.CANCELLED: DomainEvent.ENROLLMENT_CANCELLED,
    S.CHECKED_IN: DomainEvent.PARTICIPANT_CHECKED_IN,
    S.ATTENDED: DomainEvent.PARTICIPANT_ATTENDED,
    S.NO_SHOW: DomainEvent.PARTICIPANT_NO_SHOW,
    S.UNDECIDED: DomainEvent.PARTICIPANT_UNDECIDED,
    S.RELEASED: DomainEvent.PLACE_RELEASED,
}
_BY_MOVE: dict[tuple[S | None, S], DomainEvent] = {
    (S.WAITLISTED, S.CONFIRMED): DomainEvent.ENROLLMENT_PROMOTED,
    (S.CHECKED_IN, S.CONFIRMED): DomainEvent.CHECK_IN_UNDONE,
    (S.RELEASED, S.CONFIRMED): DomainEvent.PLACE_RETURNED,
}


def event_of_move(from_status: S | None, to_status: S, kind: TransitionKind) -> DomainEvent | None:
    """The domain event of a move; corrections of one person send none, what they correct was told already."""
    if kind is TransitionKind.REOPENING:
        return DomainEvent.OUTCOME_TAKEN_BACK
    if kind is not TransitionKind.MOVE:
        return None
    return _BY_MOVE.get((from_status, to_status)) or _BY_TARGET[to_status]
