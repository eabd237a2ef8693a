"""Letting a guest in: by code, by name or by a tap on the list, once per event day.

The desk's hot path: authorised under the lock it needs anyway, so that a scan is seven
statements, the reader of the cookie included, whatever the number of guests.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from webapp.domain.desk.check_in import CheckInMethod, Door, Typed, Verdict, decide_check_in, desk_actor, is_double_read
from webapp.domain.event_days import local_date
from webapp.domain.permission import Actor, Trigger
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.refusal import Refused
from webapp.domain.text import fits_as_written
from webapp.models import CheckIn
from webapp.queries.desk.guest import (
    Entry,
    Guest,
    by_codes,
    by_living,
    by_words,
    guests,
    scanned,
    tapped,
    tapped_before,
)
from webapp.queries.desk.party import party_at_door
from webapp.queries.events.event import StoredEvent
from webapp.services.desk.standby import take_into_line
from webapp.services.desk.tap import Tap
from webapp.services.places.seats import LockedEvent, lock_event, save_counters
from webapp.services.places.transition import Cause, move_enrollments
from webapp.services.unit_of_work import write_transaction

_CHECK_IN = CheckIn.__table__
_NEW_CHECK_IN = insert(_CHECK_IN).returning(_CHECK_IN.c.id)

#: What a desk may write; `override` and `online` come from elsewhere.
DESK_METHODS = frozenset({CheckInMethod.MANUAL, CheckInMethod.CODE, CheckInMethod.QR, CheckInMethod.WALK_IN})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the desk says. `several`: the words fit more than one guest, or one only by another spelling; `party`: who
    came with the guest, so that somebody says who of them is here."""

    event: StoredEvent
    door: Door
    actor: Actor
    verdict: Verdict | None
    guest: Guest | None = None
    entry: Entry | None = None
    several: bool = False
    party: tuple[Guest, ...] = ()


def check_in(*, event_id: int, target: Typed | int, crew: Sequence[Actor], tap: Tap) -> Outcome:
    """Check in whoever was typed or scanned, or the enrollment with that id.

    Every answer of the rule is an outcome. Raises Refused: `not_found` (no such event, not
    this crew's, or no such enrollment here), `request_id_reused`.
    """
    with write_transaction() as session:
        locked, door, actor, tap = at_the_desk(session, event_id, crew, tap)
        found, is_sure = _find(session, door, target, tap)
        if len(found) > 1 or not is_sure:
            return Outcome(locked.row, door, actor, None, several=True)
        guest = found[0] if found else None
        party = _party(session, locked, guest, door) if isinstance(target, Typed) else ()
        if party:
            return Outcome(locked.row, door, actor, None, guest, party=party)
        method = _method(target, guest)
        verdict, entry = _let_in(session, locked, guest, door=door, actor=actor, tap=tap, method=method)
        if guest is not None and verdict in {Verdict.WAITLISTED, Verdict.RELEASED}:
            in_line = take_into_line(session, locked, door, {tap.request_id: guest}, actor=actor, tap=tap)
            verdict, guest, entry = in_line.get(guest.enrollment_id, (verdict, guest, entry))
        save_counters(session, locked)
    # Another organization's guest is nobody here, and nothing about them leaves this function.
    known = None if verdict is Verdict.UNKNOWN else guest
    return Outcome(locked.row, door, actor, verdict, known, entry)


def _party(session: Session, locked: LockedEvent, guest: Guest | None, door: Door) -> tuple[Guest, ...]:
    """Whom the guest leads, where some of these could be let in, or into the line, along with them. No statement
    without parties."""
    if guest is None or not locked.row.has_parties or guest.tap_owner_id is not None or guest.event_id != door.event_id:
        return ()
    heads = party_at_door(session, guest, may_stand_by=locked.row.standby_minutes is not None)
    rule = {decide_check_in(one.at_door(door.today), door) for one in heads if one.enrollment_id != guest.enrollment_id}
    return tuple(heads) if rule & {Verdict.IN, Verdict.WAITLISTED, Verdict.RELEASED} else ()


def at_the_desk(
    session: Session, event_id: int, crew: Sequence[Actor], tap: Tap
) -> tuple[LockedEvent, Door, Actor, Tap]:
    """The locked event, its door, who of the crew acts, and the tap as theirs. Raises `not_found`."""
    locked = lock_event(session, event_id)
    actor = desk_actor(crew, locked.id, locked.row.organization_id, locked.row.facility_id)
    return locked, door_of(locked, tap.now), actor, tap.at_desk_of(actor)


def door_of(locked: LockedEvent, now: datetime) -> Door:
    """The locked event as the rule sees it."""
    facts = locked.row
    today = local_date(now, locked.row.timezone)
    return Door(locked.id, locked.row.organization_id, locked.row.status, facts.days, today)


def write_check_in(
    session: Session, locked: LockedEvent, door: Door, guest: Guest, *, actor: Actor, tap: Tap, method: CheckInMethod
) -> Entry:
    """Add today's check-in of a guest with a place; the first of all days moves the status."""
    written = {
        "enrollment_id": guest.enrollment_id,
        "event_id": locked.id,
        "sequence": guest.reversals_on(door.today),
        "device_at": tap.device_at,
        "local_on": door.today,
        "at": tap.now,
        "desk": tap.desk,
        "method": method,
        "actor_id": actor.user_id,
        "helper_id": actor.helper_id,
        "request_id": tap.request_id,
    }
    check_in_id = session.scalars(_NEW_CHECK_IN, written).one()
    if guest.status == S.CONFIRMED:
        cause = Cause(by=Trigger.ORGANIZER, actor=actor, at=tap.now)
        move_enrollments(
            session, locked, [guest.enrollment_id], from_status=S.CONFIRMED, to_status=S.CHECKED_IN, cause=cause
        )
    return Entry(
        id=check_in_id,
        local_on=door.today,
        at=tap.now,
        desk=tap.desk,
        method=method,
        actor_id=actor.user_id,
        helper_id=actor.helper_id,
        request_id=tap.request_id,
        reversed_at=None,
    )


def _find(session: Session, door: Door, target: Typed | int, tap: Tap) -> tuple[list[Guest], bool]:
    """Whom that means, and whether they may be let in without a look at the list."""
    taps, is_sure = (door.event_id, tap.request_id), True
    if isinstance(target, int):
        found = tapped(session, target, taps)
        # A row of the list is always a row of this event.
        if not found or found[0].event_id != door.event_id:
            raise Refused("not_found")
        return _as_enrolled_now(session, door, found, taps), is_sure
    found = scanned(session, target.code, taps) if target.code is not None else []
    found = _as_enrolled_now(session, door, found, taps)
    if not found and not target.is_misread and (target.words or target.code_end):
        found = guests(session, by_words(door.event_id, target), taps=taps)
        is_sure = _is_sure(target, found)
    if not found and target.guesses:
        found = guests(session, by_codes(door.event_id, target.guesses), taps=taps)
        found = _as_enrolled_now(session, door, found, taps)
    if not found and tapped_before(session, *taps) is not None:
        raise Refused("request_id_reused")
    owner_id = found[0].tap_owner_id if len(found) > 1 else None
    return [guest for guest in found if guest.enrollment_id == owner_id] if owner_id else found, is_sure


def _is_sure(target: Typed, found: list[Guest]) -> bool:
    """Whether words let this guest in at once: not where only another spelling of the name leads to them."""
    if len(found) != 1 or found[0].tap_owner_id is not None:
        return True
    (guest,) = found
    by_end = target.code_end is not None and guest.pass_code.endswith(target.code_end)
    return by_end or fits_as_written(target.words, guest.name, guest.email)


def _as_enrolled_now(session: Session, door: Door, found: list[Guest], taps: tuple[int, str]) -> list[Guest]:
    """An old code or row of somebody who gave the place up and came back means the place they have."""
    for guest in found:
        is_counted = guest.tap_owner_id == guest.enrollment_id
        if guest.event_id == door.event_id and guest.is_over and not is_counted:
            return guests(session, by_living(door.event_id, guest.user_id), taps=taps) or found
    return found


def _let_in(
    session: Session,
    locked: LockedEvent,
    guest: Guest | None,
    *,
    door: Door,
    actor: Actor,
    tap: Tap,
    method: CheckInMethod,
) -> tuple[Verdict, Entry | None]:
    if guest is not None and guest.tap_owner_id is not None:
        return _answer_again(guest, door, tap)
    verdict = decide_check_in(guest.at_door(door.today) if guest else None, door)
    if guest is None or guest.event_id != door.event_id:
        return verdict, None
    if verdict is Verdict.IN:
        return verdict, write_check_in(session, locked, door, guest, actor=actor, tap=tap, method=method)
    entry = guest.live_on(door.today)
    if verdict is Verdict.ALREADY_IN and entry is not None:
        same_desk = entry.is_from(tap.desk, actor.user_id, actor.helper_id)
        if is_double_read(entry.at, tap.now, same_desk=same_desk):
            return Verdict.IN, entry
    return verdict, entry


def _answer_again(guest: Guest, door: Door, tap: Tap) -> tuple[Verdict, Entry | None]:
    """The tap was counted before: its own first result, as long as it was for this guest."""
    if guest.tap_owner_id != guest.enrollment_id:
        raise Refused("request_id_reused")
    entry = next(e for e in guest.entries if e.request_id == tap.request_id)
    return Verdict.IN, entry


def _method(target: Typed | int, guest: Guest | None) -> CheckInMethod:
    if isinstance(target, int):
        return CheckInMethod.MANUAL
    if target.code is None:
        is_scan = guest is not None and guest.pass_code in target.guesses
        return CheckInMethod.QR if is_scan else CheckInMethod.MANUAL
    return CheckInMethod.QR if target.is_address else CheckInMethod.CODE
