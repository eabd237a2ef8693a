"""People who come together, in a real browser: three enroll on a phone, two are let in, one leaves."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browsers.page_faults import LOOKS, complaints, faults_of, window
from tests.support.worlds.world import World
from webapp import clock
from webapp.domain.permission import Role
from webapp.services.accounts.sign_in import begin_sign_in

pytestmark = pytest.mark.only_db("sqlite")


@pytest.mark.journey
@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_three_enroll_two_are_let_in_and_one_leaves(app, server, browser: Browser, size, theme):
    now = clock.real_now().replace(microsecond=0)
    world = World(app, now=now)
    event_id = world.event("Clay", slug="clay", starts_at=now + timedelta(hours=1), capacity=6, party_size=4)

    def seen_by(user_id: int, **more):
        with app.app_context():
            token = begin_sign_in(user_id=user_id, user_agent="journey", real_now=now)
        cookie = {"name": "turnout_signed_in", "value": token, "url": server.url}
        return window(browser, size=size, theme=theme, cookie=cookie, **more)

    ana, orla = world.person("Ana Silva"), world.person("Orla Byrne", role=Role.ORGANIZER)
    with seen_by(ana) as page:
        said = complaints(page)
        page.goto(f"{server.url}/events/clay")
        page.locator("label", has_text="3").first.click()
        page.get_by_label("Person 2").fill("Jonas Weber")
        assert faults_of(page) == []
        page.get_by_role("button", name="Enroll").click()
        expect(page.get_by_text("You and 2 others are enrolled")).to_be_visible()
        page.locator("summary", has_text="Add name").click()
        page.get_by_label("Name of person 3").fill("Mei Chen")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("link", name="Show the pass of Mei Chen")).to_be_visible()
        assert (faults_of(page), said) == ([], [])

    with seen_by(orla) as page:
        said = complaints(page)
        page.goto(f"{server.url}/desk/{event_id}")
        page.get_by_label("Scan a code or type a name").fill("Ana Silva")
        page.keyboard.press("Enter")
        page.get_by_role("checkbox", name="Mei Chen").uncheck()
        assert faults_of(page) == []
        page.get_by_role("button", name="Check in the selected people").click()
        expect(page.get_by_text("2 checked in")).to_be_visible()
        expect(page.get_by_role("button", name="Check in Mei Chen")).to_be_visible()
        assert (faults_of(page), said) == ([], [])

    # Without scripts, as the rest of the product.
    with seen_by(ana, java_script_enabled=False) as page:
        page.goto(f"{server.url}/events/clay")
        expect(page.get_by_text("Checked in").first).to_be_visible()
