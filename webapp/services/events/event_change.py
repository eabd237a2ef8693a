"""Telling people with a place that an event takes place at another time or somewhere else."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from webapp.domain.event_life import EventStatus
from webapp.domain.notices.notice import is_worth_telling
from webapp.domain.places.domain_event import DomainEvent
from webapp.models import Enrollment, OutboxEvent
from webapp.services.insertion import insert_unless_there
from webapp.services.places.seats import LockedEvent
from webapp.services.unit_of_work import nudge_after_commit

_ENROLLMENT, _OUTBOX = Enrollment.__table__, OutboxEvent.__table__


def tell_of_change(
    session: Session, locked: LockedEvent, changed: Collection[str], *, new_end_at: datetime, now: datetime
) -> None:
    """Write one domain event for everybody who is expected: one statement, whatever their number.

    To be called after the edit was written and before anybody moves up by it: who gets a place
    now is told the new time anyway. Each change of the event is told once.
    """
    if locked.row.status != EventStatus.PUBLISHED or not is_worth_telling(changed, ends_at=new_end_at, now=now):
        return
    columns = {
        "kind": literal(DomainEvent.EVENT_CHANGED),
        "event_id": _ENROLLMENT.c.event_id,
        "enrollment_id": _ENROLLMENT.c.id,
        "version": literal(-(locked.row.version + 1)),
        "occurred_at": literal(now, _OUTBOX.c.occurred_at.type),
    }
    expected = (
        select(*columns.values())
        .where(_ENROLLMENT.c.event_id == locked.id, Enrollment.is_closable)
        .order_by(_ENROLLMENT.c.id)
    )
    session.execute(insert_unless_there(session, _OUTBOX).from_select(list(columns), expected))
    nudge_after_commit(session, "relay-outbox")
