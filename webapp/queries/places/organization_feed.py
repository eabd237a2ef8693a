"""The public events of an organization as a calendar that programs fetch."""

from collections.abc import Callable
from datetime import datetime, timedelta

from webapp.adapters.calendar import CalendarEntry, CalendarMethod
from webapp.adapters.calendar_feed import calendar_feed
from webapp.domain.event_life import EventStatus
from webapp.extensions import db
from webapp.models import Event
from webapp.queries.events.event import EventFacts, event_facts, facts_of
from webapp.queries.events.public_events import is_listed, is_public
from webapp.queries.places.passes import calendar_entry

#: What is over stays so long, so that a calendar does not lose yesterday.
_KEPT = timedelta(days=30)
_MOST = 500


def organization_feed(
    organization_id: int, *, name: str, link_of: Callable[[str], str], host: str, now: datetime
) -> bytes:
    """The calendar file. `link_of` is the address of an event by its slug; `host` ends every entry's name."""
    rows = db.session.execute(
        event_facts()
        .where(Event.organization_id == organization_id, is_public(), is_listed(), Event.effective_end_at > now - _KEPT)
        .order_by(Event.starts_at, Event.id)
        .limit(_MOST)
    )
    events = [facts_of(row) for row in rows]
    return calendar_feed(name, [_entry(event, link_of(event.slug), host) for event in events])


def _entry(event: EventFacts, link: str, host: str) -> CalendarEntry:
    is_off = event.status == EventStatus.CANCELLED
    return calendar_entry(
        event,
        event.facility_address,
        uid=f"event-{event.id}@{host}",
        sequence=event.version,
        link=link,
        now=event.published_at or event.created_at,
        method=CalendarMethod.CANCEL if is_off else CalendarMethod.PUBLISH,
    )
