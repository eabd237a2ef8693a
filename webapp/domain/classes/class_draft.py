"""A program and a class as their forms describe them."""

import re
from dataclasses import dataclass, fields
from datetime import date, time

from webapp.domain.refusal import Refused

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)


@dataclass(frozen=True, slots=True)
class ProgramDraft:
    """Everything staff decide about a program. `facility_ids` in ascending order."""

    name: str
    description: str
    facility_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ClassDraft:
    """Everything staff decide about a class. Dates are local to the facility, both included."""

    title: str
    description: str
    facility_id: int
    instructor_id: int | None
    room_id: int | None
    capacity: int
    has_waitlist: bool
    starts_on: date
    ends_on: date
    required_percent: int

    def differences(self, stored: object) -> tuple[str, ...]:
        """Names of the fields in which this draft differs from a row with the same columns."""
        return tuple(f.name for f in fields(self) if getattr(self, f.name) != getattr(stored, f.name))

    def columns(self) -> dict[str, object]:
        """The draft as values by column."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


def parse_local_date(text: str) -> date:
    """`2026-06-15`. Raises `local_date_invalid` for another spelling and for days that do not exist."""
    if not _DATE.fullmatch(text.strip()):
        raise Refused("local_date_invalid")
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        raise Refused("local_date_invalid") from None
    if not 1970 <= found.year <= 2200:
        raise Refused("date_out_of_range", year=found.year)
    return found


def parse_clock_time(text: str) -> time:
    """`18:30`. Raises `clock_time_invalid` for another spelling and for hours that no clock shows."""
    if not _CLOCK.fullmatch(text.strip()):
        raise Refused("clock_time_invalid")
    return time.fromisoformat(text.strip())
