"""What is enough, what follows, and until when."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.support.refusals import no, refusal_of
from webapp.domain.places.no_shows.policy import (
    BEHIND_LANE,
    Consequence,
    NoShowPolicy,
    enrolls_from,
    lane_of,
    require_policy,
    require_turn,
    tally_of,
)
from webapp.domain.places.no_shows.strike import HALF, WHOLE, Strike

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATER = NoShowPolicy(2, 180, Consequence.LATER, 24)
BEHIND = NoShowPolicy(2, 180, Consequence.BEHIND)
WARNED = NoShowPolicy(2, 180, Consequence.WARNED)


def strike(fades_in: int, halves: int = WHOLE, ended_ago: int = 10) -> Strike:
    """One that ended so many days ago and fades in so many."""
    fades_at = NOW + timedelta(days=fades_in)
    return Strike(NOW - timedelta(days=ended_ago), fades_at.date(), fades_at, halves)


@pytest.mark.parametrize(
    ("strikes", "halves", "is_reached", "first", "ends"),
    [
        ([], 0, False, None, None),
        ([strike(5)], 2, False, 5, None),
        # Faded, and of an event that is not over.
        ([strike(0), strike(9, ended_ago=-1), strike(5)], 2, False, 5, None),
        ([strike(9), strike(5)], 4, True, 5, 5),
        ([strike(9), strike(5), strike(7)], 6, True, 5, 7),
        ([strike(5, HALF), strike(7), strike(9)], 5, True, 5, 7),
        ([strike(5, HALF), strike(7, HALF), strike(9)], 4, True, 5, 5),
        ([strike(5, HALF), strike(7, HALF)], 2, False, 5, None),
    ],
)
def test_what_counts_now(strikes, halves, is_reached, first, ends):
    tally = tally_of(WARNED, strikes, NOW)
    day = lambda days: None if days is None else (NOW + timedelta(days=days)).date()  # noqa: E731

    assert (tally.halves, tally.is_reached) == (halves, is_reached)
    assert (tally.first and tally.first.fades_on, tally.ends and tally.ends.fades_on) == (day(first), day(ends))


@pytest.mark.parametrize(
    ("policy", "strikes", "lane"),
    [
        (BEHIND, [strike(5), strike(6)], BEHIND_LANE),
        (BEHIND, [strike(5)], 0),
        (LATER, [strike(5), strike(6)], 0),
        (WARNED, [strike(5), strike(6)], 0),
    ],
)
def test_who_waits_behind_others(policy, strikes, lane):
    assert lane_of(tally_of(policy, strikes, NOW)) == lane
    assert lane_of(None) == 0


@pytest.mark.parametrize(
    ("policy", "strikes", "open_hours", "after_hours"),
    [
        (LATER, 2, 1000, 24),
        # No more than half of the time in which others enroll.
        (LATER, 2, 40, 20),
        (LATER, 2, 0, 0),
        (LATER, 2, -5, 0),
        (LATER, 1, 1000, None),
        (WARNED, 2, 1000, None),
        (BEHIND, 2, 1000, None),
    ],
)
def test_who_enrolls_later(policy, strikes, open_hours, after_hours):
    tally = tally_of(policy, [strike(5)] * strikes, NOW)

    from_then = enrolls_from(tally, opened_at=NOW, closes_at=NOW + timedelta(hours=open_hours))

    assert from_then == (None if after_hours is None else NOW + timedelta(hours=after_hours))


@pytest.mark.parametrize(("hours", "refused"), [(23, True), (24, False), (25, False)])
def test_others_go_first(hours, refused):
    tally = tally_of(LATER, [strike(5), strike(6)], NOW)
    at = NOW + timedelta(hours=hours)
    window = {"opened_at": NOW, "closes_at": NOW + timedelta(days=30), "now": at}
    refusal = no("enrolls_later", until=NOW + timedelta(hours=24)) if refused else None
    assert refusal_of(require_turn, tally, **window) == refusal
    assert refusal_of(require_turn, None, **window) is None


def test_half_of_the_time_is_cut_to_whole_seconds():
    tally = tally_of(LATER, [strike(5), strike(6)], NOW)
    until = enrolls_from(tally, opened_at=NOW, closes_at=NOW + timedelta(seconds=3.5))
    assert until == NOW + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("policy", "refusal"),
    [
        (NoShowPolicy(0, 180, Consequence.WARNED), no("strikes_outside", most=9)),
        (NoShowPolicy(10, 180, Consequence.WARNED), no("strikes_outside", most=9)),
        (NoShowPolicy(3, 6, Consequence.WARNED), no("fade_days_outside", fewest=7, most=730)),
        (NoShowPolicy(3, 731, Consequence.WARNED), no("fade_days_outside", fewest=7, most=730)),
        (NoShowPolicy(3, 180, Consequence.LATER), no("hours_outside", most=168)),
        (NoShowPolicy(3, 180, Consequence.LATER, 0), no("hours_outside", most=168)),
        (NoShowPolicy(3, 180, Consequence.LATER, -1), no("hours_outside", most=168)),
        (NoShowPolicy(3, 180, Consequence.LATER, 169), no("hours_outside", most=168)),
    ],
)
def test_what_no_policy_can_be(policy, refusal):
    assert refusal_of(require_policy, policy) == refusal


@pytest.mark.parametrize(
    "policy",
    [
        NoShowPolicy(1, 7, Consequence.BEHIND),
        NoShowPolicy(9, 730, Consequence.LATER, 168),
        NoShowPolicy(9, 730, Consequence.LATER, 1),
    ],
)
def test_the_edges_can_be_kept(policy):
    assert require_policy(policy) == policy


def test_it_says_when_all_of_it_is_over():
    assert tally_of(WARNED, [strike(9), strike(5)], NOW).ends.fades_on == date(2026, 6, 6)
