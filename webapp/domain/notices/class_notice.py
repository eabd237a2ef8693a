"""Which domain events of a class a person is written to about."""

from dataclasses import dataclass

from webapp.domain.classes.class_enrollment import ENDED
from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus as E
from webapp.domain.classes.class_event import ClassDomainEvent as D
from webapp.domain.classes.program_class import ClassStatus
from webapp.domain.notices.notice import NotificationType as N
from webapp.domain.permission import Trigger

#: What is said, and where somebody has to stand for it to be true when the mail is written.
_NEWS: dict[D, tuple[N, frozenset[E]]] = {
    D.CLASS_ENROLLED: (N.CLASS_ENROLLED, frozenset({E.ENROLLED})),
    D.CLASS_WAITLISTED: (N.CLASS_WAITLISTED, frozenset({E.WAITLISTED})),
    D.CLASS_PROMOTED: (N.CLASS_PROMOTED, frozenset({E.ENROLLED})),
    D.CLASS_ENROLLMENT_REOPENED: (N.CLASS_REOPENED, frozenset({E.ENROLLED})),
    D.CLASS_ENROLLMENT_ENDED: (N.CLASS_ENDED, ENDED),
    D.CLASS_COMPLETED: (N.CLASS_COMPLETED, frozenset({E.COMPLETED})),
}


@dataclass(frozen=True, slots=True)
class ClassTold:
    """What decides whether a domain event of a class becomes a mail; statuses are those of now."""

    kind: D
    triggered_by: Trigger
    status: E
    class_status: ClassStatus


def class_notice_of(told: ClassTold) -> N | None:
    """What a person is told of a domain event of a class, or None.

    Nobody is told what they just did themselves, or what is no longer true.
    """
    if told.kind is D.CLASS_ENROLLMENT_CANCELLED:
        if told.triggered_by is Trigger.USER:
            return None
        return N.CLASS_CALLED_OFF if told.class_status is ClassStatus.CANCELLED else N.CLASS_CANCELLED
    notice, true_while = _NEWS[told.kind]
    return notice if told.status in true_while else None
