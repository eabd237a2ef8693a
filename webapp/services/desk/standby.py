"""Somebody without a seat comes to the desk: into the standby line, or straight in where a seat is free."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from webapp.domain.desk.check_in import Door, Verdict, desk_actor
from webapp.domain.permission import Actor
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.standby import MAY_STAND_BY
from webapp.domain.refusal import Refused
from webapp.queries.desk.guest import Entry, Guest, by_id, guests
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
    session: Session, locked: LockedEvent, door: Door, guest: Guest, *, actor: Actor, tap: Tap
) -> tuple[Verdict, Guest, Entry | None] | None:
    """Put a guest without a seat into the line; None where there is no line for them, or no open door.

    A seat that is free is given at once, to whoever is first in line. Raises `request_id_reused`.
    """
    if not (door.is_open and stands_by(locked, S(guest.status))):
        return None
    arrival = Arrival(
        guest.enrollment_id, guest.version, actor=actor, desk=tap.desk, request_id=tap.request_id, at=tap.now
    )
    arrive(session, locked, arrival)
    if guest.enrollment_id not in fill_from_line(session, locked, now=tap.now):
        return Verdict.STANDBY, guest, None
    (now_in,) = guests(session, by_id(guest.enrollment_id))
    return Verdict.IN, now_in, now_in.live_on(door.today)


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
