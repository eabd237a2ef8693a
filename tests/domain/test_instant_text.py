"""Instants and shifts of the clock as people type them."""

from datetime import UTC, datetime, timedelta

import pytest

from webapp.domain.instant_text import ClockSetting, parse_clock, parse_instant
from webapp.domain.refusal import Refused

NOON = datetime(2026, 6, 12, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-06-12T12:00Z", NOON),
        ("2026-06-12T12:00:00z", NOON),
        ("2026-06-12 12:00", NOON),
        ("2026-06-12T14:00+02:00", NOON),
        ("2026-06-12T09:00-03:00", NOON),
        (" 2026-06-12T12:00:30Z ", NOON + timedelta(seconds=30)),
    ],
)
def test_an_instant_is_read_as_utc(text: str, instant: datetime) -> None:
    assert parse_instant(text) == instant
    assert parse_clock(text) == ClockSetting(at=instant)


@pytest.mark.parametrize(
    ("text", "shift"),
    [
        ("+1h", timedelta(hours=1)),
        ("-30m", timedelta(minutes=-30)),
        ("+2d", timedelta(days=2)),
        ("+1d12h30m", timedelta(days=1, hours=12, minutes=30)),
        ("+45s", timedelta(seconds=45)),
        ("+0m", timedelta(0)),
    ],
)
def test_a_shift_is_added_to_where_the_clock_stands(text: str, shift: timedelta) -> None:
    setting = parse_clock(text)

    assert setting == ClockSetting(by=shift)
    assert setting.offset_from_real(now=NOON, real_now=NOON - timedelta(days=3)) == timedelta(days=3) + shift


def test_real_is_no_distance_from_the_real_time() -> None:
    assert parse_clock("REAL").offset_from_real(now=NOON + timedelta(days=5), real_now=NOON) == timedelta(0)


def test_an_instant_is_a_distance_from_the_real_time() -> None:
    setting = parse_clock("2026-06-12T13:00Z")

    assert setting.offset_from_real(now=NOON + timedelta(days=5), real_now=NOON) == timedelta(hours=1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "now",
        "+",
        "+1",
        "1h",
        "+h",
        "+1x",
        "+1.5h",
        "+1 h",
        "٢026-06-12T12:00Z",
        "2026-13-01T00:00Z",
        "2026-02-30T00:00Z",
        "2026-06-12T24:00Z",
        "2026-06-12T23:59:60Z",
        "2026-06-12",
        "1799999999",
        "10000-01-01T00:00Z",
        "0000-00-00T00:00Z",
        "2026-06-12T12:00+25:00",
        "+999999d",
        "2026-06-12T12:00Z; rm",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_clock(text)
    assert refused.value.code == "instant_invalid"


@pytest.mark.parametrize("text", ["1989-12-31T23:59Z", "2150-01-01T00:00Z", "+99999d", "-20000d"])
def test_a_clock_outside_the_years_that_can_be_shown_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_clock(text).offset_from_real(now=NOON, real_now=NOON)
    assert refused.value.code == "instant_out_of_range"
