"""The question put off to later, or put away."""

from datetime import timedelta

import pytest

from tests.support.worlds.asking import is_asked
from tests.support.worlds.rows import digest
from tests.support.worlds.use_cases import days
from tests.support.worlds.world import NOON
from tests.views.participant.asking.question_pages import ANSWERS, END, SNOOZE, START, both_doors, change, each_door
from webapp import clock
from webapp.models import Notification, ScheduledAttendancePrompt, User

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]


@each_door
def test_snoozing_says_when_it_comes_back_and_offers_to_answer_now(doors, session, door):
    browser, address, _ = doors[door]
    snoozed = browser.post(f"{address}/snooze")
    assert (snoozed.status, snoozed.location) == (303, address)
    page = browser.get(address)
    assert page.headings("h1") == ["We’ll ask again tomorrow at 9:00, UTC"]
    assert page.buttons("main") == ["Close", "Answer now"]
    assert browser.get(f"{address}?change=1").buttons("main") == ANSWERS
    session.rollback()
    assert session.query(ScheduledAttendancePrompt).filter_by(number=2).count() == 1


@both_doors
def test_snoozing_by_htmx_shows_the_same_and_twice_is_a_conflict_with_the_same_words(doors, session, door):
    browser, address, _ = doors[door]
    part = browser.post(f"{address}/snooze", htmx=True)
    assert part.status == 200
    assert "We’ll ask again tomorrow at 9:00, UTC" in part.text
    before = digest(session)
    again = browser.post(f"{address}/snooze", htmx=True)
    assert again.status == 409
    assert "We’ll ask again tomorrow at 9:00, UTC" in again.text
    assert digest(session) == before


@pytest.mark.parametrize(
    ("zone", "now", "words"),
    [
        ("Europe/Berlin", NOON, "Ask me tomorrow at 9:00"),
        ("Europe/Lisbon", NOON, "Ask me tomorrow at 9:00, Lisbon time"),
        ("Pacific/Honolulu", NOON, "Ask me today at 9:00, Honolulu time"),
        ("Europe/Berlin", NOON + timedelta(hours=12), "Ask me today at 9:00"),
        ("Nowhere/Land", NOON, SNOOZE),
    ],
)
def test_the_button_names_nine_oclock_of_the_person(app, doors, zone, now, words):
    change(app, User, timezone=zone)
    clock.move(now - clock.real_now())
    assert doors["link"][0].get(doors["link"][1]).buttons("main") == [*ANSWERS, words]


def test_the_second_time_is_the_last(app, doors, clay, mira):
    with app.app_context():
        second = is_asked(clay, mira, number=2)
    for browser, address, _ in [*doors.values(), (doors["event"][0], f"/notifications/{second}/prompt", "")]:
        page = browser.get(address)
        assert page.buttons("main") == [*ANSWERS, "Don’t ask again"]
        said = "We won’t ask again. You can still answer in My history until Wed 24 June, 13:00."
        assert said in page.text


@each_door
def test_the_last_question_can_be_put_away_and_still_be_answered(app, doors, session, clay, mira, door):
    browser, address, _ = doors[door]
    with app.app_context():
        last = is_asked(clay, mira, number=2)
    if door == "notification":
        address = f"/notifications/{last}/prompt"

    put_away = browser.post(f"{address}/snooze")

    assert (put_away.status, put_away.location) == (303, address)
    page = browser.get(address)
    assert page.headings("h1") == ["We won’t ask again"]
    assert page.buttons("main") == ["Close", "Answer now"]
    assert browser.get(f"{address}?change=1").buttons("main") == ANSWERS
    before = digest(session)
    assert browser.post(f"{address}/snooze").status == 409
    assert digest(session) == before
    assert browser.post(f"{address}/answer", answer="not_attended").status == 303


def test_marking_all_as_read_leaves_the_choice_to_be_asked_later(doors):
    browser, address, _ = doors["notification"]
    browser.post("/notifications/read")
    assert browser.get(address).buttons("main") == [*ANSWERS, SNOOZE]
    assert browser.post(f"{address}/snooze").status == 303
    assert browser.get(address).headings("h1") == ["We’ll ask again tomorrow at 9:00, UTC"]


def test_a_prompt_that_somebody_acted_on_offers_no_snooze(app, doors):
    change(app, Notification, read_at=NOON, responded_at=NOON)
    assert doors["link"][0].get(doors["link"][1]).buttons("main") == ANSWERS


def test_without_a_prompt_there_is_nothing_to_snooze(world, use_cases, reader_of, session):
    ben = world.person("Ben")
    use_cases.enrolls(world.event(slug="bikes", starts_at=START, ends_at=END), ben, now=START - days(1))
    browser = reader_of(ben)
    assert browser.get("/attendance/bikes").buttons("main") == ANSWERS
    assert browser.post("/attendance/bikes/snooze").status == 404
