"""Snoozing and ending prompts: one's own and unread ones only, one follow-up, and who opted out is left alone."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.worlds.prompting import DAY, END, HOUR, Asking
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.domain.asking.prompt import PromptEnd, answers_close_at
from webapp.domain.refusal import Refused
from webapp.models import Event, Notification, NotificationPreference, User
from webapp.services.asking.prompt import Snoozed, end_open_prompts, end_prompts_of_opted_out, snooze_prompt
from webapp.services.asking.prompt_sending import send_prompt_batch
from webapp.services.notices.notification import read_all_notifications
from webapp.services.unit_of_work import end_reading, write_transaction

#: The next 9:00 in Berlin after noon UTC.
NINE = datetime(2026, 6, 11, 7, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def asking(app, world, session) -> Asking:
    return Asking(app, world, session)


@pytest.fixture
def asked(asking) -> tuple[int, int, int]:
    """An event, a person who was asked about it, and the line that asks: their ids."""
    event_id = asking.event()
    user_id = asking.person()
    asking.planned(event_id, user_id)
    send()
    return event_id, user_id, asking.notification_id(event_id, user_id)


def send(now=NOON):
    end_reading()
    return send_prompt_batch(now=now)


def refusal(notification_id, user_id, now=NOON) -> Refused:
    end_reading()
    with pytest.raises(Refused) as caught:
        snooze_prompt(notification_id=notification_id, user_id=user_id, now=now)
    return caught.value


def test_a_snoozed_prompt_is_read_and_comes_back_at_nine(asking, session, asked):
    event_id, user_id, line = asked

    assert snooze_prompt(notification_id=line, user_id=user_id, now=NOON) == Snoozed(NINE, "Europe/Berlin")

    row = session.get_one(Notification, line, populate_existing=True)
    assert (row.read_at, row.responded_at) == (NOON, NOON)
    assert send(NINE - timedelta(seconds=1)).looked_at == 0
    assert send(NINE).sent == 1
    assert asking.lines(event_id) == [(user_id, 1), (user_id, 2)]


@pytest.mark.parametrize("zone", [None, "Mars/Olympus"])
def test_without_a_zone_nine_is_in_utc(asking, asked, zone):
    _, user_id, line = asked
    asking.change(User, user_id, timezone=zone)
    snoozed = snooze_prompt(notification_id=line, user_id=user_id, now=NOON)
    assert snoozed == Snoozed(datetime(2026, 6, 11, 9, tzinfo=UTC), "UTC")


def test_a_second_click_changes_nothing_and_says_when_it_comes_back(session, asked):
    _, user_id, line = asked
    snooze_prompt(notification_id=line, user_id=user_id, now=NOON)
    before = digest(session)

    said = refusal(line, user_id, NOON + HOUR)

    assert (said.code, said.facts) == ("prompt_already_read", {"asks_again_at": NINE})
    assert digest(session) == before


def test_two_clicks_at_once_make_one_follow_up(app, asking, asked):
    event_id, user_id, line = asked
    outcomes, start = [], threading.Barrier(2)

    def click() -> None:
        with app.app_context():
            start.wait(10)
            try:
                outcomes.append(snooze_prompt(notification_id=line, user_id=user_id, now=NOON).asks_again_at)
            except Refused as refused:
                outcomes.append(refused.facts["asks_again_at"])

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert outcomes == [NINE, NINE]
    assert asking.prompts(event_id) == [(user_id, 1), (user_id, 2)]


def test_the_second_prompt_does_not_come_back(asking, session, asked):
    event_id, user_id, line = asked
    snooze_prompt(notification_id=line, user_id=user_id, now=NOON)
    send(NINE)
    second = asking.notification_id(event_id, user_id, 2)
    end_reading()

    assert snooze_prompt(notification_id=second, user_id=user_id, now=NINE) is None

    before = digest(session)
    assert refusal(second, user_id, NINE).code == "prompt_asked_twice"
    assert digest(session) == before
    assert asking.prompts(event_id) == [(user_id, 1), (user_id, 2)]
    assert send(NINE + DAY).looked_at == 0


def test_marking_all_as_read_leaves_the_snooze(asking, asked):
    event_id, user_id, line = asked
    end_reading()
    assert read_all_notifications(user_id=user_id, now=NOON) == 1

    assert snooze_prompt(notification_id=line, user_id=user_id, now=NOON).asks_again_at == NINE

    assert asking.prompt(event_id, user_id, 2).due_at == NINE


def test_prompts_of_others_and_other_lines_cannot_be_snoozed(asking, session, asked):
    event_id, user_id, line = asked
    stranger = asking.person("Ben")
    other_line = asking.put(
        Notification,
        dedupe_key="x",
        user_id=user_id,
        type="reminder",
        event_id=event_id,
        title="Soon",
        text="",
        created_at=NOON,
    )
    before = digest(session)

    codes = [refusal(*pair).code for pair in ((line, stranger), (other_line, user_id), (line + 999, user_id))]

    assert codes == ["not_found"] * 3
    assert digest(session) == before


@pytest.mark.parametrize(
    ("code", "change", "now"),
    [
        ("prompt_already_read", lambda a, _event, _user, line: a.change(Notification, line, responded_at=NOON), NOON),
        ("prompt_answered", lambda a, event_id, user_id, line: a.answered(event_id, user_id), NOON),
        ("event_called_off", lambda a, event_id, user_id, line: a.change(Event, event_id, status="cancelled"), NOON),
        (
            "not_found",
            lambda a, event_id, user_id, line: a.change(Event, event_id, status="completed", deleted_at=NOON),
            NOON,
        ),
        ("answers_closed", lambda *_: None, answers_close_at(END) + timedelta(microseconds=1)),
        ("no_time_to_ask_again", lambda *_: None, answers_close_at(END)),
    ],
    ids=["put off", "answered", "called off", "deleted", "too late", "no time left"],
)
def test_what_cannot_be_snoozed_is_refused_and_changes_nothing(asking, session, asked, code, change, now):
    event_id, user_id, line = asked
    change(asking, event_id, user_id, line)
    before = digest(session)
    assert refusal(line, user_id, now).code == code
    assert digest(session) == before


def test_a_snooze_moves_the_second_prompt_that_was_planned_by_itself(asking):
    event_id = asking.event()
    asking.organization(asks_twice=True)
    user_id = asking.person()
    asking.planned(event_id, user_id)
    send()
    assert asking.prompt(event_id, user_id, 2).due_at == NINE

    line = asking.notification_id(event_id, user_id)
    end_reading()
    snooze_prompt(notification_id=line, user_id=user_id, now=NINE)

    assert asking.prompt(event_id, user_id, 2).due_at == NINE + DAY
    assert send(NINE).looked_at == 0
    assert send(NINE + DAY).sent == 1


def test_the_first_prompt_cannot_be_snoozed_once_the_second_was_sent(asking, session):
    event_id = asking.event()
    asking.organization(asks_twice=True)
    user_id = asking.person()
    asking.planned(event_id, user_id)
    send()
    send(NINE)
    before = digest(session)
    assert refusal(asking.notification_id(event_id, user_id), user_id, NINE).code == "prompt_asked_twice"
    assert digest(session) == before


def test_answering_ends_what_is_open_and_leaves_other_people_and_events_alone(asking, asked):
    event_id, user_id, _ = asked
    other_event, other_person = asking.event(), asking.person()
    for event, person in ((event_id, other_person), (other_event, user_id)):
        asking.planned(event, person)
    asking.planned(event_id, user_id, number=2, due_at=NINE)

    for expected in (1, 0):
        with write_transaction() as session:
            ended = end_open_prompts(session, event_id=event_id, user_id=user_id, because=PromptEnd.ANSWERED, now=NOON)
        assert ended == expected

    second = asking.prompt(event_id, user_id, 2)
    assert (second.ended_at, second.ended_because) == (NOON, "answered")
    assert asking.prompt(event_id, user_id).ended_at is None
    assert asking.prompt(event_id, other_person).ended_at is None
    assert asking.prompt(other_event, user_id).ended_at is None


def test_opting_out_ends_the_prompts_of_organizations_that_are_not_wanted_any_more(asking):
    here = asking.event()
    asked = asking.person(notification_frequency="none")
    other = asking.person()
    first_organization = asking.world.organization_id
    asking.world.organization("Elsewhere")
    elsewhere = asking.event()
    asking.put(
        NotificationPreference, user_id=asked, organization_id=first_organization, frequency="all", changed_at=NOON
    )
    for event_id in (here, elsewhere):
        for user_id in (asked, other):
            asking.planned(event_id, user_id)

    with write_transaction() as session:
        assert end_prompts_of_opted_out(session, user_id=asked, now=NOON) == 1

    assert asking.prompt(elsewhere, asked).ended_because == "opted_out"
    assert asking.prompt(here, asked).ended_because is None
    assert asking.prompt(elsewhere, other).ended_because is None


def test_who_opted_out_and_came_back_can_snooze_again(asking, asked):
    event_id, user_id, line = asked
    asking.planned(event_id, user_id, number=2, due_at=NINE)
    asking.change(User, user_id, notification_frequency="none")
    with write_transaction() as session:
        end_prompts_of_opted_out(session, user_id=user_id, now=NOON)
    asking.change(User, user_id, notification_frequency="all")

    snooze_prompt(notification_id=line, user_id=user_id, now=NOON + HOUR)

    assert asking.prompt(event_id, user_id, 2).ended_at is None
    assert send(NINE).sent == 1
