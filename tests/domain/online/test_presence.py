"""How long somebody was there: exact seconds, exact edges, and an honest answer where it is not known."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.online.presence import (
    Presence,
    ScheduledSession,
    StayTimes,
    Thresholds,
    decide_presence,
    hundredths_of_percent,
    measure_presence,
    unite,
)
from webapp.domain.online.room_end import first_since

MINUTE = 60
#: Two hours; 1 % is 72 seconds.
SESSION = ScheduledSession(10_000, 10_000 + 7200)


def stay(joined: int, left: int | None = None, seen: int | None = None) -> StayTimes:
    """In seconds after the start of the session."""
    start = SESSION.starts
    seen = joined if seen is None else seen
    return StayTimes(start + joined, None if left is None else start + left, start + seen)


def measured(*stays: StayTimes, closings: tuple[int, ...] = (), is_reconciled: bool = False):
    at = [SESSION.starts + closing for closing in closings]
    return measure_presence(closed_at(stays, at), SESSION, is_reconciled=is_reconciled)


def closed_at(stays, closings) -> list[StayTimes]:
    """In a room that was closed at these instants."""
    return [one._replace(closed=first_since(max(one.joined, one.seen), closings)) for one in stays]


@pytest.mark.parametrize(
    ("seconds", "hundredths", "on_time", "late"),
    [
        (0, 0, "absent", "absent"),
        (719, 999, "absent", "absent"),
        (720, 1000, "partial", "partial"),
        (3600, 5000, "partial", "partial"),
        (3601, 5001, "present", "late"),
        (5400, 7500, "present", "late"),
        (5401, 7501, "present", "present"),
        (7200, 10_000, "present", "present"),
    ],
)
def test_every_edge_is_where_the_rule_says(seconds, hundredths, on_time, late):
    assert hundredths_of_percent(seconds, SESSION.length) == hundredths
    assert decide_presence(seconds, 15 * MINUTE, SESSION) == on_time
    assert decide_presence(seconds, 15 * MINUTE + 1, SESSION) == late


@pytest.mark.parametrize(("came", "status", "late"), [(-1, "present", 0), (0, "present", 0), (1, "late", 901)])
def test_late_begins_one_second_after_the_grace_time(came, status, late):
    joined = 15 * MINUTE + came
    person = measured(stay(joined, joined + 4320))

    assert (person.status, person.late_seconds) == (status, late)


def test_lateness_is_forgiven_above_75_percent_and_still_said():
    person = measured(stay(20 * MINUTE, 20 * MINUTE + 5401))

    assert (person.status, person.late_seconds) == ("present", 20 * MINUTE)


def test_who_counts_as_absent_is_not_late():
    person = measured(stay(100 * MINUTE, 105 * MINUTE))

    assert (person.status, person.late_seconds) == ("absent", 0)


def test_thresholds_are_compared_with_seconds_and_not_with_the_rounded_percentage():
    week = ScheduledSession(0, 7 * 86_400)
    half = week.length // 2

    assert hundredths_of_percent(half + 1, week.length) == 5000
    assert decide_presence(half + 1, 0, week) == "present"


@pytest.mark.parametrize(
    ("seconds", "length", "hundredths"), [(1, 3, 3333), (2, 3, 6667), (1, 20_000, 1), (1, 20_001, 0), (580, 1800, 3222)]
)
def test_a_percentage_has_two_decimals_and_halves_go_up(seconds, length, hundredths):
    assert hundredths_of_percent(seconds, length) == hundredths


def test_another_kind_has_other_thresholds():
    strict = ScheduledSession(0, 1000, Thresholds(grace_seconds=0, absent_below=50, partial_up_to=80, late_up_to=100))

    statuses = [decide_presence(seconds, 1, strict) for seconds in (499, 500, 800, 801, 1000)]
    assert statuses == ["absent", "partial", "partial", "late", "late"]


def test_presence_before_the_start_only_is_absence_without_times():
    person = measured(stay(-600, -120), stay(-60, 0))

    assert (person.status, person.seconds, person.entered, person.left) == ("absent", 0, None, None)


def test_who_was_there_before_the_start_and_stays_is_on_time():
    person = measured(stay(-600, 3700))

    assert (person.status, person.seconds, person.late_seconds) == ("present", 3700, 0)
    assert (person.entered, person.left) == (SESSION.starts - 600, SESSION.starts + 3700)


def test_who_was_there_before_the_start_and_came_back_after_the_grace_time_is_late():
    person = measured(stay(-600, -1), stay(15 * MINUTE + 1, 15 * MINUTE + 3700))

    assert (person.status, person.late_seconds) == ("late", 15 * MINUTE + 1)


def test_what_is_outside_the_session_does_not_count():
    person = measured(stay(-100, 100), stay(7100, 9000), stay(7200, 8000))

    assert person.intervals == ((10_000, 10_100), (17_100, 17_200))
    assert (person.seconds, person.left) == (200, SESSION.starts + 9000)


def test_two_devices_at_once_count_once():
    person = measured(stay(0, 2400), stay(1200, 3700), stay(1300, 1400))

    assert (person.seconds, person.intervals) == (3700, ((10_000, 13_700),))


def test_stays_that_touch_are_one_interval_and_empty_or_backward_ones_count_nothing():
    assert unite([(5, 9), (1, 5), (9, 9), (20, 12)]) == ((1, 9),)
    assert measured(stay(50, 50), stay(90, 20)).seconds == 0


def test_nobody_at_all_is_an_explicit_absence():
    person = measured()

    assert (person.status, person.seconds, person.hundredths, person.note) == ("absent", 0, 0, "")


def test_a_change_of_the_clocks_within_the_session_changes_nothing():
    berlin = ZoneInfo("Europe/Berlin")
    before = datetime(2026, 10, 25, 2, 30, tzinfo=berlin, fold=0).astimezone(UTC)
    after = datetime(2026, 10, 25, 2, 30, tzinfo=berlin, fold=1).astimezone(UTC)
    assert after - before == timedelta(hours=1)
    session = ScheduledSession(int(before.timestamp()), int(after.timestamp()))

    half = StayTimes(session.starts, session.starts + 1800, session.starts + 1800)
    assert measure_presence([half], session).hundredths == 5000


# A stay without its leave


def test_an_open_stay_that_could_be_anything_is_not_decided():
    person = measured(stay(0))

    assert (person.status, person.needs_review, person.left) == (None, True, None)
    assert (person.seconds, person.least, person.most) == (0, 0, 7200)
    assert person.note == "No leave was reported: there for 0 min at least and 120 min at most."


def test_an_open_stay_is_at_least_as_long_as_it_was_heard_of():
    person = measured(stay(0, seen=5500))

    assert (person.status, person.least, person.most) == ("present", 5500, 7200)
    assert person.note == (
        "No leave was reported: there for 91 min at least and 120 min at most, which comes to the same."
    )


def test_an_open_stay_at_the_very_end_decides_nothing_any_more():
    person = measured(stay(0, 600), stay(7150))

    assert (person.status, person.seconds, person.most) == ("absent", 600, 650)


def test_an_open_stay_ends_at_most_when_the_room_was_closed():
    person = measured(stay(0), closings=(600, 7000))

    assert (person.status, person.most) == ("absent", 600)


def test_a_room_closed_before_a_stay_or_before_its_last_sign_of_life_does_not_end_it():
    assert measured(stay(700), closings=(600,)).most == 6500
    assert measured(stay(0, seen=900), closings=(600, 1000)).most == 1000


@pytest.mark.parametrize(
    ("closings", "seconds", "note"),
    [
        ((), 7200, "No leave was reported: closed at the scheduled end."),
        ((7500,), 7200, "No leave was reported: closed at the scheduled end."),
        ((7200,), 7200, "No leave was reported: closed at the scheduled end."),
        ((3900,), 3900, "No leave was reported: closed when the room was, 55 min before the scheduled end."),
    ],
)
def test_the_reconciler_closes_at_the_earlier_of_room_and_session_and_says_so(closings, seconds, note):
    person = measured(stay(0), closings=closings, is_reconciled=True)

    assert (person.status, person.seconds, person.least, person.most) == ("present", seconds, seconds, seconds)
    assert (person.note, person.left) == (note, SESSION.starts + seconds)


def test_several_open_stays_are_closed_each_at_its_own_end():
    person = measured(stay(0), stay(1000), closings=(600,), is_reconciled=True)

    assert person.seconds == 600 + 6200
    assert person.note == (
        "No leave was reported for 2 stays: closed when the room was, 110 min before the scheduled end "
        "and closed at the scheduled end."
    )


def test_an_open_stay_that_cannot_reach_into_the_session_plays_no_part():
    before = measured(stay(-900), closings=(-300,), is_reconciled=True)
    after = measured(stay(7200), is_reconciled=False)

    assert [(one.status, one.seconds, one.note) for one in (before, after)] == [("absent", 0, "")] * 2


def test_a_session_without_a_length_is_refused():
    with pytest.raises(ValueError, match="ends after it starts"):
        ScheduledSession(5, 5)


# Any stays at all, against a count of every second

SHORT = ScheduledSession(100, 160, Thresholds(grace_seconds=9))
seconds_around = st.integers(80, 180)
spells = st.tuples(seconds_around, st.none() | seconds_around, seconds_around).map(lambda times: StayTimes(*times))


def count_seconds(stays: list[StayTimes], closings: list[int], *, at_most: bool) -> list[int]:
    """Every second of the session in which somebody was there, looked at one by one."""
    there = []
    for second in range(SHORT.starts, SHORT.ends):
        for joined, left, seen, _ in stays:
            alive = max(joined, seen)
            end = left
            if left is None:
                end = min([at for at in closings if at >= alive] + [SHORT.ends]) if at_most else alive
            if joined <= second < end:
                there.append(second)
                break
    return there


@given(st.lists(spells, max_size=6), st.lists(seconds_around, max_size=3).map(sorted), st.booleans())
def test_any_interleaving_of_stays_agrees_with_a_count_of_every_second(stays, closings, is_reconciled):
    person = measure_presence(closed_at(stays, closings), SHORT, is_reconciled=is_reconciled)

    most = count_seconds(stays, closings, at_most=True)
    least = most if is_reconciled else count_seconds(stays, closings, at_most=False)
    assert (person.least, person.most, person.seconds) == (len(least), len(most), len(least))
    assert [second for start, end in person.intervals for second in range(start, end)] == least
    came_after = most[0] - SHORT.starts if most else 0
    possible = {decide_presence(seconds, came_after, SHORT) for seconds in range(len(least), len(most) + 1)}
    assert person.status == (possible.pop() if len(possible) == 1 else None)
    assert person.needs_review == (person.status is None)


@given(st.permutations([stay(0, 900), stay(600, 1200), stay(1300, 4000), stay(3900, 4100), stay(-50, 10)]))
def test_the_order_of_the_stays_plays_no_part(stays):
    assert measured(*stays) == measured(*sorted(stays))


def test_every_status_that_can_be_measured_is_reached():
    reached = {decide_presence(seconds, 1000, SESSION) for seconds in range(0, 7201, 50)}

    assert reached == set(Presence)
