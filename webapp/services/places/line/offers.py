"""Seats offered to who waits: each is held under the event's lock until the person answers or the time is over.

Why it is so: docs/decisions/131-offers.md.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, insert, literal, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.permission import SYSTEM, Trigger
from webapp.domain.places.domain_event import DomainEvent
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.offer import OfferOutcome, ends_wait, held_until
from webapp.domain.places.waitlist import lane_of_ticket
from webapp.models import Enrollment, OutboxEvent, Party, PlaceOffer, User
from webapp.queries.id_set import is_among
from webapp.queries.row_types import AnyRow
from webapp.services.places.line.held_offers import end_offers
from webapp.services.places.out_of_turn import give_tickets
from webapp.services.places.seats import LockedEvent
from webapp.services.places.transition import Cause, move_enrollments
from webapp.services.unit_of_work import nudge_after_commit

_OFFER, _ENROLLMENT, _OUTBOX = PlaceOffer.__table__, Enrollment.__table__, OutboxEvent.__table__
#: Told of no move: each kind counts down from a number of its own, far below the versions of events.
_FIRST_VERSION = {DomainEvent.PLACE_OFFERED: -1_200_000_000, DomainEvent.OFFER_EXPIRED: -1_400_000_000}


def offer_or_give(session: Session, locked: LockedEvent, ids: Sequence[int], *, now: datetime) -> list[int]:
    """Offer a free seat to each of these who wait, in order; who would have too little time gets it at once.

    Returns those who got it at once. The seats of the others are held, and they are told.
    """
    given: list[int] = []
    offers: list[dict[str, object]] = []
    people = _people(session, ids)
    # A party hears of it once and answers once: its last offer is the last one of any of them.
    ran_out: dict[int, int] = {}
    for row in people:
        if row.party_id is not None:
            ran_out[row.party_id] = max(row.expired, ran_out.get(row.party_id, 0))
    for row in people:
        end = held_until(
            now,
            until=locked.row.last_call_at or locked.starts_at,
            most_hours=locked.row.offer_hours or 0,
            timezone=row.timezone or locked.row.timezone,
        )
        expired = row.expired if row.party_id is None else ran_out[row.party_id]
        if end is None:
            given.append(row.id)
            continue
        offers.append(
            {
                "event_id": locked.id,
                "enrollment_id": row.id,
                "offered_at": now,
                "is_last": ends_wait(expired + 1),
                "held_until": end,
                "outcome": OfferOutcome.OPEN,
            }
        )
    if offers:
        session.execute(insert(_OFFER), offers)
        locked.count_offered(len(offers))
        _tell(session, locked, DomainEvent.PLACE_OFFERED, [int(str(one["enrollment_id"])) for one in offers], now)
    return given


def expire_due_offers(session: Session, locked: LockedEvent, *, now: datetime) -> None:
    """End the offers of the locked event whose time is over: those people go to the end of the line, in the order
    in which they stood. Who had their last one waits no longer."""
    ended = end_offers(session, locked, _OFFER.c.held_until <= now, OfferOutcome.EXPIRED, now)
    _to_the_end(session, locked, [row.enrollment_id for row in ended if not row.is_last], now)
    gone = [row.enrollment_id for row in ended if row.is_last]
    cause = Cause(by=Trigger.SYSTEM, actor=SYSTEM, at=now, reason="Two offered places were not answered")
    move_enrollments(session, locked, gone, from_status=S.WAITLISTED, to_status=S.CANCELLED, cause=cause)


def _to_the_end(session: Session, locked: LockedEvent, ids: Sequence[int], now: datetime) -> None:
    if not ids:
        return
    in_order = select(_ENROLLMENT.c.id, _ENROLLMENT.c.waitlist_position).where(is_among(session, _ENROLLMENT.c.id, ids))
    stood = session.execute(in_order.order_by(_ENROLLMENT.c.waitlist_position)).all()
    # Of their own lane.
    tickets = [(row.id, locked.next_ticket(lane_of_ticket(row.waitlist_position))) for row in stood]
    give_tickets(session, locked, tickets)
    _tell(session, locked, DomainEvent.OFFER_EXPIRED, ids, now)


def _people(session: Session, ids: Sequence[int]) -> Sequence[AnyRow]:
    """In the order of their tickets, each with the zone of their clock (a party: the leader's), and how many offers
    ran out."""
    leader = aliased(User)
    ran_out = select(func.count()).where(
        _OFFER.c.enrollment_id == _ENROLLMENT.c.id, _OFFER.c.outcome == OfferOutcome.EXPIRED
    )
    return session.execute(
        select(
            _ENROLLMENT.c.id,
            _ENROLLMENT.c.party_id,
            func.coalesce(leader.timezone, User.timezone).label("timezone"),
            ran_out.correlate(_ENROLLMENT).scalar_subquery().label("expired"),
        )
        .join(User, User.id == _ENROLLMENT.c.user_id)
        .outerjoin(Party, Party.id == _ENROLLMENT.c.party_id)
        .outerjoin(leader, leader.id == Party.leader_id)
        .where(is_among(session, _ENROLLMENT.c.id, ids))
        .order_by(_ENROLLMENT.c.waitlist_position)
    ).all()


def _tell(session: Session, locked: LockedEvent, kind: DomainEvent, ids: Sequence[int], now: datetime) -> None:
    """One domain event for each of them; of one person the latest of its kind counts."""
    if not ids:
        return
    earlier = (
        select(func.min(_OUTBOX.c.version))
        .where(
            _OUTBOX.c.event_id == _ENROLLMENT.c.event_id,
            _OUTBOX.c.enrollment_id == _ENROLLMENT.c.id,
            _OUTBOX.c.kind == kind,
        )
        .correlate(_ENROLLMENT)
        .scalar_subquery()
    )
    columns = {
        "kind": literal(kind),
        "event_id": _ENROLLMENT.c.event_id,
        "enrollment_id": _ENROLLMENT.c.id,
        "version": func.coalesce(earlier, _FIRST_VERSION[kind]) - 1,
        "occurred_at": literal(now, _OUTBOX.c.occurred_at.type),
    }
    told = select(*columns.values()).where(is_among(session, _ENROLLMENT.c.id, ids)).order_by(_ENROLLMENT.c.id)
    session.execute(insert(_OUTBOX).from_select(list(columns), told))
    nudge_after_commit(session, "relay-outbox")
