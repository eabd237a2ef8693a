"""Letting many people in at once: the same rule and the same engine, a fixed number of statements."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.enrollment import place_newcomer
from webapp.domain.places.pass_code import new_pass_code
from webapp.models import Enrollment
from webapp.queries.id_set import is_among, is_among_words
from webapp.services.places.seats import LockedEvent, LockedSeats
from webapp.services.places.transition import Cause, record_moves

_ENROLLMENT = Enrollment.__table__


@dataclass(frozen=True, slots=True)
class Place:
    """What the rule gave a newcomer: a seat, or a ticket and a rank (from 1) in the queue."""

    status: S
    ticket: int | None = None
    rank: int | None = None
    is_over: bool = False


def status_of_next(locked: LockedEvent, cause: Cause) -> S:
    """What the next newcomer of an organizer would become; `event_full` where there is no place."""
    return place_newcomer(
        locked.terms,
        capacity=locked.capacity,
        taken=locked.taken,
        waiting=locked.ahead_of_newcomer(cause.at),
        now=cause.at,
    )


def take_place(locked: LockedEvent, cause: Cause) -> Place:
    """Give the next newcomer of an organizer a place and count it; `event_full` where there is none."""
    status = status_of_next(locked, cause)
    locked.count_move(None, status)
    if status is not S.WAITLISTED:
        return Place(status)
    return Place(status, locked.next_ticket(), locked.rank_of_last)


def add_newcomers(
    session: Session,
    locked: LockedEvent,
    places: Mapping[int, Place],
    *,
    cause: Cause,
    source: str,
    party_id: int | None = None,
) -> None:
    """Write the enrollments of these people (by user id), with trail and domain events.

    None of them may have a live enrollment in the locked event. `party_id`: they came together.
    """
    if not places:
        return
    codes = _unused_codes(session, len(places))
    rows = [
        {
            "event_id": locked.id,
            "user_id": user_id,
            "status": place.status,
            "version": 1,
            "waitlist_position": place.ticket,
            "pass_code": code,
            "source": source,
            "enrolled_at": cause.at,
            "changed_at": cause.at,
            "confirmed_at": cause.at if place.status is S.CONFIRMED else None,
            "leaves_freely": locked.leaves_freely(cause.at),
            "over_capacity": place.is_over,
            "party_id": party_id,
        }
        for (user_id, place), code in zip(places.items(), codes, strict=True)
    ]
    session.execute(insert(_ENROLLMENT), rows)
    tell_of_newcomers(session, locked, list(places), cause=cause)


def tell_of_newcomers(
    session: Session, locked: LockedSeats, user_ids: Sequence[int], *, cause: Cause
) -> dict[int, int]:
    """Trail and domain events of enrollments that were just inserted, in whatever offering; their ids by user id."""
    ledger, enrollments = locked.ledger, locked.ledger.enrollments.c
    written = session.execute(
        select(enrollments.id, enrollments.user_id, enrollments.status)
        .where(enrollments[ledger.key] == locked.id, is_among(session, enrollments.user_id, user_ids))
        .where(enrollments.status.in_(sorted(ledger.live)))
        .order_by(enrollments.id)
    ).all()
    by_status: dict[str, list[int]] = defaultdict(list)
    for row in written:
        by_status[row.status].append(row.id)
    for status, ids in by_status.items():
        record_moves(session, ids, from_status=None, to_status=ledger.status_of(status), cause=cause, ledger=ledger)
    return {row.user_id: row.id for row in written}


def _unused_codes(session: Session, count: int) -> list[str]:
    """So many pass codes that nobody has: with many people a chance meeting is not rare any more."""
    codes: set[str] = set()
    while len(codes) < count:
        fresh = [new_pass_code() for _ in range(count - len(codes))]
        taken = session.scalars(
            select(_ENROLLMENT.c.pass_code).where(is_among_words(session, _ENROLLMENT.c.pass_code, fresh))
        )
        codes |= set(fresh) - set(taken)
    return list(codes)
