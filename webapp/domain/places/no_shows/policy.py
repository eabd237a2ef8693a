"""The no-show policy of an organization: how much counts, and what follows for whoever reached the limit.

Why it is so: docs/decisions/139-no-show-policy.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from webapp.domain.places.no_shows.strike import WHOLE, Strike
from webapp.domain.refusal import Refused

#: What a form may say.
MOST_STRIKES, FEWEST_DAYS, MOST_DAYS, MOST_HOURS = 9, 7, 730, 168
#: The lane of whoever waits behind others; everybody else is in lane 0.
BEHIND_LANE = 1


class Consequence(StrEnum):
    """What follows for somebody with enough strikes, until the first of them fades."""

    WARNED = "warned"
    #: Enrolls so many hours later than others.
    LATER = "later"
    #: Waits behind everybody who joins the waitlist without enough strikes.
    BEHIND = "behind"


@dataclass(frozen=True, slots=True)
class NoShowPolicy:
    """`strikes` within `fade_days` bring the consequence; `hours` belongs to `LATER` and is None else."""

    strikes: int
    fade_days: int
    consequence: Consequence
    hours: int | None = None
    #: Somebody may cancel after the deadline, and half a strike is counted for it.
    late_counts: bool = False

    @property
    def limit(self) -> int:
        """In halves of a strike."""
        return self.strikes * WHOLE


def require_policy(policy: NoShowPolicy) -> NoShowPolicy:
    """The policy as it can be kept. Raises `strikes_outside`, `fade_days_outside`, `hours_outside`."""
    if not 1 <= policy.strikes <= MOST_STRIKES:
        raise Refused("strikes_outside", most=MOST_STRIKES)
    if not FEWEST_DAYS <= policy.fade_days <= MOST_DAYS:
        raise Refused("fade_days_outside", fewest=FEWEST_DAYS, most=MOST_DAYS)
    if policy.consequence is Consequence.LATER and not (policy.hours and 1 <= policy.hours <= MOST_HOURS):
        raise Refused("hours_outside", most=MOST_HOURS)
    return policy


@dataclass(frozen=True, slots=True)
class Tally:
    """What counts against somebody at one instant, the one that fades first coming first."""

    policy: NoShowPolicy
    counting: tuple[Strike, ...]

    @property
    def halves(self) -> int:
        return sum(strike.halves for strike in self.counting)

    @property
    def is_reached(self) -> bool:
        """Whether the consequence holds."""
        return self.halves >= self.policy.limit

    @property
    def first(self) -> Strike | None:
        """Which fades first."""
        return self.counting[0] if self.counting else None

    @property
    def ends(self) -> Strike | None:
        """With whose fading the consequence is over; None where it does not hold."""
        left = self.halves
        for strike in self.counting:
            left -= strike.halves
            if left < self.policy.limit <= self.halves:
                return strike
        return None


def tally_of(policy: NoShowPolicy, strikes: Sequence[Strike], now: datetime) -> Tally:
    """What of these counts now."""
    counting = (strike for strike in strikes if strike.counts_at(now))
    return Tally(policy, tuple(sorted(counting, key=lambda strike: (strike.fades_at, strike.ended_at))))


def lane_of(tally: Tally | None) -> int:
    """In which lane somebody joins the waitlist; None: there is no policy."""
    is_behind = tally is not None and tally.policy.consequence is Consequence.BEHIND and tally.is_reached
    return BEHIND_LANE if is_behind else 0


def enrolls_from(tally: Tally, *, opened_at: datetime, closes_at: datetime) -> datetime | None:
    """From when on somebody may enroll in an event whose enrollment opened and closes then; None: as everybody.

    At most half of that time is taken from them: later is not never.
    """
    policy = tally.policy
    if policy.consequence is not Consequence.LATER or not tally.is_reached or policy.hours is None:
        return None
    wait = min(timedelta(hours=policy.hours), max(closes_at - opened_at, timedelta()) / 2)
    return opened_at + timedelta(seconds=wait // timedelta(seconds=1))


def require_turn(tally: Tally | None, *, opened_at: datetime, closes_at: datetime, now: datetime) -> None:
    """Refuse (`enrolls_later`; fact: `until`) somebody who has to let others go first."""
    until = enrolls_from(tally, opened_at=opened_at, closes_at=closes_at) if tally else None
    if until is not None and now < until:
        raise Refused("enrolls_later", until=until)
