"""What the rest of the product is told about enrollments in classes: names of facts, in the past tense."""

from enum import StrEnum

from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus as E
from webapp.domain.places.enrollment import TransitionKind


class ClassDomainEvent(StrEnum):
    CLASS_ENROLLED = "ClassEnrolled"
    CLASS_WAITLISTED = "ClassWaitlisted"
    CLASS_PROMOTED = "ClassPromoted"
    CLASS_ENROLLMENT_CANCELLED = "ClassEnrollmentCancelled"
    CLASS_ENROLLMENT_ENDED = "ClassEnrollmentEnded"
    CLASS_ENROLLMENT_REOPENED = "ClassEnrollmentReopened"
    CLASS_COMPLETED = "ClassCompleted"


def class_event_of_move(from_status: E | None, to_status: E, kind: TransitionKind) -> ClassDomainEvent:
    """The domain event of a move of a class enrollment."""
    del kind  # there are no corrections in a class: what was wrong is moved back
    if to_status is E.ENROLLED:
        if from_status is None:
            return ClassDomainEvent.CLASS_ENROLLED
        is_promotion = from_status is E.WAITLISTED
        return ClassDomainEvent.CLASS_PROMOTED if is_promotion else ClassDomainEvent.CLASS_ENROLLMENT_REOPENED
    return {
        E.WAITLISTED: ClassDomainEvent.CLASS_WAITLISTED,
        E.CANCELLED: ClassDomainEvent.CLASS_ENROLLMENT_CANCELLED,
        E.COMPLETED: ClassDomainEvent.CLASS_COMPLETED,
    }.get(to_status, ClassDomainEvent.CLASS_ENROLLMENT_ENDED)
