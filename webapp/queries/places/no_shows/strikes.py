"""Strikes are read from outcomes each time: a correction, an appeal or an excuse changes them without being told.

Why it is so: docs/decisions/139-no-show-policy.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, or_, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.event_days import local_date
from webapp.domain.events.appeal import AppealOutcome
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.no_shows.policy import Consequence, NoShowPolicy, Tally, tally_of
from webapp.domain.places.no_shows.strike import HALF, WHOLE, Strike, strike_of
from webapp.extensions import db
from webapp.models import Appeal, Enrollment, Event, Facility, NoShowExcuse, NoShowRule, Organization, User
from webapp.models.columns import BigId
from webapp.queries.organizations.days_off import dates_off
from webapp.queries.parameters import built_once, unseen
from webapp.queries.row_types import AnyRow

#: A facility that is closed for longer lets strikes fade all the same.
LONGEST_CLOSED = timedelta(days=366)
#: While one of these stands or stood, the place counts for nothing.
_DISPUTED = (AppealOutcome.OPEN, AppealOutcome.LAPSED)
#: Where days are counted, and by whose holidays.
FACILITY_COLUMNS = (Event.facility_id, Facility.holiday_country, Facility.holiday_region)
#: What a strike is counted from, and where its days are counted.
STRIKE_COLUMNS = (
    Enrollment.id,
    Enrollment.user_id,
    Enrollment.event_id,
    Enrollment.cancelled_late,
    Event.effective_end_at,
    Event.timezone,
    *FACILITY_COLUMNS,
)
_RULE = tuple(NoShowRule.__table__.c[name] for name in ("strikes", "fade_days", "consequence", "hours", "late_counts"))


@dataclass(frozen=True, slots=True)
class Struck:
    """A strike, and the event it comes from."""

    strike: Strike
    title: str
    slug: str


@dataclass(frozen=True, slots=True)
class Record:
    """Where somebody stands with one organization; `struck` is in the order in which they fade."""

    organization_id: int
    organization_name: str
    tally: Tally
    struck: tuple[Struck, ...]


def is_strike(late_counts: Any) -> ColumnElement[bool]:
    """Whether the `Enrollment` counts, of an `Event` and a `User` beside it. A person without an account has none."""
    later = aliased(Enrollment)
    came_back = exists().where(
        later.event_id == Enrollment.event_id, later.user_id == Enrollment.user_id, later.id > Enrollment.id
    )
    disputed = exists().where(Appeal.enrollment_id == Enrollment.id, Appeal.outcome.in_(_DISPUTED))
    excused = exists().where(NoShowExcuse.enrollment_id == Enrollment.id, NoShowExcuse.withdrawn_at.is_(None))
    return and_(
        or_(
            Enrollment.status == S.NO_SHOW,
            and_(Enrollment.status == S.CANCELLED, Enrollment.cancelled_late, late_counts, ~came_back),
        ),
        Event.deleted_at.is_(None),
        Event.takes_place,
        User.managed_by_id.is_(None),
        ~disputed,
        ~excused,
    )


def tally_here(session: Session, *, user_id: int, organization_id: int, now: datetime) -> Tally | None:
    """What counts against somebody here, where enough of it may count for a consequence when they enroll; else None.

    One statement, and one more where they have enough strikes that may have faded by now.
    """
    asked = {"whose": user_id, "organization": organization_id}
    rows = session.execute(_here(), asked).all()
    if not rows or sum(_halves(row) for row in rows) < _policy(rows[0]).limit:
        return None
    return tally_of(_policy(rows[0]), [one.strike for one in _struck(session, rows)], now)


def records_of(user_id: int, now: datetime, *, organization_id: int | None = None) -> list[Record]:
    """Every organization where something counts against them now, by name; or that one. Two statements at most."""
    session = db.session()
    query = _theirs() if organization_id is None else _theirs().where(Event.organization_id == organization_id)
    rows = session.execute(query, {"whose": user_id}).all()
    found: list[Record] = []
    for each in dict.fromkeys(row.organization_id for row in rows):
        own = [row for row in rows if row.organization_id == each]
        struck = sorted(_struck(session, own), key=lambda one: (one.strike.fades_at, one.strike.ended_at))
        tally = tally_of(_policy(own[0]), [one.strike for one in struck], now)
        if tally.counting:
            counting = tuple(one for one in struck if one.strike.counts_at(now))
            found.append(Record(each, own[0].organization_name, tally, counting))
    return found


def record_at(user_id: int, organization_id: int, now: datetime) -> Record | None:
    """The same at one organization; None where nothing counts."""
    found = records_of(user_id, now, organization_id=organization_id)
    return found[0] if found else None


def strikes_of(session: Session, rows: Sequence[AnyRow], fade_days: int) -> list[Strike]:
    """The strike of each row of `STRIKE_COLUMNS`; one statement, where there is one."""
    closed = closed_dates(session, rows, fade_days)
    return [
        strike_of(
            row.effective_end_at,
            row.timezone,
            days=fade_days,
            closed=closed.get(row.facility_id, ()),
            halves=_halves(row),
        )
        for row in rows
    ]


def closed_dates(session: Session, rows: Sequence[AnyRow], fade_days: int) -> dict[int, list[date]]:
    """The dates, in order, on which the facilities of these rows are closed while their strikes count."""
    if not rows:
        return {}
    facilities = {row.facility_id: (row.holiday_country, row.holiday_region) for row in rows}
    ends = [row.effective_end_at for row in rows]
    first, last = local_date(min(ends), "UTC") - timedelta(days=1), local_date(max(ends), "UTC")
    return dates_off(session, facilities, first, last + timedelta(days=fade_days) + LONGEST_CLOSED)


def _struck(session: Session, rows: Sequence[AnyRow]) -> list[Struck]:
    strikes = strikes_of(session, rows, rows[0].fade_days)
    return [Struck(strike, row.title, row.slug) for strike, row in zip(strikes, rows, strict=True)]


def _halves(row: AnyRow) -> int:
    return HALF if row.cancelled_late else WHOLE


def _policy(row: AnyRow) -> NoShowPolicy:
    """Of a row that has the columns of a rule."""
    return NoShowPolicy(row.strikes, row.fade_days, Consequence(row.consequence), row.hours, bool(row.late_counts))


def _kept() -> Select:
    """What counts, or counted, against `whose` by the policies that are on."""
    return (
        select(*STRIKE_COLUMNS, *_RULE, Event.title, Event.slug, Event.organization_id)
        .join(Event, Event.id == Enrollment.event_id)
        .join(Facility, Facility.id == Event.facility_id)
        .join(User, User.id == Enrollment.user_id)
        .join(NoShowRule, NoShowRule.organization_id == Event.organization_id)
        .where(
            Enrollment.user_id == unseen(bindparam("whose", type_=BigId)),
            is_strike(NoShowRule.late_counts),
            Event.effective_end_at >= NoShowRule.since,
        )
        .order_by(Event.effective_end_at, Enrollment.id)
    )


@cache
def _here() -> Select:
    """At one organization, where its policy matters to who enrolls."""
    matters = NoShowRule.consequence != Consequence.WARNED
    return built_once(_kept().where(Event.organization_id == unseen(bindparam("organization", type_=BigId)), matters))


@cache
def _theirs() -> Select:
    named = _kept().add_columns(Organization.name.label("organization_name"))
    named = named.join(Organization, Organization.id == Event.organization_id)
    return named.order_by(None).order_by(Organization.name, Organization.id, Event.effective_end_at, Enrollment.id)
