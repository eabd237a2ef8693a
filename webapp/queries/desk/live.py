"""The numbers every desk of an event shows, and a word that changes whenever they do."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ScalarSelect, distinct, func, select

from webapp.domain.places.guest_hold import HoldOutcome
from webapp.extensions import db
from webapp.models import CheckIn, CheckInReversal, Enrollment, GuestHold
from webapp.queries.events.event import EventFacts
from webapp.queries.standby_line import people_in_standby

#: Rows a page shows at most; more than that many new arrivals are found by the next search.
_MOST_ROWS = 200
#: A desk counts as live this long after its last check-in.
DESK_SEEN = timedelta(minutes=15)
#: Among so many newest check-ins of the day; ten desks make fewer in that time.
_MOST_LOOKED_AT = 2_000


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one event day. `revision` is the same as long as nothing on the desk has to change."""

    arrived: int
    expected: int
    waiting: int
    #: Whose places were given away, and how many stand in the standby line.
    released: int
    in_line: int
    desks: int
    last_id: int
    revision: str

    @property
    def missing(self) -> int:
        return max(self.expected - self.arrived, 0)


def tally(event: EventFacts, day: date, now: datetime) -> Tally:
    """The counts of that day; one statement, whatever the number of guests."""
    of_day = (CheckIn.event_id == event.id, CheckIn.local_on == day)
    taken_back = (
        select(func.count())
        .select_from(CheckInReversal)
        .join(CheckIn, CheckIn.id == CheckInReversal.check_in_id)
        .where(*of_day)
        .scalar_subquery()
    )
    # Seats are counted on the event; to count 50,000 enrollments anew would take longer than the rest of the page.
    unseated = (
        select(func.count())
        .select_from(Enrollment)
        .where(Enrollment.event_id == event.id, Enrollment.is_unseated)
        .scalar_subquery()
    )
    newest = (
        select(CheckIn.desk, CheckIn.at).where(*of_day).order_by(CheckIn.id.desc()).limit(_MOST_LOOKED_AT).subquery()
    )
    desks = (
        select(func.count(distinct(newest.c.desk)))
        .where(newest.c.at > now - DESK_SEEN, newest.c.desk != "")  # an override has none
        .scalar_subquery()
    )
    row = db.session.execute(
        select(
            func.count().label("written"),
            func.coalesce(func.max(CheckIn.id), 0).label("last_id"),
            taken_back.label("taken_back"),
            unseated.label("unseated"),
            _held(event.id).label("held"),
            _released(event.id).label("released"),
            people_in_standby(event.id).label("in_line"),
            desks.label("desks"),
        ).where(*of_day)
    ).one()
    expected = event.seats_taken - row.held + row.unseated
    standby = (row.released, row.in_line)
    parts = (row.last_id, row.taken_back, expected, event.waiting_count, *standby, row.desks, event.status)
    return Tally(
        arrived=row.written - row.taken_back,
        expected=expected,
        waiting=event.waiting_count,
        released=row.released,
        in_line=row.in_line,
        desks=row.desks,
        last_id=row.last_id,
        revision="-".join(str(part) for part in parts),
    )


def _held(event_id: int) -> ScalarSelect:
    """Seats that are counted, and by which nobody comes: they are only held for guests."""
    held = (GuestHold.event_id == event_id, GuestHold.outcome == HoldOutcome.OPEN, GuestHold.has_seat)
    return select(func.count()).select_from(GuestHold).where(*held).scalar_subquery()


def _released(event_id: int) -> ScalarSelect:
    released = (Enrollment.event_id == event_id, Enrollment.is_released)
    return select(func.count()).select_from(Enrollment).where(*released).scalar_subquery()


def arrived_since(event_id: int, day: date, check_in_id: int) -> list[int]:
    """Enrollments checked in on that day after this check-in; their rows leave the list."""
    later = select(CheckIn.enrollment_id).where(
        CheckIn.event_id == event_id, CheckIn.local_on == day, CheckIn.id > check_in_id
    )
    return list(db.session.scalars(later.distinct().limit(_MOST_ROWS)))
