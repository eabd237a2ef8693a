"""A class held online in a real browser: joined on a phone, watched by its staff, also without JavaScript."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browsers.page_faults import SHARED_LOOKS, complaints, faults_of, window
from tests.support.worlds.classes.classroom import Classroom
from tests.support.worlds.online.online_class import OnlineClass
from tests.support.worlds.world import World
from webapp import clock
from webapp.domain.permission import Role
from webapp.services.accounts.sign_in import begin_sign_in

pytestmark = [pytest.mark.journey, pytest.mark.only_db("sqlite")]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def world(app) -> World:
    """At the real time: the server's clock stands nowhere else."""
    world = World(app, now=clock.real_now().replace(second=0, microsecond=0))
    world.organization()
    return world


@pytest.fixture
def online_class(app, world) -> OnlineClass:
    """It began twenty minutes ago; Ana is in the room, and somebody whom nobody knows."""
    online_class = OnlineClass(Classroom(app, world), start=world.now - 20 * MINUTE)
    online_class.room.joins(f"u{online_class.people[0]}", 1)
    online_class.stays("moms-ipad", 2, 12)
    return online_class


@pytest.fixture
def signed_in(app, server, browser: Browser) -> Callable:
    """A window of somebody who is signed in."""

    def open_window(user_id: int, **more):
        with app.app_context():
            token = begin_sign_in(user_id=user_id, user_agent="journey", real_now=clock.real_now())
        return window(browser, cookie={"name": "turnout_signed_in", "value": token, "url": server.url}, **more)

    return open_window


@pytest.mark.parametrize(("size", "theme", "share"), SHARED_LOOKS)
def test_every_page_of_a_class_online_passes_axe(server, world, online_class, signed_in, size, theme, share):
    own, of_class = f"/admin/sessions/{online_class.meeting_id}", f"/admin/classes/{online_class.class_id}"
    mine = f"/me/classes/{online_class.places[1]}"
    dana = world.person("Dana Kim", role=Role.ORGANIZER)
    ways = {
        dana: [
            own,
            f"{own}/report",
            f"{of_class}/sessions",
            f"{of_class}/sessions/{online_class.session_id}/change",
            f"{of_class}/roll-call/{online_class.session_id}",
            f"{own}/guest?identity=moms-ipad",
        ],
        online_class.people[1]: ["/me", mine, f"{mine}/sessions/{online_class.meeting_id}/join"],
    }
    found = {}
    for user_id, paths in ways.items():
        with signed_in(user_id, size=size, theme=theme) as page:
            said = complaints(page)
            for path in paths[share]:
                page.goto(server.url + path)
                if faults := faults_of(page):
                    found[path] = faults
            assert said == []
    assert found == {}


def test_it_is_joined_and_watched_without_javascript(server, world, online_class, signed_in):
    with signed_in(online_class.people[1], java_script_enabled=False) as page:
        page.goto(f"{server.url}/me")
        page.get_by_role("button", name="Join Pottery").click()
        expect(page.get_by_text("Online joining isn’t set up for this event yet")).to_be_visible()
    with signed_in(world.person("Dana Kim", role=Role.ORGANIZER), java_script_enabled=False) as page:
        page.goto(f"{server.url}/admin/classes/{online_class.class_id}/sessions")
        page.get_by_role("link", name="Live room").click()
        expect(page.get_by_text("1 of 3")).to_be_visible()
        online_class.room.joins(f"u{online_class.people[1]}", 19)
        online_class.room.fold()
        page.get_by_role("link", name="Refresh").click()
        expect(page.get_by_text("2 of 3")).to_be_visible()
