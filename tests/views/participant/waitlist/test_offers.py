"""A place that is held for somebody who waits: on the event's page, and by the link in the mail without signing in."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.worlds.enrolling import join
from tests.support.worlds.rows import digest, standing
from tests.support.worlds.world import NOON
from webapp.domain.permission import Trigger
from webapp.models import Message
from webapp.services.notices.outbox import relay_batch
from webapp.services.places.enrollment import cancel
from webapp.services.places.line.sweep import expire_offers

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]
HELD_UNTIL = NOON + timedelta(hours=19)


@pytest.fixture
def offered(world, session):
    """Ana gave her place back, and it is held for Ben; Cy waits behind. The event, both, and the link in Ben's mail."""
    event_id = world.event("Clay", slug="clay", starts_at=NOON + timedelta(days=9), capacity=1, offer_hours=12)
    ana, ben, cy = (world.person(name) for name in ("Ana", "Ben", "Cy"))
    with world.app.app_context():
        placed = [join(world, event_id, one) for one in (ana, ben, cy)]
        cancel(enrollment_id=placed[0].enrollment_id, actor=world.actor(ana), by=Trigger.USER, now=NOON)
        relay_batch(now=NOON)
    body = session.scalars(select(Message.body).where(Message.kind == "offered")).one()
    session.rollback()
    return event_id, ben, cy, re.search(r"/offers/\S+", body)[0]


def test_the_page_says_until_when_and_what_each_answer_does(offered, reader_of, session) -> None:
    event_id, ben, cy, _ = offered
    page = reader_of(ben).get("/events/clay")
    assert "A place is held for you" in page.text
    assert "Take it by" in page.text
    assert "you move to the end of the waitlist" in page.text
    assert {"Take the place", "No, leave the waitlist"} <= set(page.buttons("main"))
    assert "position 2" in reader_of(cy).get("/events/clay").text
    assert standing(session, event_id).taken == 1


def test_taking_it_on_the_page_twice_is_once_and_declining_then_is_refused(offered, reader_of, session) -> None:
    event_id, ben, cy, _ = offered
    mine, other = reader_of(ben), reader_of(cy)
    assert other.post("/events/clay/offer/accept").status == 409
    assert mine.post("/events/clay/offer/accept").status == 303
    before = digest(session)
    assert mine.post("/events/clay/offer/accept").status == 303
    refused = mine.post("/events/clay/offer/decline", htmx=True)
    assert (refused.status, "no longer held" in refused.text) == (409, True)
    assert digest(session) == before
    assert standing(session, event_id).statuses == {"confirmed": 1, "cancelled": 1, "waitlisted": 1}


def test_the_link_works_without_signing_in_by_a_press_only(offered, reader, session) -> None:
    event_id, _, cy, link = offered
    before = digest(session)
    page = reader.get(link)
    assert page.buttons("main") == ["Take the place", "No, leave the waitlist"]
    assert digest(session) == before
    assert "You left the waitlist" in reader.post(f"{link}/decline").text
    assert "You left the waitlist" in reader.post(f"{link}/decline").text
    assert reader.post(f"{link}/accept").status == 409
    assert standing(session, event_id).queue == [cy]


def test_a_link_that_came_too_late_says_so_and_an_altered_one_is_nothing(offered, reader, session, world) -> None:
    event_id, ben, cy, link = offered
    assert reader.get(f"{link[:-2]}xx").status == 404
    with world.app.app_context():
        expire_offers(now=HELD_UNTIL, most=9)
    page = reader.post(f"{link}/accept")
    assert page.status == 409
    assert "no longer held for you" in page.text
    assert "still on the waitlist" in page.text
    assert standing(session, event_id).queue == [cy, ben]


def test_who_waits_leaves_by_the_link_in_the_mail_and_takes_it_back(offered, reader, reader_of, session) -> None:
    event_id, ben, cy, _ = offered
    body = session.scalars(select(Message.body).where(Message.kind == "waitlisted", Message.user_id == cy)).one()
    session.rollback()
    link = re.search(r"/waitlist/\S+", body)[0]
    before = digest(session)
    assert reader.get(link).buttons("main") == ["Leave the waitlist"]
    assert digest(session) == before
    assert reader.post(f"{link}/leave").buttons("main") == ["Undo"]
    assert reader.post(f"{link}/leave").buttons("main") == ["Undo"]
    assert "Undo" in reader_of(cy).get("/events/clay").buttons("main")
    assert standing(session, event_id).queue == [ben]
    assert reader.post(f"{link}/return").buttons("main") == ["Leave the waitlist"]
    assert standing(session, event_id).queue == [ben, cy]
    reader.post(f"{link}/leave")
    assert reader_of(cy).post("/events/clay/return").status == 303
    assert reader_of(ben).post("/events/clay/return").status == 303
    assert standing(session, event_id).queue == [ben, cy]
