"""Taking a check-in back: a reversal beside it, nothing is removed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from webapp.domain.desk.check_in import Door, desk_actor, undo_needs_reason
from webapp.domain.event_life import EventStatus
from webapp.domain.permission import Actor, Trigger
from webapp.domain.places.enrollment import CLOSED
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.refusal import Refused
from webapp.models import CheckInReversal
from webapp.queries.desk.arrivals import reversal_of, tap_is_used
from webapp.queries.desk.guest import Entry, Guest, by_check_in, guests
from webapp.queries.events.event import StoredEvent
from webapp.services.desk.check_in import DESK_METHODS, door_of
from webapp.services.places.seats import LockedEvent, lock_event
from webapp.services.places.transition import Cause, move_enrollments
from webapp.services.unit_of_work import write_transaction


@dataclass(frozen=True, slots=True)
class Undone:
    """A check-in that no longer stands, and whose it was."""

    event: StoredEvent
    door: Door
    actor: Actor
    guest: Guest
    entry: Entry


def undo_check_in(
    *,
    event_id: int,
    check_in_id: int,
    crew: Sequence[Actor],
    request_id: str,
    now: datetime,
    reason: str | None = None,
) -> Undone:
    """Take one check-in back; the only live one of all days also moves the status back.

    The same person asking twice gets the same answer. Raises Refused: `not_found`,
    `event_closed`, `not_published`, `not_from_desk`, `already_taken_back`, `reason_required`,
    `request_id_reused` (the tap did something else before).
    """
    with write_transaction() as session:
        locked = lock_event(session, event_id)
        actor = desk_actor(crew, locked.id, locked.row.organization_id, locked.row.facility_id)
        guest, entry = _find(session, locked, check_in_id)
        _require_own_tap(session, locked, check_in_id, request_id)
        if entry.reversed_at is None:
            _require_undoable(locked, guest, entry, now, reason)
            cause = Cause(by=Trigger.ORGANIZER, actor=actor, at=now, reason=reason)
            _reverse(session, locked, guest, entry, cause=cause, request_id=request_id)
            entry = replace(entry, reversed_at=now)
        else:
            _require_own_reversal(session, locked, entry, actor)
    return Undone(locked.row, door_of(locked, now), actor, guest, entry)


def _find(session: Session, locked: LockedEvent, check_in_id: int) -> tuple[Guest, Entry]:
    found = guests(session, by_check_in(check_in_id))
    entry = found[0].entry(check_in_id) if found and found[0].event_id == locked.id else None
    if entry is None:
        raise Refused("not_found")
    return found[0], entry


def _require_undoable(locked: LockedEvent, guest: Guest, entry: Entry, now: datetime, reason: str | None) -> None:
    # Closure works in chunks: somebody may be decided while the event is not completed yet.
    if locked.row.status == EventStatus.COMPLETED or guest.status in CLOSED:
        raise Refused("event_closed")
    if locked.row.status != EventStatus.PUBLISHED:
        raise Refused("not_published")
    if entry.method not in DESK_METHODS:
        raise Refused("not_from_desk")
    if undo_needs_reason(entry.at, now) and not reason:
        raise Refused("reason_required", check_in_id=entry.id)


def _require_own_reversal(session: Session, locked: LockedEvent, entry: Entry, actor: Actor) -> None:
    reversal = reversal_of(session, entry.id)
    if (reversal.actor_id, reversal.helper_id) != (actor.user_id, actor.helper_id):
        raise Refused("already_taken_back", at=reversal.at, by=reversal.by, tz=locked.row.timezone)


def _require_own_tap(session: Session, locked: LockedEvent, check_in_id: int, request_id: str) -> None:
    if tap_is_used(session, locked.id, request_id, except_undo_of=check_in_id):
        raise Refused("request_id_reused")


def _reverse(
    session: Session, locked: LockedEvent, guest: Guest, entry: Entry, *, cause: Cause, request_id: str
) -> None:
    session.execute(
        insert(CheckInReversal).values(
            check_in_id=entry.id,
            event_id=locked.id,
            actor_id=cause.actor.user_id,
            helper_id=cause.actor.helper_id,
            reason=cause.reason,
            at=cause.at,
            request_id=request_id,
        )
    )
    is_only_one = sum(e.reversed_at is None for e in guest.entries) == 1
    if is_only_one and guest.status == S.CHECKED_IN:
        ids = [guest.enrollment_id]
        move_enrollments(session, locked, ids, from_status=S.CHECKED_IN, to_status=S.CONFIRMED, cause=cause)
