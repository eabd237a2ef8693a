"""Passkeys with Chromium's own virtual authenticator, and an app as a second step, in a real browser."""

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browsers.page_faults import complaints, faults_of, window
from tests.support.worlds.accounts import mailed_code
from webapp import clock
from webapp.services.accounts.sign_in import begin_sign_in

pytestmark = pytest.mark.only_db("sqlite")


@pytest.fixture
def authenticator(page: Page) -> None:
    """A device with a screen lock that always opens."""
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@pytest.mark.usefixtures("authenticator")
def test_a_passkey_is_added_signs_in_and_is_removed(app, server, world, page: Page):
    # Browsers make passkeys for names only; localhost is one.
    url = server.url.replace("127.0.0.1", "localhost")
    with app.app_context():
        token = begin_sign_in(user_id=world.person("Mira Sand"), user_agent="journey", real_now=clock.real_now())
    page.context.add_cookies([{"name": "turnout_signed_in", "value": token, "url": url}])
    said = complaints(page)

    page.goto(f"{url}/me/settings")
    page.get_by_role("link", name="See how you sign in").click()
    page.get_by_label("Name").fill("Mira’s laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("Passkey “Mira’s laptop”")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("alert")).to_have_text("This device already has a passkey for your account.")

    page.get_by_role("group").locator("summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{url}/login?next=/me/security")
    assert faults_of(page) == []
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{url}/me/security")
    expect(page.get_by_text("Last used just now")).to_be_visible()

    page.get_by_role("button", name="Remove the passkey Mira’s laptop").click()
    expect(page.get_by_text("Passkey removed.")).to_be_visible()
    page.get_by_role("group").locator("summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{url}/login")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.locator(".errors")).to_contain_text("That didn’t work. Try again, or sign in another way.")
    assert faults_of(page) == []
    assert [one for one in said if "422" not in one] == []


def test_an_app_is_turned_on_and_asked_for(app, server, session, world, browser: Browser):
    user_id = world.person("Mira Sand", email="mira@post.example")
    with app.app_context():
        token = begin_sign_in(user_id=user_id, user_agent="journey", real_now=clock.real_now())
    cookie = {"name": "turnout_signed_in", "value": token, "url": server.url}
    with window(browser, cookie=cookie) as page:
        said = complaints(page)
        page.goto(f"{server.url}/me/security")
        page.get_by_role("button", name="Turn on authenticator app").click()
        expect(page.get_by_role("img", name="QR code")).to_be_visible()
        assert faults_of(page) == []
        device = pyotp.TOTP(page.locator("main code").inner_text().replace(" ", ""))
        page.get_by_label("6-digit code").fill(device.at(clock.real_now()))
        page.get_by_role("button", name="Turn it on").click()
        expect(page.locator(".codes li")).to_have_count(10)
        recovery = page.locator(".codes code").first.inner_text()
        assert faults_of(page) == []
        with page.expect_download() as download:
            page.get_by_role("link", name="Download").click()
        assert recovery in download.value.path().read_text()
    with window(browser, theme="dark") as page:
        page.goto(f"{server.url}/login")
        page.get_by_label("Email address").fill("mira@post.example")
        page.get_by_role("button", name="Email me a code").click()
        page.get_by_label("6-digit code").fill(mailed_code(session, "mira@post.example")[0])
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("One more step")
        assert faults_of(page) == []
        page.get_by_label("Code", exact=True).fill(recovery)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{server.url}/events")
        page.goto(f"{server.url}/me/security")
        expect(page.locator("main")).to_contain_text("9 recovery codes left")
        assert faults_of(page) == []
    assert said == []
