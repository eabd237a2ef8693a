"""A program and a class as their forms describe them."""

from dataclasses import dataclass, fields
from datetime import date


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
