"""Getting in, waiting, being let in, and giving the place back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.event_life import EventStatus
from webapp.domain.permission import Actor, Trigger
from webapp.domain.places.enrollment import (
    LIVE,
    EnrollmentMethod,
    EnrollmentSource,
    place_newcomer,
    require_cancellable,
    require_open,
)
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.pass_code import new_pass_code
from webapp.domain.places.waitlist import ticket_in
from webapp.domain.refusal import Refused
from webapp.models import Enrollment
from webapp.queries.ledger import EVENTS, rank_in_line
from webapp.queries.organizations.legal import has_open_terms
from webapp.queries.places.access.comer import comer_of
from webapp.queries.row_types import AnyRow
from webapp.services.places.late_seats import is_there_a_seat_to_take, take_free_seat, tell_of_opening
from webapp.services.places.no_shows.late import note_late
from webapp.services.places.no_shows.turn import note_lane, take_turn
from webapp.services.places.seats import LockedEvent, lock_event, lock_event_by_slug, lock_place, save_counters
from webapp.services.places.transition import Cause, insert_newcomer, move_enrollments
from webapp.services.places.waitlist import promote_next
from webapp.services.questions.answers import require_nothing_asked
from webapp.services.unit_of_work import write_transaction

_ENROLLMENT = Enrollment.__table__


@dataclass(frozen=True, slots=True)
class Placed:
    """Where somebody stands after a use case. `rank` counts from 1, for the waitlisted only."""

    enrollment_id: int
    status: S
    rank: int | None = None
    promoted: tuple[int, ...] = ()
    #: False where they had waited, and took a free place.
    is_new: bool = True


def enroll(
    *,
    event_id: int,
    user_id: int,
    actor: Actor,
    now: datetime,
    by: Trigger = Trigger.USER,
    source: str = EnrollmentSource.WEB,
) -> Placed:
    """Enroll one person: confirmed, at the end of the waitlist, or pending an organizer.

    Who waits and presses after the start takes a free seat, if there is one. Raises Refused: `not_found`,
    what `require_open` does, `already_enrolled`, `application_rejected`, `event_full`.
    """
    cause = Cause(by=by, actor=actor, at=now)
    with write_transaction() as session:
        return let_in(session, lock_event(session, event_id), user_id, cause=cause, source=source)


def enroll_by_slug(*, slug: str, actor: Actor, now: datetime, links: Collection[str] = ()) -> Placed:
    """`enroll` as the event's page does it: the signed-in person, the event by its address, the links they came by.

    The lock finds the event, so the hottest request of all needs no statement to look it up. Raises Refused, besides
    what `enroll` does: `terms_unaccepted`, and `questions_unanswered` where the event asks something before.
    """
    cause = Cause(by=Trigger.USER, actor=actor, at=now)
    with write_transaction() as session:
        locked = lock_for_newcomer(session, slug, actor, now=now)
        placed = let_in(session, locked, actor.user_id, cause=cause, source=EnrollmentSource.WEB, links=links)
        if placed.is_new and locked.row.has_questions:
            require_nothing_asked(session, locked.id)
        return placed


def lock_for_newcomer(session: Session, slug: str, actor: Actor, *, now: datetime) -> LockedEvent:
    """`lock_event_by_slug` for somebody who presses the button; others may have to go first.

    Raises, besides what that does, `terms_unaccepted`, `enrolls_later`.
    """
    locked, demands_terms = lock_event_by_slug(session, slug)
    if demands_terms and actor.user_id is not None and has_open_terms(session, slug, actor.user_id):
        raise Refused("terms_unaccepted")
    if now >= (locked.row.list_opens_at or locked.row.opened_at):
        take_turn(session, locked, actor.user_id, now=now)
    return locked


def let_in(
    session: Session,
    locked: LockedEvent,
    user_id: int | None,
    *,
    cause: Cause,
    source: str,
    has_held_seat: bool = False,
    links: Collection[str] = (),
) -> Placed:
    """`enroll` under the lock. `has_held_seat`: what was held for them counts no longer. `links`: they came by them."""
    if user_id is None:
        raise Refused("not_found")
    if has_held_seat:
        require_running(locked, cause.at)
    else:
        require_open(locked.terms, cause.at, comer_of(session, locked.row, user_id, links))
    promoted = [] if has_held_seat else promote_next(session, locked, now=cause.at)
    try:
        placed = add_enrollment(
            session, locked, user_id=user_id, cause=cause, source=source, has_held_seat=has_held_seat
        )
    except Refused as refused:
        if refused.facts.get("status") is not S.WAITLISTED or cause.at < locked.starts_at:
            raise
        placed = _out_of_the_line(session, locked, int(str(refused.facts["enrollment_id"])), cause)
    save_counters(session, locked)
    return replace(placed, promoted=tuple(promoted))


def _out_of_the_line(session: Session, locked: LockedEvent, enrollment_id: int, cause: Cause) -> Placed:
    """Who waits presses the button after the start: a free seat is theirs."""
    pressed = replace(cause, reason="Took a free place after the start")
    take_free_seat(session, locked, enrollment_id, cause=pressed)
    return Placed(enrollment_id, S.CONFIRMED, is_new=False)


def cancel(
    *,
    enrollment_id: int,
    actor: Actor,
    by: Trigger,
    now: datetime,
    reason: str | None = None,
    expected_version: int | None = None,
    is_free: bool = False,
) -> Placed:
    """Give a place (or a place in line) back; whoever waits longest moves up. `is_free`: it never counts as late.

    Raises Refused: `not_found`, `stale`, `illegal_move`, `deadline_passed`.
    """
    with write_transaction() as session:
        locked, row = lock_enrollment(session, enrollment_id, expected_version)
        status = S(row.status)
        require_cancellable(
            status,
            by=by,
            starts_at=locked.starts_at,
            hours_before=locked.row.cancellation_deadline_hours,
            leaves_freely=row.leaves_freely,
            leaves_late=locked.row.leaves_late,
            now=now,
        )
        if by is Trigger.USER and not is_free:
            note_late(session, locked, [row], now=now)
        cause = Cause(by=by, actor=actor, at=now, reason=reason)
        promoted = free_place(session, locked, row.id, status, cause=cause)
    return Placed(enrollment_id, S.CANCELLED, promoted=tuple(promoted))


def free_place(session: Session, locked: LockedEvent, enrollment_id: int, status: S, *, cause: Cause) -> list[int]:
    """Cancel one enrollment of the locked event; whoever waits longest moves up. Their enrollment ids."""
    return free_places(session, locked, [(enrollment_id, status)], cause=cause)


def free_places(
    session: Session, locked: LockedEvent, given_back: Sequence[tuple[int, S]], *, cause: Cause
) -> list[int]:
    """Cancel these enrollments (id, status) of the locked event; then whoever waits longest moves up."""
    was_open = is_there_a_seat_to_take(locked, cause.at)
    for status in dict.fromkeys(status for _, status in given_back):
        ids = [enrollment_id for enrollment_id, their_status in given_back if their_status is status]
        move_enrollments(session, locked, ids, from_status=status, to_status=S.CANCELLED, cause=cause)
    promoted = promote_next(session, locked, now=cause.at)
    tell_of_opening(session, locked, was_open=was_open, now=cause.at)
    save_counters(session, locked)
    return promoted


def lock_enrollment(
    session: Session, enrollment_id: int, expected_version: int | None = None
) -> tuple[LockedEvent, AnyRow]:
    """`lock_place` for an event. Raises `not_found`, `stale`."""
    return lock_place(session, EVENTS, lock_event, enrollment_id, expected_version)


def require_newcomer(session: Session, event_id: int, user_id: int, *, by: Trigger) -> None:
    """Refuse somebody who is in already, or who applies again after being turned down."""
    rows = session.execute(
        select(_ENROLLMENT.c.id, _ENROLLMENT.c.status).where(
            _ENROLLMENT.c.event_id == event_id, _ENROLLMENT.c.user_id == user_id
        )
    ).all()
    for row in rows:
        if row.status in LIVE:
            raise Refused("already_enrolled", enrollment_id=row.id, status=S(row.status))
        if row.status == S.REJECTED and by is Trigger.USER:
            raise Refused("application_rejected")


def add_enrollment(
    session: Session,
    locked: LockedEvent,
    *,
    user_id: int,
    cause: Cause,
    source: str,
    request_id: str | None = None,
    has_held_seat: bool = False,
    of_party: tuple[int, S] | None = None,
    stands_by: bool = False,
) -> Placed:
    """Insert a newcomer into the locked event where the rule places them, or where a seat was held for them.

    `of_party`: the party that comes with them, and where the rule placed them among these. `stands_by`: they are at
    the door of an event with a standby line. Raises `event_full`, and `already_enrolled` or `application_rejected` as
    `require_newcomer` does: the insert itself finds nobody in the way, so the usual case costs no look before it.
    """
    try:
        known = S.CONFIRMED if has_held_seat else of_party[1] if of_party else None
        status = known or first_status(locked, cause, stands_by=stands_by)
    except Refused:
        require_newcomer(session, locked.id, user_id, by=cause.by)
        raise
    is_waiting = status is S.WAITLISTED
    row = {
        "event_id": locked.id,
        "user_id": user_id,
        "status": status,
        "version": 1,
        "waitlist_position": ticket_in(locked.lane, locked.last_position + 1) if is_waiting else None,
        "pass_code": new_pass_code(),
        "source": source,
        "request_id": request_id,
        "enrolled_at": cause.at,
        "changed_at": cause.at,
        "confirmed_at": cause.at if status is S.CONFIRMED else None,
        "leaves_freely": locked.leaves_freely(cause.at),
        "over_capacity": False,
        **({"party_id": of_party[0]} if of_party else {}),
    }
    enrollment_id = insert_newcomer(session, row, blocking=_in_the_way(cause), cause=cause)
    if enrollment_id is None:
        require_newcomer(session, locked.id, user_id, by=cause.by)
        raise Refused("stale")
    if is_waiting:
        locked.next_ticket()
        note_lane(session, locked)
    locked.count_move(None, status)
    return Placed(enrollment_id, status, last_rank(session, locked, enrollment_id, status))


def _in_the_way(cause: Cause) -> frozenset[S]:
    """Which statuses of theirs let nobody in once more."""
    return LIVE | {S.REJECTED} if cause.by is Trigger.USER else LIVE


def first_status(locked: LockedEvent, cause: Cause, *, stands_by: bool = False) -> S:
    """Where the rule places the next newcomer. Raises `event_full`."""
    if locked.terms.method is EnrollmentMethod.APPLICATION and cause.by is Trigger.USER:
        return S.PENDING
    return place_newcomer(
        locked.terms,
        capacity=locked.capacity,
        taken=locked.taken,
        waiting=locked.ahead_of_newcomer(cause.at),
        now=cause.at,
        stands_by=stands_by,
    )


def give_ticket(session: Session, locked: LockedEvent, enrollment_id: int) -> None:
    """Put a person at the end of the line."""
    session.execute(
        _ENROLLMENT.update().where(_ENROLLMENT.c.id == enrollment_id).values(waitlist_position=locked.next_ticket())
    )


def last_rank(session: Session, locked: LockedEvent, enrollment_id: int, status: S) -> int | None:
    """Who joined just now stands last in their lane; parties count as one."""
    if status is not S.WAITLISTED or not locked.row.has_parties:
        return locked.rank_of_last if status is S.WAITLISTED else None
    return session.scalar(select(rank_in_line()).select_from(Enrollment).where(Enrollment.id == enrollment_id))


def require_running(locked: LockedEvent, now: datetime) -> None:
    """Refuse to let anybody in where there is nothing to come to (any more)."""
    if locked.row.status != EventStatus.PUBLISHED:
        raise Refused("event_not_published")
    if now >= locked.row.effective_end_at:
        raise Refused("event_over", ended_at=locked.row.effective_end_at)
