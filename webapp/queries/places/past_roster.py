"""Who had which status in an event at some instant, read from its trail; names and addresses are those of now.

Order is by sequence, not by clock: of each person the last move before the first one that is later than the instant.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, Select, and_, func, select
from sqlalchemy.orm import aliased

from webapp.domain.events.past_standing import first_later
from webapp.domain.numbers import MAX_VERSION
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.extensions import db
from webapp.models import Enrollment, EnrollmentTransition, User
from webapp.queries.events.export import steady_session, streamed
from webapp.queries.page import FilteredPage, cut, nearest_page
from webapp.queries.row_types import value_of
from webapp.queries.word_search import matches_words

PAGE_SIZE = 50
_MOVE = EnrollmentTransition
_ACTOR = aliased(User)


@dataclass(frozen=True, slots=True)
class PastFilter:
    """What the address of the page asks for, besides the instant."""

    status: S | None = None
    query: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class PastPerson:
    """One row: the person as they are called now, and the move that gave them their status."""

    id: int
    name: str
    email: str | None
    at: datetime
    from_status: str | None
    to_status: str
    kind: str
    triggered_by: str
    actor_label: str | None
    reason: str | None
    actor_name: str | None


def past_roster(event_id: int, instant: datetime, asked: PastFilter) -> FilteredPage[PastPerson, S]:
    """A page of the event's people as of that instant, by name; two statements, whatever their number."""
    groups = _of(_MOVE.to_status, func.count(), event_id=event_id, instant=instant).group_by(_MOVE.to_status)
    found = db.session.execute(groups.where(matches_words(User.search_text, asked.query)))
    counts = {S(status): count for status, count in found}
    matching = sum(counts.values())
    total = counts.get(asked.status, 0) if asked.status else matching
    number = nearest_page(asked.page, total=total, size=PAGE_SIZE)
    rows = db.session.execute(cut(_people(event_id, instant, asked), number, PAGE_SIZE))
    people = [value_of(PastPerson, row) for row in rows]
    return FilteredPage(people, total, number, PAGE_SIZE, counts=counts, matching=matching)


def past_rows(event_id: int, instant: datetime, asked: PastFilter) -> Iterator[dict[str, Any]]:
    """Everybody whom the filter lets through, for a file; one statement, a few rows in memory at a time."""
    columns = (
        Enrollment.id,
        User.name,
        User.email,
        User.phone,
        _MOVE.to_status.label("status"),
        _MOVE.at.label("since"),
    )
    query = _narrowed(_of(*columns, event_id=event_id, instant=instant), asked)
    return streamed(steady_session(), query.order_by(Enrollment.id))


def _people(event_id: int, instant: datetime, asked: PastFilter) -> Select[Any]:
    columns = (
        Enrollment.id,
        User.name,
        User.email,
        _MOVE.at,
        _MOVE.from_status,
        _MOVE.to_status,
        _MOVE.kind,
        _MOVE.triggered_by,
        _MOVE.actor_label,
        _MOVE.reason,
        _ACTOR.name.label("actor_name"),
    )
    query = _of(*columns, event_id=event_id, instant=instant).outerjoin(_ACTOR, _ACTOR.id == _MOVE.actor_id)
    return _narrowed(query, asked).order_by(User.search_text, Enrollment.id)


def _narrowed(query: Select[Any], asked: PastFilter) -> Select[Any]:
    query = query.where(matches_words(User.search_text, asked.query))
    return query if asked.status is None else query.where(_MOVE.to_status == asked.status)


def _of(*columns: Any, event_id: int, instant: datetime) -> Select[Any]:
    """Those columns of everybody who had a status then, of the person and of the move that gave it."""
    return (
        select(*columns)
        .select_from(Enrollment)
        .join(User, User.id == Enrollment.user_id)
        .join(_MOVE, and_(_MOVE.enrollment_id == Enrollment.id, _MOVE.version == _last_version(first_later(instant))))
        .where(Enrollment.event_id == event_id)
    )


def _last_version(later_from: datetime) -> ScalarSelect[int | None]:
    """The version of an enrollment's last move before the first one that is later; both are found in its index."""
    move, later = aliased(_MOVE), aliased(_MOVE)
    first = select(func.min(later.version)).where(later.enrollment_id == Enrollment.id, later.at >= later_from)
    is_before = move.version < func.coalesce(first.correlate(Enrollment).scalar_subquery(), MAX_VERSION)
    last = select(func.max(move.version)).where(move.enrollment_id == Enrollment.id, is_before)
    return last.correlate(Enrollment).scalar_subquery()
