"""Somebody leaves all classes that are not over, or all of one facility. Steps that join a transaction."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus as E
from webapp.domain.classes.class_enrollment import left_as
from webapp.domain.classes.facility_move import PlaceEnd
from webapp.models import ClassEnrollment, ProgramClass
from webapp.services.classes.people.class_enrollment import leave_class
from webapp.services.classes.people.class_seats import lock_class
from webapp.services.places.transition import Cause


def live_class_places(session: Session, user_id: int, facility_id: int | None = None) -> list[tuple[int, int]]:
    """(enrollment, class) of every place, or place in line, in a class that is not over, in the order of the locks.

    With `facility_id`, in the classes of that facility only.
    """
    places = (
        select(ClassEnrollment.id, ClassEnrollment.class_id)
        .join(ProgramClass, ProgramClass.id == ClassEnrollment.class_id)
        .where(
            ClassEnrollment.user_id == user_id,
            ClassEnrollment.is_live,
            ~ProgramClass.is_frozen,
        )
        .order_by(ClassEnrollment.class_id)
    )
    if facility_id is not None:
        places = places.where(ProgramClass.facility_id == facility_id)
    return [(row.id, row.class_id) for row in session.execute(places)]


def leave_classes(
    session: Session, user_id: int, *, cause: Cause, while_running: E = E.WITHDRAWN, facility_id: int | None = None
) -> list[PlaceEnd]:
    """End every place as `class_enrollment.left_as` says; whoever waits longest moves up. What was ended."""
    ended = []
    for enrollment_id, class_id in live_class_places(session, user_id, facility_id):
        locked = lock_class(session, class_id)
        status = E(session.scalars(select(ClassEnrollment.status).where(ClassEnrollment.id == enrollment_id)).one())
        to_status = left_as(locked.status, status, while_running=while_running)
        if to_status is None:
            continue
        leave_class(session, locked, enrollment_id, from_status=status, to_status=to_status, cause=cause)
        ended.append(PlaceEnd(enrollment_id, status, to_status))
    return ended
