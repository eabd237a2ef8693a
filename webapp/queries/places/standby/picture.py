"""The standby line of an event and the people whose places it may get, as they are at this moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from webapp.domain.event_life import EventStatus
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.standby import Absent, Standing, by_turn_to_lose, in_order, picture_key
from webapp.extensions import db
from webapp.models import (
    Enrollment,
    EnrollmentTransition,
    Event,
    EventPolicy,
    IdentityMatch,
    MeetingSession,
    StandbyArrival,
    Stay,
    User,
)
from webapp.queries.standby_line import is_their_arrival, line_rows, standing_of


@dataclass(frozen=True, slots=True)
class Picture:
    """Who is absent, who loses the place first before others, and who stands in the line, who gets in first before
    others. `key` is the same for the same people."""

    absent: Sequence[Absent]
    line: Sequence[Standing]
    names: Mapping[int, str]
    arrived_at: Mapping[int, datetime]

    @property
    def key(self) -> str:
        return picture_key(self.absent, self.line)


@dataclass(frozen=True, slots=True)
class Released:
    """Somebody whose place was given to the line, and whether they came since."""

    enrollment_id: int
    version: int
    name: str
    released_at: datetime | None
    arrived_at: datetime | None


def picture_of(session: Session, event_id: int, *, online_counts: bool) -> Picture:
    """Who would lose a place and who stands in the line: two statements."""
    line = line_rows(session, event_id)
    absent = _absent_rows(session, event_id, online_counts=online_counts)
    names = {row.id: row.name for row in (*line, *absent)}
    return Picture(
        absent=by_turn_to_lose(Absent(row.id, row.version, row.confirmed_at) for row in absent),
        line=in_order(standing_of(row) for row in line),
        names=names,
        arrived_at={row.id: row.at for row in line},
    )


def released_people(event_id: int) -> list[Released]:
    """Whose places were given to the line and not given back; who came is known. One statement."""
    rows = db.session.execute(
        select(Enrollment.id, Enrollment.version, User.name, Enrollment.released_at, StandbyArrival.at)
        .join(User, User.id == Enrollment.user_id)
        .outerjoin(StandbyArrival, is_their_arrival())
        .where(Enrollment.event_id == event_id, Enrollment.is_released)
        .order_by(Enrollment.released_at, User.sort_name, Enrollment.id)
    )
    return [Released(*row) for row in rows]


def placed_people(event_id: int) -> list[str]:
    """Names of those who got a place from the line and have it still, in the order in which they got it."""
    waited = EnrollmentTransition
    came = exists().where(
        StandbyArrival.enrollment_id == waited.enrollment_id, StandbyArrival.version == waited.version - 1
    )
    got_in = (
        select(waited.enrollment_id, func.max(waited.id).label("move"))
        .where(waited.event_id == event_id, waited.to_status == S.CONFIRMED, came)
        .group_by(waited.enrollment_id)
        .subquery()
    )
    people = (
        select(User.name)
        .join(Enrollment, Enrollment.user_id == User.id)
        .join(got_in, got_in.c.enrollment_id == Enrollment.id)
        .where(Enrollment.holds_place)
        .order_by(got_in.c.move)
    )
    return list(db.session.scalars(people))


def is_due(now: datetime) -> ColumnElement[bool]:
    """Places that are to be released by themselves by now, of the `Event` and `EventPolicy` around it."""
    return and_(
        EventPolicy.standby_automatic,
        EventPolicy.standby_run_at.is_(None),
        EventPolicy.standby_at <= now,
        Event.status == EventStatus.PUBLISHED,
        Event.deleted_at.is_(None),
        Event.effective_end_at > now,
    )


def events_to_release(now: datetime, most: int) -> Sequence[int]:
    """Events (ids) in which that is due, the longest due first."""
    return db.session.scalars(
        select(EventPolicy.event_id)
        .join(Event, Event.id == EventPolicy.event_id)
        .where(is_due(now))
        .order_by(EventPolicy.standby_at)
        .limit(most)
    ).all()


def _absent_rows(session: Session, event_id: int, *, online_counts: bool):
    absent = (
        select(Enrollment.id, Enrollment.version, Enrollment.confirmed_at, User.name)
        .join(User, User.id == Enrollment.user_id)
        .where(Enrollment.event_id == event_id, Enrollment.is_confirmed)
    )
    return session.execute(absent.where(~_is_online()) if online_counts else absent).all()


def _is_online() -> ColumnElement[bool]:
    """Whether somebody of the `Enrollment` is or was in the room of a session of the event, since it began."""
    own = Stay.identity == literal("u") + cast(Enrollment.user_id, String)
    matched = (
        exists()
        .where(
            IdentityMatch.event_id == Enrollment.event_id,
            IdentityMatch.identity == Stay.identity,
            IdentityMatch.user_id == Enrollment.user_id,
        )
        .correlate(Enrollment, Stay)
    )
    return (
        exists()
        .where(
            MeetingSession.event_id == Enrollment.event_id,
            MeetingSession.cancelled_at.is_(None),
            MeetingSession.room_name == Stay.room_name,
            or_(own, matched),
            or_(Stay.left_at.is_(None), Stay.left_at > MeetingSession.starts_at),
        )
        .correlate(Enrollment)
    )
