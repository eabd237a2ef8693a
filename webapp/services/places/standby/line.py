"""The standby line under the event's lock: who comes, who leaves it again, and the seats that are given to it.

Why it is so: docs/decisions/138-the-standby-line.md.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from webapp.domain.desk.check_in import CheckInMethod
from webapp.domain.permission import SYSTEM, Actor, Trigger
from webapp.domain.places.enrollment import EnrollmentSource
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.standby import Seats, Standing, seats_for_line, who_gets_in
from webapp.domain.refusal import Refused
from webapp.models import CheckIn, CheckInReversal, Enrollment, StandbyArrival
from webapp.queries.id_set import is_among
from webapp.queries.row_types import AnyRow
from webapp.queries.standby_line import line_of_event
from webapp.services.places.seats import LockedEvent
from webapp.services.places.transition import Cause, move_enrollments

_ARRIVAL, _CHECK_IN = StandbyArrival.__table__, CheckIn.__table__
#: Why somebody got a seat: the reason in the trail.
FROM_THE_LINE = "From the standby line"


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody at a desk, and who saw them there. The same `request_id` is one movement of a hand."""

    enrollment_id: int
    version: int
    actor: Actor
    desk: str
    request_id: str
    at: datetime


def arrive(session: Session, locked: LockedEvent, arrivals: Sequence[Arrival]) -> None:
    """Put people who wait, or whose place was released, into the line: two statements, whatever their number.

    Who stands there already keeps the place. A tap that is sent again after it was undone changes nothing. Raises
    `request_id_reused` where a tap was for somebody else.
    """
    mine = _ARRIVAL.c.enrollment_id.in_([one.enrollment_id for one in arrivals]) & _ARRIVAL.c.left_at.is_(None)
    seen = session.execute(
        select(_ARRIVAL.c.enrollment_id, _ARRIVAL.c.version, _ARRIVAL.c.left_at, _ARRIVAL.c.request_id).where(
            _ARRIVAL.c.event_id == locked.id,
            _ARRIVAL.c.request_id.in_([one.request_id for one in arrivals]) | mine,
        )
    ).all()
    owners = {row.request_id: row.enrollment_id for row in seen}
    if any(owners.get(one.request_id, one.enrollment_id) != one.enrollment_id for one in arrivals):
        raise Refused("request_id_reused")
    standing = {(row.enrollment_id, row.version) for row in seen if row.left_at is None}
    new = [one for one in arrivals if one.request_id not in owners and (one.enrollment_id, one.version) not in standing]
    if new:
        session.execute(insert(_ARRIVAL), [_row_of(locked, one) for one in new])


def _row_of(locked: LockedEvent, arrival: Arrival) -> dict[str, object]:
    return {
        "event_id": locked.id,
        "enrollment_id": arrival.enrollment_id,
        "version": arrival.version,
        "at": arrival.at,
        "desk": arrival.desk,
        "actor_id": arrival.actor.user_id,
        "helper_id": arrival.actor.helper_id,
        "request_id": arrival.request_id,
    }


def leave_line(session: Session, locked: LockedEvent, enrollment: AnyRow, *, actor: Actor, now: datetime) -> None:
    """Take somebody out of the line again; the row stays and says who did it."""
    stands = (
        _ARRIVAL.c.enrollment_id == enrollment.id,
        _ARRIVAL.c.version == enrollment.version,
        _ARRIVAL.c.left_at.is_(None),
    )
    left = update(_ARRIVAL).where(_ARRIVAL.c.event_id == locked.id, *stands)
    session.execute(left.values(left_at=now, left_by_id=actor.user_id, left_helper_id=actor.helper_id))


def fill_from_line(session: Session, locked: LockedEvent, *, now: datetime) -> list[int]:
    """Give every free seat to the line, once nobody moves up any more; who got in (ids), in order.

    They stand at the door, so they are checked in at once. No statement where there is nothing to give.
    """
    row = locked.row
    until = locked.promotes_until
    free = seats_for_line(
        minutes=row.standby_minutes, until=until, capacity=locked.capacity, taken=locked.taken, now=now
    )
    if free == 0:
        return []
    people = who_gets_in(line_of_event(session, locked.id), seats_of(locked))
    cause = Cause(by=Trigger.SYSTEM, actor=SYSTEM, at=now, reason=FROM_THE_LINE)
    return let_in_from_line(session, locked, people, cause=cause)


def seats_of(locked: LockedEvent) -> Seats:
    """The seats of the locked event, as the line sees them."""
    return Seats(locked.capacity, locked.taken, lets_pass=locked.row.parties_pass)


def let_in_from_line(session: Session, locked: LockedEvent, people: Sequence[Standing], *, cause: Cause) -> list[int]:
    """Give each of these a seat and check them in: a bounded number of statements, whatever their number."""
    if not people:
        return []
    ids = [one.enrollment_id for one in people]
    arrivals = _arrivals_of(session, [one.arrival_id for one in people])
    reversed_before = _reversals_of(session, locked, ids)
    alike: dict[S, list[int]] = defaultdict(list)
    for one in people:
        alike[one.status].append(one.enrollment_id)
    for status, of_status in alike.items():
        move_enrollments(session, locked, of_status, from_status=status, to_status=S.CONFIRMED, cause=cause)
    written = [_check_in(locked, one, arrivals[one.arrival_id], reversed_before, cause.at) for one in people]
    session.execute(insert(_CHECK_IN), written)
    move_enrollments(session, locked, ids, from_status=S.CONFIRMED, to_status=S.CHECKED_IN, cause=cause)
    return ids


def _check_in(
    locked: LockedEvent, one: Standing, arrival: AnyRow, reversed_before: Mapping[int, int], at: datetime
) -> dict[str, object]:
    """At the desk that saw them, by who saw them there."""
    is_walk_in = one.source == EnrollmentSource.WALK_IN
    return {
        "enrollment_id": one.enrollment_id,
        "event_id": locked.id,
        "local_on": locked.row.days[0],
        "sequence": reversed_before.get(one.enrollment_id, 0),
        "method": CheckInMethod.WALK_IN if is_walk_in else CheckInMethod.MANUAL,
        "desk": arrival.desk,
        "actor_id": arrival.actor_id,
        "helper_id": arrival.helper_id,
        "request_id": arrival.request_id,
        "device_at": None,
        "at": at,
    }


def _arrivals_of(session: Session, arrival_ids: Sequence[int]) -> dict[int, AnyRow]:
    columns = (_ARRIVAL.c.id, _ARRIVAL.c.desk, _ARRIVAL.c.actor_id, _ARRIVAL.c.helper_id, _ARRIVAL.c.request_id)
    rows = session.execute(select(*columns).where(is_among(session, _ARRIVAL.c.id, arrival_ids)))
    return {row.id: row for row in rows}


def _reversals_of(session: Session, locked: LockedEvent, ids: Sequence[int]) -> dict[int, int]:
    """How many check-ins of that day were taken back, by enrollment."""
    rows = session.execute(
        select(CheckIn.enrollment_id, func.count().label("times"))
        .join(CheckInReversal, CheckInReversal.check_in_id == CheckIn.id)
        .where(is_among(session, CheckIn.enrollment_id, ids), CheckIn.local_on == locked.row.days[0])
        .group_by(CheckIn.enrollment_id)
    )
    return {row.enrollment_id: row.times for row in rows}


def stands_by(locked: LockedEvent, status: S) -> bool:
    """Whether somebody with that status who comes to the desk is put into the line."""
    return status is S.RELEASED or (status is S.WAITLISTED and locked.row.standby_minutes is not None)


def enrollment_in(session: Session, locked: LockedEvent, enrollment_id: int) -> AnyRow:
    """The enrollment of that id as it is now. Raises `not_found` where it is of another event."""
    row = session.execute(
        select(Enrollment.id, Enrollment.version, Enrollment.status).where(
            Enrollment.id == enrollment_id, Enrollment.event_id == locked.id
        )
    ).one_or_none()
    if row is None:
        raise Refused("not_found")
    return row
