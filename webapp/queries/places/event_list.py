"""The events a participant can choose from, and the dates of a series: one statement, two behind the last page."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    SQLColumnExpression,
    bindparam,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from webapp.domain.event_life import EventStatus
from webapp.domain.events.event_window import Stretch
from webapp.domain.events.series import MOST_DATES
from webapp.domain.text import search_words
from webapp.extensions import db
from webapp.models import Enrollment, Event, EventPolicy
from webapp.models.columns import BigId, UtcDateTime
from webapp.queries.events.event import facts_of
from webapp.queries.events.public_events import is_listed, is_of_open_organization, is_public
from webapp.queries.page import Page
from webapp.queries.parameters import NOW, READER, built_once, page_of, reader_at, unseen
from webapp.queries.places.access.comer import comers_of
from webapp.queries.places.standing import EventStanding, own_enrollment, with_own_enrollment
from webapp.queries.word_search import LONGEST_QUERY, like_word

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What the reader asked for; an empty one is everything that is planned or running."""

    query: str = ""
    within: Stretch | None = None
    with_free_places: bool = False
    organization_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a filter asks for, without its values: each has statements of its own, built once."""

    words: int
    has_stretch: bool
    with_free_places: bool
    of_one_organization: bool

    @property
    def folds_series(self) -> bool:
        """Whether a series is one line: where any of its dates is what was asked for, and not a certain one."""
        return not (self.has_stretch or self.with_free_places)


def list_events(chosen: EventFilter, *, user_id: int | None, page: int, now: datetime) -> Page[EventStanding]:
    """Published events that have not ended, soonest first, with the reader's own place in each.

    Of a series only the next date and one that runs, unless certain days or free places are asked for: then each is
    an answer of its own.
    """
    words = search_words(chosen.query[:LONGEST_QUERY])
    shape = _Shape(len(words), chosen.within is not None, chosen.with_free_places, chosen.organization_id is not None)
    asked = reader_at(user_id, now) | {f"word_{n}": like_word(word) for n, word in enumerate(words)}
    if chosen.within is not None:
        asked |= {"from": chosen.within.starts_at, "until": chosen.within.ends_at}
    if chosen.organization_id is not None:
        asked |= {"organization": chosen.organization_id}
    connection = db.session.connection()
    rows = connection.execute(_soonest(shape, is_first=page == 1), asked | page_of(page, PAGE_SIZE)).all()
    total = rows[0].total if rows else connection.scalar(_count(shape), asked) if page > 1 else 0
    return Page(_standings(rows, user_id), total or 0, page, PAGE_SIZE)


def _standings(rows: Sequence[Row], user_id: int | None, links: Collection[str] = ()) -> list[EventStanding]:
    """Rows with what is known of the reader: one statement more where an event does not let in everybody."""
    places = [EventStanding(facts_of(row), own_enrollment(row)) for row in rows]
    comers = comers_of([one.event for one in places], user_id, links)
    return [replace(one, comer=comers[one.event.id]) for one in places]


@cache
def _count(shape: _Shape) -> Select:
    return built_once(_found(shape, func.count()))


@cache
def _soonest(shape: _Shape, *, is_first: bool) -> Select:
    """A page of events, found first: all that is shown is read for these only. In each row, how many are found in all.

    The first page says how few it wants where the planner sees it: else a kept plan would be made for a tenth of all.
    """
    order = (Event.starts_at, Event.id)
    chosen = _found(shape, Event.id).order_by(*order).limit(PAGE_SIZE)
    if not is_first:
        chosen = chosen.offset(bindparam("offset", type_=Integer))
    some = chosen.subquery("chosen")
    shown = with_own_enrollment(READER).add_columns(_found(shape, func.count()).scalar_subquery().label("total"))
    return built_once(shown.where(Event.id.in_(select(some.c.id))).order_by(*order))


def _found(shape: _Shape, *columns: SQLColumnExpression[Any]) -> Select:
    found = (
        select(*columns)
        .select_from(Event)
        .where(
            Event.status == EventStatus.PUBLISHED,
            Event.deleted_at.is_(None),
            Event.effective_end_at > NOW,
            is_of_open_organization(),
            is_listed(),
            *(Event.search_text.like(bindparam(f"word_{n}")) for n in range(shape.words)),
        )
    )
    if shape.folds_series:
        found = found.where(_is_next_of_series(shape.words))
    if shape.has_stretch:
        first, last = (bindparam(name, type_=UtcDateTime) for name in ("from", "until"))
        found = found.where(Event.starts_at < last, Event.effective_end_at > first)
    if shape.of_one_organization:
        found = found.where(Event.organization_id == bindparam("organization", type_=BigId))
    if shape.with_free_places:
        has_seat = or_(EventPolicy.capacity.is_(None), EventPolicy.seats_taken < EventPolicy.capacity)
        has_policy = EventPolicy.event_id == Event.id
        found = found.join(EventPolicy, has_policy).where(
            has_seat, EventPolicy.waiting_count == EventPolicy.seats_offered
        )
    return found


def _is_next_of_series(words: int) -> ColumnElement[bool]:
    """Whether the event runs, or no date of its series is listed between now and it: a look into an index for each."""
    earlier = aliased(Event)
    before = exists().where(
        earlier.series_id == Event.series_id,
        earlier.starts_at > NOW,
        earlier.starts_at <= Event.starts_at,
        or_(earlier.starts_at < Event.starts_at, earlier.id < Event.id),
        earlier.status == EventStatus.PUBLISHED,
        earlier.deleted_at.is_(None),
        *(earlier.search_text.like(bindparam(f"word_{n}")) for n in range(words)),
    )
    return or_(Event.series_id.is_(None), Event.starts_at <= NOW, ~before.correlate(Event))


def series_standings(
    series_id: int, user_id: int | None, now: datetime, links: Collection[str] = ()
) -> list[EventStanding]:
    """The dates that are not over and that lists name, soonest first, with the reader's own place in each.

    What needs a link is there for who has a place. `links`: the tokens they came by.
    """
    asked = reader_at(user_id, now) | {"series": series_id}
    rows = db.session.connection().execute(_to_come(), asked).all()
    return _standings(rows, user_id, links)


@cache
def _to_come() -> Select:
    of_series = Event.series_id == unseen(bindparam("series", type_=BigId))
    is_shown = or_(is_listed(), Enrollment.id.is_not(None))
    chosen = with_own_enrollment(READER).where(of_series, is_public(), is_shown, Event.effective_end_at > NOW)
    return built_once(chosen.order_by(Event.starts_at, Event.id).limit(MOST_DATES))
