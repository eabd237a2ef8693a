"""Online sessions as pages show them: an event's list, one session, and what a person has to do with them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, exists, func, select

from webapp.domain.meeting_session import DOORS_OPEN, SessionState, is_open, state_of
from webapp.extensions import db
from webapp.models import Event, MeetingAttendance, MeetingSession, SessionReport
from webapp.queries.online.online_presence import came
from webapp.queries.online.session_owner import class_id_of

_SESSION = MeetingSession
#: The calculation comes every five minutes, from five minutes after the end.
_SHOULD_BE_CALCULATED = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class ListedSession:
    """One session of a list; reads like its row. `came` are present or late, of `expected` with a result."""

    row: Row
    is_called_off: bool

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)

    def state(self, now: datetime) -> SessionState:
        return state_of(self.row, is_called_off=self.is_called_off, needs_review=self.row.to_review, now=now)


def sessions_of_event(event_id: int, *, is_called_off: bool) -> tuple[ListedSession, ...]:
    """Every session of an event in order of time, called off ones included: one statement."""
    return _listed(_SESSION.event_id == event_id, is_called_off)


def listed_session(session_id: int, *, is_called_off: bool) -> ListedSession:
    """One session as the list shows it; it has to exist. `is_called_off`: its event or class is."""
    return _listed(_SESSION.id == session_id, is_called_off)[0]


def _listed(which: ColumnElement[bool], is_called_off: bool) -> tuple[ListedSession, ...]:
    rows = db.session.execute(
        select(
            *_SESSION.__table__.c,
            _count(SessionReport, came()).label("came"),
            _count(SessionReport).label("reported"),
            _count(MeetingAttendance, is_to_review()).label("to_review"),
        )
        .where(which)
        .order_by(_SESSION.starts_at, _SESSION.id)
    )
    return tuple(ListedSession(row, is_called_off) for row in rows)


def _count(table: type[MeetingAttendance] | type[SessionReport], *which: ColumnElement[bool]):
    query = select(func.count()).select_from(table).where(table.session_id == _SESSION.id, *which)
    return query.correlate(_SESSION).scalar_subquery()


def is_to_review() -> ColumnElement[bool]:
    """A measured person whose status nobody can tell, and nobody has decided by a mark."""
    is_marked = exists().where(
        SessionReport.session_id == MeetingAttendance.session_id,
        SessionReport.user_id == MeetingAttendance.user_id,
        SessionReport.marked_status.is_not(None),
    )
    return and_(MeetingAttendance.needs_review, MeetingAttendance.is_enrolled, ~is_marked)


def session_row(session_id: int) -> Row | None:
    """A session's own columns and its `class_id`, in any state; None where it does not exist."""
    query = select(*_SESSION.__table__.c, class_id_of().label("class_id")).where(_SESSION.id == session_id)
    return db.session.execute(query).one_or_none()


@dataclass(frozen=True, slots=True)
class OwnSession:
    """A session as one participant sees it, with their own result only. Reads like its row."""

    row: Row

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)

    @property
    def result(self) -> str | None:
        """What counts: staff's mark, else what was measured."""
        return self.row.marked_status or self.row.status

    def is_open(self, now: datetime) -> bool:
        return is_open(self.row.starts_at, self.row.ends_at, now)


def sessions_for_reader(event_id: int, user_id: int | None) -> tuple[OwnSession, ...]:
    """The sessions of an event that were not called off, with the reader's own results: one statement."""
    own = and_(SessionReport.session_id == _SESSION.id, SessionReport.user_id == user_id)
    # Straight on the connection: there is nothing for the ORM to load.
    rows = db.session.connection().execute(
        select(
            _SESSION.id, _SESSION.title, _SESSION.kind, _SESSION.starts_at, _SESSION.ends_at, _SESSION.calculated_at,
            SessionReport.minutes, SessionReport.percentage, SessionReport.status, SessionReport.late_minutes,
            SessionReport.entered_at, SessionReport.left_at, SessionReport.marked_status,
            SessionReport.marked_reason, SessionReport.marked_at,
        )
        .outerjoin(SessionReport, own)
        .where(_SESSION.event_id == event_id, _SESSION.cancelled_at.is_(None))
        .order_by(_SESSION.starts_at, _SESSION.id)
    )  # fmt: skip
    return tuple(OwnSession(row) for row in rows)


def open_session_id(now: Any) -> ColumnElement[Any]:
    """The session of the event around it whose doors are open now, if any; the rule is `is_open`."""
    return (
        select(func.min(_SESSION.id))
        .where(_SESSION.event_id == Event.id, _SESSION.cancelled_at.is_(None))
        .where(_SESSION.starts_at <= now + DOORS_OPEN, _SESSION.ends_at > now)
        .correlate(Event)
        .scalar_subquery()
    )


def uncalculated_sessions(now: datetime) -> ColumnElement[Any]:
    """How many sessions of the event around it ended long enough ago to be calculated, and are not."""
    missing = (_SESSION.ends_at < now - _SHOULD_BE_CALCULATED, _SESSION.calculated_at.is_(None))
    return _number_of_sessions(*missing)


def sessions_to_review() -> ColumnElement[Any]:
    """In how many sessions of the event around it somebody's status waits for a decision."""
    waiting = exists().where(MeetingAttendance.session_id == _SESSION.id, is_to_review())
    return _number_of_sessions(_SESSION.calculated_at.is_not(None), _SESSION.reconciled_at.is_not(None), waiting)


def _number_of_sessions(*which: ColumnElement[bool]) -> ColumnElement[Any]:
    query = select(func.count()).select_from(_SESSION)
    return (
        query.where(_SESSION.event_id == Event.id, _SESSION.cancelled_at.is_(None), *which)
        .correlate(Event)
        .scalar_subquery()
    )
