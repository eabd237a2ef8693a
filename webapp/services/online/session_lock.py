"""The lock of what an online session belongs to: whoever decides about its people takes it first."""

from sqlalchemy.orm import Session

from webapp.domain.permission import Permission
from webapp.domain.refusal import Refused
from webapp.queries.online.session_owner import SessionOwner
from webapp.services.classes.people.class_seats import LockedClass, lock_class
from webapp.services.places.seats import LockedEvent, lock_event


def lock_owner(session: Session, owner: SessionOwner) -> LockedEvent | LockedClass:
    """Lock the event or the class. Raises `not_found`, for a deleted event, too."""
    if owner.class_id is not None:
        return lock_class(session, owner.class_id)
    if owner.event_id is None:
        raise Refused("not_found")
    locked = lock_event(session, owner.event_id)
    if locked.row.deleted_at is not None:
        raise Refused("not_found")
    return locked


def managing(locked: LockedEvent | LockedClass) -> Permission:
    """What somebody needs who decides about its online sessions."""
    return Permission.MANAGE_EVENTS if isinstance(locked, LockedEvent) else Permission.MANAGE_CLASSES
