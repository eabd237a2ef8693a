"""What is asked before two rows of one person become one, and which merges there were."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, SQLColumnExpression, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus as E
from webapp.domain.classes.roll_call import ABSENT
from webapp.domain.people import merge
from webapp.domain.people.merge import MergeWay, Stand
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.extensions import db
from webapp.models import (
    AuthenticatorApp,
    ClassAttendance,
    ClassEnrollment,
    ClassSession,
    Enrollment,
    Event,
    EventInvitation,
    Facility,
    FacilityPerson,
    MemberRole,
    Membership,
    Passkey,
    PersonMerge,
    PersonMergeUndo,
    PersonNote,
    ProgramClass,
    SignIn,
    User,
)
from webapp.queries.id_set import is_among
from webapp.queries.people.person_here import is_known
from webapp.queries.word_search import matches_words

#: Suggestions on the page that asks who the other one is.
MOST_FOUND = 10
_WAS_THERE = frozenset({S.CHECKED_IN, S.ATTENDED})


def rows_to_merge(
    session: Session, user_ids: Collection[int], organization_id: int | None, *, holding: bool = False
) -> dict[int, merge.Row]:
    """What decides about these rows, by id; `organization_id` is the one that may know them. One statement.

    `holding`: nobody gives them anything, deletes or merges them until the transaction ends.
    """
    query = (
        select(
            User.id,
            or_(
                User.disabled_at.is_not(None), User.anonymized_at.is_not(None), User.merged_into_id.is_not(None),
                User.is_system,
            ).label("is_gone"),
            or_(User.is_operator, _has(Membership), _has(MemberRole)).label("has_roles"),
            or_(
                User.address_proved_at.is_not(None), User.password_hash.is_not(None), _has(Passkey), _has(SignIn)
            ).label("signs_in"),
            User.address_proved_at.is_not(None).label("is_proved"),
            _is_known_elsewhere(organization_id).label("elsewhere"),
            User.managed_by_id.is_not(None).label("is_managed"),
            exists().where(AuthenticatorApp.user_id == User.id, AuthenticatorApp.secret.is_not(None)).label("has_app"),
        )
        .where(User.id.in_(sorted(user_ids)))
        .order_by(User.id)
    )  # fmt: skip
    rows = session.execute(query.with_for_update(of=User) if holding else query)
    return {row.id: merge.Row(row.id, *map(bool, row[1:])) for row in rows}


def stands_at_events(session: Session, user_id: int, event_ids: Collection[int]) -> dict[int, tuple[Stand, int | None]]:
    """The best place of that row in each of these events, with its enrollment id; without one only the title."""
    titles = session.execute(select(Event.id, Event.title).where(is_among(session, Event.id, sorted(event_ids))))
    found: dict[int, tuple[Stand, int | None]] = {row.id: (Stand(row.title), None) for row in titles}
    rows = session.execute(
        select(Enrollment.id, Enrollment.event_id, Enrollment.status, Enrollment.waitlist_position)
        .where(Enrollment.user_id == user_id, is_among(session, Enrollment.event_id, sorted(event_ids)))
        .order_by(Enrollment.id)
    ).all()
    for row in sorted(rows, key=lambda one: merge.EVENT_ORDER.index(S(one.status)), reverse=True):
        status = S(row.status)
        ticket = row.waitlist_position if status is S.WAITLISTED else None
        found[row.event_id] = (Stand(found[row.event_id][0].title, status, ticket, status in _WAS_THERE), row.id)
    return found


def stands_in_classes(
    session: Session, user_id: int, class_ids: Collection[int]
) -> dict[int, tuple[Stand, int | None]]:
    """The same for classes; present at one session is enough to have been there."""
    titles = session.execute(
        select(ProgramClass.id, ProgramClass.title).where(is_among(session, ProgramClass.id, sorted(class_ids)))
    )
    found: dict[int, tuple[Stand, int | None]] = {row.id: (Stand(row.title), None) for row in titles}
    was_there = exists().where(
        ClassAttendance.user_id == user_id,
        ClassAttendance.status.not_in(sorted(ABSENT)),
        ClassSession.id == ClassAttendance.session_id,
        ClassSession.class_id == ClassEnrollment.class_id,
    )
    own = ClassEnrollment
    rows = session.execute(
        select(own.id, own.class_id, own.status, own.waitlist_position, was_there.label("was_there"))
        .where(own.user_id == user_id, is_among(session, own.class_id, sorted(class_ids)))
        .order_by(own.id)
    ).all()
    for row in sorted(rows, key=lambda one: merge.CLASS_ORDER.index(E(one.status)), reverse=True):
        status = E(row.status)
        ticket = row.waitlist_position if status is E.WAITLISTED else None
        found[row.class_id] = (Stand(found[row.class_id][0].title, status, ticket, bool(row.was_there)), row.id)
    return found


@dataclass(frozen=True, slots=True)
class Mergeable:
    """One of the two on the page that says what a merge does."""

    id: int
    name: str
    email: str | None
    phone: str | None
    places: int
    notes: int
    signs_in: bool


def people_to_compare(user_ids: Collection[int], organization_id: int | None) -> dict[int, Mergeable]:
    """What each has, by id: places in events and classes anywhere, notes of that organization. One statement."""
    places = (
        select(func.count()).where(Enrollment.user_id == User.id).correlate(User).scalar_subquery()
        + select(func.count()).where(ClassEnrollment.user_id == User.id).correlate(User).scalar_subquery()
    )
    notes = select(func.count()).where(PersonNote.user_id == User.id, PersonNote.organization_id == organization_id)
    rows = db.session.execute(
        select(
            User.id, User.name, User.email, User.phone, places, notes.correlate(User).scalar_subquery(),
            or_(User.address_proved_at.is_not(None), User.password_hash.is_not(None), _has(Passkey)),
        ).where(User.id.in_(sorted(user_ids)))
    )  # fmt: skip
    return {
        one: Mergeable(one, name, email, phone, places, notes, bool(signs_in))
        for one, name, email, phone, places, notes, signs_in in rows
    }


def merge_candidates(organization_id: int, words: str, *, not_id: int) -> Sequence[Row]:
    """People the organization knows whose name or address begins like that: `id, name, email, phone`."""
    query = select(User.id, User.name, User.email, User.phone).where(
        User.id != not_id, User.disabled_at.is_(None), matches_words(User.search_text, words), is_known(organization_id)
    )
    return db.session.execute(query.order_by(User.sort_name, User.id).limit(MOST_FOUND)).all()


def merges_of(
    user_id: int, organization_id: int | None, since: datetime, *, way: MergeWay | None = None
) -> Sequence[Row]:
    """Merges into that row since then that stand: `id, at, name, email` (of the row that went), `by`, newest first.

    Of an organization its own; with None those of every organization. `way`: only those of that way.
    """
    other, by = aliased(User), aliased(User)
    rows = (
        select(PersonMerge.id, PersonMerge.at, other.name, other.email, by.name.label("by"))
        .join(other, other.id == PersonMerge.merged_id)
        .join(by, by.id == PersonMerge.actor_id)
        .where(PersonMerge.kept_id == user_id, PersonMerge.at > since, stands())
        .order_by(PersonMerge.id.desc())
    )
    if organization_id is not None:
        rows = rows.where(PersonMerge.organization_id == organization_id)
    if way is not None:
        rows = rows.where(PersonMerge.way == way)
    return db.session.execute(rows).all()


def merge_by_id(merge_id: int) -> Row | None:
    """`kept_id, merged_id, way, organization_id, at` of a merge."""
    own = PersonMerge
    query = select(own.kept_id, own.merged_id, own.way, own.organization_id, own.at)
    return db.session.execute(query.where(own.id == merge_id)).one_or_none()


def merged_into(user_id: int) -> int | None:
    """The row that a merged one is kept under; None for every other."""
    return db.session.scalar(select(User.merged_into_id).where(User.id == user_id))


def stands() -> ColumnElement[bool]:
    """Whether the merge of the statement around it was not undone."""
    return ~exists().where(PersonMergeUndo.merge_id == PersonMerge.id)


def _has(model: type[Any]) -> ColumnElement[bool]:
    return exists().where(model.user_id == User.id)


def _is_known_elsewhere(organization_id: int | None) -> ColumnElement[bool]:
    """Places, facilities, notes or invitations of any other organization."""

    def elsewhere(column: SQLColumnExpression[int]) -> ColumnElement[bool]:
        return column.is_distinct_from(organization_id)

    return or_(
        exists().where(
            Enrollment.user_id == User.id, Event.id == Enrollment.event_id, elsewhere(Event.organization_id)
        ),
        exists().where(
            ClassEnrollment.user_id == User.id,
            ProgramClass.id == ClassEnrollment.class_id,
            elsewhere(ProgramClass.organization_id),
        ),
        exists().where(
            FacilityPerson.user_id == User.id,
            Facility.id == FacilityPerson.facility_id,
            elsewhere(Facility.organization_id),
        ),
        exists().where(PersonNote.user_id == User.id, elsewhere(PersonNote.organization_id)),
        exists().where(
            and_(EventInvitation.user_id == User.id, Event.id == EventInvitation.event_id),
            elsewhere(Event.organization_id),
        ),
    )
