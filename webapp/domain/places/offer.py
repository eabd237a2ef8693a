"""A seat offered to somebody who waits: how long it is held, and what becomes of it.

Why it is so: docs/decisions/131-offers.md.
"""

from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from webapp.domain.refusal import Refused

#: What a policy may say, in hours.
MOST_OFFER_HOURS = 72
MOST_LAST_CALL_HOURS = 24 * 14
#: Nobody has less time than this to answer.
SHORTEST = timedelta(minutes=30)
#: No offer ends while people sleep: between these, on the person's clock.
_EVENING, _MORNING = time(22), time(9)
#: After so many offers without an answer nobody is asked any more.
_MOST_EXPIRED = 2


class OfferOutcome(StrEnum):
    """What became of an offer."""

    OPEN = "open"
    ACCEPTED = "accepted"
    #: The person left the line.
    DECLINED = "declined"
    EXPIRED = "expired"
    #: The event was called off, or the person got a place in another way.
    WITHDRAWN = "withdrawn"


def held_until(at: datetime, *, until: datetime, most_hours: int, timezone: str) -> datetime | None:
    """Until when (exclusive) a seat offered at `at` is held; None where it is given at once instead.

    `until`: from then on nobody moves up (the last call, else the start); `most_hours`: the policy's own limit;
    `timezone`: of the person's clock. A quarter of the time that is left, and never an end at night.
    """
    left = until - at
    if left <= SHORTEST:
        return None
    quarter = timedelta(minutes=left / 4 // timedelta(minutes=1))
    end = at + max(min(quarter, timedelta(hours=most_hours)), SHORTEST)
    local = end.astimezone(ZoneInfo(timezone))
    if _MORNING <= local.time() <= _EVENING:
        return end
    morning = _on_that_clock(local, _MORNING, days=1 if local.time() > _EVENING else 0).astimezone(at.tzinfo)
    if morning + SHORTEST <= until:
        return morning
    evening = _on_that_clock(local, _EVENING, days=-1 if local.time() < _MORNING else 0).astimezone(at.tzinfo)
    return evening if evening >= at + SHORTEST else None


def _on_that_clock(local: datetime, at: time, *, days: int) -> datetime:
    return datetime.combine(local.date() + timedelta(days=days), at, local.tzinfo)


def require_answerable(outcome: str, held_until: datetime, now: datetime) -> None:
    """Refuse (`offer_over`; fact: `outcome`) an answer to an offer that is no longer open, whether or not a job ran."""
    if outcome == OfferOutcome.OPEN and now >= held_until:
        outcome = OfferOutcome.EXPIRED
    if outcome != OfferOutcome.OPEN:
        raise Refused("offer_over", outcome=OfferOutcome(outcome))


def ends_wait(expired_offers: int) -> bool:
    """Whether somebody whose offers ran out so often, the last one included, is no longer in line."""
    return expired_offers >= _MOST_EXPIRED


def last_call_at(starts_at: datetime, hours_before: int | None) -> datetime | None:
    """From when on nobody moves up by themselves; None: until the start they do."""
    return None if hours_before is None else starts_at - timedelta(hours=hours_before)
