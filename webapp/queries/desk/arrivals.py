"""Who came when, newest first, and what was taken back."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.desk.check_in import Typed
from webapp.extensions import db
from webapp.models import CheckIn, CheckInReversal, Enrollment, HelperLink, User
from webapp.queries.desk.guest import matches


@dataclass(frozen=True, slots=True)
class Arrival:
    """One check-in of a day. `by` and `reason` are about its reversal."""

    check_in_id: int
    enrollment_id: int
    name: str
    at: datetime
    desk: str
    method: str
    actor_id: int | None
    helper_id: int | None
    reversed_at: datetime | None
    reversed_by: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Reversal:
    """Who took a check-in back, and when."""

    at: datetime
    actor_id: int | None
    helper_id: int | None
    by: str


def last_arrivals(event_id: int, day: date, *, limit: int) -> list[Arrival]:
    """The newest check-ins of the day that still stand."""
    query = _arrivals(event_id, day).where(CheckInReversal.check_in_id.is_(None)).limit(limit)
    return [Arrival(*row) for row in db.session.execute(query)]


def arrivals_of_day(event_id: int, day: date, *, desk: str | None, typed: Typed | None, limit: int) -> list[Arrival]:
    """All check-ins of the day, taken back or not; of one desk, of the guests that were typed."""
    query = _arrivals(event_id, day)
    if desk is not None:
        query = query.where(CheckIn.desk == desk)
    if typed is not None:
        query = query.where(matches(typed))
    return [Arrival(*row) for row in db.session.execute(query.limit(limit))]


def desks_of_day(event_id: int, day: date) -> list[tuple[str, int]]:
    """The desks that checked somebody in on that day, with how many; "" for what no desk did."""
    rows = db.session.execute(
        select(CheckIn.desk, func.count())
        .where(CheckIn.event_id == event_id, CheckIn.local_on == day)
        .group_by(CheckIn.desk)
        .order_by(CheckIn.desk)
    )
    return [(desk, count) for desk, count in rows]


def reversal_of(session: Session, check_in_id: int) -> Reversal:
    """The reversal of that check-in, which must exist."""
    row = session.execute(
        select(
            CheckInReversal.at,
            CheckInReversal.actor_id,
            CheckInReversal.helper_id,
            User.name.label("person"),
            HelperLink.name.label("helper"),
            HelperLink.desk,
        )
        .outerjoin(User, User.id == CheckInReversal.actor_id)
        .outerjoin(HelperLink, HelperLink.id == CheckInReversal.helper_id)
        .where(CheckInReversal.check_in_id == check_in_id)
    ).one()
    return Reversal(row.at, row.actor_id, row.helper_id, row.person or f"{row.helper}, {row.desk}")


def tap_is_used(session: Session, event_id: int, request_id: str, *, except_undo_of: int) -> bool:
    """Whether a tap with this id already let somebody in or took another check-in back at this event."""
    let_in = select(CheckIn.id).where(CheckIn.event_id == event_id, CheckIn.request_id == request_id)
    taken_back = select(CheckInReversal.check_in_id).where(
        CheckInReversal.event_id == event_id,
        CheckInReversal.request_id == request_id,
        CheckInReversal.check_in_id != except_undo_of,
    )
    return bool(session.scalar(select(or_(let_in.exists(), taken_back.exists()))))


def _arrivals(event_id: int, day: date) -> Select:
    person = aliased(User)
    return (
        select(
            CheckIn.id,
            CheckIn.enrollment_id,
            User.name,
            CheckIn.at,
            CheckIn.desk,
            CheckIn.method,
            CheckIn.actor_id,
            CheckIn.helper_id,
            CheckInReversal.at,
            func.coalesce(person.name, HelperLink.name),
            CheckInReversal.reason,
        )
        .join(Enrollment, Enrollment.id == CheckIn.enrollment_id)
        .join(User, User.id == Enrollment.user_id)
        .outerjoin(CheckInReversal, CheckInReversal.check_in_id == CheckIn.id)
        .outerjoin(person, person.id == CheckInReversal.actor_id)
        .outerjoin(HelperLink, HelperLink.id == CheckInReversal.helper_id)
        .where(CheckIn.event_id == event_id, CheckIn.local_on == day)
        .order_by(CheckIn.id.desc())
    )
