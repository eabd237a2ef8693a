"""Keeping what would have been said of an event when it began, so that the way of estimating can be judged."""

from datetime import datetime

from sqlalchemy.orm import Session

from webapp.domain.events.forecast import BaseRate, forecast
from webapp.models import EventForecast
from webapp.queries.events.forecast import base_rates, events_without_forecast, records_at_start
from webapp.queries.row_types import AnyRow
from webapp.services.beat import Beat
from webapp.services.insertion import insert_unless_there
from webapp.services.unit_of_work import write_transaction

#: Events in one transaction, and in one go.
CHUNK, MOST = 5, 300


def keep_forecasts(*, now: datetime, beat: Beat | None = None) -> int:
    """Keep a range for closed events that have none, from what was on record before each began; how many.

    Also of events that were closed before ranges were kept. Where too little was known, that is kept.
    """
    kept = 0
    while kept < MOST:
        with write_transaction() as session:
            if beat is not None:
                beat(session, {})
            rows = [_row(session, event, now) for event in events_without_forecast(session, now, limit=CHUNK)]
            if rows:
                session.execute(insert_unless_there(session, EventForecast.__table__), rows)
        kept += len(rows)
        if len(rows) < CHUNK:
            break
    return kept


def _row(session: Session, event: AnyRow, now: datetime) -> dict[str, object]:
    usual = base_rates(session, [event.organization_id], event.starts_at)
    records = records_at_start(session, event.id, event.starts_at)
    said = forecast(records, usual.get(event.organization_id, BaseRate()))
    people = sum(record.people for record in records)
    low, high = (said.low, said.high) if said else (None, None)
    return {"event_id": event.id, "people": people, "low": low, "high": high, "kept_at": now}
