"""My events: what is next, what I wait for, what was; nobody else's."""

from datetime import timedelta

import pytest

from tests.support.worlds.use_cases import days
from tests.support.worlds.world import NOON

pytestmark = pytest.mark.usefixtures("noon")


def sections(page) -> dict[str, list[tuple[str, str]]]:
    """Heading -> title and badge of every row."""
    found = {}
    for section in page.tree.iter("section"):
        heading = "".join(section.find("h2").itertext())
        found[heading] = [
            tuple(
                " ".join("".join(part.itertext()).split())
                for part in (item.find("div[@class='agenda__what']/a"), item.find("div[@class='agenda__state']"))
            )
            for item in section.iter("li")
        ]
    return found


def test_everything_stands_where_it_belongs(world, use_cases, reader_of):
    mira = world.person()
    later, sooner = world.event("Later", starts_at=NOON + days(5)), world.event("Sooner", starts_at=NOON + days(2))
    queue = world.event("Queue", capacity=1, starts_at=NOON + days(3))
    asked = world.event("Asked", method="application", starts_at=NOON + days(4))
    given_up, over = world.event("Given up", starts_at=NOON + days(1)), world.event("Over", starts_at=NOON - days(1))
    use_cases.fills(queue, 1)
    for event_id in (later, sooner, queue, asked):
        use_cases.enrolls(event_id, mira)
    use_cases.leaves(use_cases.enrolls(given_up, mira), mira)
    use_cases.enrolls(over, mira, now=NOON - days(2))
    use_cases.is_closed(over, now=NOON)
    assert sections(reader_of(mira).get("/me")) == {
        "Next": [("Sooner", "You are enrolled"), ("Later", "You are enrolled")],
        "On a waitlist": [("Queue", "You are on the waitlist (position 1)")],
        "Waiting for the organizer": [("Asked", "Waiting for the organizer")],
        "Not going": [("Given up", "You cancelled your place")],
        "Past": [("Over", "Not marked as attended")],
    }


def test_what_is_next_opens_the_pass_and_the_rest_the_event(world, use_cases, reader_of, session):
    mira = world.person()
    use_cases.enrolls(world.event("Mine"), mira)
    use_cases.enrolls(world.event("Past", slug="past", starts_at=NOON - timedelta(hours=5)), mira, now=NOON - days(1))
    links = reader_of(mira).get("/me").links()
    assert links["Mine"].startswith("/me/pass/")
    assert links["Past"] == "/events/past"


def test_enrolled_again_is_one_row(world, use_cases, reader_of):
    mira, event_id = world.person(), world.event("Clay")
    use_cases.leaves(use_cases.enrolls(event_id, mira), mira)
    use_cases.enrolls(event_id, mira)
    assert sections(reader_of(mira).get("/me")) == {"Next": [("Clay", "You are enrolled")]}


def test_past_events_have_pages(world, use_cases, reader_of):
    mira = world.person()
    for number in range(26):
        event_id = world.event(f"Event {number:02}", starts_at=NOON - days(1) - timedelta(hours=number))
        use_cases.enrolls(event_id, mira, now=NOON - days(9))
    reader = reader_of(mira)
    first, second = reader.get("/me"), reader.get("/me?page=2")
    assert len(sections(first)["Past"]) == 25
    assert [title for title, _ in sections(second)["Past"]] == ["Event 25"]
    assert (first.links()["Earlier events"], second.links()["Later events"]) == ("/me?page=2", "/me")


def test_nobody_elses_events_are_mine(world, use_cases, reader_of):
    use_cases.fills(world.event(), 3)
    page = reader_of(world.person()).get("/me")
    assert (sections(page), page.headings("h2")) == ({}, ["You are not enrolled in anything"])
    assert page.links()["Find an event"] == "/events"


def test_the_signed_out_are_asked_to_sign_in_first(reader):
    answer = reader.get("/me")
    assert (answer.status, answer.location) == (302, "/login?next=/me")
