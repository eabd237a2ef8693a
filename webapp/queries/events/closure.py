"""Which events have to be closed, who is decided next, and what would become of everybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Integer, ScalarSelect, and_, case, cast, exists, func, or_, select, true
from sqlalchemy.orm import Session

from webapp.domain.event_life import EventStatus
from webapp.domain.events.closure import LONGEST_WAIT, AttendanceRule, decide_outcome
from webapp.domain.events.explanation import Sentence, presence_reasons
from webapp.domain.places.enrollment import CLOSED, DECIDABLE
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.refusal import Refused
from webapp.extensions import db
from webapp.models import CheckIn, CheckInReversal, Enrollment, Event, EventPolicy, User
from webapp.queries.events.event import EventFacts, event_by_id
from webapp.queries.id_set import is_among
from webapp.queries.online.possible_days import possible_days
from webapp.queries.online.session_calculation import has_session_until, waits_for_sessions
from webapp.queries.page import Page, cut, nearest_page
from webapp.queries.standby_line import has_arrived

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class RehearsedPerson:
    """What closure would make of one person now, and why (codes, see `views.words.explaining`)."""

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
    """Who would become what, by the function the closing job uses; at most seven statements.

    `outcome` shows only those who would become that, `page` the nearest there is. Raises `not_found`.
    """
    event = event_by_id(event_id)
    if event is None:
        raise Refused("not_found")
    groups, unknown = _groups(event), _undecidable(event)
    results = {key: decide_outcome(*key, event.rule) for key in groups if key[0] in DECIDABLE}
    # Who came and found no seat is left as they are.
    decided = {key: result for key, result in results.items() if result in CLOSED}
    counts = {S.ATTENDED: 0, S.NO_SHOW: -len(unknown)} | ({S.UNDECIDED: len(unknown)} if unknown else {})
    for key, result in decided.items():
        counts[result] += groups[key]
    untouched: dict[S, int] = {}
    for key, people in groups.items():
        if key not in decided:
            untouched[key[0]] = untouched.get(key[0], 0) + people
    asked = S.NO_SHOW if outcome is S.UNDECIDED else outcome
    wanted = _Wanted([key for key, result in decided.items() if asked in {None, result}], outcome, unknown)
    total = counts.get(outcome, 0) if outcome else sum(counts.values())
    number = nearest_page(page, total=total, size=PAGE_SIZE)
    return Rehearsal(event, counts, untouched, Page(_people(event, wanted, number), total, number, PAGE_SIZE))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Groups of people (status and days present), an outcome (None: any), and those of whom nobody can know."""

    groups: Sequence[tuple[S, int]]
    outcome: S | None
    unknown: frozenset[int]

    def narrowed(self) -> ColumnElement[bool]:
        """Beside the groups: only those, or all but those, of whom nobody can know."""
        if not self.unknown and self.outcome is not S.UNDECIDED:
            return true()
        is_unknown = is_among(db.session(), Enrollment.id, sorted(self.unknown))
        if self.outcome is S.UNDECIDED:
            return is_unknown
        return ~is_unknown if self.outcome is S.NO_SHOW else true()


def _undecidable(event: EventFacts) -> frozenset[int]:
    """Enrollments that closing the event now would leave undecided."""
    possible = possible_days(db.session(), event, None)
    if not possible:
        return frozenset()
    dates = live_dates(db.session(), list(possible))
    rows = db.session.execute(
        select(Enrollment.id, Enrollment.status).where(
            is_among(db.session(), Enrollment.id, list(possible)), Enrollment.is_closable
        )
    )
    days = set(event.days)
    found = []
    for row in rows:
        own = days & set(dates.get(row.id, ()))
        best = len(own | (days & possible[row.id][0]))
        if decide_outcome(S(row.status), len(own), event.rule, possible=best) is S.UNDECIDED:
            found.append(row.id)
    return frozenset(found)


def due_event_ids(now: datetime, *, event_id: int | None = None) -> Sequence[int]:
    """Events to close that have people to decide, the one that ended first before the others; or that one, if due."""
    query = select(Event.id).where(is_due(now)).order_by(Event.effective_end_at, Event.id)
    return db.session.scalars(query.where(_has_people() if event_id is None else Event.id == event_id)).all()


def has_empty_events(now: datetime) -> bool:
    """Whether any event is due that nobody is in."""
    return bool(db.session.scalar(select(exists().where(is_due(now), ~_has_people()))))


def lock_empty_events(session: Session, now: datetime, *, limit: int) -> Sequence[int]:
    """Events that are due and that nobody is in, some of them, their rows locked; others' are left out."""
    return session.scalars(
        select(Event.id)
        .join(EventPolicy, EventPolicy.event_id == Event.id)
        .where(is_due(now), ~_has_people())
        .order_by(Event.id)
        .limit(limit)
        .with_for_update(key_share=True, skip_locked=True)
    ).all()


def still_empty(event_ids: Sequence[int], session: Session) -> ColumnElement[bool]:
    """One of these events, and nobody came in before its lock was got."""
    return and_(is_among(session, Event.id, event_ids), Event.status == EventStatus.PUBLISHED, ~_has_people())


def is_due(now: datetime) -> ColumnElement[bool]:
    """Whether an event has to be closed: asked of its state, never of a message.

    Outcomes in an event that is still published are those of a closure that was cut off: it
    goes on. One that has not begun waits for the event's online sessions, but not for ever.
    """
    is_over = and_(Event.status == EventStatus.PUBLISHED, Event.deleted_at.is_(None), Event.effective_end_at < now)
    has_waited = or_(Event.closing_from.is_(None), Event.closing_from < now)
    has_begun = exists().where(Enrollment.event_id == Event.id, Enrollment.is_closed)
    limit = now - LONGEST_WAIT
    waited_enough = and_(Event.effective_end_at < limit, ~has_session_until(limit))
    return and_(is_over, has_waited, or_(waited_enough, ~waits_for_sessions(), has_begun))


def _has_people() -> ColumnElement[bool]:
    """Whether the event has anybody to decide, or decided about; who waits or applied is left as they are."""
    return exists().where(Enrollment.event_id == Event.id, or_(Enrollment.holds_place, Enrollment.is_released))


def is_due_event(session: Session, event_id: int, now: datetime) -> bool:
    """Whether that event has to be closed, asked in the transaction that holds its lock."""
    return session.scalar(select(Event.id).where(Event.id == event_id, is_due(now))) is not None


def next_to_decide(session: Session, event_id: int, days: Sequence[date], *, after: int, limit: int):
    """The next people to decide, by id: `(id, status, present)`. One statement."""
    person = Enrollment.__table__.c
    return session.execute(
        select(person.id, person.status, _present(days).label("present"))
        .where(person.event_id == event_id, is_to_decide(), person.id > after)
        .order_by(person.id)
        .limit(limit)
    ).all()


def is_to_decide() -> ColumnElement[bool]:
    """Whom closure moves on: whoever has a place, and who lost it and did not come."""
    return and_(Enrollment.may_be_decided, or_(~Enrollment.is_released, ~has_arrived()))


def has_open(session: Session, event_id: int) -> bool:
    """Whether anybody is left to decide."""
    people = exists().where(Enrollment.event_id == event_id, is_to_decide())
    return bool(session.scalar(select(people)))


def undecided_people(session: Session, event_id: int) -> int:
    """How many outcomes of the event are left for people to settle."""
    undecided = (Enrollment.event_id == event_id, Enrollment.is_undecided)
    return session.scalar(select(func.count()).select_from(Enrollment).where(*undecided)) or 0


def has_outcome(session: Session, event_id: int) -> bool:
    """Whether closure has decided about anybody."""
    people = exists().where(Enrollment.event_id == event_id, Enrollment.is_closed)
    return bool(session.scalar(select(people)))


def _present(days: Sequence[date]) -> ColumnElement[int]:
    """Distinct event days with a live check-in; of who lost the place: 1 where they came all the same."""
    came = cast(has_arrived(), Integer())
    return case((Enrollment.is_released, came), else_=_days_present(days))


def _days_present(days: Sequence[date]) -> ScalarSelect[int]:
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


def _people(event: EventFacts, wanted: _Wanted, page: int) -> tuple[RehearsedPerson, ...]:
    if not wanted.groups:
        return ()
    present = _present(event.days)
    by_name = (
        select(Enrollment.id, Enrollment.status, User.name, present.label("present"))
        .join(User, User.id == Enrollment.user_id)
        .where(Enrollment.event_id == event.id)
        .where(or_(*(and_(Enrollment.status == status, present == days) for status, days in wanted.groups)))
        .where(wanted.narrowed())
        .order_by(User.search_text, Enrollment.id)
    )
    rows = db.session.execute(cut(by_name, page, PAGE_SIZE)).all()
    dates = live_dates(db.session(), [row.id for row in rows])
    return tuple(_rehearsed(row, dates.get(row.id, ()), event, is_unknown=row.id in wanted.unknown) for row in rows)


def _rehearsed(row, dates: Sequence[date], event: EventFacts, *, is_unknown: bool) -> RehearsedPerson:
    rule: AttendanceRule = event.rule
    return RehearsedPerson(
        enrollment_id=row.id,
        name=row.name,
        status=S(row.status),
        outcome=S.UNDECIDED if is_unknown else decide_outcome(S(row.status), row.present, rule),
        days=tuple(day for day in event.days if day in dates),
        reasons=tuple(presence_reasons(dates, event.days, rule)),
    )


def live_dates(session: Session, enrollment_ids: Sequence[int]) -> dict[int, list[date]]:
    """The local dates of the check-ins that stand, by enrollment."""
    if not enrollment_ids:
        return {}
    rows = session.execute(
        select(CheckIn.enrollment_id, CheckIn.local_on)
        .outerjoin(CheckInReversal, CheckInReversal.check_in_id == CheckIn.id)
        .where(is_among(session, CheckIn.enrollment_id, enrollment_ids))
        .where(CheckInReversal.check_in_id.is_(None))
    )
    dates: dict[int, list[date]] = {}
    for enrollment_id, local_on in rows:
        dates.setdefault(enrollment_id, []).append(local_on)
    return dates
