"""I was there, in a real browser: said on a phone, answered at a desk, and a certificate that follows."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browsers.page_faults import complaints, faults_of, window
from tests.support.worlds.use_cases import UseCases
from tests.support.worlds.world import World
from webapp import clock
from webapp.domain.permission import Role
from webapp.services.accounts.sign_in import begin_sign_in
from webapp.services.notices.outbox import relay_batch

pytestmark = pytest.mark.only_db("sqlite")


@pytest.mark.journey
def test_an_appeal_that_is_granted_brings_the_certificate(app, server, browser: Browser):
    now = clock.real_now().replace(microsecond=0)
    world, start = World(app, now=now), now - timedelta(hours=30)
    use_cases = UseCases(app, world)
    event_id = world.event("Clay", slug="clay", starts_at=start, issues_certificates=True)
    ana, ben = world.person("Ana Silva"), world.person("Ben Ode")
    placed = [use_cases.enrolls(event_id, one, start - timedelta(days=3)) for one in (ana, ben)]
    use_cases.is_checked_in(event_id, placed[0], start + timedelta(minutes=5))
    use_cases.is_closed(event_id, start + timedelta(hours=3))
    iris = world.person("Iris Park", role=Role.ADMIN)

    def seen_by(user_id: int, **more):
        with app.app_context():
            token = begin_sign_in(user_id=user_id, user_agent="journey", real_now=now)
        cookie = {"name": "turnout_signed_in", "value": token, "url": server.url}
        return window(browser, cookie=cookie, **more)

    with seen_by(ben, size="phone", theme="dark") as page:
        said = complaints(page)
        page.goto(f"{server.url}/events/clay")
        page.get_by_role("link", name="I was there").click()
        assert faults_of(page) == []
        page.get_by_label("What should the organizer know?").fill("I sat at the left, beside Ana.")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_text("You said you were there")).to_be_visible()
        assert (faults_of(page), said) == ([], [])

    with seen_by(iris, size="desktop", theme="light") as page:
        said = complaints(page)
        page.goto(f"{server.url}/admin")
        page.get_by_role("link", name="Appeal to answer").click()
        expect(page.get_by_text("I sat at the left, beside Ana.")).to_be_visible()
        assert faults_of(page) == []
        page.get_by_label("Reason or answer").fill("The tablet at the left was offline.")
        page.get_by_role("button", name="Change to Attended").click()
        expect(page.get_by_text("Nothing to answer")).to_be_visible()
        assert (faults_of(page), said) == ([], [])

    with app.app_context():
        relay_batch(now=clock.now())
    with seen_by(ben, size="phone", theme="light", java_script_enabled=False) as page:
        page.goto(f"{server.url}/events/clay")
        expect(page.get_by_text("The tablet at the left was offline.")).to_be_visible()
        page.get_by_role("link", name="What others see").click()
        expect(page.get_by_text("Ben Ode").first).to_be_visible()
        page.go_back()
        page.get_by_role("link", name="Print the certificate").click()
        expect(page.get_by_text("Ben Ode").first).to_be_visible()
