"""A person goes to another facility of the organization: their places in classes of the old one end with it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus as E
from webapp.domain.classes.facility_move import (
    REASON_LIMIT,
    FacilityMoveFacts,
    PlaceEnd,
    reason_of_end,
    require_movable,
)
from webapp.domain.permission import Actor, Permission, Trigger
from webapp.domain.refusal import Refused
from webapp.domain.text import clean_prose
from webapp.models import Facility, FacilityMove, FacilityPerson, User
from webapp.services.classes.people.class_leaving import leave_classes, live_class_places
from webapp.services.insertion import insert_unless_there
from webapp.services.places.transition import Cause
from webapp.services.unit_of_work import write_transaction

_MOVE, _PERSON = FacilityMove.__table__, FacilityPerson.__table__


@dataclass(frozen=True, slots=True)
class _Way:
    """From where to where, with what is known of the new facility."""

    from_id: int
    to_id: int
    is_same_organization: bool
    name: str


def move_to_facility(
    *,
    user_id: int,
    from_facility_id: int,
    to_facility_id: int,
    reason: str,
    actor: Actor,
    now: datetime,
    expected: Collection[PlaceEnd] | None = None,
) -> list[PlaceEnd]:
    """Move a person of one facility to another of the same organization; what that ended.

    Places in line and in classes of the old facility that have not begun are cancelled, those in running
    classes transferred, and whoever waits longest moves up. What is over stays, and so do places at events.
    With `expected`, only if exactly that would be ended: what a page said before. Raises Refused:
    `not_found` (also for whoever may not), `text_missing`, `text_too_long`, `text_broken` (the reason),
    what `require_movable` refuses, and `stale`.
    """
    why = clean_prose(reason, limit=REASON_LIMIT, field="reason", required=True)
    with write_transaction() as session:
        way = _way(session, from_facility_id, to_facility_id, actor)
        _require_movable(session, user_id, way)
        cause = Cause(by=Trigger.ADMIN, actor=actor, at=now, reason=reason_of_end(way.name, why))
        # The same order for everybody: classes by id, then the person, then their belonging to a facility.
        ended = leave_classes(session, user_id, cause=cause, while_running=E.TRANSFERRED, facility_id=from_facility_id)
        _hold_person(session, user_id, way)
        came_in_meanwhile = live_class_places(session, user_id, from_facility_id)
        if came_in_meanwhile or (expected is not None and set(expected) != set(ended)):
            raise Refused("stale")
        _change_facility(session, user_id, way, now)
        session.execute(
            insert(_MOVE).values(
                user_id=user_id,
                from_facility_id=from_facility_id,
                to_facility_id=to_facility_id,
                actor_id=actor.user_id,
                reason=why,
                at=now,
            )
        )
    return ended


def _way(session: Session, from_id: int, to_id: int, actor: Actor) -> _Way:
    rows = session.execute(
        select(Facility.id, Facility.name, Facility.organization_id).where(Facility.id.in_((from_id, to_id)))
    )
    found = {row.id: row for row in rows}
    old, new = found.get(from_id), found.get(to_id)
    if old is None or not actor.can(Permission.MOVE_PEOPLE, old.organization_id):
        raise Refused("not_found")
    # One that does not exist is like one of somebody else: nobody learns which it is.
    is_same_organization = new is not None and new.organization_id == old.organization_id
    return _Way(from_id, to_id, is_same_organization, new.name if new else "")


def _require_movable(session: Session, user_id: int, way: _Way) -> None:
    rows = session.execute(
        select(_PERSON.c.facility_id, _PERSON.c.deactivated_at).where(
            _PERSON.c.user_id == user_id, _PERSON.c.facility_id.in_((way.from_id, way.to_id))
        )
    )
    is_deactivated = {row.facility_id: row.deactivated_at is not None for row in rows}
    require_movable(
        FacilityMoveFacts(
            way.from_id,
            way.to_id,
            is_same_organization=way.is_same_organization,
            is_there=way.from_id in is_deactivated,
            is_deactivated_at_new=is_deactivated.get(way.to_id),
        )
    )


def _hold_person(session: Session, user_id: int, way: _Way) -> None:
    """Wait for whoever enrolls, moves or deletes this person, and look again; nobody does so until we are done."""
    session.execute(select(User.id).where(User.id == user_id).with_for_update(read=True, key_share=True)).all()
    belonging = select(_PERSON.c.user_id).where(_PERSON.c.user_id == user_id, _PERSON.c.facility_id == way.from_id)
    session.execute(belonging.with_for_update()).all()
    _require_movable(session, user_id, way)


def _change_facility(session: Session, user_id: int, way: _Way, now: datetime) -> None:
    """Whoever belonged to the new facility before still does."""
    old = (_PERSON.c.user_id == user_id, _PERSON.c.facility_id == way.from_id)
    session.execute(delete(_PERSON).where(*old))
    adding = insert_unless_there(session, _PERSON)
    session.execute(adding.values(facility_id=way.to_id, user_id=user_id, added_at=now))
