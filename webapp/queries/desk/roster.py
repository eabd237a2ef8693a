"""The list beside the field: who is not here yet, A to Z, then who is in.

Without a search the list is read in its own order and cut by the database. Where many fit, the
names are walked in order until the page is full; where few do, these are gathered and sorted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, and_, func, null, select, true
from sqlalchemy import Row as DatabaseRow

from webapp.domain.desk.check_in import EXPECTED, NEVER_IN, Typed
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.standby import MAY_STAND_BY
from webapp.extensions import db
from webapp.models import CheckIn, CheckInReversal, Enrollment, User
from webapp.queries.desk.guest import is_latest, matches
from webapp.queries.desk.live import Tally
from webapp.queries.ledger import rank_among_units
from webapp.queries.mail_address import carer_name
from webapp.queries.standby_line import places_in_standby

#: Up to so many are counted one by one to find out whether they are all who are missing.
_FEW = 2_000
_PERSON: tuple[SQLColumnExpression[Any], ...] = (User.name, User.email, carer_name().label("carer"))
_COLUMNS = (Enrollment.id, *_PERSON, Enrollment.status, Enrollment.waitlist_position)


@dataclass(frozen=True, slots=True)
class Row:
    """One guest in the list; `rank` for those who wait, `in_at` for those who are in today.

    `carer`: the name of who looks after them.
    """

    enrollment_id: int
    name: str
    email: str | None
    carer: str | None
    status: S
    rank: int | None
    #: Their position in the standby line, from 1.
    standby: int | None
    in_at: datetime | None


@dataclass(frozen=True, slots=True)
class Roster:
    """A part of the list. `missing` and `arrived` count all of it."""

    rows: tuple[Row, ...]
    missing: int
    arrived: int

    @property
    def total(self) -> int:
        return self.missing + self.arrived

    @property
    def has_more(self) -> bool:
        return len(self.rows) < self.total


def roster(event_id: int, day: date, *, tally: Tally, show: int) -> Roster:
    """The first `show` guests of the day, by the last word of their names; as many in all as the tally counted."""
    arrived, sizes = tally.arrived, _sizes(event_id)
    missing = max(tally.expected + tally.waiting + tally.released - arrived, 0)
    found: list[DatabaseRow] = []
    if missing:
        part = _missing(event_id, day, count=missing, total=missing + arrived, sizes=sizes)
        found += _in_order(part, event_id, sizes.people, limit=show)
    # Also where the tally knows of nobody: it was counted a moment ago, and somebody may have come since.
    if len(found) < show:
        part = _arrived(event_id, day, count=arrived)
        found += _in_order(part, event_id, sizes.people, limit=show - len(found))
    return Roster(_rows(event_id, found, has_line=tally.in_line > 0), missing, arrived)


def found_in_roster(event_id: int, day: date, *, typed: Typed, show: int, has_line: bool = False) -> Roster:
    """The first `show` guests whom these words fit, also who gave up the place; one statement, and one for ranks.

    `has_line`: the event has a standby line, which is one statement more.
    """
    in_all = (func.count().over().label("total"), func.count(CheckIn.id).over().label("arrived"))
    found = db.session.execute(
        select(*_COLUMNS, CheckIn.at, *in_all)
        .join(User, User.id == Enrollment.user_id)
        .outerjoin(CheckIn, and_(*_stands(day)))
        .where(Enrollment.event_id == event_id, matches(typed), is_latest())
        .order_by(CheckIn.id.is_not(None), User.sort_name, User.id)
        .limit(show)
    ).all()
    total, arrived = (found[0].total, found[0].arrived) if found else (0, 0)
    return Roster(_rows(event_id, found, has_line=has_line), total - arrived, arrived)


@dataclass(frozen=True, slots=True)
class _Sizes:
    """How many names there are to walk through, and guests who were never in (counted up to `_FEW`)."""

    people: int
    never_in: int


@dataclass(frozen=True, slots=True)
class _Part:
    """Guests of one half of the list: how many they are, among how many rows, and what finds these rows."""

    guests: Select
    count: int
    among: int
    gathered_by: tuple[ColumnElement[bool], ...]


def _sizes(event_id: int) -> _Sizes:
    of_event = (Enrollment.event_id == event_id, Enrollment.status.in_(NEVER_IN))
    few = select(Enrollment.id).where(*of_event).limit(_FEW + 1).subquery()
    never_in = select(func.count()).select_from(few).scalar_subquery()
    row = db.session.execute(select(func.max(User.id), never_in)).one()
    return _Sizes(row[0] or 0, row[1])


def _missing(event_id: int, day: date, *, count: int, total: int, sizes: _Sizes) -> _Part:
    """Who is listed and not in on that day."""
    guests, of_event = _guests(null().label("at")), (Enrollment.event_id == event_id,)
    if sizes.never_in == count:
        return _Part(guests.where(Enrollment.status.in_(NEVER_IN)), count, count, of_event)
    here = select(CheckIn.id).where(*_stands(day)).exists()
    return _Part(guests.where(Enrollment.status.in_(EXPECTED), ~here), count, total, of_event)


def _arrived(event_id: int, day: date, *, count: int) -> _Part:
    """Who is in on that day."""
    guests = _guests(CheckIn.at).join(CheckIn, and_(*_stands(day)))
    return _Part(guests, count, count, (CheckIn.event_id == event_id,))


def _guests(at: SQLColumnExpression[Any]) -> Select:
    columns = (Enrollment.id, Enrollment.user_id, Enrollment.status, Enrollment.waitlist_position, at)
    return select(*columns).select_from(Enrollment)


def _stands(day: date) -> tuple[ColumnElement[bool], ...]:
    """A check-in of this enrollment on that day that was not taken back."""
    taken_back = select(CheckInReversal.check_in_id).where(CheckInReversal.check_in_id == CheckIn.id).exists()
    return CheckIn.enrollment_id == Enrollment.id, CheckIn.local_on == day, ~taken_back


def _in_order(part: _Part, event_id: int, people: int, *, limit: int) -> Sequence[DatabaseRow]:
    """The first guests of the part by name: by a walk through all names, or gathered and sorted."""
    if limit * people <= part.count * part.among:
        # A sum has no index, so both databases go from name to name, and none sorts the whole event.
        named = part.guests.join(User, User.id == Enrollment.user_id).add_columns(*_PERSON)
        walked = named.where((Enrollment.event_id == event_id).is_(true()))
        return db.session.execute(walked.order_by(User.sort_name, User.id).limit(limit)).all()
    # The offset keeps both from walking all the same, and a name that is looked up for each from reading all people.
    sort_name = select(User.sort_name).where(User.id == Enrollment.user_id).scalar_subquery().label("sort_name")
    gathered = part.guests.where(*part.gathered_by).add_columns(sort_name).offset(0).subquery()
    first = select(gathered).order_by(gathered.c.sort_name, gathered.c.user_id).limit(limit).subquery()
    shown = select(first, *_PERSON).join(User, User.id == first.c.user_id)
    return db.session.execute(shown.order_by(first.c.sort_name, first.c.user_id)).all()


def _rows(event_id: int, found: Sequence[DatabaseRow], *, has_line: bool) -> tuple[Row, ...]:
    ranks = _ranks(event_id, [row.id for row in found if row.status == S.WAITLISTED])
    standby = places_in_standby(event_id) if has_line and any(row.status in MAY_STAND_BY for row in found) else {}
    return tuple(
        Row(row.id, row.name, row.email, row.carer, S(row.status), ranks.get(row.id), standby.get(row.id), row.at)
        for row in found
    )


def _ranks(event_id: int, waiting: Sequence[int]) -> dict[int, int]:
    """Ranks of these waiting guests."""
    if not waiting:
        return {}
    line = (
        select(Enrollment.id, rank_among_units(Enrollment).label("rank"))
        .where(Enrollment.event_id == event_id, Enrollment.is_waiting)
        .subquery()
    )
    return {row.id: row.rank for row in db.session.execute(select(line).where(line.c.id.in_(waiting)))}
