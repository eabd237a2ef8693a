"""Production as `docs/settings.md` says it: exactly those variables, real servers, the proxy of `docs/nginx.conf`.

Everything else in the suite runs as the demonstration or with settings of a test, under local host names: what
only production refuses (a host name, a cookie without HTTPS) nobody saw.
"""

import json
import re
import ssl
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from runtime.paths import ROOT
from tests.support.browsers.browser_fixtures import FLAGS
from tests.support.databases.database_fixtures import Database
from tests.support.servers.half_open import half_sent, p95, waits_of_others
from tests.support.servers.mail_server import MailServer
from tests.support.servers.make_run import Run
from tests.support.servers.nginx import HOST, Nginx
from tests.support.servers.processes import Programs
from tests.support.waiting import eventually

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("production")]
PASSWORD = "seventeen green kettles"
LOOK = {"ignore_https_errors": True, "timezone_id": "Europe/Berlin"}


def documented() -> set[str]:
    """The variables in the lines that the documentation says to start production with."""
    text = (ROOT / "docs" / "settings.md").read_text()
    (block,) = re.findall(r"## Production\n+```\n(.*?)make run", text, re.DOTALL)
    return set(re.findall(r"([A-Z_]+)=", block))


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.close()


@pytest.fixture
def said(database: Database, redis_url: str, mail_server: MailServer) -> dict[str, str]:
    """What an operator types. On SQLite it takes one more variable, which the table of settings names."""
    values = {
        "TURNOUT_ENV": "production",
        "TURNOUT_SECRET_KEY": "vC9-kQ2xWz7LmT4rYb1NdE8sHj6PuA3f",
        "DATABASE_URL": database.url.replace("postgresql+psycopg", "postgresql"),
        "REDIS_URL": redis_url,
        "MAIL_URL": mail_server.url,
        "MAIL_FROM": f"Turnout <turnout@{HOST}>",
        "TURNOUT_BASE_URL": f"https://{HOST}",
        "TURNOUT_HOSTS": HOST,
        "TURNOUT_PROXY_HOPS": "1",
    }
    assert set(values) == documented()
    return {**values, "TURNOUT_ALLOW_SQLITE": "yes"} if database.kind == "sqlite" else values


@pytest.fixture
def run(said: dict[str, str], tmp_path: Path) -> Iterator[Run]:
    run = Run(tmp_path / "home", **said)
    yield run
    run.kill()


@pytest.fixture
def proxy(run: Run, tmp_path: Path) -> Iterator[Nginx]:
    proxy = Nginx(tmp_path / "nginx", run.port)
    yield proxy
    proxy.close()


@pytest.fixture
def page(launch_browser, proxy: Nginx) -> Iterator[Page]:
    """A browser to which the site is where its name says, with the proxy's own certificate."""
    browser = launch_browser(args=[*FLAGS, f"--host-resolver-rules=MAP {HOST}:443 127.0.0.1:{proxy.port}"])
    yield browser.new_context(base_url=f"https://{HOST}", ignore_https_errors=True).new_page()
    browser.close()


@pytest.mark.long_db("sqlite")
def test_it_starts_as_documented_and_somebody_enrolls_through_the_proxy(
    run: Run, proxy: Nginx, page: Page, programs: Programs, said: dict[str, str], mail_server: MailServer
) -> None:
    run.wait_until_it_serves()
    assert run.log.count("/healthz") <= 5, "the launcher asks without a pause"
    probe(proxy, run)
    words = ["Northside Makers", "--admin-email", "dana@northside.example", "--facility", "Studio 2"]
    made = programs.flask(
        "ops", "create-organization", *words, "--timezone", "Europe/Berlin", **said, TURNOUT_RATE_LIMITS="on"
    )
    assert made.returncode == 0, made.stderr
    choose_a_password(page, mail_server)
    sign_in(page)
    page.goto("/admin/events")
    expect(page.get_by_role("heading", level=1)).to_have_text("Events")
    somebody_enrolls(page, hold_an_event(page), mail_server)
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert cookies["__Host-signed-in"]["secure"]
    assert cookies["__Host-signed-in"]["httpOnly"]
    survive_a_crowd(proxy, run)
    assert "Traceback" not in run.log


@pytest.mark.long_db("postgres")
def test_from_an_empty_installation_to_a_stranger_with_a_place_without_a_shell(
    run: Run, proxy: Nginx, launch_browser, mail_server: MailServer
) -> None:
    """By mouse and keyboard alone, starting from the link in the log; every click and every field is counted."""
    run.wait_until_it_serves()
    link = re.search(rf"https://{re.escape(HOST)}/setup\?code=[\w-]{{14}}", run.log)
    assert link is not None, run.log
    browser = launch_browser(args=[*FLAGS, f"--host-resolver-rules=MAP {HOST}:443 127.0.0.1:{proxy.port}"])
    operator, stranger = (Hand(browser.new_context(**LOOK).new_page()) for _ in range(2))
    sets_up(operator, link.group(), mail_server)
    address = publishes(operator)
    enrolls(stranger, address, mail_server)
    browser.close()

    assert operator.acts + stranger.acts <= 40
    assert len(re.findall(r"/setup\?code=", run.log)) == 1, "the code is printed once"
    assert "Traceback" not in run.log


def sets_up(hand: "Hand", link: str, mail_server: MailServer) -> None:
    """The form, the confirmed address, and a test email."""
    hand.opens(link)
    for label, text in (
        ("Your name", "Iris Nyberg"),
        ("Email address", "iris@northside.example"),
        ("Password", PASSWORD),
        ("Name of the organization", "Northside Makers"),
        ("Name of the facility", "Hafen Studio"),
    ):
        hand.fills(label, text)
    expect(hand.page.get_by_label("Time zone")).to_have_value("Europe/Berlin")
    hand.presses("Set up Turnout")
    expect(hand.page.get_by_role("heading", level=1)).to_have_text("Turnout is ready")
    hand.opens(eventually(lambda: mailed(mail_server, rf"https://{re.escape(HOST)}/confirm/[\w.-]+"), timeout=30))
    hand.presses("Confirm my address")
    hand.page.goto(f"https://{HOST}/operator/start")
    expect(hand.page.locator(".todo--done")).to_have_count(2)


def publishes(hand: "Hand") -> str:
    """The first event, from the start page."""
    hand.follows("New event")
    hand.fills("Title", "Open studio")
    starts_on = (datetime.now(UTC) + timedelta(days=7)).date()
    hand.fills("Start", f"{starts_on}T10:00")
    hand.acts += 1
    hand.page.locator("form.form button.btn--go").click()
    hand.presses("Publish")
    expect(hand.page.get_by_text("Published").first).to_be_visible()
    return f"https://{HOST}/events/open-studio"


def enrolls(hand: "Hand", address: str, mail_server: MailServer) -> None:
    """Somebody without an account, who was sent the address."""
    hand.opens(address)
    hand.fills("Your name", "Mira Sand")
    hand.fills("Email address", "mira@post.example")
    hand.presses("Enroll")
    expect(hand.page.get_by_role("heading", name="Check your email to confirm")).to_be_visible()
    pattern = rf"https://{re.escape(HOST)}/code/link/[\w.-]+"
    hand.opens(eventually(lambda: mailed(mail_server, pattern, to="mira@"), timeout=30))
    hand.presses("Confirm")
    expect(hand.page.get_by_role("heading", name="You are enrolled")).to_be_visible()


class Hand:
    """Somebody at a browser; `acts` are their clicks and the fields they fill in."""

    def __init__(self, page: Page) -> None:
        self.page, self.acts = page, 0

    def opens(self, link: str) -> None:
        """A link in a log or a mail."""
        self.acts += 1
        self.page.goto(link)

    def fills(self, label: str, text: str) -> None:
        self.acts += 1
        self.page.get_by_label(label, exact=True).fill(text)

    def presses(self, name: str) -> None:
        self.acts += 1
        self.page.get_by_role("button", name=name, exact=True).click()

    def follows(self, name: str) -> None:
        self.acts += 1
        self.page.get_by_role("link", name=name, exact=True).click()


def mailed(mail_server: MailServer, pattern: str, *, to: str = "") -> str | None:
    """The latest of what was mailed that looks like that."""
    for letter in reversed(mail_server.post.delivered):
        text = letter.content.decode().replace("=\r\n", "").replace("=3D", "=").partition("\r\n\r\n")[2]
        if any(to in one for one in letter.rcpt_tos) and (found := re.search(pattern, text)):
            return found.group()
    return None


def hold_an_event(page: Page) -> str:
    """An event of next week, made and published in the browser; its public address."""
    page.goto("/admin/events/new")
    page.get_by_label("Title").fill("Open studio")
    starts_on = (datetime.now(UTC) + timedelta(days=7)).date()
    page.locator("[name=starts_at]").fill(f"{starts_on}T10:00")
    page.locator("form.form button.btn--go").click()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published").first).to_be_visible()
    return "/events/open-studio"


def somebody_enrolls(page: Page, address: str, mail_server: MailServer) -> None:
    """The organizer takes a place; the page says so, and the worker writes to them."""
    page.goto(address)
    page.get_by_role("button", name="Enroll").click()
    expect(page.get_by_text("Your place is confirmed").first).to_be_visible()
    eventually(lambda: any(b"confirmed" in letter.content for letter in mail_server.post.delivered), timeout=30)


def survive_a_crowd(proxy: Nginx, run: Run) -> None:
    """200 who send half of something, some to the proxy and some past it; visitors do not notice."""
    trusting = ssl.create_default_context(cafile=proxy.certificate)
    by_name = ssl.create_default_context(cafile=proxy.certificate)
    trusting.check_hostname = False
    here, there = ("127.0.0.1", run.port), ("127.0.0.1", proxy.port)
    with half_sent(there, 100, host=HOST, secured=by_name), half_sent(here, 100, host=HOST):
        assert p95(waits_of_others(there, 20, host=HOST, secured=trusting)) <= 1.0
        assert p95(waits_of_others(here, 20, host=HOST)) <= 1.0


def probe(proxy: Nginx, run: Run) -> None:
    """Health answers whatever it is called; who calls it by another name learns no more than yes or no."""
    eventually(lambda: ask(f"http://127.0.0.1:{run.port}/readyz") == {"ready": True}, timeout=30)
    trusting = ssl.create_default_context(cafile=proxy.certificate)
    trusting.check_hostname = False
    found = ask(f"https://127.0.0.1:{proxy.port}/readyz", trusting, Host=HOST)
    assert set(found) == {"ready", "database", "last_tick_at", "outbox_waiting"}


def ask(address: str, trusting: ssl.SSLContext | None = None, **headers: str) -> dict:
    request = urllib.request.Request(address, headers=headers)  # noqa: S310 (an address of this test)
    try:
        with urllib.request.urlopen(request, timeout=10, context=trusting) as answer:  # noqa: S310
            return json.load(answer)
    except urllib.error.HTTPError as error:
        return json.load(error)


def choose_a_password(page: Page, mail_server: MailServer) -> None:
    """The link comes by mail: the worker runs, and it names the public address."""
    page.goto("/reset")
    page.get_by_label("Email").fill("dana@northside.example")
    page.get_by_role("button", name="Send the link").click()
    link = eventually(lambda: link_in(mail_server), timeout=30)
    page.goto(link)
    page.get_by_label("password").fill(PASSWORD)
    page.locator("main form button").click()


def link_in(mail_server: MailServer) -> str | None:
    for letter in mail_server.post.delivered:
        text = letter.content.decode().replace("=\r\n", "").replace("=3D", "=")
        if found := re.search(rf"https://{re.escape(HOST)}/reset/[\w.-]+", text):
            return found.group()
    return None


def sign_in(page: Page) -> None:
    page.goto("/login")
    page.get_by_label("Email").fill("dana@northside.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"https://{HOST}/events")
