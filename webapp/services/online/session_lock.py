"""The lock of what an online session belongs to: whoever decides about its people takes it first."""

from sqlalchemy.orm import Session

from webapp.domain.permission import Actor, Permission
from webapp.domain.refusal import Refused
from webapp.queries.classes.teaching import teaches
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


def may_decide(session: Session, locked: LockedEvent | LockedClass, actor: Actor) -> bool:
    """Whether they decide about its online sessions: who runs the event, who calls roll in the class."""
    where = (locked.row.organization_id, locked.row.facility_id)
    if isinstance(locked, LockedEvent):
        return actor.can(Permission.MANAGE_EVENTS, *where)
    return actor.can(Permission.CALL_ROLL, *where) or (
        actor.can(Permission.CALL_ROLL, *where, teaches=True) and teaches(session, actor.user_id, locked.id)
    )
