"""A class held online in a real browser: joined on a phone, watched by its staff, also without JavaScript."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from tests.support.classroom import Classroom
from tests.support.lesson import Lesson
from tests.support.looking import LOOKS, complaints, faults_of, window
from tests.support.world import World
from webapp import clock
from webapp.domain.permission import Role
from webapp.services.people.sign_in import begin_sign_in

pytestmark = [pytest.mark.journey, pytest.mark.only_db("sqlite")]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def world(app) -> World:
    """At the real time: the server's clock stands nowhere else."""
    world = World(app, now=clock.real_now().replace(second=0, microsecond=0))
    world.organization()
    return world


@pytest.fixture
def lesson(app, world) -> Lesson:
    """It began twenty minutes ago; Ana is in the room, and somebody whom nobody knows."""
    lesson = Lesson(Classroom(app, world), start=world.now - 20 * MINUTE)
    lesson.room.joins(f"u{lesson.people[0]}", 1)
    lesson.stays("moms-ipad", 2, 12)
    return lesson


@pytest.fixture
def signed_in(app, server, browser: Browser) -> Callable:
    """A window of somebody who is signed in."""

    def open_window(user_id: int, **more):
        with app.app_context():
            token = begin_sign_in(user_id=user_id, user_agent="journey", real_now=clock.real_now())
        return window(browser, cookie={"name": "turnout_signed_in", "value": token, "url": server.url}, **more)

    return open_window


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_every_page_of_a_class_online_passes_axe(server, world, lesson, signed_in, size, theme):
    own, of_class = f"/admin/sessions/{lesson.meeting_id}", f"/admin/classes/{lesson.class_id}"
    mine = f"/me/classes/{lesson.places[1]}"
    dana = world.person("Dana Kim", role=Role.ORGANIZER)
    ways = {
        dana: [own, f"{own}/report", f"{of_class}/sessions", f"{of_class}/sessions/{lesson.session_id}/change",
               f"{of_class}/roll-call/{lesson.session_id}", f"{own}/guest?identity=moms-ipad"],
        lesson.people[1]: ["/me", mine, f"{mine}/sessions/{lesson.meeting_id}/join"],
    }  # fmt: skip
    found = {}
    for user_id, paths in ways.items():
        with signed_in(user_id, size=size, theme=theme) as page:
            said = complaints(page)
            for path in paths:
                page.goto(server.url + path)
                if faults := faults_of(page):
                    found[path] = faults
            assert said == []
    assert found == {}


def test_it_is_joined_and_watched_without_javascript(server, world, lesson, signed_in):
    with signed_in(lesson.people[1], java_script_enabled=False) as page:
        page.goto(f"{server.url}/me")
        page.get_by_role("button", name="Join Pottery").click()
        expect(page.get_by_text("No video server is set up here")).to_be_visible()
    with signed_in(world.person("Dana Kim", role=Role.ORGANIZER), java_script_enabled=False) as page:
        page.goto(f"{server.url}/admin/classes/{lesson.class_id}/sessions")
        page.get_by_role("link", name="Live room").click()
        expect(page.get_by_text("1 of 3")).to_be_visible()
        lesson.room.joins(f"u{lesson.people[1]}", 19)
        lesson.room.fold()
        page.get_by_role("link", name="Look again").click()
        expect(page.get_by_text("2 of 3")).to_be_visible()
