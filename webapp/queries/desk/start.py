"""The events whose desk somebody may open, and the helpers of one event."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from webapp.domain.event_life import EventStatus
from webapp.domain.permission import Reach
from webapp.extensions import db
from webapp.models import Event, HelperLink
from webapp.queries.events.event import EventFacts, event_facts, facts_of
from webapp.queries.reach import within

#: An event that ended is listed this long: its closure takes a while, and questions come after.
LISTED_AFTER_END = timedelta(hours=24)
_MOST = 60


def desk_events(reach: Reach, now: datetime) -> list[EventFacts]:
    """Published events that run, come, or ended within a day; the next to start first."""
    query = (
        event_facts()
        .where(within(reach, Event.organization_id, Event.facility_id), Event.status == EventStatus.PUBLISHED)
        .where(Event.effective_end_at > now - LISTED_AFTER_END)
        .order_by(Event.starts_at, Event.id)
        .limit(_MOST)
    )
    return [facts_of(row) for row in db.session.execute(query)]


@dataclass(frozen=True, slots=True)
class Helper:
    """A helper's link; `is_live` when it still opens the desk."""

    link_id: int
    name: str
    desk: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    is_live: bool


def helpers_of(event_id: int, now: datetime) -> list[Helper]:
    """All links of the event, newest first."""
    rows = db.session.execute(
        select(
            HelperLink.id,
            HelperLink.name,
            HelperLink.desk,
            HelperLink.created_at,
            HelperLink.expires_at,
            HelperLink.revoked_at,
        )
        .where(HelperLink.event_id == event_id)
        .order_by(HelperLink.id.desc())
    )
    return [Helper(*row, row.revoked_at is None and row.expires_at > now) for row in rows]
