"""What staff decide about one person's place: an application, a place out of turn."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from webapp.domain.permission import Actor, Trigger
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.enrollment import place_newcomer
from webapp.domain.places.party import place_party
from webapp.domain.refusal import Refused
from webapp.models import Enrollment
from webapp.queries.id_set import is_among
from webapp.queries.row_types import AnyRow
from webapp.services.places.enrollment import Placed, give_ticket, last_rank, lock_enrollment, require_running
from webapp.services.places.line.held_offers import end_offers_of
from webapp.services.places.parties.together import heads_with_status, who_is_placed_with
from webapp.services.places.seats import LockedEvent, save_counters
from webapp.services.places.transition import Cause, move_enrollments
from webapp.services.places.waitlist import promote_next
from webapp.services.unit_of_work import write_transaction

_ENROLLMENT = Enrollment.__table__


def decide_application(
    *,
    enrollment_id: int,
    approve: bool,
    actor: Actor,
    by: Trigger,
    now: datetime,
    reason: str | None = None,
    expected_version: int | None = None,
) -> Placed:
    """Approve (capacity is looked at again) or reject somebody who applied.

    Raises Refused: `not_found`, `stale`, `illegal_move`, `event_not_published`, `event_full`.
    """
    with write_transaction() as session:
        locked, row = lock_enrollment(session, enrollment_id, expected_version)
        if row.status != S.PENDING:
            raise Refused("illegal_move", from_status=S(row.status), to_status=S.CONFIRMED)
        cause = Cause(by=by, actor=actor, at=now, reason=reason)
        heads = _decided_with(session, row)
        targets = _approved(session, locked, heads, now) if approve else dict.fromkeys(heads, S.REJECTED)
        for target in dict.fromkeys(targets.values()):
            ids = [one for one in heads if targets[one] is target]
            if target is S.WAITLISTED:
                for one in ids:
                    give_ticket(session, locked, one)
            move_enrollments(session, locked, ids, from_status=S.PENDING, to_status=target, cause=cause)
        save_counters(session, locked)
        mine = targets[enrollment_id]
        return Placed(enrollment_id, mine, last_rank(session, locked, enrollment_id, mine))


def promote_out_of_turn(
    *,
    enrollment_id: int,
    actor: Actor,
    by: Trigger,
    reason: str,
    now: datetime,
    expected_version: int | None = None,
    over: bool = False,
) -> Placed:
    """An organizer gives one waiting person a free seat, before others, for a stated reason.

    With `over` also beyond the capacity, where no seat is free. Raises Refused: `not_found`, `stale`,
    `illegal_move`, `event_not_published`, `event_full`.
    """
    with write_transaction() as session:
        locked, row = lock_enrollment(session, enrollment_id, expected_version)
        cause = Cause(by=by, actor=actor, at=now, reason=reason)
        if row.status != S.WAITLISTED:
            raise Refused("illegal_move", from_status=S(row.status), to_status=S.CONFIRMED)
        require_running(locked, now)
        ids = who_is_placed_with(session, row, S.WAITLISTED)
        _give_back_offer(session, locked, ids, cause)
        beyond = _beyond(locked, ids, over=over)
        if beyond:
            cause = replace(cause, reason=f"Over the limit: {reason}")
            locked.allow_over(len(beyond))
            chosen = is_among(session, _ENROLLMENT.c.id, beyond)
            session.execute(update(_ENROLLMENT).where(chosen).values(over_capacity=True))
        move_enrollments(session, locked, ids, from_status=S.WAITLISTED, to_status=S.CONFIRMED, cause=cause)
        save_counters(session, locked)
    return Placed(enrollment_id, S.CONFIRMED)


def _beyond(locked: LockedEvent, ids: list[int], *, over: bool) -> list[int]:
    """Which of these get a seat that is not there. Raises `event_full`, `party_does_not_fit` without `over`."""
    free = len(ids) if locked.capacity is None else max(locked.capacity - locked.taken, 0)
    beyond = ids[free:]
    if beyond and not over:
        if free:
            raise Refused("party_does_not_fit", free=free, size=len(ids))
        raise Refused("event_full", capacity=locked.capacity)
    return beyond


def give_place(session: Session, locked: LockedEvent, enrollment_id: int, status: S, *, cause: Cause) -> None:
    """Move a waiting person to a free seat of the locked event; the queue behind stays."""
    if status is not S.WAITLISTED:
        raise Refused("illegal_move", from_status=status, to_status=S.CONFIRMED)
    require_running(locked, cause.at)
    _give_back_offer(session, locked, [enrollment_id], cause)
    if locked.is_full:
        raise Refused("event_full", capacity=locked.capacity)
    move_enrollments(session, locked, [enrollment_id], from_status=status, to_status=S.CONFIRMED, cause=cause)


def _give_back_offer(session: Session, locked: LockedEvent, ids: list[int], cause: Cause) -> None:
    """The seats that may be held for them are free, so that they can have them in another way."""
    end_offers_of(session, locked, ids, to_status=S.CONFIRMED, by=cause.by, now=cause.at)


def _decided_with(session: Session, row: AnyRow) -> dict[int, bool]:
    """Everybody who applied together with that one, in their order, and whether they may be placed in part."""
    if row.party_id is None:
        return {row.id: False}
    return {one.id: one.may_split for one in heads_with_status(session, row.party_id, S.PENDING)}


def _approved(session: Session, locked: LockedEvent, heads: dict[int, bool], now: datetime) -> dict[int, S]:
    """What becomes of each of them by the rule for newcomers."""
    require_running(locked, now)
    promote_next(session, locked, now=now)
    if len(heads) > 1:
        statuses = place_party(
            locked.terms,
            len(heads),
            capacity=locked.capacity,
            taken=locked.taken,
            ahead=locked.ahead_of_newcomer(now),
            may_split=any(heads.values()),
            now=now,
        )
        return dict(zip(heads, statuses, strict=True))
    return dict.fromkeys(heads, _approved_status(locked, now))


def _approved_status(locked: LockedEvent, now: datetime) -> S:
    return place_newcomer(
        locked.terms, capacity=locked.capacity, taken=locked.taken, waiting=locked.ahead_of_newcomer(now), now=now
    )
