"""Online sessions as pages show them: an event's list, one session, and what a person has to do with them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select

from webapp.domain.online.calculation import CALCULATED_BY
from webapp.domain.online.meeting_session import SessionState, is_open, state_of
from webapp.extensions import db
from webapp.models import Event, MeetingAttendance, MeetingSession, SessionReport
from webapp.queries.online.doubt import is_unmarked, may_have_come
from webapp.queries.online.online_presence import came
from webapp.queries.online.session_owner import class_id_of
from webapp.queries.parameters import DOORS, NOW
from webapp.queries.row_types import value_of

_SESSION = MeetingSession


@dataclass(frozen=True, slots=True)
class ListedSession:
    """One session of a list: the columns of its table in their order, then numbers of people."""

    id: int
    event_id: int | None
    class_session_id: int | None
    kind: str
    title: str
    room_name: str
    starts_at: datetime
    ends_at: datetime
    created_at: datetime
    created_by_id: int | None
    request_id: str | None
    cancelled_at: datetime | None
    cancelled_by_id: int | None
    version: int
    calculated_at: datetime | None
    calculated_through: int | None
    calculation_tries: int
    next_try_at: datetime | None
    calculation_error: str | None
    reconciled_at: datetime | None
    doubt: str | None
    #: Present or late, of `reported` with a result.
    came: int
    reported: int
    to_review: int
    is_called_off: bool

    def state(self, now: datetime) -> SessionState:
        return state_of(self, is_called_off=self.is_called_off, needs_review=bool(self.to_review), now=now)


def sessions_of_event(event_id: int, *, is_called_off: bool) -> tuple[ListedSession, ...]:
    """Every session of an event in order of time, called off ones included: one statement."""
    return _listed(_SESSION.event_id == event_id, is_called_off)


def listed_session(session_id: int, *, is_called_off: bool) -> ListedSession:
    """One session as the list shows it; it has to exist. `is_called_off`: its event or class is."""
    return _listed(_SESSION.id == session_id, is_called_off)[0]


def _listed(which: ColumnElement[bool], is_called_off: bool) -> tuple[ListedSession, ...]:
    rows = db.session.execute(_sessions().where(which).order_by(_SESSION.starts_at, _SESSION.id))
    return tuple(value_of(ListedSession, row, is_called_off) for row in rows)


def _sessions() -> Select:
    """The columns of `ListedSession`."""
    return select(
        *_SESSION.__table__.c,
        _count(SessionReport, came()).label("came"),
        _count(SessionReport).label("reported"),
        _count(MeetingAttendance, is_to_review()).label("to_review"),
    )


def _count(table: type[MeetingAttendance] | type[SessionReport], *which: ColumnElement[bool]):
    query = select(func.count()).select_from(table).where(table.session_id == _SESSION.id, *which)
    return query.correlate(_SESSION).scalar_subquery()


def is_to_review() -> ColumnElement[bool]:
    """A measured person whose status nobody can tell, or could change, and nobody has decided by a mark."""
    return and_(or_(MeetingAttendance.needs_review, may_have_come()), is_unmarked())


def session_row(session_id: int) -> Row | None:
    """A session's own columns and its `class_id`, in any state; None where it does not exist."""
    query = select(*_SESSION.__table__.c, class_id_of().label("class_id")).where(_SESSION.id == session_id)
    return db.session.execute(query).one_or_none()


@dataclass(frozen=True, slots=True)
class OwnSession:
    """A session as one participant sees it, with their own result only: the columns in their order."""

    id: int
    title: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    calculated_at: datetime | None
    #: Of the report; None where the person has none.
    minutes: int | None
    percentage: Decimal | None
    status: str | None
    late_minutes: int | None
    entered_at: datetime | None
    left_at: datetime | None
    marked_status: str | None
    marked_reason: str | None
    marked_at: datetime | None

    @property
    def result(self) -> str | None:
        """What counts: staff's mark, else what was measured."""
        return self.marked_status or self.status

    def is_open(self, now: datetime) -> bool:
        return is_open(self.starts_at, self.ends_at, now)


def sessions_for_reader(event_id: int, user_id: int | None) -> tuple[OwnSession, ...]:
    """The sessions of an event that were not called off, with the reader's own results: one statement."""
    # Straight on the connection: there is nothing for the ORM to load.
    query = _own_sessions(user_id).where(_SESSION.event_id == event_id, _SESSION.cancelled_at.is_(None))
    rows = db.session.connection().execute(query.order_by(_SESSION.starts_at, _SESSION.id))
    return tuple(value_of(OwnSession, row) for row in rows)


def _own_sessions(user_id: int | None) -> Select:
    """The columns of `OwnSession`."""
    own = and_(SessionReport.session_id == _SESSION.id, SessionReport.user_id == user_id)
    return select(
        _SESSION.id,
        _SESSION.title,
        _SESSION.kind,
        _SESSION.starts_at,
        _SESSION.ends_at,
        _SESSION.calculated_at,
        SessionReport.minutes,
        SessionReport.percentage,
        SessionReport.status,
        SessionReport.late_minutes,
        SessionReport.entered_at,
        SessionReport.left_at,
        SessionReport.marked_status,
        SessionReport.marked_reason,
        SessionReport.marked_at,
    ).outerjoin(SessionReport, own)


def open_session_id() -> ColumnElement[Any]:
    """The session of the event around it whose doors are open at `NOW`, if any; the rule is `is_open`."""
    return (
        select(func.min(_SESSION.id))
        .where(_SESSION.event_id == Event.id, _SESSION.cancelled_at.is_(None))
        .where(_SESSION.starts_at <= DOORS, _SESSION.ends_at > NOW)
        .correlate(Event)
        .scalar_subquery()
    )


def uncalculated_sessions(now: datetime) -> ColumnElement[Any]:
    """How many sessions of the event around it ended long enough ago to be calculated, and are not."""
    missing = (_SESSION.ends_at < now - CALCULATED_BY, _SESSION.calculated_at.is_(None))
    return _number_of_sessions(*missing)


def sessions_to_review() -> ColumnElement[Any]:
    """In how many sessions of the event around it somebody's status waits for a decision."""
    waiting = exists().where(MeetingAttendance.session_id == _SESSION.id, is_to_review())
    return _number_of_sessions(_SESSION.calculated_at.is_not(None), _SESSION.reconciled_at.is_not(None), waiting)


def has_session_until_now(now: datetime) -> ColumnElement[bool]:
    """Whether the event around it has an online session that is over."""
    over = exists().where(_SESSION.event_id == Event.id, _SESSION.cancelled_at.is_(None), _SESSION.ends_at < now)
    return over.correlate(Event)


def _number_of_sessions(*which: ColumnElement[bool]) -> ColumnElement[Any]:
    query = select(func.count()).select_from(_SESSION)
    return (
        query.where(_SESSION.event_id == Event.id, _SESSION.cancelled_at.is_(None), *which)
        .correlate(Event)
        .scalar_subquery()
    )
