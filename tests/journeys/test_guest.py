"""A stranger enrolls without a password; the mail comes by a real server, and is confirmed on another device."""

import email.policy
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browsers.page_faults import complaints, faults_of, window
from tests.support.servers.mail_server import MailServer
from tests.support.servers.processes import Programs, Web
from tests.support.waiting import eventually
from tests.support.worlds.world import World
from webapp import clock

pytestmark = pytest.mark.only_db("sqlite")


@pytest.fixture
def world(app) -> World:
    return World(app, now=clock.real_now())


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.close()


@pytest.fixture
def served(programs: Programs, mail_server: MailServer) -> Web:
    programs.settings |= {"MAIL_URL": mail_server.url}
    web = programs.web()
    programs.background()
    return web


def letters(mail_server: MailServer) -> list[str]:
    """What was delivered, as text."""
    parsed = (email.message_from_bytes(one.content, policy=email.policy.default) for one in mail_server.post.delivered)
    return [one.get_body(("plain",)).get_content() for one in parsed]


def link_in(mail_server: MailServer) -> str | None:
    found = (re.search(r"(/code/link/\S+)", letter) for letter in letters(mail_server))
    return next((one.group(1) for one in found if one), None)


def test_two_fields_a_click_and_a_mail_on_the_phone(world, served, mail_server, browser: Browser):
    world.event("Hand-building with clay", slug="clay", capacity=4)
    with window(browser, size="desktop") as desk, window(browser, size="phone", theme="dark") as phone:
        said = [complaints(desk), complaints(phone)]
        desk.goto(f"{served.url}/events/clay")
        desk.get_by_label("Your name").fill("Mira Sand")
        desk.get_by_label("Email address").fill("mira@post.example")
        assert faults_of(desk) == []
        desk.get_by_role("button", name="Enroll").click()
        expect(desk.get_by_role("heading", name="Check your email to confirm")).to_be_visible()
        expect(desk.locator("main")).to_contain_text("Your place is held until")
        assert faults_of(desk) == []

        phone.goto(served.url + eventually(lambda: link_in(mail_server)))
        expect(phone.locator("main")).to_contain_text("Hand-building with clay")
        assert faults_of(phone) == []
        phone.get_by_role("button", name="Yes, confirm").click()
        expect(phone.get_by_role("heading", level=1)).to_have_text("You are enrolled")
        assert faults_of(phone) == []

        # Nobody touches the first browser: it goes on by itself.
        expect(desk.get_by_role("heading", name="You are enrolled")).to_be_visible(timeout=10_000)
        expect(desk.get_by_role("img", name="Your check-in code")).to_be_visible()
        assert faults_of(desk) == []
        eventually(lambda: any("Your place is confirmed" in letter for letter in letters(mail_server)))
        assert said == [[], []]


def test_the_form_keeps_what_is_typed_while_the_page_looks_again(world, served, browser: Browser):
    world.event("Hand-building with clay", slug="clay", capacity=4)
    with window(browser) as page:
        page.goto(f"{served.url}/events/clay")
        page.get_by_label("Your name").fill("Mira Sand")
        page.get_by_label("Email address").fill("mira@sand")
        with page.expect_response(lambda answer: "/guest" in answer.url):
            page.keyboard.press("Enter")
        expect(page.locator(".errors")).to_contain_text("Enter an email address like name@example.org")
        expect(page.get_by_label("Your name")).to_have_value("Mira Sand")
        assert faults_of(page) == []
        page.get_by_label("Your name").fill("Mira S.")
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(page.get_by_label("Your name")).to_have_value("Mira S.")
