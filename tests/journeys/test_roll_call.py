"""Roll call in a real browser: every page looked at by axe, taken by keyboard, and without JavaScript."""

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from tests.support.browsers.page_faults import SHARED_LOOKS, complaints, faults_of, window
from tests.support.worlds.classes.running_class import RunningClass
from tests.support.worlds.world import World
from webapp import clock
from webapp.domain.permission import Role
from webapp.models import ClassAttendance
from webapp.services.accounts.sign_in import begin_sign_in

pytestmark = [pytest.mark.only_db("sqlite"), pytest.mark.journey]


@pytest.fixture
def running_class(app) -> RunningClass:
    """At the real time: the server's clock stands nowhere else."""
    world = World(app, now=clock.real_now().replace(microsecond=0))
    world.organization()
    with app.app_context():
        return RunningClass(app, world=world, now=world.now)


@pytest.fixture
def staff(app, server, running_class, browser: Browser) -> Callable[..., Page]:
    """A window of an organizer: `with staff(size="desktop") as page`."""
    dana = running_class.world.person("Dana Kim", role=Role.ORGANIZER)
    with app.app_context():
        token = begin_sign_in(user_id=dana, user_agent="journey", real_now=clock.real_now())
    cookie = {"name": "turnout_signed_in", "value": token, "url": server.url}
    return lambda **more: window(browser, cookie=cookie, **more)


def standing(session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(ClassAttendance.status).order_by(ClassAttendance.user_id)))


@pytest.mark.parametrize(("size", "theme", "share"), SHARED_LOOKS)
def test_every_page_of_roll_call_passes_axe(server, running_class, staff, size, theme, share):
    own, person = f"/admin/classes/{running_class.class_id}", running_class.people[0]
    sheet = f"{own}/roll-call/{running_class.session_id}"
    pages = [
        f"{own}/roll-call",
        sheet,
        f"{sheet}/people/{person}",
        f"{own}/report",
        f"{own}/people/{person}/attendance",
        f"{own}/roster",
        f"/admin/people/{person}/attendance",
        f"/admin/facilities/{running_class.world.facility_id}/attendance",
    ]
    found = {}
    with staff(size=size, theme=theme) as page:
        said = complaints(page)
        for path in pages[share]:
            page.goto(server.url + path)
            if faults := faults_of(page):
                found[path] = faults
    assert (found, said) == ({}, [])


def test_roll_call_is_taken_by_keyboard(server, running_class, staff, session):
    with staff(size="desktop") as page:
        page.goto(f"{server.url}/admin/classes/{running_class.class_id}/roll-call/{running_class.session_id}")
        page.locator(".calls__bar button").last.focus()  # All present
        page.keyboard.press("Tab")
        page.keyboard.press("Space")  # the first: present
        page.keyboard.press("Tab")  # Details
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        page.keyboard.press("ArrowRight")  # the second: partial
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")  # opens the details
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")  # saves, and does not mark the rest
        expect(page.get_by_role("heading", name="There’s a problem, so nothing was saved")).to_be_visible()
        assert faults_of(page) == []
        assert standing(session) == []
        page.get_by_role("link", name="Enter when they came, when they left, or both").press("Enter")
        # The browser's own clock field; which keys it takes depends on where the browser is from.
        page.locator("input[type=time]:focus").fill(_in_the_session(running_class))
        page.keyboard.press("Enter")
        expect(page.get_by_text("Saved 2 marks.")).to_be_visible()
    assert standing(session) == ["present", "partial"]


def test_all_present_and_then_the_few_without_javascript(server, running_class, staff, session):
    with staff(size="phone", java_script_enabled=False) as page:
        page.goto(f"{server.url}/admin/classes/{running_class.class_id}/roll-call/{running_class.session_id}")
        page.get_by_role("button", name="Mark all present").click()
        page.get_by_text("Saved 3 marks.").wait_for()
        page.locator("label.seg__one--absent_excused").nth(1).click()
        page.get_by_role("button", name="Save").click()
        page.get_by_text("Saved 1 mark.").wait_for()
    assert sorted(standing(session)) == ["absent_excused", "present", "present"]


def _in_the_session(running_class: RunningClass) -> str:
    """Half an hour after its start, on the clocks of Berlin."""
    return f"{(running_class.before + timedelta(minutes=30)).astimezone(ZoneInfo('Europe/Berlin')):%H:%M}"
