"""The bars on statements per request, over HTTP, and that they do not grow with the rows behind them."""

import re
from datetime import timedelta

import pytest

from tests.support.databases.statements import counted_statements
from tests.support.worlds.crowd import Guest, fill
from tests.support.worlds.world import World
from webapp import clock
from webapp.extensions import db

SIZES = (10, 1000)
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@pytest.fixture
def world(app) -> World:
    return World(app, now=clock.real_now())


def crowded_event(world: World, number: int) -> str:
    """The slug of an event in which so many people are enrolled, half of them waiting."""
    slug = f"crowd-of-{number}"
    event_id = world.event(slug=slug, capacity=number // 2, starts_at=world.now + timedelta(days=9))
    with world.app.app_context():
        half = number // 2
        fill(db.engine, event_id, [Guest()] * half + [Guest("waitlisted")] * half, at=world.now)
    return slug


def cost(app, request) -> int:
    with counted_statements(app) as statements:
        request()
    return len(statements)


def test_page_enroll_and_leave_stay_within_their_bars_whatever_the_number_of_people(app, world):
    costs = []
    for number in SIZES:
        slug, client = crowded_event(world, number), app.test_client()
        world.sign_in(client, world.person("Ana"))
        page = f"/events/{slug}"
        token = _TOKEN.findall(client.get(page).text)[0]
        form = {"csrf_token": token, "seen": "full"}
        costs.append(
            {
                "page": cost(app, lambda: client.get(page)),  # noqa: B023
                "list": cost(app, lambda: client.get("/events")),  # noqa: B023
                "enroll": cost(app, lambda: client.post(f"{page}/enroll", data=form)),  # noqa: B023
                "page while waiting": cost(app, lambda: client.get(page)),  # noqa: B023
                "my events": cost(app, lambda: client.get("/me")),  # noqa: B023
            }
        )

    assert costs[0] == costs[1]
    assert costs[0]["page"] <= 3
    assert costs[0]["page while waiting"] <= 5
    assert costs[0]["enroll"] <= 7
