"""Was I there? Every door to the question, and what comes of an answer, with and without htmx."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.support.worlds.asking import is_asked
from tests.support.worlds.rows import digest
from tests.support.worlds.use_cases import days
from tests.support.worlds.world import NOON
from tests.views.participant.asking.question_pages import (
    ANSWERS,
    END,
    SNOOZE,
    START,
    answer_of,
    both_doors,
    change,
    each_door,
)
from webapp import clock
from webapp.domain.places.enrollment import EnrollmentStatus
from webapp.models import Enrollment, Event, Organization, User
from webapp.services.places.enrollment import Placed
from webapp.services.unit_of_work import write_transaction

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]


@each_door
def test_opening_the_question_answers_nothing(doors, session, door):
    browser, address, _ = doors[door]
    before = digest(session)
    page = browser.get(address)
    assert (page.status, page.title) == (200, "Did you make it to Hand-building with clay? - Turnout")
    assert page.headings("h1") == ["Did you make it?"]
    assert page.buttons("main") == [*ANSWERS, SNOOZE]
    assert "Northside Makers · ended today at 13:00" in page.text
    assert digest(session) == before


@each_door
@pytest.mark.parametrize("answer", ["attended", "partial"])
def test_who_was_there_goes_on_to_feedback(doors, session, door, answer):
    browser, address, feedback = doors[door]
    answered = browser.post(f"{address}/answer", answer=answer)
    assert (answered.status, answered.location, answer_of(session)) == (303, feedback, answer)
    page = browser.get(feedback)
    assert page.headings("h1") == ["How was it?"]
    saved = {"attended": "Saved: you were there.", "partial": "Saved: you were there for part of it."}
    assert saved[answer] in page.text
    assert page.links()["Change answer"] == f"{doors['event' if door != 'link' else door][1]}?change=1"


@both_doors
def test_by_htmx_the_feedback_takes_the_questions_place_and_address(doors, session, door):
    browser, address, feedback = doors[door]
    part = browser.post(f"{address}/answer", htmx=True, answer="attended")
    assert (part.status, part.headers["HX-Push-Url"]) == (200, feedback)
    assert part.html.strip().startswith("<title>How was Hand-building with clay? - Turnout</title>")
    assert "<h1 data-focus>How was it?</h1>" in part.html
    assert "<!doctype" not in part.html


@both_doors
def test_who_was_not_there_is_thanked(doors, session, door):
    browser, address, _ = doors[door]
    answered = browser.post(f"{address}/answer", answer="not_attended")
    assert (answered.status, answered.location, answer_of(session)) == (303, address, "not_attended")
    page = browser.get(address)
    assert "Thanks for letting us know." in page.text
    assert page.headings("h1") == ["You answered: I didn’t go"]
    assert page.buttons("main") == ["Done", "Change answer"]
    again = browser.post(f"{address}/answer", htmx=True, answer="not_attended")
    assert (again.status, "HX-Push-Url" in again.headers) == (200, False)
    assert "Thanks for letting us know." in again.text


@both_doors
def test_an_answer_can_be_changed_and_the_page_says_what_that_costs(doors, session, door):
    browser, address, feedback = doors[door]
    browser.post(f"{address}/answer", answer="attended")
    browser.post(feedback, rating="4")
    page = browser.get(address)
    assert page.headings("h1") == ["You answered: I was there"]
    assert page.buttons("main") == ["Change your feedback", "Change answer"]
    again = browser.get(f"{address}?change=1")
    assert again.buttons("main") == ["Yes, I was there Your current answer", *ANSWERS[1:]]
    assert "If you answer “No, I didn’t go”, we’ll delete your feedback." in again.text
    browser.post(f"{address}/answer", answer="not_attended")
    assert "Thanks for letting us know. We’ve deleted your feedback." in browser.get(address).text


def test_who_was_checked_in_is_asked_whether_that_was_right_where_only_the_unknown_is_asked(
    app, doors, use_cases, clay, session
):
    browser, address, _ = doors["event"]
    change(app, Organization, asks_only_unknown=True)
    assert browser.get(address).headings("h1") == ["Did you make it?"]
    placed = Placed(session.query(Enrollment.id).scalar(), EnrollmentStatus.CONFIRMED)
    use_cases.is_checked_in(clay, placed, now=START)
    page = browser.get(address)
    assert page.headings("h1") == ["We have you down as checked in. Is that right?"]
    assert page.buttons("main")[:2] == ["Yes", "No, that wasn’t me"]
    change(app, Organization, asks_only_unknown=False)
    assert browser.get(address).headings("h1") == ["Did you make it?"]


@both_doors
def test_the_part_for_htmx_is_in_the_page(doors, door):
    browser, address, feedback = doors[door]
    browser.post(f"{address}/answer", answer="attended")
    for at in (address, f"{address}?change=1", feedback):
        page, part = browser.get(at), browser.get(at, htmx=True)
        assert (part.status, _steady(part) in _steady(page)) == (200, True), at
        assert '<div id="main' not in part.html


def test_who_sees_the_record_is_said_on_the_page(app, doors, mira):
    browser, address, _ = doors["link"]
    words = {}
    for profile, others in ((True, False), (True, True), (False, True), (False, False)):
        with app.app_context(), write_transaction() as session:
            sharing = {"records_on_profile": profile, "records_to_organizations": others, "handle": "mira"}
            session.execute(update(User).where(User.id == mira).values(**sharing))
        words[profile, others] = browser.get(address).text.partition("I didn’t go ")[2].partition(" Change")[0]
    assert words == {
        (True, False): "Shown on your profile, not to other organizers.",
        (True, True): "Shown on your profile and to other organizers.",
        (False, True): "Shown to other organizers, not on your profile.",
        (False, False): "Only you and Northside Makers can see your answer.",
    }


def test_my_events_shows_first_what_waits_longest(app, world, use_cases, reader_of, session):
    ben = world.person("Ben")
    browser = reader_of(ben)
    ids = {}
    for slug, hours in (("late", 1), ("early", 30), ("old", 24 * 15), ("off", 5), ("answered", 6), ("snoozed", 7)):
        start = NOON - timedelta(hours=hours + 2)
        ids[slug] = world.event(slug, slug=slug, starts_at=start, ends_at=start + timedelta(hours=1))
        use_cases.enrolls(ids[slug], ben, now=start - days(1))
        with app.app_context():
            is_asked(ids[slug], ben, at=start + timedelta(hours=2))
    with app.app_context(), write_transaction() as writing:
        writing.execute(update(Event).where(Event.id == ids["off"]).values(status="cancelled"))
    browser.post("/attendance/answered/answer", answer="attended")
    browser.post("/attendance/snoozed/snooze")
    page = browser.get("/me")
    assert page.headings("h2")[0] == "Waiting for your answer"
    assert _waiting(page) == ["early", "late"]
    with app.app_context():
        second = is_asked(ids["snoozed"], ben, number=2, at=NOON)
    page = browser.get("/me")
    assert _waiting(page) == ["early", "late", "snoozed"]
    assert f'<a href="/notifications/{second}/prompt"><bdi>snoozed</bdi></a>' in page.html
    assert browser.get("/me?page=2").headings("h2")[:1] != ["Waiting for your answer"]


def test_the_event_page_says_what_was_answered_and_asks_who_had_a_place(world, reader_of, mira):
    browser = reader_of(mira)
    assert browser.get("/events/clay").links()["Answer"] == "/attendance/clay"
    browser.post("/attendance/clay/answer", answer="attended")
    page = browser.get("/events/clay")
    assert "You said: I was there. Change · Give feedback" in page.text
    assert page.links()["Change"] == "/attendance/clay?change=1"
    clock.move(END + days(15) - clock.real_now())
    page = browser.get("/events/clay")
    assert ("You said: I was there." in page.text, "Change" in page.links()) == (True, False)
    clock.move(NOON - clock.real_now())
    assert "Were you there?" not in reader_of(world.person()).get("/events/clay").text


def _waiting(page) -> list[str]:
    """The events on My events that lead to a question."""
    leads = [one for one in page.tree.iter("a") if re.fullmatch(r"/notifications/\d+/prompt", one.get("href", ""))]
    return ["".join(one.itertext()) for one in leads]


def _steady(page) -> str:
    """The text of the document without the tokens, which carry the second they were made in."""
    return " ".join(re.sub(r'name="csrf_token" value="[^"]+"', "", page.html).split())
