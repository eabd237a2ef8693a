"""Where nobody is asked: too early, too late, no event any more, and somebody else's link."""

from datetime import timedelta

import pytest

from tests.support.worlds.asking import answer_link
from tests.support.worlds.rows import digest
from tests.support.worlds.use_cases import days
from tests.support.worlds.world import NOON
from tests.views.participant.asking.question_pages import ANSWERS, END, SNOOZE, both_doors, change
from webapp import clock
from webapp.models import Event

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]


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
    assert (page.status, page.headings("h1")) == (200, ["This event hasn’t started yet"])
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
        assert (answer.status, answer.headings("h1")) == (403, ["This link is for someone else"])
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
    assert (page.status, page.headings("h1")) == (410, ["This link has expired"])
    assert "You can no longer change this here. Northside Makers can still correct it." in page.text
