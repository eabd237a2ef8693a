"""When a person is asked: exact instants, on every clock, and the last look before a prompt is sent."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from webapp.domain.asking.prompt import (
    PromptEnd,
    PromptFacts,
    Verdict,
    answers_close_at,
    decide_prompt,
    first_prompt_at,
    prompt_zone,
    snoozed_until,
)
from webapp.domain.notices.notice import Frequency

# (what, zone, now, the next 9:00 on that clock); both instants in UTC, worked out by hand
SNOOZES = [
    ("a second before nine means today", "UTC", "2026-06-10 08:59:59", "2026-06-10 09:00:00"),
    ("nine sharp means tomorrow", "UTC", "2026-06-10 09:00:00", "2026-06-11 09:00:00"),
    ("a moment past nine means tomorrow", "UTC", "2026-06-10 09:00:00.000001", "2026-06-11 09:00:00"),
    ("a second past nine means tomorrow", "UTC", "2026-06-10 09:00:01", "2026-06-11 09:00:00"),
    ("no zone is UTC", None, "2026-06-10 08:00:00", "2026-06-10 09:00:00"),
    ("an empty zone is UTC", "", "2026-06-10 08:00:00", "2026-06-10 09:00:00"),
    ("a zone that does not exist is UTC", "Mars/Olympus", "2026-06-10 10:00:00", "2026-06-11 09:00:00"),
    ("a zone spelled otherwise is UTC", "europe/berlin", "2026-06-10 08:00:00", "2026-06-10 09:00:00"),
    ("a path is no zone", "../../etc/passwd", "2026-06-10 08:00:00", "2026-06-10 09:00:00"),
    ("the eve of a leap day", "UTC", "2028-02-28 10:00:00", "2028-02-29 09:00:00"),
    ("Berlin, 8:59:59", "Europe/Berlin", "2026-06-10 06:59:59", "2026-06-10 07:00:00"),
    ("Berlin, 9:00:00", "Europe/Berlin", "2026-06-10 07:00:00", "2026-06-11 07:00:00"),
    ("Berlin, 9:00:01", "Europe/Berlin", "2026-06-10 07:00:01", "2026-06-11 07:00:00"),
    ("Berlin, over the short night", "Europe/Berlin", "2026-03-28 08:30:00", "2026-03-29 07:00:00"),
    ("Berlin, inside the short night", "Europe/Berlin", "2026-03-29 01:30:00", "2026-03-29 07:00:00"),
    ("Berlin, over the long night", "Europe/Berlin", "2026-10-24 07:30:00", "2026-10-25 08:00:00"),
    ("Berlin, the hour that comes twice, first", "Europe/Berlin", "2026-10-25 00:30:00", "2026-10-25 08:00:00"),
    ("Berlin, the hour that comes twice, second", "Europe/Berlin", "2026-10-25 01:30:00", "2026-10-25 08:00:00"),
    ("New York, over the short night", "America/New_York", "2026-03-07 15:00:00", "2026-03-08 13:00:00"),
    ("New York, over the long night", "America/New_York", "2026-10-31 14:00:00", "2026-11-01 14:00:00"),
    ("Lord Howe, half an hour back", "Australia/Lord_Howe", "2026-04-04 00:00:00", "2026-04-04 22:30:00"),
    ("Lord Howe, the day before that", "Australia/Lord_Howe", "2026-04-03 21:59:59", "2026-04-03 22:00:00"),
    ("Lord Howe, half an hour forward", "Australia/Lord_Howe", "2026-10-02 23:00:00", "2026-10-03 22:00:00"),
    ("Chatham, three quarters, winter", "Pacific/Chatham", "2026-06-10 20:14:59", "2026-06-10 20:15:00"),
    ("Chatham, over the long night", "Pacific/Chatham", "2026-04-04 00:00:00", "2026-04-04 20:15:00"),
    ("Kolkata, half an hour, 8:59:59", "Asia/Kolkata", "2026-06-10 03:29:59", "2026-06-10 03:30:00"),
    ("Kolkata, half an hour, 9:00:00", "Asia/Kolkata", "2026-06-10 03:30:00", "2026-06-11 03:30:00"),
    ("Kathmandu, three quarters", "Asia/Kathmandu", "2026-06-10 03:14:59", "2026-06-10 03:15:00"),
    ("St John's, behind by two and a half", "America/St_Johns", "2026-06-10 11:30:00", "2026-06-11 11:30:00"),
    ("São Paulo, no summer time", "America/Sao_Paulo", "2026-01-10 12:00:01", "2026-01-11 12:00:00"),
    ("Dublin, winter", "Europe/Dublin", "2026-01-10 08:59:59", "2026-01-10 09:00:00"),
    ("Casablanca, Ramadan begins", "Africa/Casablanca", "2026-02-14 09:00:00", "2026-02-15 09:00:00"),
    ("Casablanca, Ramadan is over", "Africa/Casablanca", "2026-03-21 10:00:00", "2026-03-22 08:00:00"),
    ("Beirut, midnight does not exist", "Asia/Beirut", "2026-03-28 08:00:00", "2026-03-29 06:00:00"),
    ("Kiritimati, already tomorrow there", "Pacific/Kiritimati", "2026-06-10 18:59:59", "2026-06-10 19:00:00"),
    ("Pago Pago, still yesterday there", "Pacific/Pago_Pago", "2026-06-10 05:00:00", "2026-06-10 20:00:00"),
    ("Auckland, nine sharp on New Year's Day", "Pacific/Auckland", "2026-12-31 20:00:00", "2027-01-01 20:00:00"),
    ("Athens, nine itself was skipped", "Europe/Athens", "1979-04-01 06:59:59", "1979-04-01 07:00:00"),
    ("Athens, after nine was skipped", "Europe/Athens", "1979-04-01 07:00:00", "1979-04-02 06:00:00"),
    ("Apia, a whole day was skipped", "Pacific/Apia", "2011-12-29 20:00:00", "2011-12-30 19:00:00"),
    ("Apia, half an hour before that day", "Pacific/Apia", "2011-12-30 09:30:00", "2011-12-30 19:00:00"),
]

END = datetime(2026, 6, 10, 20, 0, tzinfo=UTC)
FACTS = PromptFacts(
    number=1,
    event_status="completed",
    is_event_deleted=False,
    effective_end_at=END,
    has_answered=False,
    has_given_up=False,
    frequency=Frequency.ALL,
    can_answer=True,
    was_seen=False,
    asks_only_unknown=False,
    timezone="Europe/Berlin",
)
HOUR = timedelta(hours=1)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(("what", "zone", "now", "expected"), SNOOZES, ids=[case[0] for case in SNOOZES])
def test_a_snooze_lasts_until_the_next_nine_on_the_persons_clock(what, zone, now, expected):
    assert snoozed_until(instant(now), zone) == instant(expected)


def test_a_snooze_ends_at_nine_on_every_clock_and_every_day_of_two_years():
    for zone in ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu"):
        now = datetime(2026, 1, 1, 0, 17, tzinfo=UTC)
        while now.year < 2028:
            at = snoozed_until(now, zone)
            assert at > now
            assert at.astimezone(prompt_zone(zone)).time().isoformat() == "09:00:00"
            assert at - now <= timedelta(hours=25)
            now += timedelta(hours=7, minutes=13)


def test_the_first_prompt_comes_an_hour_after_the_end_and_answers_close_after_fourteen_times_24_hours():
    assert first_prompt_at(END) == datetime(2026, 6, 10, 21, 0, tzinfo=UTC)
    assert answers_close_at(END) == datetime(2026, 6, 24, 20, 0, tzinfo=UTC)
    # Hours and not calendar days: the clocks of Berlin go back in between.
    assert answers_close_at(datetime(2026, 10, 20, 18, 0, tzinfo=UTC)) == datetime(2026, 11, 3, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({"event_status": "published"}, None),
        ({"event_status": "cancelled"}, PromptEnd.EVENT_GONE),
        ({"event_status": "draft"}, PromptEnd.EVENT_GONE),
        ({"is_event_deleted": True}, PromptEnd.EVENT_GONE),
        ({"can_answer": False}, PromptEnd.ACCOUNT_GONE),
        ({"has_answered": True}, PromptEnd.ANSWERED),
        ({"frequency": Frequency.NONE}, PromptEnd.OPTED_OUT),
        ({"frequency": Frequency.IMPORTANT}, None),
        ({"has_given_up": True}, PromptEnd.SETTLED),
        ({"was_seen": True}, None),
        ({"asks_only_unknown": True}, None),
        ({"asks_only_unknown": True, "was_seen": True}, PromptEnd.SETTLED),
        # The strongest reason is the one that is kept.
        ({"is_event_deleted": True, "has_answered": True}, PromptEnd.EVENT_GONE),
        ({"has_answered": True, "frequency": Frequency.NONE}, PromptEnd.ANSWERED),
    ],
)
def test_a_prompt_is_sent_unless_there_is_a_reason_against_it(changes, expected):
    assert decide_prompt(replace(FACTS, **changes), END + HOUR) == Verdict(ended_because=expected)


def test_a_prompt_is_sent_until_the_last_instant_of_the_window():
    closes_at = answers_close_at(END)
    assert decide_prompt(FACTS, closes_at) == Verdict()
    assert decide_prompt(FACTS, closes_at + timedelta(microseconds=1)) == Verdict(PromptEnd.WINDOW_OVER)


def test_a_prompt_of_an_event_whose_end_was_moved_is_put_off():
    later = replace(FACTS, effective_end_at=END + 10 * HOUR)
    assert decide_prompt(later, END + HOUR) == Verdict(put_off_until=END + 11 * HOUR)
    assert decide_prompt(later, END + 11 * HOUR) == Verdict()


def test_a_second_prompt_is_put_off_until_nine():
    # An hour after the end it is 9:00 in Berlin, and half past.
    at_nine = replace(FACTS, number=2, effective_end_at=datetime(2026, 6, 11, 6, 0, tzinfo=UTC))
    past_nine = replace(at_nine, effective_end_at=datetime(2026, 6, 11, 6, 30, tzinfo=UTC))
    assert decide_prompt(at_nine, END + HOUR).put_off_until == datetime(2026, 6, 11, 7, 0, tzinfo=UTC)
    assert decide_prompt(past_nine, END + HOUR).put_off_until == datetime(2026, 6, 12, 7, 0, tzinfo=UTC)
