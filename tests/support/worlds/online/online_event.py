"""An event with an online session and people in it, from planning to the report: the real services."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import count

from flask import Flask
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tests.support.worlds.online.video_room import VideoRoom
from tests.support.worlds.use_cases import UseCases
from tests.support.worlds.world import NOON, World
from webapp.domain.online.presence import StaffMark
from webapp.domain.permission import Role
from webapp.models import Enrollment, MeetingAttendance, MeetingSession, SessionReport
from webapp.queries.online.session_calculation import due_sessions, sessions_to_reconcile
from webapp.services.online.session_attendance import Calculated, calculate_sessions, reconcile_sessions
from webapp.services.online.session_mark import mark_presence
from webapp.services.places.enrollment import Placed
from webapp.services.unit_of_work import end_reading, write_transaction

START = NOON + timedelta(days=1)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
END = START + HOUR
_number = count(1)
SOON, LATER = END + 6 * MINUTE, END + HOUR + MINUTE


class OnlineEvent:
    """One event whose online session runs from `START` to `END`; `people` are enrolled, in order."""

    def __init__(self, app: Flask, *, people: int = 3, ends_at: datetime = END, **policy: object) -> None:
        self.world = World(app)
        policy = {"online_counts": True, **policy}
        self.event_id = self.world.event("Evening", starts_at=START, ends_at=ends_at, **policy)
        self.use_cases = UseCases(app, self.world)
        self.people = self.world.people(people)
        self._placed = [self.use_cases.enrolls(self.event_id, user_id) for user_id in self.people]
        self.places = [placed.enrollment_id for placed in self._placed]
        self.session_id = self.session()
        self.room = VideoRoom(app, f"session-{self.session_id}", START)

    def session(
        self, starts_at: datetime = START, ends_at: datetime = END, room: str | None = None, **more: object
    ) -> int:
        """Another session of the event, by default in a room of its own; its id."""
        return plan_session(self.event_id, starts_at, ends_at, room, **more)

    def elsewhere(self, starts_at: datetime, ends_at: datetime, *, also: Sequence[int] = ()) -> int:
        """A session of another event at that time, with places for the same people and these; the session's id."""
        event_id = self.world.event("Elsewhere", starts_at=starts_at, ends_at=ends_at, online_counts=True)
        for user_id in (*self.people, *also):
            self.use_cases.enrolls(event_id, user_id)
        return plan_session(event_id, starts_at, ends_at)

    def marks(
        self,
        at: int,
        status: StaffMark,
        *,
        session_id: int | None = None,
        now: datetime = SOON,
        seen: int | None = None,
    ) -> None:
        """Staff say how that person took part; `seen` is the mark that the page showed."""
        organizer = self.world.person("Orla", role=Role.ORGANIZER)
        mark_presence(
            session_id=session_id or self.session_id,
            user_id=self.people[at],
            status=status,
            reason="They told us",
            actor=self.world.actor(organizer, Role.ORGANIZER),
            now=now,
            request_id=f"mark-{next(_number):012d}",
            seen_mark_id=seen,
        )

    def placed(self, at: int) -> Placed:
        """That person's place, as `Story` asks for it."""
        return self._placed[at]

    def identity(self, at: int) -> str:
        return f"u{self.people[at]}"

    def stays(self, at: int, come: float, go: float) -> None:
        """Somebody is in the room from this minute to that one; folded at once."""
        self.room.stays(self.identity(at), come, go)
        self.room.fold()


def plan_session(event_id: int, starts_at: datetime, ends_at: datetime, room: str | None = None, **more: object) -> int:
    """A session of that event, by default in a room of its own; its id."""
    values = {
        "event_id": event_id,
        "title": "Talk",
        "starts_at": starts_at,
        "ends_at": ends_at,
        "created_at": NOON,
        **more,
    }
    with write_transaction() as session:
        session_id = session.scalar(insert(MeetingSession).values(values).returning(MeetingSession.id))
        name = room or f"session-{session_id}"
        session.execute(update(MeetingSession).where(MeetingSession.id == session_id).values(room_name=name))
    return session_id


def calculate(now: datetime = SOON) -> Calculated:
    """What the job does every five minutes."""
    end_reading()
    return last(calculate_sessions(due_sessions(now), now=now))


def reconcile(now: datetime = LATER) -> Calculated:
    """What the job does every hour."""
    end_reading()
    return last(reconcile_sessions(sessions_to_reconcile(now), now=now))


def last(steps: Iterable[Calculated]) -> Calculated:
    done = Calculated()
    for step in steps:
        done = step
    return done


def measured(session: Session, session_id: int) -> dict[int, tuple]:
    """(status, seconds, percentage) by user."""
    session.rollback()
    row = MeetingAttendance
    query = select(row.user_id, row.status, row.seconds, row.percentage).where(row.session_id == session_id)
    return {user_id: tuple(rest) for user_id, *rest in session.execute(query)}


def report(session: Session, session_id: int, user_id: int) -> SessionReport | None:
    session.rollback()
    found = select(SessionReport).where(SessionReport.session_id == session_id, SessionReport.user_id == user_id)
    return session.scalars(found.execution_options(populate_existing=True)).one_or_none()


def statuses(session: Session, ids: list[int]) -> list[str]:
    """Of those enrollments, in that order."""
    session.rollback()
    rows = dict(session.execute(select(Enrollment.id, Enrollment.status).where(Enrollment.id.in_(ids))).all())
    return [rows[one] for one in ids]
