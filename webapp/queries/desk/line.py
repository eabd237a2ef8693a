"""Who stands where in the waitlist, and who has not come yet: asked only when somebody has to decide."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.extensions import db
from webapp.models import Enrollment, EnrollmentTransition, User
from webapp.queries.ledger import begins_unit


@dataclass(frozen=True, slots=True)
class Line:
    """A waiting guest's place in line: the rank counts from 1."""

    rank: int
    #: Who is first, when that is somebody else.
    first_name: str | None
    #: People with a place who have not been checked in on any day.
    not_arrived: int


def line_of(event_id: int, ticket: int) -> Line:
    """Where the guest with this ticket stands among those who wait."""
    not_arrived = (
        select(func.count())
        .select_from(Enrollment)
        .where(Enrollment.event_id == event_id, Enrollment.is_confirmed)
        .scalar_subquery()
    )
    first = db.session.execute(
        select(User.name, Enrollment.waitlist_position, not_arrived.label("not_arrived"))
        .join(User, User.id == Enrollment.user_id)
        .where(Enrollment.event_id == event_id, Enrollment.is_waiting)
        .order_by(Enrollment.waitlist_position)
        .limit(1)
    ).one_or_none()
    if first is None or first.waitlist_position == ticket:
        return Line(1, None, first.not_arrived if first else 0)
    return Line(rank_of(db.session(), event_id, ticket), first.name, first.not_arrived)


def people_not_arrived(event_id: int) -> int:
    """People with a place who have not been checked in on any day."""
    confirmed = select(func.count()).select_from(Enrollment)
    return db.session.scalar(confirmed.where(Enrollment.event_id == event_id, Enrollment.is_confirmed)) or 0


def rank_of(session: Session, event_id: int, ticket: int) -> int:
    """How many wait with this ticket or an earlier one; a party is one."""
    waiting = (
        select(func.count())
        .select_from(Enrollment)
        .where(Enrollment.event_id == event_id, Enrollment.is_waiting, Enrollment.waitlist_position <= ticket)
        .where(begins_unit(Enrollment))
    )
    return session.scalar(waiting) or 1


@dataclass(frozen=True, slots=True)
class LastMove:
    """How an enrollment came to be what it is."""

    at: datetime
    triggered_by: str
    from_status: str | None


def last_move(enrollment_id: int, session: Session | None = None) -> LastMove | None:
    """The latest move; in a transaction that is given, or for a page."""
    row = (
        (session or db.session())
        .execute(
            select(EnrollmentTransition.at, EnrollmentTransition.triggered_by, EnrollmentTransition.from_status)
            .where(EnrollmentTransition.enrollment_id == enrollment_id)
            .order_by(EnrollmentTransition.version.desc())
            .limit(1)
        )
        .one_or_none()
    )
    return LastMove(row.at, row.triggered_by, row.from_status) if row else None
