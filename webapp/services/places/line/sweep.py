"""What becomes of a waitlist by the time that passes: offers that nobody answered, and the last call."""

from datetime import datetime

from sqlalchemy import insert, literal, select, update
from sqlalchemy.orm import Session

from webapp.domain.places.domain_event import DomainEvent
from webapp.models import Enrollment, EventPolicy, OutboxEvent
from webapp.queries.places.offers import events_at_last_call, events_with_due_offers
from webapp.services.places.late_seats import is_there_a_seat_to_take, tell_of_opening
from webapp.services.places.line.offers import expire_due_offers
from webapp.services.places.seats import LockedEvent, lock_event, save_counters
from webapp.services.places.waitlist import promote_next
from webapp.services.unit_of_work import end_reading, nudge_after_commit, write_transaction

_ENROLLMENT, _OUTBOX, _POLICY = Enrollment.__table__, OutboxEvent.__table__, EventPolicy.__table__
#: Told of no move. A last call that is moved is told once more: counted down from here by the event's version.
_LAST_CALL_VERSION = -1_600_000_000


def expire_offers(*, now: datetime, most: int) -> int:
    """End offers that nobody answered in time, in so many events at most, and ask whoever is next; how many events.

    An offer's end and the next one are one transaction.
    """
    event_ids = events_with_due_offers(now, most)
    end_reading()
    for event_id in event_ids:
        with write_transaction() as session:
            locked = lock_event(session, event_id)
            was_open = is_there_a_seat_to_take(locked, now)
            expire_due_offers(session, locked, now=now)
            promote_next(session, locked, now=now)
            tell_of_opening(session, locked, was_open=was_open, now=now)
            save_counters(session, locked)
    return len(event_ids)


def tell_last_calls(*, now: datetime, most: int) -> int:
    """Tell who still waits that nobody moves up any more, in so many events at most; how many events."""
    event_ids = events_at_last_call(now, most)
    end_reading()
    for event_id in event_ids:
        with write_transaction() as session:
            locked = lock_event(session, event_id)
            if locked.row.last_call_told_at is None and locked.row.last_call_at and locked.row.last_call_at <= now:
                _tell_everybody(session, locked, now)
                told = update(_POLICY).where(_POLICY.c.event_id == locked.id)
                session.execute(told.values(last_call_told_at=now))
    return len(event_ids)


def _tell_everybody(session: Session, locked: LockedEvent, now: datetime) -> None:
    """One statement, whatever their number."""
    columns = {
        "kind": literal(DomainEvent.LAST_CALL),
        "event_id": _ENROLLMENT.c.event_id,
        "enrollment_id": _ENROLLMENT.c.id,
        "version": literal(_LAST_CALL_VERSION - locked.row.version),
        "occurred_at": literal(now, _OUTBOX.c.occurred_at.type),
    }
    waiting = (
        select(*columns.values())
        .where(_ENROLLMENT.c.event_id == locked.id, Enrollment.is_waiting)
        .order_by(_ENROLLMENT.c.waitlist_position)
    )
    session.execute(insert(_OUTBOX).from_select(list(columns), waiting))
    nudge_after_commit(session, "relay-outbox")
