"""Somebody leaves all classes that are not over. Steps that join a transaction."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.class_enrollment import LIVE
from webapp.domain.class_enrollment import ClassEnrollmentStatus as E
from webapp.domain.program_class import FROZEN, ClassStatus
from webapp.models import ClassEnrollment, ProgramClass
from webapp.services.classes.class_enrollment import leave_class
from webapp.services.classes.class_seats import lock_class
from webapp.services.places.transition import Cause


def live_class_places(session: Session, user_id: int) -> list[tuple[int, int]]:
    """(enrollment, class) of every place, or place in line, in a class that is not over, in the order of the locks."""
    rows = session.execute(
        select(ClassEnrollment.id, ClassEnrollment.class_id)
        .join(ProgramClass, ProgramClass.id == ClassEnrollment.class_id)
        .where(
            ClassEnrollment.user_id == user_id,
            ClassEnrollment.status.in_(sorted(LIVE)),
            ProgramClass.status.not_in(sorted(FROZEN)),
        )
        .order_by(ClassEnrollment.class_id)
    )
    return [(row.id, row.class_id) for row in rows]


def leave_classes(session: Session, user_id: int, *, cause: Cause) -> None:
    """Cancel places in line and in classes that have not begun, withdraw from those that run; others move up."""
    for enrollment_id, class_id in live_class_places(session, user_id):
        locked = lock_class(session, class_id)
        status = E(session.scalars(select(ClassEnrollment.status).where(ClassEnrollment.id == enrollment_id)).one())
        if status not in LIVE or locked.status in FROZEN:
            continue
        runs = status is E.ENROLLED and locked.status is not ClassStatus.SCHEDULED
        to_status = E.WITHDRAWN if runs else E.CANCELLED
        leave_class(session, locked, enrollment_id, from_status=status, to_status=to_status, cause=cause)
