"""Somebody without a seat comes to the desk: into the standby line, or straight in where a seat is free."""

from collections.abc import Mapping, Sequence
from functools import partial

from sqlalchemy.orm import Session

from webapp.domain.desk.check_in import Door, Verdict, desk_actor
from webapp.domain.permission import Actor
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.standby import MAY_STAND_BY
from webapp.domain.refusal import Refused
from webapp.models import Enrollment
from webapp.queries.desk.guest import Entry, Guest, guests
from webapp.services.desk.tap import Tap
from webapp.services.places.seats import LockedEvent, lock_event
from webapp.services.places.standby.line import (
    Arrival,
    arrive,
    enrollment_in,
    fill_from_line,
    leave_line,
    stands_by,
)
from webapp.services.unit_of_work import write_transaction


def take_into_line(
    session: Session, locked: LockedEvent, door: Door, people: Mapping[str, Guest], *, actor: Actor, tap: Tap
) -> dict[int, tuple[Verdict, Guest, Entry | None]]:
    """Put guests without a seat into the line, each by the id of a tap; what became of whom, by enrollment.

    They come together: all of them stand in line before a free seat is given, and it goes to who is first. Guests for
    whom there is no line, or no open door, are left out. Raises `request_id_reused`.
    """
    able = {key: one for key, one in people.items() if door.is_open and stands_by(locked, S(one.status))}
    if not able:
        return {}
    seen = partial(Arrival, actor=actor, desk=tap.desk, at=tap.now)
    arrive(session, locked, [seen(one.enrollment_id, one.version, request_id=key) for key, one in able.items()])
    given = set(fill_from_line(session, locked, now=tap.now)) & {one.enrollment_id for one in able.values()}
    found: dict[int, tuple[Verdict, Guest, Entry | None]] = {
        one.enrollment_id: (Verdict.STANDBY, one, None) for one in able.values()
    }
    for one in guests(session, Enrollment.id.in_(sorted(given))) if given else ():
        found[one.enrollment_id] = (Verdict.IN, one, one.live_on(door.today))
    return found


def leave_standby(*, event_id: int, enrollment_id: int, crew: Sequence[Actor], tap: Tap) -> None:
    """Take somebody out of the line again: it was somebody else, or they went home. Once more is fine.

    Raises Refused: `not_found`, `illegal_move` (they have a seat by now).
    """
    with write_transaction() as session:
        locked = lock_event(session, event_id)
        actor = desk_actor(crew, locked.id, locked.row.organization_id, locked.row.facility_id)
        row = enrollment_in(session, locked, enrollment_id)
        if row.status not in MAY_STAND_BY:
            raise Refused("illegal_move", from_status=S(row.status), to_status=S(row.status))
        leave_line(session, locked, row, actor=actor, now=tap.now)
