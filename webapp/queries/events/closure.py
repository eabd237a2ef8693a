"""Which events have to be closed, who is decided next, and what would become of everybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from webapp.domain.closure import LONGEST_WAIT, AttendanceRule, decide_outcome
from webapp.domain.enrollment import CLOSABLE
from webapp.domain.enrollment import EnrollmentStatus as S
from webapp.domain.explanation import Sentence, presence_reasons
from webapp.domain.refusal import Refused
from webapp.extensions import db
from webapp.models import CheckIn, CheckInReversal, Enrollment, Event, User
from webapp.queries.events.event import EventFacts, event_by_id
from webapp.queries.id_set import is_among
from webapp.queries.online.session_calculation import waits_for_sessions
from webapp.queries.page import Page, cut, nearest_page

PAGE_SIZE = 50
_CLOSABLE = tuple(sorted(CLOSABLE))
_OUTCOMES = (S.ATTENDED, S.NO_SHOW)


@dataclass(frozen=True, slots=True)
class RehearsedPerson:
    """What closure would make of one person now, and why (codes, see `views.explaining`)."""

    enrollment_id: int
    name: str
    status: S
    outcome: S
    days: tuple[date, ...]
    reasons: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What closing the event now would do.

    `counts` are people by outcome, `untouched` those whom closure leaves as they are, by
    status; `people` is a page of those asked for.
    """

    event: EventFacts
    counts: dict[S, int]
    untouched: dict[S, int]
    people: Page[RehearsedPerson]


def rehearse(event_id: int, *, outcome: S | None = None, page: int = 1) -> Rehearsal:
    """Who would become what, by the function the closing job uses; four statements.

    `outcome` shows only those who would become that, `page` the nearest there is. Raises `not_found`.
    """
    event = event_by_id(event_id)
    if event is None:
        raise Refused("not_found")
    groups = _groups(event)
    decided = {key: decide_outcome(*key, event.rule) for key in groups if key[0] in CLOSABLE}
    counts = {S.ATTENDED: 0, S.NO_SHOW: 0}
    for key, result in decided.items():
        counts[result] += groups[key]
    untouched: dict[S, int] = {}
    for (status, _), people in groups.items():
        if status not in CLOSABLE:
            untouched[status] = untouched.get(status, 0) + people
    wanted = [key for key, result in decided.items() if outcome in {None, result}]
    total = sum(groups[key] for key in wanted)
    number = nearest_page(page, total=total, size=PAGE_SIZE)
    return Rehearsal(event, counts, untouched, Page(_people(event, wanted, number), total, number, PAGE_SIZE))


def due_event_ids(now: datetime, *, event_id: int | None = None) -> Sequence[int]:
    """Published events whose effective end is before `now` and that have people to decide."""
    query = select(Event.id).where(is_due(now)).order_by(Event.effective_end_at, Event.id)
    return db.session.scalars(query if event_id is None else query.where(Event.id == event_id)).all()


def is_due(now: datetime) -> ColumnElement[bool]:
    """Whether an event has to be closed: asked of its state, never of a message.

    Outcomes in an event that is still published are those of a closure that was cut off: it
    goes on. One that has not begun waits for the event's online sessions, but not for ever.
    """
    expected = (*_CLOSABLE, *_OUTCOMES)
    has_people = exists().where(Enrollment.event_id == Event.id, Enrollment.status.in_(expected))
    is_over = and_(Event.status == "published", Event.deleted_at.is_(None), Event.effective_end_at < now)
    has_begun = exists().where(Enrollment.event_id == Event.id, Enrollment.status.in_(_OUTCOMES))
    waited_enough = Event.effective_end_at < now - LONGEST_WAIT
    return and_(is_over, has_people, or_(waited_enough, ~waits_for_sessions(), has_begun))


def is_due_event(session: Session, event_id: int, now: datetime) -> bool:
    """Whether that event has to be closed, asked in the transaction that holds its lock."""
    return session.scalar(select(Event.id).where(Event.id == event_id, is_due(now))) is not None


def next_to_decide(session: Session, event_id: int, days: Sequence[date], *, after: int, limit: int):
    """The next people to decide, by id: `(id, status, present)`. One statement."""
    person = Enrollment.__table__.c
    return session.execute(
        select(person.id, person.status, _present(days).label("present"))
        .where(person.event_id == event_id, person.status.in_(_CLOSABLE), person.id > after)
        .order_by(person.id)
        .limit(limit)
    ).all()


def has_undecided(session: Session, event_id: int) -> bool:
    """Whether anybody is still confirmed or checked in."""
    people = exists().where(Enrollment.event_id == event_id, Enrollment.status.in_(_CLOSABLE))
    return bool(session.scalar(select(people)))


def has_outcome(session: Session, event_id: int) -> bool:
    """Whether closure has decided about anybody."""
    people = exists().where(Enrollment.event_id == event_id, Enrollment.status.in_(_OUTCOMES))
    return bool(session.scalar(select(people)))


def _present(days: Sequence[date]) -> ScalarSelect[int]:
    """Distinct event days with a live check-in (the days of an event have no gaps)."""
    return (
        select(func.count(CheckIn.local_on.distinct()))
        .outerjoin(CheckInReversal, CheckInReversal.check_in_id == CheckIn.id)
        .where(
            CheckIn.enrollment_id == Enrollment.id,
            CheckIn.local_on.between(days[0], days[-1]),
            CheckInReversal.check_in_id.is_(None),
        )
        .correlate(Enrollment)
        .scalar_subquery()
    )


def _groups(event: EventFacts) -> dict[tuple[S, int], int]:
    """People by status and days present."""
    people = (
        select(Enrollment.status, _present(event.days).label("present"))
        .where(Enrollment.event_id == event.id)
        .subquery()
    )
    rows = db.session.execute(
        select(people.c.status, people.c.present, func.count()).group_by(people.c.status, people.c.present)
    )
    return {(S(status), present): count for status, present, count in rows}


def _people(event: EventFacts, groups: Sequence[tuple[S, int]], page: int) -> tuple[RehearsedPerson, ...]:
    if not groups:
        return ()
    present = _present(event.days)
    by_name = (
        select(Enrollment.id, Enrollment.status, User.name, present.label("present"))
        .join(User, User.id == Enrollment.user_id)
        .where(Enrollment.event_id == event.id)
        .where(or_(*(and_(Enrollment.status == status, present == days) for status, days in groups)))
        .order_by(User.search_text, Enrollment.id)
    )
    rows = db.session.execute(cut(by_name, page, PAGE_SIZE)).all()
    dates = _live_dates([row.id for row in rows])
    return tuple(_rehearsed(row, dates.get(row.id, ()), event) for row in rows)


def _rehearsed(row, dates: Sequence[date], event: EventFacts) -> RehearsedPerson:
    rule: AttendanceRule = event.rule
    return RehearsedPerson(
        enrollment_id=row.id,
        name=row.name,
        status=S(row.status),
        outcome=decide_outcome(S(row.status), row.present, rule),
        days=tuple(day for day in event.days if day in dates),
        reasons=tuple(presence_reasons(dates, event.days, rule)),
    )


def _live_dates(enrollment_ids: Sequence[int]) -> dict[int, list[date]]:
    if not enrollment_ids:
        return {}
    rows = db.session.execute(
        select(CheckIn.enrollment_id, CheckIn.local_on)
        .outerjoin(CheckInReversal, CheckInReversal.check_in_id == CheckIn.id)
        .where(is_among(db.session(), CheckIn.enrollment_id, enrollment_ids))
        .where(CheckInReversal.check_in_id.is_(None))
    )
    dates: dict[int, list[date]] = {}
    for enrollment_id, local_on in rows:
        dates.setdefault(enrollment_id, []).append(local_on)
    return dates
