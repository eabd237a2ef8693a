"""Sessions of classes that somebody should look at: those of today, and those that are over and lack marks."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, literal, select
from sqlalchemy.orm import aliased

from webapp.domain.classes.class_progress import REMINDED_DAYS
from webapp.domain.classes.program_class import SessionStatus
from webapp.domain.event_days import local_date
from webapp.domain.permission import Reach
from webapp.extensions import db
from webapp.models import ClassSession, Facility, ProgramClass
from webapp.queries.classes.roll_call import SessionLine, places_in, session_line, tallies_of
from webapp.queries.reach import class_within, taught_by

#: As many are looked at, the latest first.
MOST = 100


@dataclass(frozen=True, slots=True)
class Meetings:
    """`today` in order of time; `overdue` are over, within the days of which staff are reminded."""

    today: list[SessionLine]
    overdue: list[SessionLine]


def sessions_around(reach: Reach, user_id: int | None, now: datetime) -> Meetings:
    """What is held today where the permission reaches, and what lacks marks; at most three statements.

    The rows of the lines also have `class_title`, `organization_id`, `facility_id`, `timezone`, `seats_taken`,
    `teaches` (this user does), `number` and `of_all` (of the sessions of the class that are held).
    """
    if not reach:
        return Meetings([], [])
    rows = db.session.execute(_sessions(reach, user_id, now)).all()
    session = db.session()
    tallies, places = tallies_of(session, rows), places_in(session, sorted({row.class_id for row in rows}))
    lines = [session_line(row, row.timezone, tallies, places.get(row.class_id, {}), now=now) for row in rows]
    today = [line for line in lines if line.session.local_on == local_date(now, line.session.timezone)]
    overdue = [line for line in lines if line.is_overdue]
    return Meetings(sorted(today, key=lambda line: line.session.starts_at), overdue)


def _sessions(reach: Reach, user_id: int | None, now: datetime) -> Select:
    held, other = SessionStatus.SCHEDULED, aliased(ClassSession)
    of_class = select(func.count()).where(other.class_id == ClassSession.class_id, other.status == held)
    before = of_class.where(other.starts_at <= ClassSession.starts_at)
    first, last = now - timedelta(days=REMINDED_DAYS + 2), now + timedelta(days=1)
    teaches = literal(False) if user_id is None else taught_by(user_id)
    return (
        select(
            *ClassSession.__table__.c,
            ProgramClass.title.label("class_title"),
            ProgramClass.organization_id,
            ProgramClass.facility_id,
            ProgramClass.seats_taken,
            Facility.timezone,
            teaches.label("teaches"),
            before.correlate(ClassSession).scalar_subquery().label("number"),
            of_class.correlate(ClassSession).scalar_subquery().label("of_all"),
        )
        .join(ProgramClass, ProgramClass.id == ClassSession.class_id)
        .join(Facility, Facility.id == ProgramClass.facility_id)
        .where(ClassSession.status == held, ClassSession.starts_at.between(first, last), class_within(reach))
        .where(~ProgramClass.is_frozen | (ClassSession.starts_at <= now))
        .order_by(ClassSession.starts_at.desc(), ClassSession.id)
        .limit(MOST)
    )
