"""Roll call of a class: its sessions with what is marked, one session's sheet, and how a mark came to be."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from webapp.domain.classes.class_progress import Tally, is_overdue, tally_of_status
from webapp.domain.classes.program_class import SessionStatus
from webapp.domain.classes.roll_call import (
    NOTHING,
    AbsenceCategory,
    Mark,
    Place,
    RollCallStatus,
    Scheduled,
    day_bounds,
    had_place,
    places_of,
)
from webapp.domain.event_days import local_date
from webapp.domain.text import fold
from webapp.extensions import db
from webapp.models import (
    ClassAttendance,
    ClassAttendanceMark,
    ClassEnrollment,
    ClassEnrollmentTransition,
    ClassSession,
    MeetingSession,
    Room,
    User,
)
from webapp.queries.classes.program_class import ClassFacts
from webapp.queries.id_set import is_among
from webapp.queries.online.session_owner import is_online_side
from webapp.queries.trail_entries import ACTOR, entries

_SESSION, _ATTENDANCE, _MARK = ClassSession.__table__, ClassAttendance.__table__, ClassAttendanceMark.__table__


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands about a person in a session, and the number of the last thing that was said (0: nothing yet)."""

    mark: Mark = NOTHING
    version: int = 0
    is_automatic: bool = False
    marked_by: str | None = None
    marked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One person of a session's sheet."""

    user_id: int
    name: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One session in the list. `expected` people had a place on its date."""

    session: Row
    tally: Tally
    has_begun: bool
    is_overdue: bool

    @property
    def is_cancelled(self) -> bool:
        return self.session.status == SessionStatus.CANCELLED


def class_session_by_id(session_id: int) -> Row | None:
    """A session's own columns, its room's name and its online side (`meeting_id`), in any state. One statement."""
    return db.session.execute(
        select(*_SESSION.c, Room.name.label("room_name"), MeetingSession.id.label("meeting_id"))
        .outerjoin(Room, Room.id == _SESSION.c.room_id)
        .outerjoin(MeetingSession, is_online_side())
        .where(_SESSION.c.id == session_id)
    ).one_or_none()


def places_in(
    session: Session, class_ids: Sequence[int], *, user_id: int | None = None
) -> dict[int, dict[int, list[Place]]]:
    """Class id -> user id (or only that one) -> from when until when they had a seat, from the transitions.

    One statement.
    """
    trail = ClassEnrollmentTransition
    query = (
        select(trail.class_id, ClassEnrollment.user_id, trail.enrollment_id, trail.to_status, trail.at)
        .join(ClassEnrollment, ClassEnrollment.id == trail.enrollment_id)
        .where(is_among(session, trail.class_id, class_ids))
        .order_by(trail.class_id, trail.enrollment_id, trail.version)
    )
    rows = session.connection().execute(query if user_id is None else query.where(ClassEnrollment.user_id == user_id))
    moves: dict[int, list[tuple[int, int, str, datetime]]] = defaultdict(list)
    for class_id, person_id, enrollment_id, to_status, at in rows:
        moves[class_id].append((person_id, enrollment_id, to_status, at))
    return {class_id: places_of(found) for class_id, found in moves.items()}


def places_in_class(session: Session, class_id: int) -> dict[int, list[Place]]:
    """User id -> from when until when they had a seat. One statement."""
    return places_in(session, [class_id]).get(class_id, {})


def tallies_of(session: Session, session_rows: Sequence[Row]) -> dict[int, Tally]:
    """Session id -> the marks in it in numbers; sessions without marks are not in it. One statement."""
    if not session_rows:
        return {}
    minutes = {row.id: scheduled_of(row).minutes for row in session_rows}
    rows = session.execute(
        select(
            _ATTENDANCE.c.session_id,
            _ATTENDANCE.c.status,
            func.count(),
            func.sum(func.coalesce(_ATTENDANCE.c.minutes, 0)),
        )
        .where(is_among(session, _ATTENDANCE.c.session_id, list(minutes)))
        .group_by(_ATTENDANCE.c.session_id, _ATTENDANCE.c.status)
    )
    found: dict[int, Tally] = defaultdict(Tally)
    for session_id, status, people, sum_of_minutes in rows:
        found[session_id] += tally_of_status(RollCallStatus(status), people, int(sum_of_minutes), minutes[session_id])
    return found


def session_lines(facts: ClassFacts, session_rows: Sequence[Row], *, now: datetime) -> list[SessionLine]:
    """Every session of the class with what is marked in it, in their order. Two statements."""
    session = db.session()
    tallies, places = tallies_of(session, session_rows), places_in_class(session, facts.id)
    return [session_line(row, facts.timezone, tallies, places, now=now) for row in session_rows]


def session_line(
    row: Row, timezone: str, tallies: Mapping[int, Tally], places: Mapping[int, Sequence[Place]], *, now: datetime
) -> SessionLine:
    """One of them. A cancelled session and one that has not begun expect only who is marked."""
    said = tallies.get(row.id, Tally())
    has_begun = row.status == SessionStatus.SCHEDULED and row.starts_at <= now
    roster = len(people_on(places, day_bounds(row.local_on, timezone))) if has_begun else 0
    tally = said + Tally(expected=max(roster - said.expected, 0))
    today = local_date(now, timezone)
    overdue = has_begun and is_overdue(row.local_on, today, is_over=row.ends_at <= now, unmarked=tally.unmarked)
    return SessionLine(row, tally, has_begun, overdue)


def sheet_of(facts: ClassFacts, session_row: Row) -> list[SheetLine]:
    """Everybody who had a place on the session's date, by name, with what stands. Three statements."""
    session = db.session()
    bounds = day_bounds(session_row.local_on, facts.timezone)
    people = people_on(places_in_class(session, facts.id), bounds)
    standing = standings(session, session_row.id)
    names = names_of(session, sorted(people | standing.keys()))
    lines = [SheetLine(user_id, name, standing.get(user_id, Standing())) for user_id, name in names.items()]
    return sorted(lines, key=lambda line: (fold(line.name), line.user_id))


def people_on(places: Mapping[int, Sequence[Place]], bounds: tuple[datetime, datetime]) -> set[int]:
    """Who had a seat at any moment between those two."""
    return {user_id for user_id, own in places.items() if had_place(own, bounds)}


def standings(session: Session, session_id: int) -> dict[int, Standing]:
    """User id -> what stands in a session, for everybody of whom something was ever said. One statement."""
    last = (
        select(_MARK.c.user_id, func.max(_MARK.c.version).label("version"))
        .where(_MARK.c.session_id == session_id)
        .group_by(_MARK.c.user_id)
        .subquery("last")
    )
    standing = _ATTENDANCE.alias("standing")
    rows = session.execute(
        select(*standing.c, last.c.user_id.label("person_id"), last.c.version.label("said"), User.name)
        .select_from(last)
        .outerjoin(standing, (standing.c.user_id == last.c.user_id) & (standing.c.session_id == session_id))
        .outerjoin(User, User.id == standing.c.marked_by_id)
    )
    return {row.person_id: _standing(row) for row in rows}


def _standing(row: Row) -> Standing:
    if row.status is None:
        return Standing(version=row.said)
    mark = Mark(
        RollCallStatus(row.status),
        row.minutes,
        row.in_at,
        row.out_at,
        AbsenceCategory(row.category) if row.category else None,
        row.note,
    )
    return Standing(mark, row.said, row.is_automatic, row.name, row.marked_at)


def marks_of(session: Session, session_id: int, user_ids: Sequence[int]) -> dict[tuple[int, int], Mark]:
    """(user id, version) -> what was said then. One statement."""
    rows = session.execute(
        select(*_MARK.c).where(_MARK.c.session_id == session_id, is_among(session, _MARK.c.user_id, user_ids))
    )
    return {(row.user_id, row.version): said_mark(row) for row in rows}


def said_mark(row: Any) -> Mark:
    """The mark that a line of the trail says; nothing where it was a deletion."""
    if row.status is None:
        return NOTHING
    facts = row.facts
    times = [datetime.fromisoformat(facts[name]) if facts.get(name) else None for name in ("in_at", "out_at")]
    category = AbsenceCategory(facts["category"]) if facts.get("category") else None
    return Mark(RollCallStatus(row.status), facts.get("minutes"), times[0], times[1], category, row.note)


def history_of(session_id: int, user_id: int) -> Sequence[Row]:
    """Everything that was said of a person in a session, newest first, with `actor_name`. One statement."""
    marks = entries(ClassAttendanceMark).add_columns(ACTOR.is_system.label("by_system"))
    theirs = marks.where(_MARK.c.session_id == session_id, _MARK.c.user_id == user_id)
    return db.session.execute(theirs.order_by(_MARK.c.version.desc())).all()


def names_of(session: Session, user_ids: Sequence[int]) -> dict[int, str]:
    """User id -> name. One statement."""
    if not user_ids:
        return {}
    rows = session.execute(select(User.id, User.name).where(is_among(session, User.id, user_ids)))
    return {row.id: row.name for row in rows}


def scheduled_of(row: Any) -> Scheduled:
    """The times of a session's row."""
    return Scheduled(row.starts_at, row.ends_at)
