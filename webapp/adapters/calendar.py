"""A place in an event as a calendar file (RFC 5545, 5546), in the event's own timezone."""

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Event, Timezone, vCalAddress


class CalendarMethod(StrEnum):
    """What a calendar does with the file: show it, take it as an invitation, or take it out."""

    PUBLISH = "PUBLISH"
    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Somebody who takes part, by name and address."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """What goes into the file. `uid` is the same for the same place, so a second import replaces
    the first; `sequence` only grows. Instants are aware. An invitation needs organizer and attendee."""

    uid: str
    title: str
    description: str
    location: str
    url: str
    starts_at: datetime
    ends_at: datetime
    timezone: str
    sequence: int
    written_at: datetime
    method: CalendarMethod = CalendarMethod.PUBLISH
    organizer: Mailbox | None = None
    attendee: Mailbox | None = None


def calendar_uid(pass_code: str, host: str) -> str:
    """The one name of a place, in the pass's file and in every mail about it."""
    return f"{pass_code.lower()}@{host}"


def calendar_sequence(event_version: int, enrollment_version: int) -> int:
    """Grows with every edit of the event and with every move of the place, so that the latest file wins."""
    return event_version + enrollment_version


def calendar_file(entry: CalendarEntry) -> bytes:
    """The file, with the rules of its timezone, so that it is right also where the zone is unknown."""
    head = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Turnout//Enrollment//EN\r\nMETHOD:{entry.method.value}\r\n"
    event, rules = calendar_event(entry), b""
    if "TZID" in event["DTSTART"].params:  # times in UTC need none
        rules = zone_rules(entry.timezone, entry.starts_at.year - 1, entry.ends_at.year + 1)
    # Put together here: the rules are the same for thousands of places, and take most of the writing.
    return b"".join((head.encode(), rules, event.to_ical(), b"END:VCALENDAR\r\n"))


def calendar_event(entry: CalendarEntry) -> Event:
    """The entry alone, without its calendar."""
    zone = ZoneInfo(entry.timezone)
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.written_at)
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.starts_at.astimezone(zone))
    event.add("dtend", entry.ends_at.astimezone(zone))
    event.add("summary", printable(entry.title))
    event.add("location", printable(entry.location))
    event.add("description", entry.description)
    event.add("url", entry.url)
    event.add("status", "CANCELLED" if entry.method is CalendarMethod.CANCEL else "CONFIRMED")
    if entry.organizer is not None:
        event.add("organizer", _address(entry.organizer))
    if entry.attendee is not None:
        # Answering belongs to our own page: the place is theirs already.
        event.add("attendee", _address(entry.attendee, role="REQ-PARTICIPANT", partstat="ACCEPTED", rsvp="FALSE"))
    return event


def _address(mailbox: Mailbox, **parameters: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{printable(mailbox.address)}")
    # A parameter cannot hold quotes, whatever a person's name is.
    address.params["CN"] = printable(mailbox.name).replace('"', "'")
    for name, value in parameters.items():
        address.params[name.upper()] = value
    return address


def printable(text: str) -> str:
    """One line without control characters: no line of the file can be made up by a name."""
    return "".join(" " if unicodedata.category(one) in {"Cc", "Zl", "Zp"} else one for one in text)


@lru_cache(maxsize=256)
def zone_rules(timezone: str, first_year: int, last_year: int) -> bytes:
    """The clock changes of these years, not those of seventy."""
    return Timezone.from_tzinfo(
        ZoneInfo(timezone), timezone, first_date=date(first_year, 1, 1), last_date=date(last_year, 12, 31)
    ).to_ical()
