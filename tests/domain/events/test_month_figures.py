"""Months and what they come to."""

from datetime import UTC, date, datetime

import pytest

from webapp.domain.events.month_figures import Figure, MonthFigures, last_months


@pytest.mark.parametrize(
    ("now", "zone", "first", "last", "starts_at", "ends_at"),
    [
        ("2026-06-10T12:00", "Europe/Berlin", (2026, 1), (2026, 6), "2026-05-31T22:00", "2026-06-30T22:00"),
        ("2026-05-31T22:30", "Europe/Berlin", (2026, 1), (2026, 6), "2026-05-31T22:00", "2026-06-30T22:00"),
        ("2026-05-31T22:30", "America/Sao_Paulo", (2025, 12), (2026, 5), "2026-05-01T03:00", "2026-06-01T03:00"),
        ("2026-01-01T00:30", "UTC", (2025, 8), (2026, 1), "2026-01-01T00:00", "2026-02-01T00:00"),
        ("2026-03-15T12:00", "Europe/Berlin", (2025, 10), (2026, 3), "2026-02-28T23:00", "2026-03-31T22:00"),
        ("2026-12-31T23:30", "Europe/Berlin", (2026, 8), (2027, 1), "2026-12-31T23:00", "2027-01-31T23:00"),
    ],
)
def test_months_are_those_of_the_zone(now, zone, first, last, starts_at, ends_at):
    months = last_months(_at(now), zone)

    assert [months[0].first, months[-1].first] == [date(*first, 1), date(*last, 1)]
    assert (months[-1].starts_at, months[-1].ends_at) == (_at(starts_at), _at(ends_at))
    assert [one.ends_at for one in months[:-1]] == [one.starts_at for one in months[1:]], "without a gap"


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("figure", "parts", "share"),
    [
        (Figure.FILL, (30, 40), 0.75),
        (Figure.SHOW, (18, 24), 0.75),
        (Figure.NO_SHOWS, (6, 24), 0.25),
        (Figure.ANSWERS, (15, 30), 0.5),
    ],
)
def test_each_figure_is_a_share_of_its_own_whole(figure, parts, share):
    month = MonthFigures(capacity=40, taken=30, attended=18, no_show=6, had_place=50, asked=30, answered=15)

    assert (month.parts(figure), month.share(figure)) == (parts, share)
    assert MonthFigures().share(figure) is None, "nothing is no share of nothing"
