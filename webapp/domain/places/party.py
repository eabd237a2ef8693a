"""People who enroll together: how many, who of them is placed, and who leads them.

Each head is an enrollment of its own; a party is placed as a whole unless it allows to be placed in part.
Why it is so: docs/decisions/136-parties.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from webapp.domain.numbers import parse_whole
from webapp.domain.places.enrollment import EnrollmentStatus, EnrollmentTerms
from webapp.domain.refusal import Refused

#: As many people as one enrollment can hold, whatever the event says.
MOST_HEADS = 50
#: From so many on the page asks for a number, and for the names later.
MOST_BY_CHOICE = 4

S = EnrollmentStatus


class GuestName(StrEnum):
    """Of somebody who was made as a head of a party; people who came in another way have none."""

    UNNAMED = "unnamed"
    NAMED = "named"


@dataclass(frozen=True, slots=True)
class Unit:
    """Who gets seats together: a single, a party that is placed whole, or one head of one that may be split.

    `ids`: enrollments, in the order of their tickets.
    """

    ids: tuple[int, ...]


def read_heads(text: str) -> int:
    """How many people a form says, whoever enrolls them included. Raises `party_size_wrong`."""
    try:
        return parse_whole(text.strip(), low=1, high=MOST_HEADS, field="heads")
    except Refused:
        raise Refused("party_size_wrong", most=MOST_HEADS) from None


def most_heads(party_size: int, capacity: int | None) -> int:
    """As many people as somebody can enroll at an event at once."""
    return party_size if capacity is None else min(party_size, capacity)


def require_heads(count: int, *, most: int, capacity: int | None) -> None:
    """Refuse more people than one enrollment may hold (`party_too_large`, fact: `most`), or than the event has places
    (`party_over_capacity`, facts: `capacity`, `size`)."""
    if count > most:
        raise Refused("party_too_large", most=most, size=count)
    if capacity is not None and count > capacity:
        raise Refused("party_over_capacity", capacity=capacity, size=count)


def ahead_of_newcomer(unasked: int, *, lets_pass: bool, promotes_until: datetime | None, now: datetime) -> int:
    """How many of those who wait a newcomer stands behind: all, or none where whoever does not fit is passed.

    `unasked`: for whom no seat is held. To be asked after everybody moved up who could.
    """
    is_passed = lets_pass and promotes_until is not None and now < promotes_until
    return 0 if is_passed else unasked


def place_party(
    terms: EnrollmentTerms,
    size: int,
    *,
    capacity: int | None,
    taken: int,
    ahead: int,
    may_split: bool | None,
    now: datetime,
) -> tuple[S, ...]:
    """The statuses of so many people who come together, in their order: as `place_newcomer` for one.

    `ahead`: how many they stand behind. `may_split`: what they want where only some of them fit; None: they were not
    asked. Raises `party_fits_in_part` (facts: `free`, `size`) where they have to be, `party_does_not_fit` (the same)
    where those left over could not wait, and `event_full`.
    """
    waitlist_runs = now < terms.starts_at
    free = size if capacity is None else max(capacity - taken, 0)
    if ahead and waitlist_runs:
        free = 0
    if free >= size:
        return (S.CONFIRMED,) * size
    if not (terms.has_waitlist and waitlist_runs):
        raise Refused("party_does_not_fit", free=free, size=size) if free else Refused("event_full", capacity=capacity)
    if free and may_split is None:
        raise Refused("party_fits_in_part", free=free, size=size)
    seated = free if may_split else 0
    return (S.CONFIRMED,) * seated + (S.WAITLISTED,) * (size - seated)


def waits_with_others(waiting: int, *, may_split: bool) -> bool:
    """Whether somebody who joins a party of which so many wait has to wait with them, all of them at the end."""
    return waiting > 0 and not may_split


def next_in_line(units: Sequence[Unit], *, free: int | None, capacity: int | None, lets_pass: bool) -> list[Unit]:
    """Who of the line (in order) gets seats now. `free`: None is unlimited.

    A party that does not fit holds up everybody behind it, or is passed where the event says so. One that is larger
    than the event holds nobody up: it could never move.
    """
    found = []
    for unit in units:
        size = len(unit.ids)
        if capacity is not None and size > capacity:
            continue
        if free is not None and size > free:
            if lets_pass and free:
                continue
            break
        found.append(unit)
        free = None if free is None else free - size
    return found


def unnamed(leader: str, number: int) -> str:
    """What somebody is called whose name is not known yet, in any language: "Ana Silva +2". `number` from 1."""
    return f"{leader} +{number}"
