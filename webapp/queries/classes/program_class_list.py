"""The classes of an organizer: the list with its filters, and one class's sessions in numbers."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Row, and_, case, func, select

from webapp.domain.classes.program_class import ClassStatus, SessionStatus
from webapp.domain.permission import Reach
from webapp.extensions import db
from webapp.models import ClassSession, ClassSessionChange, Facility, Program, ProgramClass, User
from webapp.queries.id_set import is_among
from webapp.queries.page import FilteredPage, cut, nearest_page
from webapp.queries.reach import class_within
from webapp.queries.word_search import matches_words

PAGE_SIZE = 50


class ClassShow(StrEnum):
    """The filters of the list: where a class stands, or that it was put away."""

    SCHEDULED = "scheduled"
    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    ARCHIVED = "archived"


#: A page of the list; its numbers are classes that match the search, `matching` those that were not put away.
ClassList = FilteredPage[Row, ClassShow]


def list_classes(
    reach: Reach,
    *,
    show: ClassShow | None = None,
    query: str = "",
    page: int = 1,
    program_id: int | None = None,
) -> ClassList:
    """What runs first, then what is to come, then what is over, latest first. Two statements."""
    matching = and_(class_within(reach), matches_words(ProgramClass.search_text, query))
    if program_id is not None:
        matching = and_(matching, ProgramClass.program_id == program_id)
    sums = [func.coalesce(func.sum(case((_is(one), 1), else_=0)), 0) for one in ClassShow]
    counted = db.session.execute(select(*sums).where(matching)).one()
    counts = {one: int(number) for one, number in zip(ClassShow, counted, strict=True)}
    not_archived = sum(number for one, number in counts.items() if one is not ClassShow.ARCHIVED)
    total = not_archived if show is None else counts[show]
    page = nearest_page(page, total=total, size=PAGE_SIZE)
    chosen = and_(matching, ProgramClass.archived_at.is_(None) if show is None else _is(show))
    rows = db.session.execute(cut(_listed().where(chosen), page, PAGE_SIZE)).all()
    return FilteredPage(rows, total, page, PAGE_SIZE, counts=counts, matching=not_archived)


def classes_named(class_ids: Sequence[int], reach: Reach) -> dict[int, Row]:
    """`id, title, timezone` by id of those that are reached. One statement."""
    rows = db.session.execute(
        select(ProgramClass.id, ProgramClass.title, Facility.timezone, ProgramClass.organization_id)
        .join(Facility, Facility.id == ProgramClass.facility_id)
        .where(is_among(db.session(), ProgramClass.id, class_ids), class_within(reach))
    )
    return {row.id: row for row in rows}


def session_numbers(class_id: int, *, now: datetime) -> Row:
    """`held`, `to_come`, `cancelled` and `next_at` of a class's sessions. One statement.

    Those of a class that is over or paused have no next one; of one that is over none is to come.
    """
    is_held = ClassSession.status == SessionStatus.SCHEDULED
    is_planned = and_(is_held, ClassSession.starts_at > now)
    to_come = and_(is_planned, ~ProgramClass.is_frozen)
    is_next = and_(is_planned, ~ProgramClass.stands_still)

    def number(which: ColumnElement[bool], name: str) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((which, 1), else_=0)), 0).label(name)

    next_at = func.min(case((is_next, ClassSession.starts_at)), type_=ClassSession.starts_at.type)
    return db.session.execute(
        select(
            number(and_(is_held, ClassSession.starts_at <= now), "held"),
            number(to_come, "to_come"),
            number(ClassSession.status == SessionStatus.CANCELLED, "cancelled"),
            next_at.label("next_at"),
        )
        .select_from(ClassSession)
        .join(ProgramClass, ProgramClass.id == ClassSession.class_id)
        .where(ClassSession.class_id == class_id)
    ).one()


def session_changes(class_id: int) -> Sequence[Row]:
    """Every change of sessions, newest first, a row per batch. One statement.

    `batch, sessions, first_id` (a line of it), `is_undo, reason, actor_name, at`, and
    `is_latest`: every session of it still stands as this change left it.
    """
    line, moved = ClassSessionChange, ClassSession
    stands = func.min(case((moved.version == line.version, 1), else_=0))
    return db.session.execute(
        select(
            line.batch,
            func.count().label("sessions"),
            func.min(line.id).label("first_id"),
            line.is_undo,
            line.reason,
            User.name.label("actor_name"),
            line.at,
            stands.label("is_latest"),
        )
        .join(moved, moved.id == line.session_id)
        .outerjoin(User, User.id == line.actor_id)
        .where(line.class_id == class_id)
        .group_by(line.batch, line.is_undo, line.reason, User.name, line.at)
        .order_by(func.min(line.id).desc())
    ).all()


def lines_of_changes(first_ids: Sequence[int]) -> dict[int, Row]:
    """`before` and `after` of these lines of the sessions' trail, by id. One statement."""
    line = ClassSessionChange
    query = select(line.id, line.before, line.after).where(is_among(db.session(), line.id, first_ids))
    return {row.id: row for row in db.session.execute(query)}


def _is(show: ClassShow) -> ColumnElement[bool]:
    if show is ClassShow.ARCHIVED:
        return ProgramClass.archived_at.is_not(None)
    return and_(ProgramClass.status == show.value, ProgramClass.archived_at.is_(None))


def _listed():
    is_over = ProgramClass.is_frozen
    runs = ProgramClass.status.in_([ClassStatus.ACTIVE, ClassStatus.PAUSED])
    return (
        select(
            ProgramClass.id,
            ProgramClass.title,
            ProgramClass.status,
            ProgramClass.starts_on,
            ProgramClass.ends_on,
            ProgramClass.capacity,
            ProgramClass.seats_taken,
            ProgramClass.waiting_count,
            ProgramClass.seats_over,
            ProgramClass.archived_at,
            Program.name.label("program_name"),
            Facility.name.label("facility_name"),
            User.name.label("instructor_name"),
        )
        .join(Program, Program.id == ProgramClass.program_id)
        .join(Facility, Facility.id == ProgramClass.facility_id)
        .outerjoin(User, User.id == ProgramClass.instructor_id)
        .order_by(
            case((is_over, 2), (runs, 0), else_=1),
            case((is_over, None), else_=ProgramClass.starts_on),
            ProgramClass.ends_on.desc(),
            ProgramClass.id.desc(),
        )
    )
