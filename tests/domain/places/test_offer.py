"""How long an offered seat is held: a quarter of what is left, never less than half an hour, never an end at night."""

from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from tests.support.refusals import no, refusal_of
from webapp.domain.places.offer import (
    SHORTEST,
    OfferOutcome,
    ends_wait,
    held_until,
    last_call_at,
    require_answerable,
)

BERLIN = "Europe/Berlin"


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZoneInfo(BERLIN)).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "until", "hours", "end"),
    [
        # The policy's hours, where the start is far away.
        ("06-01 09:00", "06-10 19:00", 12, "06-01 21:00"),
        # A quarter of what is left, cut to whole minutes.
        ("06-01 09:00", "06-01 19:00", 12, "06-01 11:30"),
        ("06-01 09:00", "06-01 19:01", 12, "06-01 11:30"),
        ("06-01 09:00", "06-01 19:04", 12, "06-01 11:31"),
        # Half an hour at least.
        ("06-01 17:30", "06-01 19:00", 12, "06-01 18:00"),
        ("06-01 18:29", "06-01 19:00", 12, "06-01 18:59"),
        ("06-01 18:29", "06-01 19:00", 1, "06-01 18:59"),
        # From half an hour before nobody is asked.
        ("06-01 18:30", "06-01 19:00", 12, None),
        ("06-01 18:59", "06-01 19:00", 12, None),
        ("06-01 19:00", "06-01 19:00", 12, None),
        ("06-01 20:00", "06-01 19:00", 12, None),
        # The edges of the night are no night.
        ("06-01 10:00", "06-10 19:00", 12, "06-01 22:00"),
        ("06-01 21:00", "06-10 19:00", 12, "06-02 09:00"),
        ("06-01 08:30", "06-01 09:15", 12, "06-01 09:00"),
        # It would end at night: at nine in the morning.
        ("06-01 10:01", "06-10 19:00", 12, "06-02 09:00"),
        ("06-01 14:00", "06-10 19:00", 12, "06-02 09:00"),
        ("06-01 20:59", "06-10 19:00", 12, "06-02 09:00"),
        # Nine o'clock is half an hour before the end, or later than that.
        ("06-01 20:00", "06-02 09:30", 12, "06-02 09:00"),
        ("06-01 20:00", "06-02 09:29", 12, "06-01 22:00"),
        ("06-01 21:30", "06-02 09:29", 12, "06-01 22:00"),
        # Too late for that as well: the place is given at once.
        ("06-01 21:31", "06-02 09:29", 12, None),
        ("06-02 00:30", "06-02 09:00", 12, None),
        # Before nine on the same day.
        ("06-02 03:00", "06-02 20:00", 12, "06-02 09:00"),
        # The clocks go forward in that night, and back.
        ("03-28 20:00", "03-29 20:00", 12, "03-29 09:00"),
        ("10-24 20:00", "10-25 20:00", 12, "10-25 09:00"),
    ],
)
def test_until_when_it_is_held(at: str, until: str, hours: int, end: str | None) -> None:
    found = held_until(berlin(at), until=berlin(until), most_hours=hours, timezone=BERLIN)
    assert found == (berlin(end) if end else None)


def test_the_night_is_the_persons_own() -> None:
    at, until = berlin("06-01 14:00"), berlin("06-10 19:00")
    here, there = (held_until(at, until=until, most_hours=12, timezone=one) for one in (BERLIN, "America/Sao_Paulo"))
    assert (here, there) == (berlin("06-02 09:00"), berlin("06-02 02:00"))


def test_whatever_the_times_it_is_never_short_late_or_at_night() -> None:
    start = berlin("06-05 10:00")
    for minutes, hours, zone in product(range(0, 6000, 7), (1, 12, 72), (BERLIN, "Asia/Kolkata", "Pacific/Kiritimati")):
        at = start - timedelta(minutes=minutes)
        end = held_until(at, until=start, most_hours=hours, timezone=zone)
        if end is None:
            continue
        local = end.astimezone(ZoneInfo(zone))
        assert SHORTEST <= end - at
        assert end < start
        assert 9 * 60 <= local.hour * 60 + local.minute <= 22 * 60


@pytest.mark.parametrize(
    ("outcome", "minutes", "refused"),
    [
        ("open", -1, None),
        ("open", 0, OfferOutcome.EXPIRED),
        ("open", 1, OfferOutcome.EXPIRED),
        ("accepted", -1, OfferOutcome.ACCEPTED),
        ("accepted", 0, OfferOutcome.ACCEPTED),
        ("declined", -1, OfferOutcome.DECLINED),
        ("expired", -1, OfferOutcome.EXPIRED),
        ("withdrawn", -1, OfferOutcome.WITHDRAWN),
        ("withdrawn", 1, OfferOutcome.WITHDRAWN),
    ],
)
def test_what_can_be_answered(outcome: str, minutes: int, refused: OfferOutcome | None) -> None:
    end = berlin("06-01 12:00")
    refusal = no("offer_over", outcome=refused) if refused else None
    assert refusal_of(require_answerable, outcome, end, end + timedelta(minutes=minutes)) == refusal


def test_the_second_one_without_an_answer_ends_the_wait() -> None:
    assert [ends_wait(times) for times in (0, 1, 2, 3)] == [False, False, True, True]


def test_the_last_call_is_so_many_hours_before_the_start() -> None:
    start = berlin("06-01 19:00")
    assert last_call_at(start, 2) == berlin("06-01 17:00")
    assert last_call_at(start, 0) == start
    assert last_call_at(start, None) is None
