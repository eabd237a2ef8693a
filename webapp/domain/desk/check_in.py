"""Somebody stands at the door: one decision, the same for a scanned code, a name and a tap.

The order is fixed: known? -> right event? -> status ok? -> day ok? -> already in? -> in.
A duplicate is looked for last, so that a withdrawn place never looks like a harmless repeat.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from webapp.domain.event_life import EventStatus
from webapp.domain.permission import Actor, Permission, Trigger
from webapp.domain.places.enrollment import CLOSED, PLACE_HELD, EnrollmentMethod
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.pass_code import (
    ALPHABET,
    code_of_keys,
    codes_at_the_end,
    is_misread_scan,
    is_well_formed,
    looks_like_code,
    normalize,
)
from webapp.domain.refusal import Refused
from webapp.domain.text import search_words

#: Whom the desk expects or has to decide about.
EXPECTED = PLACE_HELD | {S.WAITLISTED, S.RELEASED}
#: Of these nobody is in on any day: the first check-in moves them on.
NEVER_IN = frozenset({S.CONFIRMED, S.WAITLISTED, S.RELEASED})
#: Within this time a check-in is taken back without a reason.
UNDO_WINDOW = timedelta(seconds=10)
#: A shaky hand or a scanner that reads twice: the same code from the same desk.
DOUBLE_READ = timedelta(seconds=3)
#: How much of a code people read out to be found.
CODE_END = 4
#: A code in groups of two; whatever is longer and holds one is the address of a pass.
_LONGEST_CODE = 12
#: The longest text that can be a code, the address of a pass, or a name.
MAX_TYPED = 300


class CheckInMethod(StrEnum):
    """How somebody was checked in."""

    MANUAL = "manual"
    CODE = "code"
    QR = "qr"
    WALK_IN = "walk_in"
    ONLINE = "online"
    OVERRIDE = "override"


class Verdict(StrEnum):
    IN = "in"
    ALREADY_IN = "already_in"
    NOT_TODAY = "not_today"
    WAITLISTED = "waitlisted"
    #: The place was given to somebody at the door.
    RELEASED = "released"
    #: In the standby line.
    STANDBY = "standby"
    CANCELLED = "cancelled"
    PENDING = "pending"
    REJECTED = "rejected"
    CLOSED = "closed"
    NOT_OPEN = "not_open"
    UNKNOWN = "unknown"
    OTHER_EVENT = "other_event"


_WITHOUT_A_PLACE = {
    S.WAITLISTED: Verdict.WAITLISTED,
    S.RELEASED: Verdict.RELEASED,
    S.CANCELLED: Verdict.CANCELLED,
    S.PENDING: Verdict.PENDING,
    S.REJECTED: Verdict.REJECTED,
}
_DECIDED = CLOSED


@dataclass(frozen=True, slots=True)
class Door:
    """The event whose desk asks, and the local date there now."""

    event_id: int
    organization_id: int
    event_status: str
    days: tuple[date, ...]
    today: date

    @property
    def is_event_day(self) -> bool:
        return self.today in self.days

    @property
    def is_open(self) -> bool:
        """Whether anybody can be let in now."""
        return self.event_status == EventStatus.PUBLISHED and self.is_event_day


@dataclass(frozen=True, slots=True)
class GuestAtDoor:
    """What is known of one enrollment; `is_in` means a live check-in today."""

    event_id: int
    organization_id: int
    status: S
    is_in: bool


def decide_check_in(guest: GuestAtDoor | None, door: Door) -> Verdict:
    """What the desk does with this guest now."""
    if guest is None:
        return Verdict.UNKNOWN
    if guest.event_id != door.event_id:
        # Another organization's codes do not exist here.
        is_ours = guest.organization_id == door.organization_id
        return Verdict.OTHER_EVENT if is_ours else Verdict.UNKNOWN
    if door.event_status == EventStatus.COMPLETED or guest.status in _DECIDED:
        return Verdict.CLOSED
    if door.event_status != EventStatus.PUBLISHED:
        return Verdict.NOT_OPEN
    if guest.status in _WITHOUT_A_PLACE:
        return _WITHOUT_A_PLACE[guest.status]
    if not door.is_event_day:
        return Verdict.NOT_TODAY
    return Verdict.ALREADY_IN if guest.is_in else Verdict.IN


def require_open_door(door: Door) -> None:
    """Refuse to let anybody in when the desk is not open (`event_closed`, `not_published`, `not_today`)."""
    if door.event_status == EventStatus.COMPLETED:
        raise Refused("event_closed")
    if door.event_status != EventStatus.PUBLISHED:
        raise Refused("not_published")
    if not door.is_event_day:
        raise Refused("not_today")


def next_event_day(days: Iterable[date], today: date) -> date | None:
    """The first event day after today, or None when all are over."""
    return min((day for day in days if day > today), default=None)


def is_double_read(checked_in_at: datetime, now: datetime, *, same_desk: bool) -> bool:
    """Whether a repeat at the same desk is the same movement of the hand."""
    return same_desk and now - checked_in_at <= DOUBLE_READ


def undo_needs_reason(checked_in_at: datetime, now: datetime) -> bool:
    """Whether taking this check-in back has to be explained."""
    return now - checked_in_at > UNDO_WINDOW


def may_place(actor: Actor, organization_id: int, facility_id: int, method: EnrollmentMethod) -> bool:
    """Whether this person may let somebody in at the door: a helper does not decide where an organizer decides."""
    decides = actor.can(Permission.DECIDE_APPLICATIONS, organization_id, facility_id)
    return method is not EnrollmentMethod.APPLICATION or decides


def may_enroll_again(actor: Actor, organization_id: int, facility_id: int, *, cancelled_by: str) -> bool:
    """Whoever gave the place up may have one again; whom somebody else removed only staff takes back."""
    return cancelled_by == Trigger.USER or actor.can(Permission.GIVE_PLACE, organization_id, facility_id)


def desk_actor(crew: Iterable[Actor], event_id: int, organization_id: int, facility_id: int) -> Actor:
    """Of the people behind this browser, the first who may run this desk; else `not_found`."""
    for actor in crew:
        if actor.can_run_desk(event_id, organization_id, facility_id):
            return actor
    raise Refused("not_found")


@dataclass(frozen=True, slots=True)
class Typed:
    """What a scanner or a person put into the field, read in every way it can be meant."""

    text: str
    #: The code it stands for, with the right check character.
    code: str | None
    #: Other codes it may stand for; only one of a guest of this event is meant.
    guesses: tuple[str, ...]
    #: It can only be a code, and one character of it is wrong.
    is_misread: bool
    #: The address of a pass, as its QR picture holds it.
    is_address: bool
    words: tuple[str, ...]
    #: The last characters of a code, as people read them out.
    code_end: str | None


def read_typed(text: str, keys: str = "") -> Typed:
    """Read a cleaned line. A word of eight letters is a name unless it is exactly a code.

    `keys` are the physical keys of a scan, where the page could tell them: what a scanner that
    types US keys meant, whatever the layout made of it.
    """
    normal = normalize(text)
    known = normal if is_well_formed(normal) else None
    code = code_of_keys(keys) or known
    others = (known, *codes_at_the_end(text), *codes_at_the_end(keys))
    guesses = tuple(dict.fromkeys(guess for guess in others if guess and guess != code))
    has_digit = any(character in "0123456789" for character in text)
    end = text.upper()
    return Typed(
        text=text,
        code=code,
        guesses=guesses,
        is_misread=code is None and (has_digit and looks_like_code(normal) or is_misread_scan(text)),
        is_address=code is not None and len(text) > _LONGEST_CODE,
        words=search_words(text),
        code_end=end if len(end) == CODE_END and all(c in ALPHABET for c in end) else None,
    )


def read_device_time(text: str | None) -> datetime | None:
    """The desk device's own time, where it sent one that can be read; anything else is ignored."""
    if not text or len(text) > 40 or not text.isascii():
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    if at.tzinfo is None or not 2000 <= at.year <= 2200:
        return None
    return at.astimezone(UTC)
