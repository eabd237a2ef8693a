"""What took place in each of some months, in numbers: events, or the sessions of a program's classes; and as a file."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, Select, Subquery, and_, case, exists, func, literal, select

from webapp.adapters.spreadsheet import csv_line
from webapp.domain.asking.attendance_response import Answer
from webapp.domain.events.appeal import AppealOutcome
from webapp.domain.events.month_figures import Figure, Month, MonthFigures
from webapp.domain.permission import Reach
from webapp.extensions import db
from webapp.models import Appeal, AttendanceResponse, Enrollment, Event, EventPolicy
from webapp.queries.events.appeal import is_filed
from webapp.queries.reach import within

_ANSWERED = "answered"
_APPEALS = ("appeals", "granted", "declined", "lapsed")


def event_months(
    reach: Reach, months: Sequence[Month], *, now: datetime, facility_id: int | None = None
) -> list[MonthFigures]:
    """Events that began in each month and are over, in the order of the months. Two statements.

    `facility_id`: only those there.
    """
    events = _held(reach, months, now, facility_id).subquery()
    sums = {row.month: row for row in db.session.execute(_sums(events))}
    counted: dict[int, dict[str, int]] = defaultdict(dict)
    for row in db.session.execute(_answers(events)):
        counted[row.month][row.what] = row.number
    return [_figures(sums.get(at), counted[at]) for at in range(len(months))]


def csv_lines(figure: Figure, months: Sequence[Month], figures: Sequence[MonthFigures]) -> Iterator[str]:
    """A line for each month: its number, what it is a share of, and the share in percent with one decimal.

    Of no-shows also the appeals against them.
    """
    more = _APPEALS if figure is Figure.NO_SHOWS else ()
    yield "\ufeff" + csv_line(("month", "number", "of", "percent", *more))
    for month, figure_of_month in zip(months, figures, strict=True):
        number, of = figure_of_month.parts(figure)
        share = figure_of_month.share(figure)
        cells = (f"{month.first:%Y-%m}", number, of, "" if share is None else f"{100 * share:.1f}")
        yield csv_line((*cells, *(getattr(figure_of_month, name) for name in more)))


def _figures(row: Any, counted: Mapping[str, int]) -> MonthFigures:
    if row is None:
        return MonthFigures()
    appeals = {outcome: number for outcome, number in counted.items() if outcome != _ANSWERED}
    return MonthFigures(
        capacity=int(row.capacity or 0),
        taken=int(row.taken or 0),
        attended=int(row.attended),
        no_show=int(row.no_show),
        had_place=int(row.had_place),
        asked=int(row.asked),
        answered=counted.get(_ANSWERED, 0),
        appeals=sum(appeals.values()),
        granted=appeals.get(AppealOutcome.GRANTED, 0),
        declined=appeals.get(AppealOutcome.DECLINED, 0),
        lapsed=appeals.get(AppealOutcome.LAPSED, 0),
    )


def _held(reach: Reach, months: Sequence[Month], now: datetime, facility_id: int | None) -> Select:
    """Events that took place: `id`, `month` (counted from 0), `capacity`."""
    held = (
        within(reach, Event.organization_id, Event.facility_id),
        Event.deleted_at.is_(None),
        Event.takes_place,
        Event.starts_at >= months[0].starts_at,
        Event.starts_at < months[-1].ends_at,
        Event.effective_end_at <= now,
    )
    month = case(*((Event.starts_at < one.ends_at, literal(at)) for at, one in enumerate(months)))
    query = select(Event.id, month.label("month"), EventPolicy.capacity)
    query = query.join(EventPolicy, EventPolicy.event_id == Event.id).where(*held)
    return query if facility_id is None else query.where(Event.facility_id == facility_id)


def _sums(events: Subquery) -> Select:
    asked = exists().where(AttendanceResponse.event_id == events.c.id)
    people = (
        select(
            events.c.month,
            events.c.capacity,
            asked.correlate(events).label("asked"),
            func.count(Enrollment.id).label("had_place"),
            func.count(case((Enrollment.is_attended, 1))).label("attended"),
            func.count(case((and_(Enrollment.is_decided, ~Enrollment.is_attended), 1))).label("no_show"),
        )
        .outerjoin(Enrollment, and_(Enrollment.event_id == events.c.id, Enrollment.holds_place))
        .group_by(events.c.id, events.c.month, events.c.capacity)
        .subquery()
    )
    p = people.c
    return select(
        p.month,
        func.sum(p.capacity).label("capacity"),
        func.sum(case((p.capacity.is_not(None), p.had_place), else_=0)).label("taken"),
        func.sum(p.attended).label("attended"),
        func.sum(p.no_show).label("no_show"),
        func.sum(p.had_place).label("had_place"),
        func.sum(case((p.asked, p.had_place), else_=0)).label("asked"),
    ).group_by(p.month)


def _answers(events: Subquery) -> CompoundSelect:
    """By month: how many answered, and how many appealed, by what became of it."""
    month = events.c.month
    said = and_(AttendanceResponse.event_id == events.c.id, AttendanceResponse.answer != Answer.UNKNOWN)
    answered = (
        select(month, literal(_ANSWERED).label("what"), func.count(AttendanceResponse.id).label("number"))
        .join(AttendanceResponse, said)
        .group_by(month)
    )
    filed = and_(Appeal.event_id == events.c.id, is_filed())
    appealed = select(month, Appeal.outcome, func.count()).join(Appeal, filed).group_by(month, Appeal.outcome)
    return answered.union_all(appealed)
