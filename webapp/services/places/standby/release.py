"""Places of absent people, given to those who wait at the door: by a button, by the clock, and taken back again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.domain.permission import SYSTEM, Actor, Trigger
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.standby import most_released, require_chosen, require_releasable, who_gets_in
from webapp.domain.refusal import Refused
from webapp.models import Event, EventPolicy
from webapp.queries.places.standby.picture import Picture, events_to_release, is_due, picture_of
from webapp.services.places.enrollment import lock_enrollment, require_running
from webapp.services.places.seats import LockedEvent, lock_event, save_counters
from webapp.services.places.standby.line import FROM_THE_LINE, let_in_from_line, seats_of
from webapp.services.places.transition import Cause, move_enrollments
from webapp.services.unit_of_work import end_reading, write_transaction

_POLICY = EventPolicy.__table__
_GIVEN = "Not checked in, so the place was given to someone at the door"
_TAKEN_BACK = "The place was free again"


@dataclass(frozen=True, slots=True)
class Released:
    """Who lost the place and who got one (enrollment ids), each in order."""

    released: tuple[int, ...]
    placed: tuple[int, ...]


def release_places(*, event_id: int, chosen: Sequence[int], seen: str, actor: Actor, now: datetime) -> Released:
    """Give the places of those (enrollment ids) to the standby line: one that is lost is one that is got.

    `seen` is the `key` of the picture that somebody saw. Raises Refused: `not_found`, `event_not_published`,
    `standby_off`, `standby_too_early`, `event_over`, `standby_changed` (facts: `gone`, whoever was chosen and is not
    absent any more), `standby_nobody_chosen`, `standby_too_many`, `standby_unused`.
    """
    with write_transaction() as session:
        locked = lock_event(session, event_id)
        _require_time(locked, now)
        picture = picture_of(session, locked.id, online_counts=locked.row.online_counts)
        if picture.key != seen:
            absent = {one.enrollment_id for one in picture.absent}
            raise Refused("standby_changed", gone=tuple(one for one in chosen if one not in absent))
        require_chosen(chosen, [one.enrollment_id for one in picture.absent], picture.line, seats_of(locked))
        by = actor.acts_as(locked.row.organization_id)
        return _release(session, locked, picture, list(dict.fromkeys(chosen)), Cause(by=by, actor=actor, at=now))


def release_due_places(*, now: datetime, most: int) -> int:
    """Do the same by itself where the event says so and the time has come, once; in how many events."""
    event_ids = events_to_release(now, most)
    end_reading()
    done = 0
    for event_id in event_ids:
        with write_transaction() as session:
            locked = lock_event(session, event_id)
            done += _release_if_due(session, locked, now)
    return done


def _release_if_due(session: Session, locked: LockedEvent, now: datetime) -> bool:
    due = select(Event.id).join(EventPolicy, EventPolicy.event_id == Event.id).where(Event.id == locked.id, is_due(now))
    if session.scalar(due) is None:
        return False
    picture = picture_of(session, locked.id, online_counts=locked.row.online_counts)
    count = most_released(picture.line, seats_of(locked), len(picture.absent))
    chosen = [one.enrollment_id for one in picture.absent[:count]]
    _release(session, locked, picture, chosen, Cause(by=Trigger.SYSTEM, actor=SYSTEM, at=now))
    session.execute(update(_POLICY).where(_POLICY.c.event_id == locked.id).values(standby_run_at=now))
    return True


def stop_releasing(*, event_id: int, now: datetime) -> None:
    """Leave it to somebody's button at this event. Once more is fine.

    Raises Refused: `not_found`, `event_not_published`, `standby_off`.
    """
    with write_transaction() as session:
        locked = lock_event(session, event_id)
        require_running(locked, now)
        if locked.row.standby_minutes is None:
            raise Refused("standby_off")
        session.execute(update(_POLICY).where(_POLICY.c.event_id == locked.id).values(standby_automatic=False))


def undo_release(*, enrollment_id: int, actor: Actor, now: datetime, expected_version: int | None = None) -> None:
    """Give somebody their place back whose seat is free: nobody else has it (any more).

    Raises Refused: `not_found`, `stale`, `illegal_move`, `event_not_published`, `event_over`, `seat_given_on`.
    """
    with write_transaction() as session:
        locked, row = lock_enrollment(session, enrollment_id, expected_version)
        if row.status != S.RELEASED:
            raise Refused("illegal_move", from_status=S(row.status), to_status=S.CONFIRMED)
        require_running(locked, now)
        if locked.is_full:
            raise Refused("seat_given_on")
        by = actor.acts_as(locked.row.organization_id)
        cause = Cause(by=by, actor=actor, at=now, reason=_TAKEN_BACK)
        move_enrollments(session, locked, [row.id], from_status=S.RELEASED, to_status=S.CONFIRMED, cause=cause)
        save_counters(session, locked)


def _require_time(locked: LockedEvent, now: datetime) -> None:
    row = locked.row
    require_releasable(row.status, standby_at=row.standby_at, effective_end_at=row.effective_end_at, now=now)


def _release(session: Session, locked: LockedEvent, picture: Picture, chosen: list[int], cause: Cause) -> Released:
    """Move seats from those to the line, one to one; whoever is at the head of it gets in."""
    placed = who_gets_in(picture.line, seats_of(locked), more=len(chosen))
    lost = Cause(by=cause.by, actor=cause.actor, at=cause.at, reason=_GIVEN)
    move_enrollments(session, locked, chosen, from_status=S.CONFIRMED, to_status=S.RELEASED, cause=lost)
    given = Cause(by=cause.by, actor=cause.actor, at=cause.at, reason=FROM_THE_LINE)
    ids = let_in_from_line(session, locked, placed, cause=given)
    save_counters(session, locked)
    return Released(tuple(chosen), tuple(ids))
