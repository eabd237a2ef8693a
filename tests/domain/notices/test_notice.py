"""Who hears what, and what an edit is worth a mail: tables of cases."""

from datetime import UTC, datetime, timedelta

import pytest

from webapp.domain.notices.notice import Channel, Frequency, NotificationType, is_worth_telling, wants
from webapp.domain.notices.reminder import reminder_key, reminder_window

NOON = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)
IMPORTANT = {
    "confirmed",
    "promoted",
    "rejected",
    "cancelled",
    "called_off",
    "event_changed",
    "no_show",
    "corrected",
    "correction_withdrawn",
    "place_opened",
    "offered",
    "offer_expired",
    "wait_ended",
    "last_call",
    "released",
    "place_back",
    "standby_placed",
    "outcome_taken_back",
    "appeal_granted",
    "appeal_declined",
    "appeal_lapsed",
    "message",
    "undecided",
    "settled",
    "certificate",
    "class_enrolled",
    "class_promoted",
    "class_cancelled",
    "class_called_off",
    "class_ended",
    "class_reopened",
    "class_completed",
}
STANDING = IMPORTANT | {"waitlisted", "class_waitlisted"}
EVERYTHING = {str(kind) for kind in NotificationType}


@pytest.mark.parametrize(
    ("frequency", "channel", "heard"),
    [
        (Frequency.ALL, Channel.PAGE, EVERYTHING),
        (Frequency.ALL, Channel.MAIL, EVERYTHING),
        (Frequency.IMPORTANT, Channel.PAGE, EVERYTHING),
        (Frequency.IMPORTANT, Channel.MAIL, IMPORTANT),
        (Frequency.NONE, Channel.PAGE, STANDING),
        (Frequency.NONE, Channel.MAIL, set()),
    ],
)
def test_what_is_heard_by_frequency_and_channel(frequency, channel, heard):
    assert {str(kind) for kind in NotificationType if wants(kind, frequency, channel)} == heard


@pytest.mark.parametrize(
    ("changed", "ends_in", "told"),
    [
        (("starts_at",), 1, True),
        (("ends_at",), 1, True),
        (("timezone",), 1, True),
        (("place",), 1, True),
        (("facility_id",), 1, True),
        (("title", "place"), 1, True),
        (("title",), 1, False),
        (("capacity", "description"), 1, False),
        ((), 1, False),
        (("starts_at",), 0, False),
        (("place",), -1, False),
    ],
)
def test_another_time_or_place_of_what_is_to_come_is_worth_telling(changed, ends_in, told):
    assert is_worth_telling(changed, ends_at=NOON + timedelta(hours=ends_in), now=NOON) is told


@pytest.mark.parametrize(
    ("start", "timezone", "day"),
    [
        (datetime(2026, 6, 13, 11, 59, tzinfo=UTC), "Pacific/Auckland", "2026-06-13"),
        (datetime(2026, 6, 13, 12, 0, tzinfo=UTC), "Pacific/Auckland", "2026-06-14"),
        (datetime(2026, 6, 13, 2, 59, tzinfo=UTC), "America/Sao_Paulo", "2026-06-12"),
        (datetime(2026, 6, 13, 3, 0, tzinfo=UTC), "America/Sao_Paulo", "2026-06-13"),
    ],
)
def test_reminders_are_called_by_the_local_date(start, timezone, day):
    assert reminder_key(7, start, timezone) == f"reminder:7:{day}:"


def test_the_window_of_reminders_is_from_an_hour_to_a_day_ahead():
    window = reminder_window(NOON)
    assert (window.after, window.until) == (NOON + timedelta(hours=1), NOON + timedelta(days=1))
