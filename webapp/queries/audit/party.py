"""Parties: led by one of them, of one event, no larger than allowed, in order, whole unless they may be split."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.domain.event_life import EventStatus
from webapp.domain.places.enrollment import LIVE
from webapp.models import Event, EventPolicy
from webapp.queries.audit.invariant import Invariant, TimedInvariant
from webapp.queries.places.parties.line import next_with_parties

_LIVE = {"live": sorted(LIVE)}


def _kept_waiting(session: Session, now: datetime) -> Iterator[Mapping[str, object]]:
    """Events with parties in which somebody could move up by the rule, and does not."""
    waits = (
        select(EventPolicy.event_id, EventPolicy.capacity, EventPolicy.seats_taken, EventPolicy.parties_pass)
        .join(Event, Event.id == EventPolicy.event_id)
        .where(EventPolicy.has_parties, EventPolicy.waiting_count > EventPolicy.seats_offered)
        .where(Event.status == EventStatus.PUBLISHED, func.coalesce(EventPolicy.last_call_at, Event.starts_at) > now)
        .order_by(EventPolicy.event_id)
    )
    for row in session.execute(waits).all():
        free = None if row.capacity is None else max(row.capacity - row.seats_taken, 0)
        ids = (
            next_with_parties(session, row.event_id, free=free, capacity=row.capacity, lets_pass=row.parties_pass)
            if free != 0
            else []
        )
        if ids:
            yield {"event_id": row.event_id, "people": len(ids)}


INVARIANTS = (
    TimedInvariant("parties_wait_for_seats", "{people} people wait although there are seats for them", _kept_waiting),
    Invariant(
        "party_is_of_the_event",
        "the enrollment belongs to a party of another event, or the event does not say that it has parties",
        """
        SELECT e.event_id, e.id AS enrollment_id FROM enrollments e
        JOIN parties p ON p.id = e.party_id JOIN event_policies c ON c.event_id = e.event_id
        WHERE p.event_id <> e.event_id OR NOT c.has_parties
        """,
    ),
    Invariant(
        "party_led_by_one_of_them",
        "who leads the party is not in it any more",
        """
        SELECT p.event_id, p.id AS party_id, p.leader_id AS user_id FROM parties p
        WHERE p.leader_id IS NOT NULL AND NOT EXISTS
            (SELECT 1 FROM enrollments e WHERE e.party_id = p.id AND e.user_id = p.leader_id AND e.status IN :live)
        """,
        _LIVE,
    ),
    Invariant(
        "party_not_too_large",
        "{heads} people are in a party of {most} at most",
        """
        SELECT p.event_id, p.id AS party_id, p.most, count(*) AS heads
        FROM parties p JOIN enrollments e ON e.party_id = p.id AND e.status IN :live
        GROUP BY p.event_id, p.id, p.most HAVING count(*) > p.most
        """,
        _LIVE,
    ),
    Invariant(
        "party_waits_in_order",
        "the eldest of the party stand behind the others",
        """
        SELECT e.event_id, e.party_id, e.id AS enrollment_id FROM enrollments e
        WHERE e.party_id IS NOT NULL AND e.status = 'waitlisted' AND EXISTS
            (SELECT 1 FROM enrollments o WHERE o.party_id = e.party_id AND o.status = 'waitlisted'
             AND o.id > e.id AND o.waitlist_position < e.waitlist_position)
        """,
    ),
    Invariant(
        # Who was in line when the system gave the others their seats, and still is.
        # At the door a party is who of it stands there.
        "party_placed_whole",
        "it was left in line when the others of its party moved up",
        """
        SELECT w.event_id, w.party_id, w.id AS enrollment_id FROM enrollments w
        JOIN parties p ON p.id = w.party_id AND NOT p.may_split
        JOIN enrollment_transitions came ON came.enrollment_id = w.id AND came.version = w.version
        WHERE w.status = 'waitlisted' AND EXISTS
            (SELECT 1 FROM enrollments o JOIN enrollment_transitions up ON up.enrollment_id = o.id
             WHERE o.party_id = w.party_id AND up.id > came.id
             AND up.from_status = 'waitlisted' AND up.to_status = 'confirmed' AND up.triggered_by = 'system'
             AND NOT EXISTS
                 (SELECT 1 FROM standby_arrivals a WHERE a.enrollment_id = o.id AND a.version = up.version - 1))
        """,
    ),
)
