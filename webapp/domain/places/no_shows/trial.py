"""A policy tried on the past: when somebody would have been held back, and what that would have saved.

Why it is so: docs/decisions/139-no-show-policy.md.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from webapp.domain.places.no_shows.policy import NoShowPolicy
from webapp.domain.places.no_shows.strike import WHOLE, Strike

#: So far back a policy is tried, and so many outcomes it takes to say anything.
LOOKS_BACK = timedelta(days=365)
FEWEST_OUTCOMES = 200
#: People with so many strikes or more are counted together.
MOST_COUNTED = 9


@dataclass(frozen=True, slots=True)
class Held:
    """What a policy would have made of one person: the most that counted at one time (in halves), and the spells, in
    order, in which enough did: from (inclusive) and until (exclusive)."""

    most: int
    spells: tuple[tuple[datetime, datetime], ...]

    def is_held_at(self, at: datetime) -> bool:
        """Whether they would have been held back then."""
        for since, until in self.spells:
            if at < until:
                return since <= at
        return False

    @property
    def counted_at(self) -> int:
        """With how many strikes they are counted: halves that make none up are left out."""
        return min(self.most // WHOLE, MOST_COUNTED)


def held_by(policy: NoShowPolicy, strikes: Sequence[Strike]) -> Held:
    """One person's year. What ends and fades at the same instant never counted together."""
    changes: dict[datetime, int] = defaultdict(int)
    for strike in strikes:
        changes[strike.ended_at] += strike.halves
        changes[strike.fades_at] -= strike.halves
    count, most, since = 0, 0, None
    spells: list[tuple[datetime, datetime]] = []
    for at in sorted(changes):
        count += changes[at]
        most = max(most, count)
        if since is None and count >= policy.limit:
            since = at
        elif since is not None and count < policy.limit:
            spells.append((since, at))
            since = None
    return Held(most, tuple(spells))


def seats_saved(missed: Mapping[int, int], waiting: Mapping[int, int]) -> dict[int, int]:
    """By event: places of people held back who then did not come, as far as somebody still waited at its start."""
    return {event_id: min(count, waiting.get(event_id, 0)) for event_id, count in missed.items()}


def people_by_strikes(counted: Mapping[int, int], people: int) -> tuple[int, ...]:
    """How many people had no strike, one, two and so on: those with some as counted, and without one the rest."""
    with_some = tuple(counted.get(strikes, 0) for strikes in range(1, MOST_COUNTED + 1))
    return (max(people - sum(with_some), 0), *with_some)


def most_struck(people: Iterable["Affected"], most: int) -> list["Affected"]:
    """So many of them, who missed most first."""
    return sorted(people, key=lambda one: (-one.no_shows, one.user_id))[:most]


@dataclass(frozen=True, slots=True)
class Affected:
    """Somebody who would have been held back: all of their year, and what they enrolled in while held back."""

    user_id: int
    no_shows: int
    enrollments: int
    came: int
    held_from: datetime
    held_until: datetime
    #: Enrolled in while held back, with an outcome; and of these, where they came.
    decided_after: int
    came_after: int
