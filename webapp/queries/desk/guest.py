"""One guest at the door with all evidence, in one statement."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from webapp.domain.check_in import GuestAtDoor, Typed
from webapp.domain.enrollment import LIVE
from webapp.domain.enrollment import EnrollmentStatus as S
from webapp.extensions import db
from webapp.models import CheckIn, CheckInReversal, Enrollment, Event, User

#: A name that fits more guests than this is a list, however long it is.
_ENOUGH_TO_ASK = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """One check-in of a guest, and when it was taken back."""

    id: int
    local_on: date
    at: datetime
    desk: str
    method: str
    actor_id: int | None
    helper_id: int | None
    request_id: str | None
    reversed_at: datetime | None

    def is_from(self, desk: str, actor_id: int | None, helper_id: int | None) -> bool:
        """Whether that person at that desk wrote it."""
        return (self.desk, self.actor_id, self.helper_id) == (desk, actor_id, helper_id)


@dataclass(frozen=True, slots=True)
class Guest:
    """An enrollment, the person, the event it belongs to, and its check-ins in order."""

    row: Row
    entries: tuple[Entry, ...]

    def __getattr__(self, name: str):
        return getattr(self.row, name)

    def live_on(self, day: date) -> Entry | None:
        """The check-in of that day that still stands."""
        return next((e for e in self.entries if e.local_on == day and e.reversed_at is None), None)

    def entry(self, check_in_id: int) -> Entry | None:
        return next((e for e in self.entries if e.id == check_in_id), None)

    def reversals_on(self, day: date) -> int:
        return sum(e.local_on == day and e.reversed_at is not None for e in self.entries)

    @property
    def is_over(self) -> bool:
        """Given up or turned down: the person may be enrolled anew."""
        return self.row.status not in LIVE

    @property
    def live_days(self) -> frozenset[date]:
        return frozenset(e.local_on for e in self.entries if e.reversed_at is None)

    def at_door(self, today: date) -> GuestAtDoor:
        """What the rule asks of this guest."""
        return GuestAtDoor(
            self.row.event_id, self.row.organization_id, S(self.row.status), self.live_on(today) is not None
        )


def by_id(enrollment_id: int) -> ColumnElement[bool]:
    return Enrollment.id == enrollment_id


def by_code(code: str) -> ColumnElement[bool]:
    return Enrollment.pass_code == code


def by_check_in(check_in_id: int) -> ColumnElement[bool]:
    found = select(CheckIn.enrollment_id).where(CheckIn.id == check_in_id).scalar_subquery()
    return Enrollment.id == found


def by_words(event_id: int, typed: Typed) -> ColumnElement[bool]:
    """Guests of the event whom the typed words fit; at most two of them, which is enough to ask."""
    few = (
        select(Enrollment.id)
        .join(User, User.id == Enrollment.user_id)
        .where(Enrollment.event_id == event_id, matches(typed), is_latest())
        .order_by(Enrollment.id)
        .limit(_ENOUGH_TO_ASK)
    )
    return Enrollment.id.in_(few)


def by_living(event_id: int, user_id: int) -> ColumnElement[bool]:
    """The one enrollment of that person in the event which was not given up or turned down."""
    return and_(Enrollment.event_id == event_id, Enrollment.user_id == user_id, Enrollment.status.in_(LIVE))


def matches(typed: Typed) -> ColumnElement[bool]:
    """Every word begins some word of name or address, in any order; or it is the end of the code."""
    words = and_(*(User.search_text.like(f"% {word}%") for word in typed.words)) if typed.words else None
    end = Enrollment.pass_code.like(f"%{typed.code_end}") if typed.code_end else None
    known = [condition for condition in (words, end) if condition is not None]
    return or_(*known) if known else Enrollment.id.is_(None)


def is_latest() -> ColumnElement[bool]:
    """Of a person who gave the place up and came back, only the last enrollment counts."""
    other = Enrollment.__table__.alias("other")
    return Enrollment.id == (
        select(func.max(other.c.id))
        .where(other.c.event_id == Enrollment.event_id, other.c.user_id == Enrollment.user_id)
        .correlate(Enrollment)
        .scalar_subquery()
    )


def guests(session: Session, condition: ColumnElement[bool], *, taps: tuple[int, str] | None = None) -> list[Guest]:
    """The guests of that condition. `taps` (event id, request id) also tells whose tap that was."""
    rows = session.execute(_guest_select(taps).where(condition)).all()
    by_enrollment: dict[int, list[Row]] = {}
    for row in rows:
        by_enrollment.setdefault(row.enrollment_id, []).append(row)
    return [Guest(group[0], tuple(_entries(group))) for group in by_enrollment.values()]


def read_guest(condition: ColumnElement[bool]) -> Guest | None:
    """The one guest of that condition, for a page."""
    found = guests(db.session(), condition)
    return found[0] if len(found) == 1 else None


def tapped_before(session: Session, event_id: int, request_id: str) -> int | None:
    """The enrollment that a tap with this id already checked in at this event."""
    return session.scalar(_tap_owner(event_id, request_id))


def _tap_owner(event_id: int, request_id: str) -> Select:
    return select(CheckIn.enrollment_id).where(CheckIn.event_id == event_id, CheckIn.request_id == request_id)


def _guest_select(taps: tuple[int, str] | None) -> Select:
    tapped = [_tap_owner(*taps).scalar_subquery().label("tap_owner_id")] if taps else []
    return (
        select(
            Enrollment.id.label("enrollment_id"), Enrollment.event_id, Enrollment.user_id, Enrollment.status,
            Enrollment.version, Enrollment.pass_code, Enrollment.waitlist_position, Enrollment.cancelled_at,
            Enrollment.source, User.name, User.email,
            Event.organization_id, Event.title.label("event_title"), Event.starts_at.label("event_starts_at"),
            Event.timezone.label("event_timezone"),
            CheckIn.id.label("check_in_id"), CheckIn.local_on, CheckIn.at, CheckIn.desk, CheckIn.method,
            CheckIn.actor_id, CheckIn.helper_id, CheckIn.request_id,
            CheckInReversal.at.label("reversed_at"), *tapped,
        )
        .join(User, User.id == Enrollment.user_id)
        .join(Event, Event.id == Enrollment.event_id)
        .outerjoin(CheckIn, CheckIn.enrollment_id == Enrollment.id)
        .outerjoin(CheckInReversal, CheckInReversal.check_in_id == CheckIn.id)
        .where(Event.deleted_at.is_(None))
        .order_by(Enrollment.id, CheckIn.id)
    )  # fmt: skip


def _entries(rows: Iterable[Row]) -> Iterable[Entry]:
    for row in rows:
        if row.check_in_id is not None:
            yield Entry(
                row.check_in_id, row.local_on, row.at, row.desk, row.method,
                row.actor_id, row.helper_id, row.request_id, row.reversed_at,
            )  # fmt: skip
