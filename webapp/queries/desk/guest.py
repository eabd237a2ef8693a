"""One guest at the door with all evidence, in one statement."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from sqlalchemy import BindParameter, ColumnElement, Row, Select, String, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.desk.check_in import GuestAtDoor, Typed
from webapp.domain.places.enrollment import LIVE
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.extensions import db
from webapp.models import CheckIn, CheckInReversal, Enrollment, Event, User
from webapp.models.columns import BigId
from webapp.queries.mail_address import carer_name
from webapp.queries.parameters import built_once
from webapp.queries.row_types import value_of

#: A name that fits more guests than this is a list, however long it is.
_ENOUGH_TO_ASK = 2
#: Columns of the statement: of the guest, and of one check-in.
_PERSON, _ENTRY = slice(17), slice(17, 26)


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

    enrollment_id: int
    event_id: int
    user_id: int
    status: str
    version: int
    pass_code: str
    waitlist_position: int | None
    cancelled_at: datetime | None
    source: str
    #: Whom they came with; None: nobody.
    party_id: int | None
    name: str
    email: str | None
    #: Who looks after them.
    carer: str | None
    organization_id: int
    event_title: str
    event_starts_at: datetime
    event_timezone: str
    entries: tuple[Entry, ...]
    #: Whose tap it was that a request id is kept of; None where none was asked for, or it is new.
    tap_owner_id: int | None

    def live_on(self, day: date) -> Entry | None:
        """The check-in of that day that still stands."""
        return next((e for e in self.entries if e.local_on == day and e.reversed_at is None), None)

    def entry(self, check_in_id: int) -> Entry | None:
        return next((e for e in self.entries if e.id == check_in_id), None)

    def reversals_on(self, day: date) -> int:
        return sum(e.local_on == day and e.reversed_at is not None for e in self.entries)

    @property
    def ticket(self) -> int:
        """Their number in the line; only of somebody who waits."""
        if self.waitlist_position is None:
            raise ValueError("not on the waitlist")
        return self.waitlist_position

    @property
    def is_over(self) -> bool:
        """Given up or turned down: the person may be enrolled anew."""
        return self.status not in LIVE

    @property
    def live_days(self) -> frozenset[date]:
        return frozenset(e.local_on for e in self.entries if e.reversed_at is None)

    def at_door(self, today: date) -> GuestAtDoor:
        """What the rule asks of this guest."""
        return GuestAtDoor(self.event_id, self.organization_id, S(self.status), self.live_on(today) is not None)


def by_id(enrollment_id: int | BindParameter[int]) -> ColumnElement[bool]:
    return Enrollment.id == enrollment_id


def by_code(code: str | BindParameter[str]) -> ColumnElement[bool]:
    return Enrollment.pass_code == code


def tapped(session: Session, enrollment_id: int, taps: tuple[int, str]) -> list[Guest]:
    """The guest whose row of the list was tapped, as `guests` finds them."""
    return _grouped(session.execute(_tapped(), {"tapped": enrollment_id, **_tap_values(taps)}))


def scanned(session: Session, code: str, taps: tuple[int, str]) -> list[Guest]:
    """The guest whose pass was scanned, as `guests` finds them."""
    return _grouped(session.execute(_scanned(), {"scanned": code, **_tap_values(taps)}))


def by_codes(event_id: int, codes: Iterable[str]) -> ColumnElement[bool]:
    """Guests of the event with one of these codes."""
    return and_(Enrollment.event_id == event_id, Enrollment.pass_code.in_(sorted(codes)))


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
    """The one enrollment of that person in the event which was not given up or turned down.

    Of a record that was merged into another one it is that one's: an old pass finds its person.
    """
    own = aliased(User)
    person = select(func.coalesce(own.merged_into_id, own.id)).where(own.id == user_id).scalar_subquery()
    return and_(Enrollment.event_id == event_id, Enrollment.user_id == person, Enrollment.is_live)


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
    values = _tap_values(taps) if taps else {}
    return _grouped(session.execute(_guest_select(with_taps=bool(taps)).where(condition), values))


def read_guest(condition: ColumnElement[bool]) -> Guest | None:
    """The one guest of that condition, for a page."""
    found = guests(db.session(), condition)
    return found[0] if len(found) == 1 else None


def tapped_before(session: Session, event_id: int, request_id: str) -> int | None:
    """The enrollment that a tap with this id already checked in at this event."""
    return session.scalar(_tap_owner(), _tap_values((event_id, request_id)))


# Every tap and every scan asks these.
@cache
def _tapped() -> Select:
    return built_once(_guest_select(with_taps=True).where(by_id(bindparam("tapped", type_=BigId))))


@cache
def _scanned() -> Select:
    is_theirs = by_code(bindparam("scanned", type_=Enrollment.pass_code.type))
    return built_once(_guest_select(with_taps=True).where(is_theirs))


def _tap_owner() -> Select:
    at_event, with_id = bindparam("tap_event", type_=BigId), bindparam("tap_request", type_=String)
    return select(CheckIn.enrollment_id).where(CheckIn.event_id == at_event, CheckIn.request_id == with_id)


def _tap_values(taps: tuple[int, str]) -> dict[str, object]:
    return dict(zip(("tap_event", "tap_request"), taps, strict=True))


@cache
def _guest_select(*, with_taps: bool) -> Select:
    tapped_by = [_tap_owner().scalar_subquery().label("tap_owner_id")] if with_taps else []
    return (
        select(
            Enrollment.id.label("enrollment_id"),
            Enrollment.event_id,
            Enrollment.user_id,
            Enrollment.status,
            Enrollment.version,
            Enrollment.pass_code,
            Enrollment.waitlist_position,
            Enrollment.cancelled_at,
            Enrollment.source,
            Enrollment.party_id,
            User.name,
            User.email,
            carer_name().label("carer"),
            Event.organization_id,
            Event.title.label("event_title"),
            Event.starts_at.label("event_starts_at"),
            Event.timezone.label("event_timezone"),
            CheckIn.id.label("check_in_id"),
            CheckIn.local_on,
            CheckIn.at,
            CheckIn.desk,
            CheckIn.method,
            CheckIn.actor_id,
            CheckIn.helper_id,
            CheckIn.request_id,
            CheckInReversal.at.label("reversed_at"),
            *tapped_by,
        )
        .join(User, User.id == Enrollment.user_id)
        .join(Event, Event.id == Enrollment.event_id)
        .outerjoin(CheckIn, CheckIn.enrollment_id == Enrollment.id)
        .outerjoin(CheckInReversal, CheckInReversal.check_in_id == CheckIn.id)
        .where(Event.deleted_at.is_(None))
        .order_by(Enrollment.id, CheckIn.id)
    )


def _grouped(rows: Iterable[Row]) -> list[Guest]:
    by_enrollment: dict[int, list[Row]] = {}
    for row in rows:
        by_enrollment.setdefault(row.enrollment_id, []).append(row)
    return [_guest(group) for group in by_enrollment.values()]


def _guest(group: list[Row]) -> Guest:
    first = group[0]
    entries = tuple([value_of(Entry, row[_ENTRY]) for row in group if row.check_in_id is not None])
    return value_of(Guest, first[_PERSON], entries, getattr(first, "tap_owner_id", None))
