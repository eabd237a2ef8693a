"""What the desk decides for somebody who has no place: give one, or take them back."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from webapp.domain.desk.check_in import CheckInMethod, Door, Verdict, may_enroll_again, require_open_door
from webapp.domain.permission import Actor, Permission, Trigger
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.refusal import Refused
from webapp.queries.desk.guest import Guest, by_id, guests, tapped_before
from webapp.queries.desk.line import last_move, rank_of
from webapp.services.desk.check_in import Outcome, at_the_desk, write_check_in
from webapp.services.desk.tap import Tap
from webapp.services.desk.walk_in import place_at_door, require_may_place
from webapp.services.places.decision import give_place
from webapp.services.places.seats import LockedEvent, save_counters
from webapp.services.places.transition import Cause
from webapp.services.unit_of_work import write_transaction

#: What the trail says when nobody was passed over.
FIRST_IN_LINE = "First in line, was at the door"


def give_place_and_check_in(
    *,
    event_id: int,
    enrollment_id: int,
    crew: Sequence[Actor],
    tap: Tap,
    reason: str | None = None,
    expected_version: int | None = None,
) -> Outcome:
    """Give a waiting guest a free seat and check them in.

    Raises Refused: `not_found`, `forbidden` (a helper), `event_closed`, `not_published`,
    `not_today`, `request_id_reused`, `stale`, `illegal_move`, `event_full`, and
    `reason_required` when somebody before them in line is passed over.
    """
    with write_transaction() as session:
        locked, door, actor, tap = at_the_desk(session, event_id, crew, tap)
        guest = _guest(session, locked, enrollment_id)
        if not actor.can(Permission.GIVE_PLACE, locked.row.organization_id, locked.row.facility_id):
            raise Refused("forbidden")
        repeated = _first_result(session, locked, guest, door=door, actor=actor, tap=tap)
        if repeated is not None:
            return repeated
        require_open_door(door)
        _require_version(guest, expected_version)
        words = _reason(session, guest, reason)
        cause = Cause(by=Trigger.ORGANIZER, actor=actor, at=tap.now, reason=words)
        give_place(session, locked, guest.enrollment_id, S(guest.status), cause=cause)
        (guest,) = guests(session, by_id(enrollment_id))
        entry = write_check_in(session, locked, door, guest, actor=actor, tap=tap, method=CheckInMethod.MANUAL)
        save_counters(session, locked)
    return Outcome(locked.row, door, actor, Verdict.IN, guest, entry)


def enroll_again_and_check_in(*, event_id: int, enrollment_id: int, crew: Sequence[Actor], tap: Tap) -> Outcome:
    """Enroll somebody who gave the place up, if a seat is free, and check them in.

    Whom an organizer, an admin or the system removed only staff takes back (`needs_organizer`).

    Raises Refused: `not_found`, `event_closed`, `not_published`, `not_today`,
    `needs_organizer`, `request_id_reused`, `already_enrolled`, `illegal_move`, `event_full`.
    """
    with write_transaction() as session:
        locked, door, actor, tap = at_the_desk(session, event_id, crew, tap)
        guest = _guest(session, locked, enrollment_id)
        repeated = _first_result(session, locked, guest, door=door, actor=actor, tap=tap)
        if repeated is not None:
            return repeated
        require_open_door(door)
        require_may_place(locked, actor)
        _require_may_return(session, locked, guest, actor)
        placed, again, entry = place_at_door(session, locked, door, user_id=guest.user_id, actor=actor, tap=tap)
        if placed.status is not S.CONFIRMED:
            raise Refused("event_full", capacity=locked.capacity)
        save_counters(session, locked)
    return Outcome(locked.row, door, actor, Verdict.IN, again, entry)


def _require_may_return(session: Session, locked: LockedEvent, guest: Guest, actor: Actor) -> None:
    if guest.status != S.CANCELLED:
        raise Refused("illegal_move", from_status=S(guest.status), to_status=S.CONFIRMED)
    move = last_move(guest.enrollment_id, session)
    where = (locked.row.organization_id, locked.row.facility_id)
    if move is None or not may_enroll_again(actor, *where, cancelled_by=move.triggered_by):
        raise Refused("needs_organizer")


def _guest(session: Session, locked: LockedEvent, enrollment_id: int) -> Guest:
    found = guests(session, by_id(enrollment_id))
    if not found or found[0].event_id != locked.id:
        raise Refused("not_found")
    return found[0]


def _first_result(
    session: Session, locked: LockedEvent, guest: Guest, *, door: Door, actor: Actor, tap: Tap
) -> Outcome | None:
    """What this very tap did before, for the same person."""
    owner_id = tapped_before(session, locked.id, tap.request_id)
    if owner_id is None:
        return None
    owner = guest if owner_id == guest.enrollment_id else _guest(session, locked, owner_id)
    if owner.user_id != guest.user_id:
        raise Refused("request_id_reused")
    entry = next(e for e in owner.entries if e.request_id == tap.request_id)
    return Outcome(locked.row, door, actor, Verdict.IN, owner, entry)


def _require_version(guest: Guest, expected: int | None) -> None:
    if expected is not None and guest.version != expected:
        raise Refused("stale", status=S(guest.status))


def _reason(session: Session, guest: Guest, given: str | None) -> str:
    if guest.status != S.WAITLISTED:
        raise Refused("illegal_move", from_status=S(guest.status), to_status=S.CONFIRMED)
    if given:
        return given
    if rank_of(session, guest.event_id, guest.ticket) > 1:
        raise Refused("reason_required")
    return FIRST_IN_LINE
