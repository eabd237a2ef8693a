"""What the marks of a class come to: by person, by session, together. All of it from one table of cells."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus as E
from webapp.domain.classes.class_progress import Cell, Progress, Tally, Told, progress_of, tally_of, warnings_of
from webapp.domain.classes.program_class import SessionStatus
from webapp.domain.classes.roll_call import Place, RollCallStatus, day_bounds, had_place, has_place
from webapp.domain.text import fold
from webapp.extensions import db
from webapp.models import ClassAttendance, ClassEnrollment, ClassEnrollmentTransition, ClassSession, User
from webapp.queries.classes.class_sessions import sessions_of
from webapp.queries.classes.program_class import ClassFacts
from webapp.queries.classes.roll_call import names_of, people_on, places_in, places_in_class, scheduled_of
from webapp.queries.id_set import is_among

#: User id -> session id -> (status, minutes).
Marked = Mapping[int, Mapping[int, tuple[str, int]]]


@dataclass(frozen=True, slots=True)
class Attendance:
    """A person's marks in a class in numbers, where they stand, and why to talk to them.

    `is_in`: they have a place now; warnings are for those only.
    """

    tally: Tally
    progress: Progress
    told: tuple[Told, ...]
    is_in: bool


@dataclass(frozen=True, slots=True)
class PersonLine(Attendance):
    """One person of a class."""

    user_id: int
    name: str


@dataclass(frozen=True, slots=True)
class SessionTally:
    """One session that took place, in numbers."""

    session: Row
    tally: Tally


@dataclass(frozen=True, slots=True)
class ClassReport:
    """By person (by name), by session (in order of time), and together: the sums of both are `total`."""

    people: list[PersonLine]
    sessions: list[SessionTally]
    total: Tally


@dataclass(frozen=True, slots=True)
class OwnCell:
    """One session as it stands for one person."""

    session: Row
    cell: Cell


@dataclass(frozen=True, slots=True)
class OwnReport(Attendance):
    """One person in one class: session by session, and what they come to."""

    cells: list[OwnCell]


@dataclass(frozen=True, slots=True)
class RosterLine:
    """Somebody who had a seat on that date; `status` is how they stood at its end."""

    user_id: int
    name: str
    email: str | None
    since_at: datetime
    status: E


def class_report(facts: ClassFacts, *, now: datetime) -> ClassReport:
    """Four statements, whatever the number of people and sessions."""
    session = db.session()
    held = _held(sessions_of(facts.id))
    places = places_in_class(session, facts.id)
    marked = marks_in_class(facts.id)
    names = names_of(session, sorted(places))
    by_session: dict[int, list[Cell]] = {row.id: [] for row in held}
    slots = _slots(held, facts.timezone, now)
    people = []
    for user_id, own_places in places.items():
        own = _cells(slots, own_places, marked.get(user_id, {}))
        for row, cell in own:
            by_session[row.id].append(cell)
        if own or has_place(own_places):
            people.append(PersonLine(*_come_to(own, facts, own_places), user_id=user_id, name=names[user_id]))
    people.sort(key=lambda line: (fold(line.name), line.user_id))
    tallies = [SessionTally(row, tally_of(by_session[row.id])) for row in held]
    took_place = [one for one in tallies if one.session.starts_at <= now or one.tally.marked]
    return ClassReport(people, took_place, sum((line.tally for line in people), Tally()))


def own_report(facts: ClassFacts, user_id: int, *, now: datetime) -> OwnReport | None:
    """One person's sessions of a class; None for somebody who never had a seat. Three statements."""
    return own_reports([facts], user_id, now=now).get(facts.id)


def own_reports(classes: Sequence[ClassFacts], user_id: int, *, now: datetime) -> dict[int, OwnReport]:
    """The same for several classes, by class id; those without a seat are not in it. Three statements."""
    if not classes:
        return {}
    session = db.session()
    ids = [facts.id for facts in classes]
    places = places_in(session, ids, user_id=user_id)
    held: dict[int, list[Row]] = defaultdict(list)
    for row in _held(_sessions_in(session, ids)):
        held[row.class_id].append(row)
    marks = _marks_of_person(session, ids, user_id)
    found = {}
    for facts in classes:
        own_places = places.get(facts.id, {}).get(user_id)
        if own_places:
            own = _cells(_slots(held[facts.id], facts.timezone, now), own_places, marks)
            cells = [OwnCell(row, cell) for row, cell in own]
            found[facts.id] = OwnReport(*_come_to(own, facts, own_places), cells=cells)
    return found


def roster_on(facts: ClassFacts, on: date) -> list[RosterLine]:
    """Who had a seat on that local date, by name, from the transitions. Three statements."""
    session = db.session()
    bounds = day_bounds(on, facts.timezone)
    places = places_in_class(session, facts.id)
    there = people_on(places, bounds)
    statuses = _statuses_before(session, facts.id, bounds[1])
    rows = session.execute(
        select(User.id, User.name, User.email).where(is_among(session, User.id, sorted(there)))
    ).all()
    lines = [RosterLine(row.id, row.name, row.email, _since(places[row.id], bounds), statuses[row.id]) for row in rows]
    return sorted(lines, key=lambda line: (fold(line.name), line.user_id))


def marks_in_class(class_id: int) -> Marked:
    """User id -> session id -> (status, minutes) of a whole class. One statement."""
    # Straight on the connection: there is nothing for the ORM to load.
    rows = db.session.connection().execute(
        select(ClassAttendance.session_id, ClassAttendance.user_id, ClassAttendance.status, ClassAttendance.minutes)
        .join(ClassSession, ClassSession.id == ClassAttendance.session_id)
        .where(ClassSession.class_id == class_id)
    )
    marked: dict[int, dict[int, tuple[str, int]]] = defaultdict(dict)
    for session_id, user_id, status, minutes in rows:
        marked[user_id][session_id] = (status, minutes or 0)
    return marked


def notes_in_class(class_id: int) -> dict[tuple[int, int], str]:
    """(session id, user id) -> what was noted with a mark. One statement."""
    rows = db.session.execute(
        select(ClassAttendance.session_id, ClassAttendance.user_id, ClassAttendance.note)
        .join(ClassSession, ClassSession.id == ClassAttendance.session_id)
        .where(ClassSession.class_id == class_id, ClassAttendance.note != "")
    )
    return {(session_id, user_id): note for session_id, user_id, note in rows}


def _since(places: Sequence[Place], bounds: tuple[datetime, datetime]) -> datetime:
    return min(one.from_at for one in places if had_place([one], bounds))


def _statuses_before(session: Session, class_id: int, before: datetime) -> dict[int, E]:
    """User id -> how they stood just before that instant; of several enrollments the one that was moved last."""
    trail = ClassEnrollmentTransition
    rows = session.execute(
        select(ClassEnrollment.user_id, trail.to_status)
        .join(ClassEnrollment, ClassEnrollment.id == trail.enrollment_id)
        .where(trail.class_id == class_id, trail.at < before)
        .order_by(trail.id)
    )
    return {user_id: E(status) for user_id, status in rows}


def _held(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row.status == SessionStatus.SCHEDULED]


@dataclass(frozen=True, slots=True)
class _Slot:
    """What is the same for everybody in one session. `cells` keeps a mark that many share from being made anew."""

    row: Row
    id: int
    scheduled: int
    bounds: tuple[datetime, datetime]
    open: Cell
    cells: dict[tuple[str, int], Cell]

    def cell(self, mark: tuple[str, int] | None) -> Cell:
        """What stands there."""
        if mark is None:
            return self.open
        found = self.cells.get(mark)
        if found is None:
            found = self.cells[mark] = Cell(RollCallStatus(mark[0]), mark[1], self.scheduled)
        return found


def _slots(held: Sequence[Row], timezone: str, now: datetime) -> list[_Slot]:
    days = {local_on: day_bounds(local_on, timezone) for local_on in {row.local_on for row in held}}
    slots = []
    for row in held:
        minutes = scheduled_of(row).minutes
        nothing = Cell(None, 0, minutes, is_due=row.starts_at <= now)
        slots.append(_Slot(row, row.id, minutes, days[row.local_on], nothing, {}))
    return slots


def _cells(
    slots: Sequence[_Slot], places: Sequence[Place], marks: Mapping[int, tuple[str, int]]
) -> list[tuple[Row, Cell]]:
    """A person's cell in each session on whose date they had a seat, or have one to this day."""
    from_at = max((one.from_at for one in places if one.until_at is None), default=None)
    return [
        (slot.row, slot.cell(marks.get(slot.id)))
        for slot in slots
        # Most people stay in once they came: that needs no look at all of their places.
        if (from_at is not None and from_at < slot.bounds[1]) or had_place(places, slot.bounds)
    ]


def _come_to(
    own: Sequence[tuple[Row, Cell]], facts: ClassFacts, places: Sequence[Place]
) -> tuple[Tally, Progress, tuple[Told, ...], bool]:
    """What the cells of a person come to, in the order of `Attendance`."""
    cells = [cell for _, cell in own]
    tally, is_in = tally_of(cells), has_place(places)
    progress = progress_of(tally, len(cells), facts.required_percent)
    return tally, progress, warnings_of(cells, progress) if is_in else (), is_in


def _marks_of_person(session: Session, class_ids: Collection[int], user_id: int) -> dict[int, tuple[str, int]]:
    """Session id -> (status, minutes) of one person."""
    rows = session.execute(
        select(ClassAttendance.session_id, ClassAttendance.status, ClassAttendance.minutes)
        .join(ClassSession, ClassSession.id == ClassAttendance.session_id)
        .where(is_among(session, ClassSession.class_id, list(class_ids)), ClassAttendance.user_id == user_id)
    )
    return {session_id: (status, minutes or 0) for session_id, status, minutes in rows}


def _sessions_in(session: Session, class_ids: Collection[int]) -> Sequence[Row]:
    return session.execute(
        select(*ClassSession.__table__.c)
        .where(is_among(session, ClassSession.class_id, list(class_ids)))
        .order_by(ClassSession.starts_at, ClassSession.id)
    ).all()
