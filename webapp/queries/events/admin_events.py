"""The events of an organizer: the list with its filters, and what needs attention."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, exists, func, or_, select

from webapp.domain.event_life import EventStatus
from webapp.domain.events.appeal import AppealOutcome
from webapp.domain.events.attention import DRAFT_NOTICE, EventCondition, needs_attention
from webapp.domain.permission import Reach
from webapp.domain.work.run import RunStatus
from webapp.domain.work.schedule import CLOSE_EVENT
from webapp.extensions import db
from webapp.models import (
    Appeal,
    Enrollment,
    Event,
    EventPolicy,
    JobRun,
    LateFact,
    Organization,
    User,
)
from webapp.queries.id_set import is_among
from webapp.queries.online.meeting_session import has_session_until_now, sessions_to_review, uncalculated_sessions
from webapp.queries.online.session_calculation import last_session_end
from webapp.queries.page import FilteredPage, cut, nearest_page
from webapp.queries.reach import within
from webapp.queries.row_types import value_of
from webapp.queries.word_search import matches_words

PAGE_SIZE = 50
#: Events that wait for somebody, on the start page.
MOST_WAITING = 60


class Phase(StrEnum):
    """Where an event stands in its life, as the filters of the list name it."""

    UPCOMING = "upcoming"
    RUNNING = "running"
    PAST = "past"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class ListedEvent:
    """One row of the list: its columns in their order, and what needs attention."""

    id: int
    organization_id: int
    facility_id: int
    title: str
    slug: str
    status: str
    timezone: str
    starts_at: datetime
    ends_at: datetime | None
    effective_end_at: datetime
    place: str
    capacity: int | None
    seats_taken: int
    waiting_count: int
    #: Of the seats taken, those beyond the capacity.
    seats_over: int
    has_waitlist: bool
    #: Of those who wait, to how many a seat is offered; and until when people move up.
    seats_offered: int
    promotes_until: datetime
    pending_count: int
    #: Whether closing has somebody to decide about.
    undecided: bool
    sessions_end_at: datetime | None
    #: Numbers of sessions.
    uncalculated: int
    to_review: int
    #: Numbers of people.
    to_settle: int
    late_facts: int
    #: From when on it is closed, where that is later than its end.
    closing_from: datetime | None
    #: Open appeals, until when the first of them is answered, and whether organizers do that here.
    appeals: int
    appeals_until: datetime | None
    organizers_decide_appeals: bool
    attention: tuple[tuple[str, dict[str, object]], ...]


def list_events(
    reach: Reach, *, now: datetime, phase: Phase | None = None, query: str = "", page: int = 1
) -> FilteredPage[ListedEvent, Phase]:
    """What matches the search: what runs and what comes next first, then the past, latest first; three statements."""
    own = and_(within(reach, Event.organization_id, Event.facility_id), Event.deleted_at.is_(None))
    matching = and_(own, matches_words(Event.search_text, query))
    counts = _counts(matching, now)
    whatever = sum(counts.values())
    total = whatever if phase is None else counts[phase]
    page = nearest_page(page, total=total, size=PAGE_SIZE)
    chosen = matching if phase is None else and_(matching, _in_phase(phase, now))
    rows = db.session.execute(cut(_listed(now).where(chosen), page, PAGE_SIZE)).all()
    failed = _closing_failed([row.id for row in rows])
    events = [_with_attention(row, failed, now) for row in rows]
    return FilteredPage(events, total, page, PAGE_SIZE, counts=counts, matching=whatever)


def attention_of(event_id: int, *, now: datetime) -> tuple[tuple[str, dict[str, object]], ...]:
    """What about one event needs attention; two statements."""
    row = db.session.execute(_listed(now).where(Event.id == event_id)).one()
    return _with_attention(row, _closing_failed([event_id]), now).attention


def events_that_wait(reach: Reach, *, now: datetime) -> list[ListedEvent]:
    """Events that need attention, or that are over and not closed, those that ended first before the others.

    Two statements; the first events of them where there are too many to deal with in one day.
    """
    own = and_(within(reach, Event.organization_id, Event.facility_id), Event.deleted_at.is_(None))
    query = _listed(now).where(own, _may_wait(now)).order_by(None).order_by(Event.effective_end_at, Event.id)
    rows = db.session.execute(query.limit(MOST_WAITING)).all()
    failed = _closing_failed([row.id for row in rows])
    return [_with_attention(row, failed, now) for row in rows]


def _may_wait(now: datetime) -> ColumnElement[bool]:
    """What `needs_attention` may find something about; cheap to ask of every event, and never narrower."""
    published, ahead = Event.status == EventStatus.PUBLISHED, Event.starts_at > now
    open_people = exists().where(Enrollment.event_id == Event.id, Enrollment.waits_for_staff)
    return or_(
        and_(Event.status == EventStatus.DRAFT, ahead, Event.starts_at <= now + DRAFT_NOTICE),
        and_(published, Event.effective_end_at <= now),
        and_(published, ahead, EventPolicy.waiting_count > EventPolicy.seats_offered),
        and_(published, has_session_until_now(now)),
        open_people.correlate(Event),
        exists().where(LateFact.event_id == Event.id).correlate(Event),
        exists().where(*_is_open_appeal(now)).correlate(Event),
    )


def _of_appeals(now: datetime) -> list[ColumnElement[Any]]:
    """How many are open, until when the first of them is answered, and whether organizers do that."""
    asked: dict[str, ColumnElement[Any]] = {"appeals": func.count(), "appeals_until": func.min(Appeal.decided_until)}
    decide = select(Organization.organizers_decide_appeals).where(Organization.id == Event.organization_id)
    return [
        *(
            select(what).where(*_is_open_appeal(now)).correlate(Event).scalar_subquery().label(name)
            for name, what in asked.items()
        ),
        decide.correlate(Event).scalar_subquery().label("organizers_decide_appeals"),
    ]


def _is_open_appeal(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """An appeal about the event around it that can still be answered."""
    return Appeal.event_id == Event.id, Appeal.outcome == AppealOutcome.OPEN, Appeal.decided_until > now


def _in_phase(phase: Phase, now: datetime) -> ColumnElement[bool]:
    published, over = Event.status == EventStatus.PUBLISHED, Event.effective_end_at <= now
    return {
        Phase.DRAFT: Event.status == EventStatus.DRAFT,
        Phase.UPCOMING: and_(published, Event.starts_at > now),
        Phase.RUNNING: and_(published, Event.starts_at <= now, ~over),
        Phase.PAST: or_(Event.is_frozen, and_(published, over)),
    }[phase]


def _counts(matching: ColumnElement[bool], now: datetime) -> dict[Phase, int]:
    sums = [func.coalesce(func.sum(case((_in_phase(phase, now), 1), else_=0)), 0) for phase in Phase]
    row = db.session.execute(select(*sums).where(matching)).one()
    return {phase: int(count) for phase, count in zip(Phase, row, strict=True)}


def _listed(now: datetime):
    mine = Enrollment.event_id == Event.id
    pending = select(func.count()).where(mine, Enrollment.is_pending).correlate(Event).scalar_subquery()
    undecided = exists().where(mine, Enrollment.is_closable).correlate(Event)
    to_settle = select(func.count()).where(mine, Enrollment.is_undecided).correlate(Event).scalar_subquery()
    late_facts = select(func.count()).where(LateFact.event_id == Event.id).correlate(Event).scalar_subquery()
    is_past = _in_phase(Phase.PAST, now)
    return (
        select(
            Event.id,
            Event.organization_id,
            Event.facility_id,
            Event.title,
            Event.slug,
            Event.status,
            Event.timezone,
            Event.starts_at,
            Event.ends_at,
            Event.effective_end_at,
            Event.place,
            EventPolicy.capacity,
            EventPolicy.seats_taken,
            EventPolicy.waiting_count,
            EventPolicy.seats_over,
            EventPolicy.has_waitlist,
            EventPolicy.seats_offered,
            func.coalesce(EventPolicy.last_call_at, Event.starts_at).label("promotes_until"),
            pending.label("pending_count"),
            undecided.label("undecided"),
            last_session_end().label("sessions_end_at"),
            uncalculated_sessions(now).label("uncalculated"),
            sessions_to_review().label("to_review"),
            to_settle.label("to_settle"),
            late_facts.label("late_facts"),
            Event.closing_from,
            *_of_appeals(now),
        )
        .join(EventPolicy, EventPolicy.event_id == Event.id)
        .order_by(
            case((is_past, 1), else_=0),
            case((is_past, None), else_=Event.starts_at),
            Event.starts_at.desc(),
            Event.id.desc(),
        )
    )


def _with_attention(row: Row, failed: set[int], now: datetime) -> ListedEvent:
    condition = EventCondition(
        status=row.status,
        starts_at=row.starts_at,
        effective_end_at=row.effective_end_at,
        capacity=row.capacity,
        taken=row.seats_taken,
        unasked=row.waiting_count - row.seats_offered,
        promotes_until=row.promotes_until,
        pending=row.pending_count,
        undecided=bool(row.undecided),
        closing_failed=row.id in failed,
        sessions_end_at=row.sessions_end_at,
        uncalculated=row.uncalculated,
        to_review=row.to_review,
        to_settle=row.to_settle,
        late_facts=row.late_facts,
        closing_from=row.closing_from,
        appeals=row.appeals,
    )
    return value_of(ListedEvent, row, tuple(needs_attention(condition, now)))


def _closing_failed(event_ids: Sequence[int]) -> set[int]:
    """Events whose latest run of the closing job gave up."""
    if not event_ids:
        return set()
    latest = (
        select(func.max(JobRun.id).label("id"))
        .where(is_among(db.session(), JobRun.event_id, event_ids), JobRun.name == CLOSE_EVENT)
        .group_by(JobRun.event_id)
        .subquery()
    )
    failed = select(JobRun.event_id).join(latest, latest.c.id == JobRun.id).where(JobRun.status == RunStatus.FAILED)
    return set(db.session.scalars(failed))


def name_of_person(user_id: int | None) -> str | None:
    """The name of an account, or None."""
    return None if user_id is None else db.session.scalar(select(User.name).where(User.id == user_id))
