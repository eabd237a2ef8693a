"""Which online sessions have to be calculated, and everything that a calculation reads of them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, SQLColumnExpression, and_, exists, func, or_, select, union_all
from sqlalchemy.orm import Session

from webapp.domain.event_life import EventStatus
from webapp.domain.online.calculation import LOOKS_BACK, MOST_TRIES, RECONCILES_AFTER, SETTLES_IN
from webapp.extensions import db
from webapp.models import (
    ClassEnrollment,
    Enrollment,
    Event,
    EventPolicy,
    IdentityMatch,
    MeetingAttendance,
    MeetingRoom,
    MeetingSession,
    User,
)
from webapp.queries.id_set import is_among
from webapp.queries.online.doubt import holds_up_closure, is_unmarked
from webapp.queries.online.session_owner import SessionOwner, class_id_of, seats_in_class

_SESSION, _ROOM = MeetingSession, MeetingRoom


def due_sessions(now: datetime) -> Sequence[Row]:
    """Sessions that ended and have to be calculated now: `(id, event_id, class_id, room_name, bridges, is_behind)`.

    `bridges`: presence counts for the event, or counted when it was closed; `is_behind`: the room's
    stays do not show all deliveries.
    """
    return db.session.execute(sessions_due(now)).all()


def sessions_to_reconcile(now: datetime) -> Sequence[Row]:
    """Sessions whose open stays nobody will close any more, as rows of `due_sessions`."""
    return db.session.execute(sessions_orphaned(now)).all()


def sessions_due(now: datetime) -> Select:
    """The select behind `due_sessions`."""
    is_new = and_(_SESSION.calculated_at.is_(None), _may_try(now))
    return _sessions().where(_SESSION.ends_at < now - SETTLES_IN, _is_looked_at(now), or_(_needs(), is_new))


def sessions_orphaned(now: datetime) -> Select:
    """The select behind `sessions_to_reconcile`."""
    is_over = _SESSION.ends_at < now - RECONCILES_AFTER
    return _sessions().where(is_over, _SESSION.reconciled_at.is_(None), _may_try(now))


def chosen_sessions(
    now: datetime,
    *,
    session_id: int | None = None,
    kind: str | None = None,
    since: datetime | None = None,
    only_due: bool = True,
) -> Sequence[Row]:
    """Sessions that are over, by hand: one, those of a kind, those that ended after `since`."""
    query = _sessions().where(_SESSION.ends_at < now - SETTLES_IN)
    if session_id is not None:
        query = query.where(_SESSION.id == session_id)
    if kind is not None:
        query = query.where(_SESSION.kind == kind)
    if since is not None:
        query = query.where(_SESSION.ends_at > since)
    if only_due:
        query = query.where(or_(_needs(), _SESSION.calculated_at.is_(None)))
    return db.session.execute(query).all()


def has_retry_due(now: datetime) -> bool:
    """Whether a calculation that failed is to be tried again."""
    return bool(db.session.scalar(select(exists().where(_is_waiting_for_retry(), _SESSION.next_try_at <= now))))


def waits_for_sessions() -> ColumnElement[bool]:
    """Whether an event (of the statement around it) has a session that is not measured to the end.

    Either it is not calculated with what is known now, or somebody's status hangs on a leave that may still come or
    that the reconciler will replace, or on people whom nobody has matched, or on a video server that told nothing,
    and no staff mark decides it.
    """
    unsure = exists().where(MeetingAttendance.session_id == _SESSION.id, MeetingAttendance.needs_review, is_unmarked())
    open_ones = (
        with_room(select(_SESSION.id))
        .where(_SESSION.event_id == Event.id, _SESSION.cancelled_at.is_(None))
        .where(
            or_(
                _SESSION.calculated_at.is_(None),
                _needs(),
                and_(_SESSION.reconciled_at.is_(None), unsure),
                holds_up_closure(),
            )
        )
    )
    return open_ones.correlate(Event).exists()


def has_sessions() -> ColumnElement[bool]:
    """Whether an event (of the statement around it) has online sessions."""
    return _planned(_SESSION.id).exists()


def has_session_until(instant: datetime) -> ColumnElement[bool]:
    """Whether an event (of the statement around it) has an online session that ends then or later."""
    return _planned(_SESSION.id).where(_SESSION.ends_at >= instant).exists()


def last_session_end() -> ColumnElement[datetime | None]:
    """When the last online session of an event (of the statement around it) ends; null where it has none."""
    return _planned(func.max(_SESSION.ends_at)).scalar_subquery()


def _planned(column: SQLColumnExpression[Any]) -> Select:
    """Of the online sessions of the event around it."""
    return select(column).where(_SESSION.event_id == Event.id, _SESSION.cancelled_at.is_(None)).correlate(Event)


def with_room(query: Select) -> Select:
    """Sessions with their rooms; nobody ever came where there is none."""
    return query.select_from(_SESSION).outerjoin(_ROOM, _ROOM.name == _SESSION.room_name)


def lock_sessions(session: Session, ids: Sequence[int], *, only_due: bool) -> Sequence[Row]:
    """Lock those sessions, in the order of their ids, with what their rooms came to by now.

    Another calculation is waited for; with `only_due` what it did already is left out.
    """
    query = (
        with_room(
            select(
                *_SESSION.__table__.c,
                class_id_of().label("class_id"),
                func.coalesce(_ROOM.folded, 0).label("folded"),
                func.coalesce(_ROOM.deliveries, 0).label("deliveries"),
            )
        )
        .where(is_among(session, _SESSION.id, ids), _SESSION.cancelled_at.is_(None))
        .order_by(_SESSION.id)
        .with_for_update(of=_SESSION, key_share=True)
    )
    is_due = or_(_needs(), _SESSION.calculated_at.is_(None))
    return session.execute(query.where(is_due) if only_due else query).all()


def rosters(session: Session, ids: Sequence[int]) -> Sequence[Row]:
    """Who is expected: `(session_id, user_id)`; of a class whoever had a seat during its session."""
    of_events = (
        select(_SESSION.id, Enrollment.user_id)
        .join(Enrollment, Enrollment.event_id == _SESSION.event_id)
        .where(is_among(session, _SESSION.id, ids), Enrollment.holds_place)
    )
    # Straight on the connection, as all that reads many rows here: there is nothing for the ORM to load.
    of_classes = seats_in_class(_SESSION.id, ClassEnrollment.user_id).where(is_among(session, _SESSION.id, ids))
    return session.connection().execute(union_all(of_events, of_classes)).all()


def matches_of(session: Session, owners: Collection[SessionOwner]) -> dict[tuple[SessionOwner, str], int]:
    """Whose an identity is, as staff said: (owner, identity) -> user id."""
    if not owners:
        return {}
    events = sorted({one.event_id for one in owners if one.event_id is not None})
    classes = sorted({one.class_id for one in owners if one.class_id is not None})
    match = IdentityMatch
    rows = session.execute(
        select(match.event_id, match.class_id, match.identity, match.user_id).where(
            or_(is_among(session, match.event_id, events), is_among(session, match.class_id, classes))
        )
    )
    return {(SessionOwner(row.event_id, row.class_id), row.identity): row.user_id for row in rows}


def people_among(session: Session, user_ids: Sequence[int]) -> set[int]:
    """Those of the numbers that are people's accounts; one merged into another is whom the match names."""
    if not user_ids:
        return set()
    is_person = (~User.is_system, User.merged_into_id.is_(None))
    return set(session.scalars(select(User.id).where(is_among(session, User.id, user_ids), *is_person)))


def _sessions() -> Select:
    return (
        with_room(
            select(
                _SESSION.id,
                _SESSION.event_id,
                class_id_of().label("class_id"),
                _SESSION.room_name,
                and_(EventPolicy.online_counts, Event.takes_place).label("bridges"),
                (func.coalesce(_ROOM.deliveries, 0) > func.coalesce(_ROOM.folded, 0)).label("is_behind"),
            )
        )
        .outerjoin(Event, Event.id == _SESSION.event_id)
        .outerjoin(EventPolicy, EventPolicy.event_id == _SESSION.event_id)
        .where(_SESSION.cancelled_at.is_(None))
        .where(or_(Event.id.is_(None), and_(Event.status != EventStatus.CANCELLED, Event.deleted_at.is_(None))))
        .order_by(_SESSION.id)
    )


def _is_looked_at(now: datetime) -> ColumnElement[bool]:
    """It ended lately, or what happened in it may still count: its event runs, or ended lately."""
    running = select(Event.id).where(
        Event.status == EventStatus.PUBLISHED, Event.starts_at <= now, Event.effective_end_at > now - LOOKS_BACK
    )
    return or_(_SESSION.ends_at > now - LOOKS_BACK, _SESSION.event_id.in_(running.correlate(None)))


def _needs() -> ColumnElement[bool]:
    """It was calculated, but not with what is known now: deliveries, or who has a place."""
    # The session is two statements away: without being told, the subqueries would ask all sessions.
    has_place = (Enrollment.event_id == _SESSION.event_id, Enrollment.holds_place)
    of_pair = (MeetingAttendance.session_id == _SESSION.id, MeetingAttendance.user_id == Enrollment.user_id)
    recorded = exists().where(*of_pair, MeetingAttendance.is_enrolled).correlate(_SESSION, Enrollment)
    has_seat_of = exists().where(*has_place, Enrollment.user_id == MeetingAttendance.user_id)
    gained = exists().where(*has_place, ~recorded)
    lost = exists().where(
        _SESSION.event_id.is_not(None),
        MeetingAttendance.session_id == _SESSION.id,
        MeetingAttendance.is_enrolled,
        ~has_seat_of.correlate(_SESSION, MeetingAttendance),
    )
    return or_(_has_news(), and_(_SESSION.calculated_at.is_not(None), or_(gained, lost)))


def _has_news() -> ColumnElement[bool]:
    return func.coalesce(_ROOM.deliveries, 0) > func.coalesce(_SESSION.calculated_through, 0)


def _may_try(now: datetime) -> ColumnElement[bool]:
    return or_(_SESSION.calculation_tries == 0, and_(_is_waiting_for_retry(), _SESSION.next_try_at <= now))


def _is_waiting_for_retry() -> ColumnElement[bool]:
    return and_(_SESSION.calculation_tries.between(1, MOST_TRIES - 1), _SESSION.next_try_at.is_not(None))
