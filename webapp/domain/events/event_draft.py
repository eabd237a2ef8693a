"""An event as its form describes it: what a draft may say, and what may still change later."""

import re
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from webapp.domain.event_days import effective_end, event_days, on_the_clock, require_times, require_timezone
from webapp.domain.events.closure import AttendanceRequirement, closing_from, require_minimum_days
from webapp.domain.places.access import WhoMay, require_list_opening
from webapp.domain.places.enrollment import EnrollmentMethod
from webapp.domain.places.offer import last_call_at
from webapp.domain.places.standby import require_standby_terms, standby_at
from webapp.domain.refusal import Refused

MAX_CAPACITY = 100_000
MAX_DEADLINE_HOURS = 24 * 90
_WALL_TIME = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})[ T]([0-9]{2}):([0-9]{2})")

#: What may be put right after the end: words. Everything else decided about people already.
_WORDS = frozenset({"title", "description", "place", "facility_id", "cover"})


@dataclass(frozen=True, slots=True)
class EventDraft:
    """Everything an organizer decides about an event and its policy. Instants are aware UTC."""

    title: str
    description: str
    place: str
    facility_id: int
    cover: str
    timezone: str
    starts_at: datetime
    ends_at: datetime | None
    method: EnrollmentMethod
    capacity: int | None
    has_waitlist: bool
    attendance_requirement: AttendanceRequirement
    minimum_days: int | None
    opens_at: datetime | None
    closes_at: datetime | None
    cancellation_deadline_hours: int | None
    online_counts: bool
    asks_added: bool = False
    #: A seat that gets free is offered for so long at most; None: given to whoever is next.
    offer_hours: int | None = None
    #: So long before the start nobody moves up by themselves any more; None: until the start they do.
    last_call_hours: int | None = None
    #: It is closed so many minutes after its end.
    closing_delay_minutes: int = 0
    #: How many people one enrollment may hold, and whether people behind a party that does not fit get free seats.
    party_size: int = 1
    parties_pass: bool = False
    #: There is a standby line at the door, and absent people are waited for so many minutes after the start.
    standby_minutes: int | None = None
    #: Then the line gets their places without anybody pressing a button.
    standby_automatic: bool = False
    #: Who attended gets a certificate.
    issues_certificates: bool = False
    #: Who may enroll by themselves, and from when on people on the list may, before everybody else.
    who_may: WhoMay = WhoMay.OPEN
    list_opens_at: datetime | None = None

    @property
    def days(self) -> tuple[date, ...]:
        return event_days(self.starts_at, self.ends_at, self.timezone)

    @property
    def last_call_at(self) -> datetime | None:
        return last_call_at(self.starts_at, self.last_call_hours)

    @property
    def standby_at(self) -> datetime | None:
        return standby_at(self.starts_at, self.standby_minutes)

    @property
    def closing_from(self) -> datetime | None:
        return closing_from(self.effective_end_at, self.closing_delay_minutes)

    @property
    def effective_end_at(self) -> datetime:
        return effective_end(self.starts_at, self.ends_at)

    def differences(self, stored: object) -> tuple[str, ...]:
        """Names of the fields in which this draft differs from a row with the same columns."""
        return tuple(f.name for f in fields(self) if getattr(self, f.name) != getattr(stored, f.name))


def require_consistent(draft: EventDraft) -> None:
    """Refuse times, days and windows that contradict each other.

    Raises `unknown_timezone`, `end_not_after_start`, `event_too_long`,
    `end_at_midnight`, `minimum_days_out_of_range`, `window_upside_down`, `window_after_end`, `standby_needs_one_day`,
    `standby_needs_waitlist`, `standby_needs_limit`, what `require_list_opening` raises.
    """
    require_timezone(draft.timezone)
    require_times(draft.starts_at, draft.ends_at)
    if draft.ends_at is not None and draft.ends_at.astimezone(ZoneInfo(draft.timezone)).time() == time(0):
        raise Refused("end_at_midnight")
    require_minimum_days(draft.attendance_requirement, draft.minimum_days, len(draft.days))
    if draft.opens_at is not None and draft.opens_at >= (draft.closes_at or draft.starts_at):
        raise Refused("window_upside_down")
    if draft.closes_at is not None and draft.closes_at > draft.effective_end_at:
        raise Refused("window_after_end")
    require_list_opening(draft.who_may, draft.opens_at, draft.list_opens_at)
    require_standby_terms(
        draft.standby_minutes, days=len(draft.days), has_waitlist=draft.has_waitlist, capacity=draft.capacity
    )


def require_words_only(changed: tuple[str, ...], *, status: str) -> None:
    """Refuse (`event_frozen`) any change to a finished event that could have decided otherwise."""
    if not _WORDS.issuperset(changed):
        raise Refused("event_frozen", status=status)


def parse_wall_time(text: str, timezone: str) -> tuple[datetime, str | None]:
    """`2026-06-13 10:00` on the clocks of that zone, as an instant; with "fold" if it comes twice.

    A time that comes twice is the first of the two. A time the clocks skip is refused
    (`time_skipped`, with what is meant); another spelling or a date that does not exist is
    `wall_time_invalid`. Also raises `unknown_timezone`, `date_out_of_range`.
    """
    found = _WALL_TIME.fullmatch(text.strip())
    if found is None:
        raise Refused("wall_time_invalid")
    year, month, day, hour, minute = (int(part) for part in found.groups())
    try:
        local_on, local_at = date(year, month, day), time(hour, minute)
    except ValueError:
        raise Refused("wall_time_invalid") from None
    local = on_the_clock(local_on, local_at, timezone)
    return local.at, local.note
