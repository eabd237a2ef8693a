"""How instants read, in the zone of the event."""

from datetime import UTC, date, datetime

import pytest

from webapp.views.words import instants

BERLIN = "Europe/Berlin"
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "tz", "words"),
    [
        (at(2026, 6, 13, 8), BERLIN, "Sat 13 June, 10:00"),
        (at(2026, 6, 13, 8), "UTC", "Sat 13 June, 08:00"),
        (at(2026, 6, 13, 8), "America/New_York", "Sat 13 June, 04:00"),
        (at(2026, 6, 13, 22, 30), BERLIN, "Sun 14 June, 00:30"),
        (at(2026, 6, 13, 8), "Asia/Kathmandu", "Sat 13 June, 13:45"),
        (at(2027, 1, 2, 8), BERLIN, "Sat 2 January 2027, 09:00"),
        # the spring change: 02:00 becomes 03:00 at 01:00 UTC
        (at(2026, 3, 29, 0, 59), BERLIN, "Sun 29 March, 01:59"),
        (at(2026, 3, 29, 1), BERLIN, "Sun 29 March, 03:00"),
        # the autumn change: 03:00 becomes 02:00 at 01:00 UTC
        (at(2026, 10, 25, 0, 30), BERLIN, "Sun 25 October, 02:30"),
        (at(2026, 10, 25, 1, 30), BERLIN, "Sun 25 October, 02:30"),
        (at(2026, 10, 25, 2), BERLIN, "Sun 25 October, 03:00"),
    ],
)
def test_when(instant: datetime, tz: str, words: str) -> None:
    assert instants.when(instant, tz, NOW) == words


def test_the_year_is_judged_in_the_zone_of_the_event() -> None:
    new_year = at(2026, 12, 31, 23, 30)  # already 2027 in Berlin
    assert instants.day(new_year, BERLIN, NOW) == "Fri 1 January 2027"
    assert instants.day(new_year, "UTC", NOW) == "Thu 31 December"
    assert instants.day(new_year, "UTC") == "Thu 31 December 2026"


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        instants.day(datetime(2026, 6, 13), BERLIN)  # noqa: DTZ001 -- the fault under test


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (at(2026, 6, 13, 10, 30), "Sat 13 June, 10:00 to 12:30"),
        (at(2026, 6, 15, 16), "Sat 13 June, 10:00 to Mon 15 June, 18:00"),
        (at(2026, 6, 13, 22), "Sat 13 June, 10:00 to Sun 14 June, 00:00"),
        (None, "Sat 13 June, 10:00"),
    ],
)
def test_span(end: datetime | None, words: str) -> None:
    assert instants.span(at(2026, 6, 13, 8), end, BERLIN, NOW) == words


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        (at(2026, 6, 1, 7, 42), "today at 09:42"),
        (at(2026, 6, 1, 22, 30), "tomorrow at 00:30"),
        (at(2026, 5, 31, 21, 59), "yesterday at 23:59"),
        (at(2026, 6, 13, 8), "on Sat 13 June at 10:00"),
    ],
)
def test_spoken_when(instant: datetime, words: str) -> None:
    assert instants.spoken_when(instant, BERLIN, NOW) == words


@pytest.mark.parametrize(
    ("tz", "words"),
    [
        (BERLIN, "Berlin time"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time"),
        ("UTC", "UTC"),
        ("Etc/UTC", "UTC"),
        ("Etc/GMT+3", "UTC-3"),
    ],
)
def test_zone_name(tz: str, words: str) -> None:
    assert instants.zone_name(tz) == words


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        (at(2026, 6, 1, 11, 59, 40), "just now"),
        (at(2026, 6, 1, 11, 59), "1 minute ago"),
        (at(2026, 6, 1, 11, 30), "30 minutes ago"),
        (at(2026, 6, 1, 11, 0), "1 hour ago"),
        (at(2026, 6, 1, 14, 0), "in 2 hours"),
        (at(2026, 5, 31, 12, 20), "23 hours ago"),
        (at(2026, 6, 2, 11, 59), "in 23 hours"),
        (at(2026, 5, 31, 12), "1 day ago"),
        (at(2026, 5, 2, 12), "30 days ago"),
    ],
)
def test_ago(instant: datetime, words: str) -> None:
    assert instants.ago(instant, NOW) == words


def days(*parts: tuple[int, int]) -> list[date]:
    return [date(2026, month, day) for month, day in parts]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (days(), ""),
        (days((6, 13)), "Sat 13 June"),
        (days((6, 27), (6, 13), (6, 20)), "Saturdays 13, 20 and 27 June"),
        (days((5, 30), (6, 6)), "Saturdays 30 May and 6 June"),
        (days((6, 19), (6, 20)), "19 and 20 June"),
        (days((6, 19), (6, 20), (6, 21)), "19 to 21 June"),
        (days((5, 31), (6, 1), (6, 2)), "31 May to 2 June"),
        (days((6, 1), (6, 4), (7, 2)), "1, 4 June and 2 July"),
    ],
)
def test_days_list(given: list[date], words: str) -> None:
    assert instants.days_list(given) == words


def test_the_parts_of_a_date_tile_and_of_a_time_element() -> None:
    late = at(2026, 6, 30, 22)
    assert (instants.month_short(late, BERLIN), instants.day_number(late, BERLIN)) == ("Jul", "1")
    assert instants.clock_time(late, BERLIN) == "00:00"
    assert instants.iso(late) == "2026-06-30T22:00:00Z"
