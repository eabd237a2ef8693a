"""Which online sessions have to be calculated, and everything that a calculation reads of them."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Float, Row, Select, and_, cast, exists, func, or_, select, union_all
from sqlalchemy.orm import Session, aliased

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
    SessionReport,
    Stay,
    User,
    WebhookDelivery,
)  # fmt: skip
from webapp.queries.id_set import is_among
from webapp.queries.online.session_owner import ON_ROSTER, SessionOwner, class_id_of, seats_in_class

#: A session is calculated from this long after its end (its last deliveries are under way) ...
SETTLES_IN = timedelta(minutes=5)
#: ... by itself up to this long after it ...
LOOKS_BACK = timedelta(days=7)
#: ... and what nobody closed by then is closed by the reconciler.
RECONCILES_AFTER = timedelta(hours=1)
#: Tries of a calculation that fails, and the pause before the next one.
MOST_TRIES = 3
RETRY_PAUSE = timedelta(seconds=60)
#: A stay without a leave that was last heard of this long before a session is not one of it.
LONGEST_SILENCE = timedelta(hours=12)

_SESSION, _ROOM = MeetingSession, MeetingRoom


def due_sessions(now: datetime) -> Sequence[Row]:
    """Sessions that ended and have to be calculated now: `(id, event_id, class_id, room_name, bridges, is_behind)`.

    `bridges`: presence counts for the event; `is_behind`: the room's stays do not show all deliveries.
    """
    return db.session.execute(sessions_due(now)).all()


def sessions_to_reconcile(now: datetime) -> Sequence[Row]:
    """Sessions whose open stays nobody will close any more, as rows of `due_sessions`."""
    return db.session.execute(sessions_orphaned(now)).all()


def sessions_due(now: datetime) -> Select:
    """The select behind `due_sessions`."""
    recent = and_(_SESSION.ends_at > now - LOOKS_BACK, _SESSION.ends_at < now - SETTLES_IN)
    return _sessions().where(recent, or_(_needs(), and_(_SESSION.calculated_at.is_(None), _may_try(now))))


def sessions_orphaned(now: datetime) -> Select:
    """The select behind `sessions_to_reconcile`."""
    is_over = _SESSION.ends_at < now - RECONCILES_AFTER
    return _sessions().where(is_over, _SESSION.reconciled_at.is_(None), _may_try(now))


def chosen_sessions(
    now: datetime, *, session_id: int | None = None, kind: str | None = None, since: datetime | None = None,
    only_due: bool = True,
) -> Sequence[Row]:  # fmt: skip
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

    Either it is not calculated, or somebody's status hangs on a leave that may still come or
    that the reconciler will replace, and no staff mark decides it.
    """
    unsure = exists().where(
        MeetingAttendance.session_id == _SESSION.id,
        MeetingAttendance.needs_review,
        MeetingAttendance.is_enrolled,
        ~exists().where(
            SessionReport.session_id == _SESSION.id,
            SessionReport.user_id == MeetingAttendance.user_id,
            SessionReport.marked_status.is_not(None),
        ),
    )
    open_ones = (
        with_room(select(_SESSION.id))
        .where(_SESSION.event_id == Event.id, _SESSION.cancelled_at.is_(None))
        .where(or_(_SESSION.calculated_at.is_(None), _has_news(), and_(_SESSION.reconciled_at.is_(None), unsure)))
    )
    return open_ones.correlate(Event).exists()


def has_sessions() -> ColumnElement[bool]:
    """Whether an event (of the statement around it) has online sessions."""
    planned = select(_SESSION.id).where(_SESSION.event_id == Event.id, _SESSION.cancelled_at.is_(None))
    return planned.correlate(Event).exists()


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
                *_SESSION.__table__.c, class_id_of().label("class_id"),
                func.coalesce(_ROOM.folded, 0).label("folded"),
                func.coalesce(_ROOM.deliveries, 0).label("deliveries"),
            )
        )  # fmt: skip
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
        .where(is_among(session, _SESSION.id, ids), Enrollment.status.in_(ON_ROSTER))
    )
    # Straight on the connection, as all that reads many rows here: there is nothing for the ORM to load.
    of_classes = seats_in_class(_SESSION.id, ClassEnrollment.user_id).where(is_among(session, _SESSION.id, ids))
    return session.connection().execute(union_all(of_events, of_classes)).all()


def stays_in(session: Session, ids: Sequence[int]) -> Sequence[Row]:
    """Stays that may reach into those sessions: `(session_id, identity, joined, left, seen)` in seconds."""
    joined, left, seen = (_seconds(session, column) for column in (Stay.joined_at, Stay.left_at, Stay.seen_at))
    reaches_in = or_(
        Stay.left_at > _SESSION.starts_at,
        and_(Stay.left_at.is_(None), seen > _seconds(session, _SESSION.starts_at) - LONGEST_SILENCE.total_seconds()),
    )
    return (
        session.connection()
        .execute(
            select(_SESSION.id, Stay.identity, joined, left, seen)
            .join(Stay, Stay.room_name == _SESSION.room_name)
            .where(is_among(session, _SESSION.id, ids), Stay.joined_at < _SESSION.ends_at, reaches_in)
        )
        .all()
    )


def closings_of(session: Session, ids: Sequence[int]) -> Sequence[Row]:
    """When a stay without a leave was over at the latest: `(session_id, at)` in seconds.

    The room was closed for good (nobody came into the same room, by its sid, after that), or
    an earlier session in the room ended: what was left open there is closed there.
    """
    finished, later, earlier = WebhookDelivery, aliased(WebhookDelivery), aliased(MeetingSession)
    went_on = exists().where(
        later.room_name == finished.room_name,
        later.room_sid == finished.room_sid,
        later.kind.in_(("room_started", "participant_joined")),
        later.sent_at > finished.sent_at,
    )
    closed = (
        select(_SESSION.id, _seconds(session, finished.sent_at).label("at"))
        .join(finished, finished.room_name == _SESSION.room_name)
        .where(is_among(session, _SESSION.id, ids), finished.kind == "room_finished")
        .where(finished.sent_at.is_not(None), finished.sent_at < _SESSION.ends_at, ~went_on)
    )
    before = (
        select(_SESSION.id, _seconds(session, earlier.ends_at).label("at"))
        .join(earlier, and_(earlier.room_name == _SESSION.room_name, earlier.ends_at <= _SESSION.starts_at))
        .where(is_among(session, _SESSION.id, ids), earlier.cancelled_at.is_(None))
    )
    return session.execute(union_all(closed, before)).all()


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
    """Those of the numbers that are people's accounts."""
    if not user_ids:
        return set()
    return set(session.scalars(select(User.id).where(is_among(session, User.id, user_ids), ~User.is_system)))


def _sessions() -> Select:
    return (
        with_room(
            select(
                _SESSION.id, _SESSION.event_id, class_id_of().label("class_id"), _SESSION.room_name,
                and_(EventPolicy.online_counts, Event.status == "published").label("bridges"),
                (func.coalesce(_ROOM.deliveries, 0) > func.coalesce(_ROOM.folded, 0)).label("is_behind"),
            )
        )
        .outerjoin(Event, Event.id == _SESSION.event_id)
        .outerjoin(EventPolicy, EventPolicy.event_id == _SESSION.event_id)
        .where(_SESSION.cancelled_at.is_(None))
        .where(or_(Event.id.is_(None), and_(Event.status != "cancelled", Event.deleted_at.is_(None))))
        .order_by(_SESSION.id)
    )  # fmt: skip


def _needs() -> ColumnElement[bool]:
    """It was calculated, but not with what is known now."""
    unseen = exists().where(
        Enrollment.event_id == _SESSION.event_id,
        Enrollment.status.in_(ON_ROSTER),
        ~exists().where(MeetingAttendance.session_id == _SESSION.id, MeetingAttendance.user_id == Enrollment.user_id),
    )
    return or_(_has_news(), and_(_SESSION.calculated_at.is_not(None), unseen))


def _has_news() -> ColumnElement[bool]:
    return func.coalesce(_ROOM.deliveries, 0) > func.coalesce(_SESSION.calculated_through, 0)


def _may_try(now: datetime) -> ColumnElement[bool]:
    return or_(_SESSION.calculation_tries == 0, and_(_is_waiting_for_retry(), _SESSION.next_try_at <= now))


def _is_waiting_for_retry() -> ColumnElement[bool]:
    return and_(_SESSION.calculation_tries.between(1, MOST_TRIES - 1), _SESSION.next_try_at.is_not(None))


def _seconds(session: Session, instant: ColumnElement) -> ColumnElement[float]:
    """Whole seconds since 1970."""
    if session.get_bind().dialect.name == "postgresql":
        return func.date_part("epoch", instant, type_=Float())
    return cast(func.strftime("%s", instant), Float)
