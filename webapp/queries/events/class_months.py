"""What the classes of one program came to in each of some months."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row, Select, case, func, literal, select

from webapp.domain.classes.program_class import SessionStatus
from webapp.domain.classes.roll_call import RollCallStatus
from webapp.domain.events.month_figures import Month, MonthFigures
from webapp.domain.permission import Reach
from webapp.extensions import db
from webapp.models import ClassAttendance, ClassSession, Program, ProgramClass
from webapp.queries.reach import class_within

_CAME = (RollCallStatus.PRESENT, RollCallStatus.PARTIAL)


def class_months(reach: Reach, program_id: int, months: Sequence[Month], *, now: datetime) -> list[MonthFigures]:
    """Sessions that are over, by month: a mark is a place taken, an unexcused absence a no-show. One statement."""
    rows = db.session.execute(_sums(reach, program_id, months, now))
    found = {
        row.month: MonthFigures(int(row.capacity), int(row.taken), int(row.attended), int(row.no_show)) for row in rows
    }
    return [found.get(at, MonthFigures()) for at in range(len(months))]


def programs_in_reach(reach: Reach) -> Sequence[Row]:
    """Programs with a class that the permission reaches, by name: `id, name`. One statement."""
    classes = select(ProgramClass.program_id).where(class_within(reach))
    query = select(Program.id, Program.name).where(Program.id.in_(classes), Program.archived_at.is_(None))
    return db.session.execute(query.order_by(Program.name, Program.id)).all()


def _sums(reach: Reach, program_id: int, months: Sequence[Month], now: datetime) -> Select:
    month = case(*((ClassSession.starts_at < one.ends_at, literal(at)) for at, one in enumerate(months)))
    held = (
        select(ClassSession.id, month.label("month"), ProgramClass.capacity)
        .join(ProgramClass, ProgramClass.id == ClassSession.class_id)
        .where(ProgramClass.program_id == program_id, class_within(reach))
        .where(ClassSession.status == SessionStatus.SCHEDULED, ClassSession.ends_at <= now)
        .where(ClassSession.starts_at >= months[0].starts_at, ClassSession.starts_at < months[-1].ends_at)
        .subquery()
    )
    status = ClassAttendance.status
    marks = (
        select(
            held.c.month,
            held.c.capacity,
            func.count(status).label("taken"),
            func.count(case((status.in_(_CAME), 1))).label("attended"),
            func.count(case((status == RollCallStatus.ABSENT_UNEXCUSED, 1))).label("no_show"),
        )
        .join(ClassAttendance, ClassAttendance.session_id == held.c.id)
        .group_by(held.c.id, held.c.month, held.c.capacity)
        .subquery()
    )
    m = marks.c
    sums = (func.sum(column).label(column.name) for column in (m.capacity, m.taken, m.attended, m.no_show))
    return select(m.month, *sums).group_by(m.month)
