"""The events a participant can choose from: two statements, whatever is planned."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select

from webapp.domain.event_window import Stretch
from webapp.extensions import db
from webapp.models import Event, EventPolicy
from webapp.models.event import EventStatus
from webapp.queries.events.event import EventFacts
from webapp.queries.page import Page, cut
from webapp.queries.places.standing import EventStanding, own_enrollment, with_own_enrollment
from webapp.queries.word_search import begins_words

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What the reader asked for; an empty one is everything that is planned or running."""

    query: str = ""
    within: Stretch | None = None
    with_free_places: bool = False


def list_events(chosen: EventFilter, *, user_id: int | None, page: int, now: datetime) -> Page[EventStanding]:
    """Published events that have not ended, soonest first, with the reader's own place in each."""
    wanted = _conditions(chosen, now)
    total = db.session.scalar(
        select(func.count()).select_from(Event).join(EventPolicy, EventPolicy.event_id == Event.id).where(*wanted)
    )
    soonest_first = with_own_enrollment(user_id).where(*wanted).order_by(Event.starts_at, Event.id)
    rows = db.session.execute(cut(soonest_first, page, PAGE_SIZE))
    return Page([EventStanding(EventFacts(row), own_enrollment(row)) for row in rows], total or 0, page, PAGE_SIZE)


def _conditions(chosen: EventFilter, now: datetime) -> list[ColumnElement[bool]]:
    wanted = [
        Event.status == EventStatus.PUBLISHED,
        Event.deleted_at.is_(None),
        Event.effective_end_at > now,
        begins_words(Event.search_text, chosen.query),
    ]
    if chosen.within is not None:
        wanted += [Event.starts_at < chosen.within.ends_at, Event.effective_end_at > chosen.within.starts_at]
    if chosen.with_free_places:
        has_seat = or_(EventPolicy.capacity.is_(None), EventPolicy.seats_taken < EventPolicy.capacity)
        wanted += [has_seat, EventPolicy.waiting_count == 0]
    return wanted
