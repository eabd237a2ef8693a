"""Who is asked after an event: found in the rows, once each, whenever somebody looks."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.support.databases.statements import counted_statements
from tests.support.worlds.prompting import DAY, END, HOUR, PROMPT, Asking
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.models import Event, User
from webapp.services.asking import prompt_schedule
from webapp.services.asking.prompt_schedule import schedule_post_event_prompts
from webapp.services.events.event_view import note_event_view
from webapp.services.unit_of_work import end_reading

SECOND = timedelta(seconds=1)
pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def asking(app, world, session) -> Asking:
    return Asking(app, world, session)


def plan(now=NOON) -> int:
    end_reading()
    return schedule_post_event_prompts(now=now)["prompts"]


def people_of(asking, event_id) -> set[int]:
    return {user_id for user_id, _ in asking.prompts(event_id)}


def test_whoever_was_expected_or_looked_at_the_page_is_asked_once(asking):
    event_id = asking.event()
    asked = {asking.enrolled(event_id, status) for status in ("confirmed", "checked_in", "attended", "no_show")}
    both = asking.enrolled(event_id, "attended")
    asking.viewed(event_id, both)
    asked |= {both, asking.viewed(event_id)}
    for status in ("pending", "waitlisted", "rejected", "cancelled"):
        asking.enrolled(event_id, status)

    assert plan() == len(asked)
    assert people_of(asking, event_id) == asked
    assert plan() == 0


def test_a_prompt_is_due_an_hour_after_the_end(asking):
    event_id = asking.event()
    user_id = asking.viewed(event_id)
    plan()
    prompt = asking.prompt(event_id, user_id)
    assert (prompt.due_at, prompt.number, prompt.sent_at) == (END + HOUR, 1, None)


def test_whoever_gave_up_the_place_is_not_asked_even_if_they_looked(asking):
    event_id = asking.event()
    asking.viewed(event_id, asking.enrolled(event_id, "cancelled"))
    back_again = asking.enrolled(event_id, "cancelled")
    asking.enrolled(event_id, "confirmed", user_id=back_again)
    plan()
    assert people_of(asking, event_id) == {back_again}


@pytest.mark.parametrize(
    "columns",
    [
        {"notification_frequency": "none"},
        {"disabled_at": NOON},
        {"anonymized_at": NOON},
        {"email": None},
    ],
    ids=lambda columns: next(iter(columns)),
)
def test_whoever_cannot_or_does_not_want_to_be_asked_is_not_asked(asking, columns):
    event_id = asking.event()
    asking.change(User, asking.viewed(event_id), **columns)
    assert plan() == 0


def test_the_word_about_the_organization_counts_before_the_word_about_all(asking):
    event_id = asking.event()
    asking.wants(asking.viewed(event_id), "none")
    wanted = asking.viewed(event_id, asking.person(notification_frequency="none"))
    asking.wants(wanted, "important")
    plan()
    assert people_of(asking, event_id) == {wanted}


def test_whoever_has_answered_already_is_not_asked(asking):
    event_id = asking.event()
    for answer in ("attended", "partial", "not_attended"):
        asking.answered(event_id, asking.viewed(event_id), answer)
    assert plan() == 0


@pytest.mark.parametrize(
    "columns",
    [
        {"status": "cancelled"},
        {"status": "draft"},
        {"status": "completed", "deleted_at": NOON},
    ],
    ids=["called off", "draft", "deleted"],
)
def test_nobody_is_asked_about_an_event_that_is_not_there(asking, columns):
    asking.viewed(asking.event(**columns))
    assert plan() == 0


def test_only_what_ended_an_hour_to_a_day_ago_is_asked_about(asking):
    asking.viewed(asking.event())
    assert plan(END + HOUR - SECOND) == 0
    assert plan(END + DAY + SECOND) == 0
    assert plan(END + DAY) == 1


def test_a_run_that_is_hours_late_loses_nobody(asking):
    event_id = asking.event()
    asking.viewed(event_id)
    assert plan(END + 4 * HOUR) == 1
    assert asking.prompts(event_id) != []


def test_a_first_run_years_later_asks_nobody(asking):
    asking.viewed(asking.event())
    assert plan(NOON + 1000 * DAY) == 0


def test_moving_the_end_of_an_event_moves_its_prompt(asking):
    event_id = asking.event()
    asking.viewed(event_id)
    asking.change(Event, event_id, effective_end_at=END + 5 * HOUR)
    assert plan(END + 5 * HOUR) == 0
    assert plan(END + 6 * HOUR) == 1


def test_people_are_asked_in_chunks_and_a_run_that_was_cut_off_is_continued(asking, monkeypatch):
    event_id = asking.event()
    asking.fill(event_id, 25)
    monkeypatch.setattr(prompt_schedule, "CHUNK", 10)
    seen = []

    def beat(_session, counts) -> None:
        seen.append(counts["prompts"])
        if len(seen) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        schedule_post_event_prompts(now=NOON, beat=beat)
    assert len(asking.prompts(event_id)) == 10

    assert plan() == 15
    assert len(asking.prompts(event_id)) == 25
    assert seen == [0, 10]


def test_two_runs_at_once_plan_every_person_once(app, asking):
    event_id = asking.event()
    asking.fill(event_id, 300)
    planned, start = [], threading.Barrier(3)

    def run() -> None:
        with app.app_context():
            start.wait(10)
            planned.append(plan())

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sum(planned) == 300
    assert len(asking.prompts(event_id)) == 300


def test_the_number_of_statements_does_not_grow_with_the_people(app, asking):
    costs = []
    for people in (10, 1000):
        event_id = asking.event()
        asking.fill(event_id, people)
        with counted_statements(app) as statements:
            assert plan() == people
        costs.append(len(statements))
        asking.session.execute(update(Event).values(effective_end_at=END - 30 * DAY))
        asking.session.commit()
    assert costs == [3, 3]


def test_with_nothing_left_to_plan_the_number_of_statements_does_not_grow_with_the_events(app, asking):
    costs = []
    for more in (1, 60):
        for number in range(more):
            asking.viewed(asking.event(effective_end_at=END - number * SECOND))
        assert plan() == more
        with counted_statements(app) as statements:
            assert plan() == 0
        costs.append(len(statements))
    assert costs == [2, 2]


def test_the_number_of_statements_does_not_grow_with_the_events_that_end_at_once(app, asking):
    for number in range(40):
        asking.viewed(asking.event(effective_end_at=END - number * SECOND))
    with counted_statements(app) as statements:
        assert plan() == 40
    assert len(statements) == 3
    due = {prompt.due_at for prompt in asking.session.execute(select(PROMPT)).all()}
    assert due == {END + HOUR - number * SECOND for number in range(40)}


def test_events_are_asked_for_some_at_a_time(asking, monkeypatch):
    monkeypatch.setattr(prompt_schedule, "EVENTS_AT_ONCE", 2)
    for _ in range(5):
        asking.viewed(asking.event())
    assert plan() == 5


def test_a_view_is_kept_once_and_the_first_time_is_what_stays(asking, session):
    event_id, user_id = asking.event(), asking.person()
    note_event_view(event_id=event_id, user_id=user_id, now=NOON - DAY)
    before = digest(session)
    note_event_view(event_id=event_id, user_id=user_id, now=NOON)
    assert digest(session) == before


def test_a_plan_changes_nothing_but_prompts(asking, session):
    event_id = asking.event()
    asking.enrolled(event_id)
    leaving_out = frozenset({"scheduled_attendance_prompts"})
    before = digest(session, leaving_out=leaving_out)
    plan()
    assert digest(session, leaving_out=leaving_out) == before
    assert len(session.execute(select(PROMPT)).all()) == 1
