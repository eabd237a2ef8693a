"""Signing in with a provider that is a process of its own, in a real browser: yes, no, and a foreign address."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browsers.page_faults import complaints, faults_of, window
from tests.support.servers.processes import Programs, Web, free_port
from tests.support.servers.provider import CLIENT_ID, CLIENT_SECRET, OpenIdProvider

pytestmark = pytest.mark.only_db("sqlite")


@pytest.fixture
def acme() -> Iterator[OpenIdProvider]:
    found = OpenIdProvider().start()
    yield found
    found.stop()


@pytest.fixture
def served(programs: Programs, acme: OpenIdProvider) -> Web:
    port = free_port()
    programs.settings |= {
        "TURNOUT_BASE_URL": f"http://127.0.0.1:{port}",
        "OIDC_PROVIDERS": "acme",
        "OIDC_ACME_ISSUER": acme.issuer,
        "OIDC_ACME_CLIENT_ID": CLIENT_ID,
        "OIDC_ACME_CLIENT_SECRET": CLIENT_SECRET,
        "OIDC_ACME_DOMAINS": "post.example",
    }
    return programs.web(at=port)


def test_somebody_signs_in_with_an_account_of_somebody_else(served, acme, browser: Browser):
    with window(browser, theme="dark") as page:
        said = complaints(page)
        page.goto(f"{served.url}/login?next=/me/settings")
        assert faults_of(page) == []
        page.get_by_role("link", name="Continue with Acme").click()
        page.get_by_role("link", name="Deny").click()
        expect(page.locator(".errors")).to_contain_text("You didn’t sign in with Acme")
        assert faults_of(page) == []

        acme.says(email="mira@elsewhere.example")
        page.get_by_role("link", name="Continue with Acme").click()
        page.get_by_role("link", name="Allow").click()
        expect(page.locator(".errors")).to_contain_text("mira@elsewhere.example")
        assert faults_of(page) == []

        acme.says()
        page.goto(f"{served.url}/login?next=/me/settings")
        page.get_by_role("link", name="Continue with Acme").click()
        page.get_by_role("link", name="Allow").click()
        page.wait_for_url(f"{served.url}/me/settings")
        expect(page.get_by_label("Name", exact=True).or_(page.get_by_label("Your name")).first).to_have_value(
            "Mira Sand"
        )
        assert said == []
