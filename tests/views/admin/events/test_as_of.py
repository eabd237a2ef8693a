"""The people of an event as of an earlier time: the table, the files, and who may see them."""

from datetime import timedelta

import pytest

from tests.support.worlds.world import NOON
from webapp.domain.permission import Trigger
from webapp.services.places.enrollment import cancel, enroll

#: The rule behind these pages is tried on both databases below them.
pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]
#: In Berlin, when Mei had the place and Ken waited; a minute later she gave it back.
THEN = "2026-06-10T13:00"


@pytest.fixture
def event_id(world, app, browser):
    event_id = world.event(capacity=1, slug="clay")
    mei, ken = world.person("Mei Chen"), world.person("=Ken")
    with app.app_context():
        then = NOON - timedelta(hours=1)
        place, _ = (enroll(event_id=event_id, user_id=one, actor=world.actor(one), now=then) for one in (mei, ken))
        cancel(
            enrollment_id=place.enrollment_id,
            actor=world.actor(mei),
            by=Trigger.USER,
            now=then + timedelta(minutes=1),
        )
    return event_id


def test_the_table_shows_the_statuses_of_then_and_no_buttons(browser, event_id):
    page = browser.get(f"/admin/events/{event_id}/enrollments/as-of?at={THEN}")

    assert page.status == 200
    assert "Statuses as of Wed 10 June, 13:00" in page.text
    assert "Names and addresses are as they are now." in page.text
    rows = page.words_of("rows")
    assert "Confirmed" in rows
    assert "Waitlisted" in rows
    assert "Cancelled" not in rows
    assert "Cancelled" in browser.get(f"/admin/events/{event_id}/enrollments/as-of?at={THEN[:-1]}1").words_of("rows")
    update = browser.get(f"/admin/events/{event_id}/enrollments/as-of?at={THEN}&status=waitlisted&q=ken", htmx=True)
    assert ("Mei Chen" in update.text, "=Ken" in update.text, "<html" in update.html) == (False, True, False)


def test_both_files_say_the_same_and_no_formula(browser, event_id):
    page = browser.get(f"/admin/events/{event_id}/enrollments/as-of?at={THEN}&status=waitlisted")
    links = page.links()
    lines = browser.get(links["Export CSV"]).html.splitlines()
    assert lines[0] == '\ufeff"id","name","email","phone","status","since","as_of"'
    assert (len(lines), '"\'=Ken"' in lines[1], '"waitlisted"' in lines[1]) == (2, True, True)
    assert lines[1].endswith('"2026-06-10T11:00:00Z"')
    answer = browser.get(links["Export JSON"])
    assert answer.response.json["as_of"] == "2026-06-10T11:00:00Z"
    assert [row["status"] for row in answer.response.json["enrollments"]] == ["waitlisted"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("soon", "Enter a valid date and time, like 2026-06-13 10:00"),
        ("2026-06-11T10:00", "Choose a time that has passed"),
    ],
)
@pytest.mark.parametrize("part", ["", ".csv", ".json"])
def test_a_time_that_says_nothing_is_refused_at_its_field(browser, event_id, typed, sentence, part):
    page = browser.get(f"/admin/events/{event_id}/enrollments/as-of{part}?at={typed}")
    assert (page.status, page.links().get(sentence)) == (422, "#at")


def test_who_may_not_see_the_roster_finds_nothing(world, reader_of, event_id):
    world.organization("Riverside")
    stranger = reader_of(world.person("Rui"))
    for part in ("", ".csv", ".json"):
        assert stranger.get(f"/admin/events/{event_id}/enrollments/as-of{part}?at={THEN}").status in (403, 404)


def test_without_a_time_it_asks_for_one(world, browser):
    page = browser.get(f"/admin/events/{world.event()}/enrollments/as-of?at=")
    assert (page.status, page.links().get("Enter a valid date and time, like 2026-06-13 10:00")) == (200, None)
    assert "Show" in page.buttons("main")
