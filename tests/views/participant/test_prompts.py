"""Was I there? Every door to the question, every state of it, with and without htmx."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.support.worlds.asking import answer_link, is_asked
from tests.support.worlds.rows import digest
from tests.support.worlds.use_cases import days
from tests.support.worlds.world import NOON
from webapp import clock
from webapp.domain.places.enrollment import EnrollmentStatus
from webapp.models import (
    AttendanceResponse,
    Enrollment,
    Event,
    Notification,
    Organization,
    ScheduledAttendancePrompt,
    User,
)
from webapp.services.places.enrollment import Placed
from webapp.services.unit_of_work import write_transaction

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]

START, END = NOON - timedelta(hours=3), NOON - timedelta(hours=1)
ANSWERS = ["Yes, I was there", "For part of it", "No, I did not go"]
SNOOZE = "Ask me tomorrow at 9:00, UTC"


@pytest.fixture
def clay(world) -> int:
    return world.event(slug="clay", starts_at=START, ends_at=END)


@pytest.fixture
def mira(app, world, use_cases, clay) -> int:
    """Enrolled, and asked an hour after the end."""
    person = world.person("Mira Sand")
    use_cases.enrolls(clay, person, now=START - days(1))
    with app.app_context():
        is_asked(clay, person)
    return person


@pytest.fixture
def notification(mira, session) -> int:
    return session.query(Notification.id).scalar()


@pytest.fixture
def doors(app, clay, mira, notification, reader, reader_of):
    """(browser, address of the question, address of the feedback) of every way to it."""
    link, signed = answer_link(app, clay, mira), reader_of(mira)
    return {
        "link": (reader, link, f"{link}/feedback"),
        "notification": (signed, f"/notifications/{notification}/prompt", "/attendance/clay/feedback"),
        "event": (signed, "/attendance/clay", "/attendance/clay/feedback"),
    }


each_door = pytest.mark.parametrize("door", ["link", "notification", "event"])
#: Without signing in and signed in; the event's own door is the second one without a prompt.
both_doors = pytest.mark.parametrize("door", ["link", "notification"])


def change(app, table, **values) -> None:
    with app.app_context(), write_transaction() as session:
        session.execute(update(table).values(**values))


def answer_of(session) -> str | None:
    session.rollback()
    return session.query(AttendanceResponse.answer).scalar()


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
    assert "Thanks for telling us." in page.text
    assert page.headings("h1") == ["You answered: I did not go"]
    assert page.buttons("main") == ["Done", "Change answer"]
    again = browser.post(f"{address}/answer", htmx=True, answer="not_attended")
    assert (again.status, "HX-Push-Url" in again.headers) == (200, False)
    assert "Thanks for telling us." in again.text


@both_doors
def test_an_answer_can_be_changed_and_the_page_says_what_that_costs(doors, session, door):
    browser, address, feedback = doors[door]
    browser.post(f"{address}/answer", answer="attended")
    browser.post(feedback, rating="4")
    page = browser.get(address)
    assert page.headings("h1") == ["You answered: I was there"]
    assert page.buttons("main") == ["Change your feedback", "Change answer"]
    again = browser.get(f"{address}?change=1")
    assert again.buttons("main") == ["Yes, I was there Your answer until now", *ANSWERS[1:]]
    assert "If you answer “No, I did not go”, the feedback you gave is removed." in again.text
    browser.post(f"{address}/answer", answer="not_attended")
    assert "Thanks for telling us. Your feedback is removed." in browser.get(address).text


@each_door
def test_snoozing_says_when_it_comes_back_and_offers_to_answer_now(doors, session, door):
    browser, address, _ = doors[door]
    snoozed = browser.post(f"{address}/snooze")
    assert (snoozed.status, snoozed.location) == (303, address)
    page = browser.get(address)
    assert page.headings("h1") == ["We will ask again tomorrow at 9:00, UTC"]
    assert page.buttons("main") == ["Close", "Answer now"]
    assert browser.get(f"{address}?change=1").buttons("main") == ANSWERS
    session.rollback()
    assert session.query(ScheduledAttendancePrompt).filter_by(number=2).count() == 1


@both_doors
def test_snoozing_by_htmx_shows_the_same_and_twice_is_a_conflict_with_the_same_words(doors, session, door):
    browser, address, _ = doors[door]
    part = browser.post(f"{address}/snooze", htmx=True)
    assert part.status == 200
    assert "We will ask again tomorrow at 9:00, UTC" in part.text
    before = digest(session)
    again = browser.post(f"{address}/snooze", htmx=True)
    assert again.status == 409
    assert "We will ask again tomorrow at 9:00, UTC" in again.text
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
        said = "This is the last time we ask. You can still answer later in My history, until Wed 24 June, 13:00."
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
    assert browser.get(address).headings("h1") == ["We will ask again tomorrow at 9:00, UTC"]


def test_a_prompt_that_somebody_acted_on_offers_no_snooze(app, doors):
    change(app, Notification, read_at=NOON, responded_at=NOON)
    assert doors["link"][0].get(doors["link"][1]).buttons("main") == ANSWERS


def test_without_a_prompt_there_is_nothing_to_snooze(world, use_cases, reader_of, session):
    ben = world.person("Ben")
    use_cases.enrolls(world.event(slug="bikes", starts_at=START, ends_at=END), ben, now=START - days(1))
    browser = reader_of(ben)
    assert browser.get("/attendance/bikes").buttons("main") == ANSWERS
    assert browser.post("/attendance/bikes/snooze").status == 404


@both_doors
def test_after_fourteen_days_the_page_says_who_can_still_correct_it(app, doors, door, mira, clay):
    browser, address, feedback = doors[door]
    browser.post(f"{address}/answer", answer="partial")
    clock.move(END + days(14) + timedelta(seconds=2) - clock.real_now())
    if door == "link":  # its own end came with the window's
        address = answer_link(app, clay, mira, expires_at=NOON + days(20))
        feedback = f"{address}/feedback"
    page = browser.get(address)
    assert (page.status, page.headings("h1")) == (200, ["This can no longer be changed here"])
    assert "You answered: For part of it." in page.text
    assert "Northside Makers can still correct your record." in page.text
    assert browser.get(feedback).location == (address if door == "link" else "/attendance/clay")


def test_before_the_event_the_page_says_from_when(world, use_cases, reader_of):
    ben = world.person("Ben")
    use_cases.enrolls(world.event(slug="bikes"), ben)
    page = reader_of(ben).get("/attendance/bikes")
    assert (page.status, page.headings("h1")) == (200, ["This event has not begun yet"])
    assert "You can answer from Thu 11 June, 14:00." in page.text


def test_an_event_that_was_called_off_or_deleted_asks_nothing(app, doors, session):
    change(app, Event, status="cancelled", cancelled_at=NOON)
    for browser, address, _ in doors.values():
        page = browser.get(address)
        assert (page.status, page.headings("h1")) == (200, ["This event did not take place"])
    change(app, Event, deleted_at=NOON)
    for door in ("link", "notification"):
        browser, address, _ = doors[door]
        page = browser.get(address)
        assert (page.status, page.headings("h1")) == (410, ["This event no longer exists"])
        assert "Hand-building" not in page.text
    assert doors["event"][0].get("/attendance/clay").status == 404


def test_who_was_checked_in_is_asked_whether_that_was_right_where_only_the_unknown_is_asked(
    app, doors, use_cases, clay, session
):
    browser, address, _ = doors["event"]
    change(app, Organization, asks_only_unknown=True)
    assert browser.get(address).headings("h1") == ["Did you make it?"]
    placed = Placed(session.query(Enrollment.id).scalar(), EnrollmentStatus.CONFIRMED)
    use_cases.is_checked_in(clay, placed, now=START)
    page = browser.get(address)
    assert page.headings("h1") == ["We have you checked in. Was that right?"]
    assert page.buttons("main")[:2] == ["Yes", "No, that was not me"]
    change(app, Organization, asks_only_unknown=False)
    assert browser.get(address).headings("h1") == ["Did you make it?"]


def test_the_link_opens_for_its_person_signed_in_or_not_and_for_nobody_else(doors, world, reader_of, mira, session):
    _, link, feedback = doors["link"]
    assert reader_of(mira).get(link).status == 200
    ben = reader_of(world.person("Ben Okafor"))
    before = digest(session)
    for answer in (
        ben.get(link),
        ben.get(feedback),
        ben.post(f"{link}/answer", answer="attended"),
        ben.post(f"{link}/snooze"),
        ben.post(feedback, rating="4"),
    ):
        assert (answer.status, answer.headings("h1")) == (403, ["This link is for somebody else"])
        assert ("Ben Okafor" in answer.text, "Mira" in answer.text, "clay" in answer.text) == (True, False, False)
    assert digest(session) == before
    fields = ben.get(link).fields("/logout")
    assert fields["next"] == link
    out = ben.post("/logout", next=link)
    assert (out.status, out.location) == (303, link)
    assert ben.get(link).buttons("main") == [*ANSWERS, SNOOZE]


def test_signing_out_goes_nowhere_else(doors, world, reader_of):
    for target in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        assert reader_of(world.person()).post("/logout", next=target).location == "/events"


def test_the_link_opens_this_one_thing_only(doors):
    browser, link, _ = doors["link"]
    browser.get(link)
    assert browser.get("/me").location == "/login?next=/me"
    assert browser.get("/attendance/clay").status == 302


def test_an_old_link_says_who_can_still_correct_it(app, doors, clay, mira):
    clock.move(END + days(14) + timedelta(hours=2) - clock.real_now())
    page = doors["link"][0].get(doors["link"][1])
    assert (page.status, page.headings("h1")) == (410, ["This link has ended"])
    assert "This can no longer be changed here. Northside Makers can still correct it." in page.text


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
        words[profile, others] = browser.get(address).text.partition("I did not go ")[2].partition(" Change")[0]
    assert words == {
        (True, False): "Shown on your profile, not to other organizers.",
        (True, True): "Shown on your profile and to other organizers.",
        (False, True): "Shown to other organizers, not on your profile.",
        (False, False): "Only you and Northside Makers see it.",
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
    assert "You said: I was there. Change or say how it was" in page.text
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
