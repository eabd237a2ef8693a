"""Who is in one class, who could be, and one person of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, select
from sqlalchemy.orm import aliased

from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus as E
from webapp.extensions import db
from webapp.models import ClassCompletion, ClassEnrollment, ClassEnrollmentTransition, FacilityPerson, User
from webapp.queries.page import FilteredPage, Page, cut, nearest_page
from webapp.queries.trail_entries import entries
from webapp.queries.word_search import matches_words

PAGE_SIZE = 50
_OWN, _MOVE = ClassEnrollment, ClassEnrollmentTransition
_ACTOR = aliased(User)


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """What the address of the page asks for."""

    status: E | None = None
    query: str = ""
    page: int = 1


#: A page of the table; its numbers are people who match the search.
PeoplePage = FilteredPage[Row, E]


def class_people_page(class_id: int, asked: PeopleFilter) -> PeoplePage:
    """The people of a class by name (the waitlist by position), each with their rank; two statements."""
    mine = (_OWN.class_id == class_id, matches_words(User.search_text, asked.query))
    groups = select(_OWN.status, func.count()).join(User, User.id == _OWN.user_id).where(*mine).group_by(_OWN.status)
    counts = {E(status): count for status, count in db.session.execute(groups)}
    matching = sum(counts.values())
    total = counts.get(asked.status, 0) if asked.status else matching
    number = nearest_page(asked.page, total=total, size=PAGE_SIZE)
    people = _people().where(*mine)
    if asked.status is not None:
        people = people.where(_OWN.status == asked.status)
    in_line = _OWN.waitlist_position if asked.status is E.WAITLISTED else func.lower(User.name)
    rows = db.session.execute(cut(people.order_by(in_line, _OWN.id), number, PAGE_SIZE)).all()
    return FilteredPage(rows, total, number, PAGE_SIZE, counts=counts, matching=matching)


def class_person(enrollment_id: int) -> Row | None:
    """One enrollment as its row of the page, or None. One statement."""
    return db.session.execute(_people().where(_OWN.id == enrollment_id)).one_or_none()


def class_moves(enrollment_id: int) -> Sequence[Row]:
    """All moves of one enrollment, newest first, with `actor_name`."""
    moves = entries(_MOVE).where(_MOVE.enrollment_id == enrollment_id)
    return db.session.execute(moves.order_by(_MOVE.version.desc())).all()


def eligible_page(class_id: int, facility_id: int, query: str, page: int, *, besides: Sequence[int] = ()) -> Page[Row]:
    """People of the facility who are active and not in the class, by name, and not of those; two statements."""
    people = _eligible(class_id, facility_id).where(matches_words(User.search_text, query))
    return page_by_name(people.where(User.id.not_in(list(besides))) if besides else people, page)


def eligible_of(class_id: int, facility_id: int, user_ids: Sequence[int]) -> Sequence[Row]:
    """Those of them who could be let in, by name; nobody else is told of."""
    if not user_ids:
        return []
    chosen = _eligible(class_id, facility_id).where(User.id.in_(list(user_ids)))
    return db.session.execute(chosen.order_by(User.search_text, User.id)).all()


def _eligible(class_id: int, facility_id: int) -> Select:
    return (
        select(User.id, User.name, User.email)
        .join(FacilityPerson, FacilityPerson.user_id == User.id)
        .where(
            FacilityPerson.facility_id == facility_id,
            FacilityPerson.deactivated_at.is_(None),
            User.disabled_at.is_(None),
            ~_is_in(class_id),
        )
    )


def page_by_name(people: Select, number: int) -> Page[Row]:
    """Those people by name, a page of them; two statements."""
    total = db.session.scalar(select(func.count()).select_from(people.subquery())) or 0
    number = nearest_page(number, total=total, size=PAGE_SIZE)
    by_name = people.order_by(User.search_text, User.id)
    return Page(db.session.execute(cut(by_name, number, PAGE_SIZE)).all(), total, number, PAGE_SIZE)


def names_of(user_ids: Sequence[int]) -> dict[int, Row]:
    """Name and address of these people."""
    rows = db.session.execute(select(User.id, User.name, User.email).where(User.id.in_(list(user_ids))))
    return {row.id: row for row in rows}


def _is_in(class_id: int) -> ColumnElement[bool]:
    return exists().where(_OWN.class_id == class_id, _OWN.user_id == User.id, _OWN.is_live)


def rank_column() -> ColumnElement[int]:
    """Where somebody who waits stands in the queue, from 1; nothing for the others."""
    ahead = aliased(ClassEnrollment)
    count = (
        select(func.count())
        .select_from(ahead)
        .where(
            ahead.class_id == _OWN.class_id,
            ahead.status == E.WAITLISTED,
            ahead.waitlist_position <= _OWN.waitlist_position,
        )
    )
    return func.nullif(count.where(_OWN.status == E.WAITLISTED).correlate(_OWN).scalar_subquery(), 0)


def _people() -> Select:
    """Enrollments with their person, last move and latest completion record."""
    record = aliased(ClassCompletion)
    latest = select(func.max(record.id)).where(record.enrollment_id == _OWN.id).correlate(_OWN).scalar_subquery()
    return (
        select(
            *_OWN.__table__.c,
            User.name,
            User.email,
            rank_column().label("rank"),
            _MOVE.reason,
            _MOVE.triggered_by,
            _ACTOR.name.label("actor_name"),
            ClassCompletion.id.label("completion_id"),
            ClassCompletion.code,
            ClassCompletion.issued_at,
            ClassCompletion.revoked_at,
            ClassCompletion.revoked_reason,
        )
        .join(User, User.id == _OWN.user_id)
        .outerjoin(_MOVE, and_(_MOVE.enrollment_id == _OWN.id, _MOVE.version == _OWN.version))
        .outerjoin(_ACTOR, _ACTOR.id == _MOVE.actor_id)
        .outerjoin(ClassCompletion, ClassCompletion.id == latest)
    )
