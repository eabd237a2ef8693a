"""An organizer writes to people of an event, with scripts on a desktop and without on a phone."""

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browsers.page_faults import faults_of, window
from tests.support.worlds.use_cases import UseCases
from tests.support.worlds.world import World
from webapp import clock
from webapp.domain.permission import Role
from webapp.services.accounts.sign_in import begin_sign_in
from webapp.services.notices.mailings.sending import send_mailings

pytestmark = pytest.mark.only_db("sqlite")


@pytest.mark.journey
@pytest.mark.parametrize(("size", "theme"), [("phone", "dark"), ("desktop", "light")])
def test_an_organizer_writes_to_who_has_a_place(app, server, browser: Browser, size, theme):
    now = clock.real_now().replace(microsecond=0)
    world = World(app, now=now)
    event_id = world.event("Open studio night")
    UseCases(app, world).enrolls(event_id, world.person("Mei Chen"), now)
    with app.app_context():
        orla = world.person("Orla Byrne", role=Role.ORGANIZER)
        token = begin_sign_in(user_id=orla, user_agent="journey", real_now=now)
    cookie = {"name": "turnout_signed_in", "value": token, "url": server.url}
    has_scripts = size == "desktop"
    # axe is a script: it looks with scripts on, and the steps are the same without.
    with window(browser, size=size, theme=theme, cookie=cookie, java_script_enabled=has_scripts) as page:
        looks = faults_of if has_scripts else lambda _page: []
        page.goto(f"{server.url}/admin/events/{event_id}/messages")
        assert looks(page) == []
        page.get_by_role("link", name="New message").click()
        page.get_by_label("Subject", exact=True).fill("Dinner at {event}")
        page.get_by_label("Message", exact=True).fill("Hi {frist name},\n\nbring an apron.")
        if not has_scripts:
            page.get_by_role("button", name="Update the count and the preview").click()
        expect(page.get_by_text("Did you mean {first name}?")).to_be_visible()
        page.get_by_label("Message", exact=True).fill("Hi {first name},\n\nbring an apron.")
        if not has_scripts:
            page.get_by_role("button", name="Update the count and the preview").click()
        expect(page.get_by_text("Hi Mei,")).to_be_visible()
        assert looks(page) == []
        page.get_by_role("button", name="Send to 1 person").click()
        expect(page.get_by_role("heading", name="Dinner at {event}", level=1)).to_be_visible()
        with app.app_context():
            send_mailings(event_id=event_id, now=clock.now())
        if not has_scripts:
            page.reload()
        expect(page.get_by_role("cell", name="Queued")).to_be_visible()
        assert looks(page) == []
