"""Letting people into a class, one or a thousand: the same rule, a fixed number of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus as E
from webapp.domain.classes.class_enrollment import place_newcomer
from webapp.domain.classes.program_class import ClassStatus, require_not_frozen
from webapp.domain.refusal import Refused
from webapp.models import ClassEnrollment, FacilityPerson, User
from webapp.queries.classes.class_sessions import person_clashes
from webapp.queries.id_set import is_among
from webapp.services.classes.people.class_seats import LockedClass
from webapp.services.places.newcomers import tell_of_newcomers
from webapp.services.places.transition import Cause

_ENROLLMENT = ClassEnrollment.__table__


@dataclass(frozen=True, slots=True)
class Placed:
    """Where somebody stands after a use case. `rank` counts from 1, for the waitlisted only."""

    enrollment_id: int
    status: E
    rank: int | None = None
    promoted: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """What the rule gave somebody: a seat, or a ticket and a rank in the queue."""

    status: E
    ticket: int | None = None
    rank: int | None = None
    is_over: bool = False


def place_people(
    session: Session, locked: LockedClass, user_ids: Sequence[int], *, despite_clash: bool, holding: bool = True
) -> dict[int, Place | Refused]:
    """What the locked class gives each of these people, in their order; counts it, writes nothing.

    `holding` keeps their accounts from being deleted, and them from being moved to another facility, until the
    transaction ends.
    Somebody refused has the Refused instead: `not_of_facility`, `person_deactivated`,
    `already_enrolled`, `person_clash` (unless `despite_clash`), `class_full`. Raises `class_frozen`.
    """
    require_not_frozen(locked.status)
    people = list(dict.fromkeys(user_ids))
    belongs, stands = belonging(session, locked, people, holding=holding), standing(session, locked, people)
    clashes = {} if despite_clash else person_clashes(session, people, locked.id)
    found: dict[int, Place | Refused] = {}
    for user_id in people:
        try:
            _require_belonging(belongs.get(user_id))
            _require_not_in(stands.get(user_id))
            if user_id in clashes:
                raise Refused("person_clash", clashes=clashes[user_id])
            found[user_id] = _take(locked)
        except Refused as refused:
            found[user_id] = refused
    return found


def add_people(
    session: Session,
    locked: LockedClass,
    places: Mapping[int, Place],
    *,
    cause: Cause,
    source: str,
    request_id: str | None = None,
) -> dict[int, Placed]:
    """Write the enrollments that `place_people` gave, with trail and domain events; by user id.

    While the class is active, whoever gets a seat begins now: that stamps `enrolled_at`. In a paused class it stays
    empty until the class is resumed.
    """
    if not places:
        return {}
    begins = cause.at if locked.status is ClassStatus.ACTIVE else None
    rows = [
        {
            "class_id": locked.id,
            "user_id": user_id,
            "status": place.status,
            "version": 1,
            "waitlist_position": place.ticket,
            "source": source,
            "request_id": request_id,
            "enrolled_at": begins if place.status is E.ENROLLED else None,
            "updated_by_id": cause.actor.user_id,
            "created_at": cause.at,
            "changed_at": cause.at,
            "over_capacity": place.is_over,
        }
        for user_id, place in places.items()
    ]
    session.execute(insert(_ENROLLMENT), rows)
    ids = tell_of_newcomers(session, locked, list(places), cause=cause)
    return {user_id: Placed(ids[user_id], place.status, place.rank) for user_id, place in places.items()}


def require_eligible(session: Session, locked: LockedClass, user_id: int) -> None:
    """Refuse somebody who may not (any more) be in a class of this facility, or is in this one already."""
    _require_belonging(belonging(session, locked, [user_id], holding=True).get(user_id))
    _require_not_in(standing(session, locked, [user_id]).get(user_id))


def belonging(session: Session, locked: LockedClass, user_ids: Sequence[int], *, holding: bool) -> dict[int, bool]:
    """Those who belong to the class's facility: whether they are active there and in the product."""
    if not user_ids:
        return {}
    people = (
        select(FacilityPerson.user_id, FacilityPerson.deactivated_at, User.disabled_at, User.anonymized_at)
        .join(User, User.id == FacilityPerson.user_id)
        .where(
            FacilityPerson.facility_id == locked.row.facility_id, is_among(session, FacilityPerson.user_id, user_ids)
        )
    )
    if holding:
        # An account that is being deleted, or a person who is being moved to another facility, is waited for and
        # then read as it is. In this order: a deletion holds the account when it takes the belonging away.
        people = people.with_for_update(read=True, key_share=True, of=(User, FacilityPerson))
    rows = session.execute(people)
    return {user_id: not any(gone) for user_id, *gone in rows}


def _require_belonging(is_active: bool | None) -> None:
    if is_active is None:
        raise Refused("not_of_facility")
    if not is_active:
        raise Refused("person_deactivated")


def _require_not_in(status: E | None) -> None:
    if status is not None:
        raise Refused("already_enrolled", status=status)


def standing(session: Session, locked: LockedClass, user_ids: Sequence[int]) -> dict[int, E]:
    """The live status of those who are in already."""
    if not user_ids:
        return {}
    rows = session.execute(
        select(_ENROLLMENT.c.user_id, _ENROLLMENT.c.status).where(
            _ENROLLMENT.c.class_id == locked.id,
            is_among(session, _ENROLLMENT.c.user_id, user_ids),
            ClassEnrollment.is_live,
        )
    )
    return {user_id: E(status) for user_id, status in rows}


def _take(locked: LockedClass) -> Place:
    row = locked.row
    status = place_newcomer(
        locked.status, has_waitlist=row.has_waitlist, capacity=row.capacity, taken=locked.taken, waiting=locked.waiting
    )
    locked.count_move(None, status)
    if status is not E.WAITLISTED:
        return Place(status)
    return Place(status, locked.next_ticket(), locked.waiting)
