"""The bar: 400 people, one event of 50 seats, all at once, over HTTP, four server processes.

The long run repeats it five times per database; `make test` once.
"""

from collections import Counter
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from tests.support.browsers.visitors import Visitor, all_at_once, look_at
from tests.support.servers.processes import Web
from tests.support.worlds.rows import broken, standing
from tests.support.worlds.world import World
from webapp import clock
from webapp.models import Enrollment, Event
from webapp.services.accounts.sign_in import begin_sign_in

pytestmark = [pytest.mark.race, pytest.mark.slow]

PEOPLE, SEATS = 400, 50


@pytest.fixture
def world(app) -> World:
    return World(app, now=clock.real_now())


@pytest.fixture
def server(programs) -> Web:
    return programs.web(WEB_WORKERS="4")


def visitors_of(app, people: list[int]) -> list[Visitor]:
    """Everybody signed in, each with a browser of their own."""
    with app.app_context():
        tokens = [begin_sign_in(user_id=one, user_agent="crowd", real_now=clock.real_now()) for one in people]
    return [Visitor(one, {"turnout_signed_in": token}) for one, token in zip(people, tokens, strict=True)]


def ranks(session, event_id: int) -> list[int]:
    """What each waiting person sees, from the tickets."""
    session.rollback()
    tickets = session.scalars(
        select(Enrollment.waitlist_position)
        .where(Enrollment.event_id == event_id, Enrollment.status == "waitlisted")
        .order_by(Enrollment.waitlist_position)
    ).all()
    return [sum(other <= ticket for other in tickets) for ticket in tickets]


def slug_of(session, event_id: int) -> str:
    session.rollback()
    slug = session.scalars(select(Event.slug).where(Event.id == event_id)).one()
    session.rollback()  # an idle transaction would be ended before a slow machine has served everybody
    return slug


@pytest.mark.long_db("sqlite")
@pytest.mark.parametrize("times", [1, pytest.param(5, marks=pytest.mark.long)])
def test_four_hundred_people_press_the_button_twice_at_once_and_fifty_get_in(app, world, session, server, times):
    people = world.people(PEOPLE)
    visitors = visitors_of(app, people)
    for _ in range(times):
        event_id = world.event(capacity=SEATS, starts_at=clock.real_now() + timedelta(days=9))
        path = f"/events/{slug_of(session, event_id)}"
        assert Counter(one.status for one in look_at(server.url, path, visitors)) == {200: PEOPLE}
        host = urlsplit(server.url).netloc
        pressed = [visitor.post(host, f"{path}/enroll", seen="open") for visitor in visitors]

        answers = all_at_once(server.url, pressed + pressed)

        assert Counter(answer.status for answer in answers) == {303: 2 * PEOPLE}
        assert standing(session, event_id).statuses == {"confirmed": SEATS, "waitlisted": PEOPLE - SEATS}
        assert ranks(session, event_id) == list(range(1, PEOPLE - SEATS + 1))
        assert broken(session, event_id) == []


def test_a_full_event_without_a_waitlist_says_so_to_everybody_else(app, world, session, server):
    visitors = visitors_of(app, world.people(100))
    event_id = world.event(capacity=20, has_waitlist=False, starts_at=clock.real_now() + timedelta(days=9))
    path = f"/events/{slug_of(session, event_id)}"
    look_at(server.url, path, visitors)
    host = urlsplit(server.url).netloc

    answers = all_at_once(server.url, [one.post(host, f"{path}/enroll", seen="open") for one in visitors])

    assert Counter(answer.status for answer in answers) == {303: 20, 422: 80}
    assert {"Event is full" in answer.body for answer in answers if answer.status == 422} == {True}
    assert (standing(session, event_id).statuses, broken(session, event_id)) == ({"confirmed": 20}, [])
