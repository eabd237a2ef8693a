"""When a reminder of an organizer is sent: a table of cases."""

from datetime import UTC, datetime, time, timedelta

import pytest

from webapp.domain.notices.relative_time import (
    LATEST,
    MOST_DAYS,
    MOST_HOURS,
    Anchor,
    RelativeTime,
    due_at,
    is_missed,
    require_relative,
)
from webapp.domain.refusal import Refused

START, END = datetime(2026, 3, 28, 23, 0, tzinfo=UTC), datetime(2026, 3, 29, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("relative", "at"),
    [
        (RelativeTime(Anchor.START, hours=-2), datetime(2026, 3, 28, 21, 0, tzinfo=UTC)),
        (RelativeTime(Anchor.END, hours=3), datetime(2026, 3, 29, 3, 30, tzinfo=UTC)),
        (RelativeTime(Anchor.START, hours=0), START),
        # It starts on the 29th in Berlin, at midnight.
        (RelativeTime(Anchor.START, days=-1, at=time(9)), datetime(2026, 3, 28, 8, 0, tzinfo=UTC)),
        (RelativeTime(Anchor.END, days=1, at=time(9)), datetime(2026, 3, 30, 7, 0, tzinfo=UTC)),
        # The clocks skip it that night.
        (RelativeTime(Anchor.START, days=0, at=time(2, 30)), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
    ],
)
def test_the_instant_of_a_reminder(relative, at):
    assert due_at(relative, starts_at=START, ends_at=END, timezone="Europe/Berlin") == at


@pytest.mark.parametrize(
    ("relative", "is_fine"),
    [
        (RelativeTime(Anchor.START, hours=-MOST_HOURS), True),
        (RelativeTime(Anchor.START, hours=MOST_HOURS + 1), False),
        (RelativeTime(Anchor.END, days=MOST_DAYS, at=time(9)), True),
        (RelativeTime(Anchor.END, days=-MOST_DAYS - 1, at=time(9)), False),
        (RelativeTime(Anchor.END, days=1), False),
        (RelativeTime(Anchor.END), False),
        (RelativeTime(Anchor.END, hours=1, days=1, at=time(9)), False),
    ],
)
def test_what_a_reminder_can_go_by(relative, is_fine):
    if is_fine:
        require_relative(relative)
        return
    with pytest.raises(Refused, match="relative_time_invalid"):
        require_relative(relative)


def test_a_reminder_is_missed_after_half_an_hour():
    assert not is_missed(START, START + LATEST)
    assert is_missed(START, START + LATEST + timedelta(seconds=1))
