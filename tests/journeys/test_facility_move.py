"""A person is moved to another facility in a real browser: the dialog, the page without it, and what axe says."""

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from tests.support.browsers.page_faults import complaints, faults_of, window
from tests.support.worlds.classes.classroom import Classroom
from tests.support.worlds.world import World
from webapp import clock
from webapp.domain.permission import Role
from webapp.models import ClassEnrollment
from webapp.services.accounts.sign_in import begin_sign_in

pytestmark = pytest.mark.only_db("sqlite")


@pytest.fixture
def world(app) -> World:
    """At the real time: the server's clock stands nowhere else."""
    world = World(app, now=clock.real_now().replace(microsecond=0))
    world.organization()
    world.facility("Westside")
    return world


@pytest.fixture
def person(app, world) -> str:
    """The page of somebody with a place of each kind."""
    classroom = Classroom(app, world)
    ben, mei = classroom.belong([world.person("Benedikta Okafor-Wiśniewska"), world.person("Mei Lin")])
    full = classroom.make("Baking", capacity=1)
    classroom.enrolls(full, mei)
    running = classroom.make("Weaving", status="active", activated_at=world.now)
    for class_id in (classroom.make("Wheel throwing, from centring to a lidded jar"), running, full):
        classroom.enrolls(class_id, ben)
    return f"/admin/facilities/{world.facility_id}/people/{ben}"


def moves(page: Page) -> None:
    """Fill in the form and send it."""
    page.get_by_label("New facility").select_option(label="Westside")
    page.get_by_label("Why?").fill("Lives nearer now")
    page.get_by_role("button", name="Move this person").click()


@pytest.mark.journey
@pytest.mark.parametrize(("size", "theme"), [("phone", "dark"), ("desktop", "light")])
def test_an_admin_moves_somebody_in_a_dialog(app, server, world, person, session, browser: Browser, size, theme):
    with app.app_context():
        admin = world.person("Dana Kim", role=Role.ADMIN)
        token = begin_sign_in(user_id=admin, user_agent="journey", real_now=clock.real_now())
    cookie = {"name": "turnout_signed_in", "value": token, "url": server.url}
    with window(browser, cookie=cookie, size=size, theme=theme) as page:
        said = complaints(page)
        page.goto(f"{server.url}{person}/move")
        assert faults_of(page) == []
        page.goto(server.url + person)
        assert faults_of(page) == []
        page.get_by_role("link", name="Move to another facility").click()
        expect(page.get_by_text("Transferred out of Weaving")).to_be_visible()
        page.get_by_role("button", name="Move this person").click()
        expect(page.get_by_text("There is a problem")).to_be_visible()
        assert faults_of(page) == []
        moves(page)
        expect(page.get_by_text("is now at Westside. 3 places in classes ended.")).to_be_visible()
        assert faults_of(page) == []
        page.goto(server.url + person)
        expect(page.get_by_role("link", name="See them at Westside")).to_be_visible()
        assert (faults_of(page), said) == ([], [])
    session.rollback()
    statuses = session.scalars(select(ClassEnrollment.status).order_by(ClassEnrollment.id)).all()
    assert statuses == ["enrolled", "cancelled", "transferred", "cancelled"]
