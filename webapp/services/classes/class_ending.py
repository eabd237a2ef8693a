"""The end of a class for its people: a fixed number of statements, whatever their number."""

from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus as E
from webapp.models import ClassEnrollment
from webapp.services.classes.completion import issue_completions
from webapp.services.classes.people.class_seats import LockedClass
from webapp.services.places.seats import save_counters
from webapp.services.places.transition import Cause, move_enrollments

_ENROLLMENT = ClassEnrollment.__table__
_OVER = "The class ended before a place opened"


@dataclass(frozen=True, slots=True)
class Ended:
    """How many enrolled and how many waiting people the end of the class concerned."""

    people: int
    waiting: int


def complete_people(session: Session, locked: LockedClass, cause: Cause) -> Ended:
    """The locked class completes: its enrolled people do, with a completion record each; who waits is let go.

    Saves the counters; the caller moves the class itself, in the same transaction.
    """
    enrolled, waiting = _ids(session, locked, E.ENROLLED), _ids(session, locked, E.WAITLISTED)
    move_enrollments(session, locked, enrolled, from_status=E.ENROLLED, to_status=E.COMPLETED, cause=cause)
    issue_completions(session, enrolled, cause=cause)
    let_go = replace(cause, reason=_OVER)
    move_enrollments(session, locked, waiting, from_status=E.WAITLISTED, to_status=E.CANCELLED, cause=let_go)
    save_counters(session, locked)
    return Ended(len(enrolled), len(waiting))


def cancel_people(session: Session, locked: LockedClass, cause: Cause) -> Ended:
    """The locked class is called off: so is everybody's place and place in line, for the same reason.

    Saves the counters; the caller moves the class itself, in the same transaction.
    """
    ended = []
    for status in (E.ENROLLED, E.WAITLISTED):
        ids = _ids(session, locked, status)
        move_enrollments(session, locked, ids, from_status=status, to_status=E.CANCELLED, cause=cause)
        ended.append(len(ids))
    save_counters(session, locked)
    return Ended(*ended)


def _ids(session: Session, locked: LockedClass, status: E) -> list[int]:
    return list(
        session.scalars(
            select(_ENROLLMENT.c.id)
            .where(_ENROLLMENT.c.class_id == locked.id, _ENROLLMENT.c.status == status)
            .order_by(_ENROLLMENT.c.id)
        )
    )
