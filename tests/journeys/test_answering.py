"""After an event, on a phone, in the demonstration: asked by page and mail, put off, answered, rated.

One server for the module. Its clock is moved with the bar on its pages; the jobs run here, on the same clock.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.support.browsers.page_faults import THEMES, complaints, faults_of, window
from tests.support.servers.processes import Programs
from tests.support.worlds.use_cases import UseCases
from tests.support.worlds.world import World
from webapp import clock, create_app
from webapp.config import Environment, Settings
from webapp.extensions import db
from webapp.jobs.outbox import send_messages
from webapp.jobs.prompts import send_prompts
from webapp.services.accounts.sign_in import begin_sign_in
from webapp.services.asking.prompt_schedule import schedule_post_event_prompts

pytestmark = pytest.mark.xdist_group("answering")
SCREENSHOTS = Path(__file__).parents[2] / "docs" / "screenshots"
_SECRET = "after-event-0123456789-abcdefghijklm"
_number = count(1)


@dataclass
class Place:
    """The demonstration as it runs, and the hands of its worker."""

    app: Flask
    url: str
    world: World
    use_cases: UseCases

    def event(self, title: str) -> tuple[str, datetime]:
        """An event of the next two hours; its slug and its end."""
        now = clock.now().replace(microsecond=0)
        slug, end = f"event-{next(_number)}", now + timedelta(hours=2)
        self.world.event(title, slug=slug, starts_at=now + timedelta(minutes=1), ends_at=end)
        return slug, end

    def guest(self, slug: str, name: str) -> int:
        """Somebody with a place in it, by the clock of Berlin."""
        person = self.world.person(name, timezone="Europe/Berlin", email=f"guest-{next(_number)}@post.example")
        with self.app.app_context():
            event_id = db.session.execute(db.text("SELECT id FROM events WHERE slug = :slug"), {"slug": slug}).scalar()
        self.use_cases.enrolls(event_id, person, now=clock.now())
        return person

    def cookie(self, user_id: int) -> dict[str, str]:
        with self.app.app_context():
            token = begin_sign_in(user_id=user_id, user_agent="journey", real_now=clock.real_now())
        return {"name": "turnout_signed_in", "value": token, "url": self.url}

    def worker_works(self) -> None:
        """What the worker does at a tick."""
        with self.app.app_context():
            schedule_post_event_prompts(now=clock.now())
            send_prompts()
            send_messages()


@pytest.fixture(scope="module")
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    if request.config.getoption("--db") == "postgres":
        pytest.skip("what is tested does not depend on the database")
    folder: Path = tmp_path_factory.mktemp("after-event")
    url = request.getfixturevalue("_sqlite_template").copy_to(folder)
    valkey = request.getfixturevalue("_valkey")
    valkey.empty()
    settings = {"TURNOUT_ENV": "demo", "TURNOUT_SECRET_KEY": _SECRET}
    programs = Programs(url, valkey.url, folder / "home", settings=settings)
    web = programs.web()
    app = create_app(
        Settings.for_tests(
            database_url=url,
            redis_url=valkey.url,
            home=folder / "home",
            environment=Environment.DEMO,
            secret_key=_SECRET,
            base_url=web.url,
        )
    )
    clock.allow_moving(folder / "home" / "demo-clock")
    world = World(app, now=clock.now().replace(microsecond=0))
    world.organization()
    yield Place(app, web.url, world, UseCases(app, world))
    clock.forbid_moving()
    programs.stop_all()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def phone(browser: Browser, place: Place) -> Iterator[Callable[..., Page]]:
    """A phone, signed in as that person or as nobody."""
    opened = []

    def open_window(user_id: int | None = None, **more) -> Page:
        held = window(browser, cookie=place.cookie(user_id) if user_id else None, **more)
        opened.append(held)
        return held.__enter__()

    yield open_window
    for held in opened:
        held.__exit__(None, None, None)


def move_clock(page: Page, instant: datetime) -> None:
    """With the bar of the demonstration, as a visitor would."""
    page.locator(".demo summary").click()
    page.get_by_label("Set the clock (UTC)").fill(f"{instant:%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="Set", exact=True).click()
    page.wait_for_load_state()


def next_nine(instant: datetime) -> datetime:
    """The next 9:00 in Berlin."""
    local = instant.astimezone(ZoneInfo("Europe/Berlin"))
    nine = local.replace(hour=9, minute=0, second=0, microsecond=0)
    return nine if nine > local else nine + timedelta(days=1)


def heading(page: Page):
    return page.get_by_role("heading", level=1)


def test_asked_put_off_asked_again_answered_and_rated(place, phone):
    slug, end = place.event("Hand-building with clay")
    page = phone(place.guest(slug, "Mira Sand"))
    said = complaints(page)
    page.goto(f"{place.url}/events/{slug}")
    move_clock(page, end + timedelta(hours=1, minutes=1))
    place.worker_works()

    puts_it_off(page, place)
    move_clock(page, next_nine(clock.now()).astimezone(ZoneInfo("UTC")) + timedelta(minutes=1))
    place.worker_works()
    answers_when_asked_again(page, place, slug)
    rates_by_keyboard(page)

    page.go_back()
    expect(page.get_by_label("Anything to tell the organizer?")).to_have_value("Two more aprons would help.")
    expect(page.get_by_role("banner")).to_be_visible()
    page.goto(f"{place.url}/me/history")
    expect(page.locator("main")).to_contain_text("I was there")
    page.goto(f"{place.url}/events/{slug}")
    expect(page.locator("main")).to_contain_text("You said: I was there.")
    assert said == []


def puts_it_off(page: Page, place: Place) -> None:
    """From the notification centre, until nine in the morning."""
    page.goto(f"{place.url}/notifications")
    page.get_by_role("button", name="Were you there?").click()
    expect(heading(page)).to_have_text("Did you make it?")
    assert faults_of(page) == []
    page.get_by_role("button", name="Ask me").click()
    expect(heading(page)).to_contain_text("We’ll ask again")
    expect(heading(page)).to_contain_text("at 9:00")
    expect(heading(page)).to_be_focused()
    assert faults_of(page) == []
    page.get_by_role("link", name="Close", exact=True).click()
    expect(page.get_by_role("heading", name="Waiting for your answer")).to_have_count(0)


def answers_when_asked_again(page: Page, place: Place, slug: str) -> None:
    page.goto(f"{place.url}/me")
    page.get_by_role("heading", name="Waiting for your answer").wait_for()
    page.get_by_role("link", name="Hand-building with clay").first.click()
    expect(page.locator("main")).to_contain_text("We won’t ask again.")
    page.get_by_role("button", name="Yes, I was there").click()
    expect(heading(page)).to_have_text("How was it?")
    expect(heading(page)).to_be_focused()
    expect(page).to_have_url(f"{place.url}/attendance/{slug}/feedback")
    expect(page).to_have_title("How was Hand-building with clay? - Turnout")


def rates_by_keyboard(page: Page) -> None:
    """First nothing, which is no rating; then four of five, with a comment."""
    page.get_by_role("button", name="Send feedback").click()
    expect(page.locator(".errors")).to_be_focused()
    expect(page.locator(".errors")).to_contain_text("Choose a rating or press Skip")
    assert faults_of(page) == []
    page.get_by_label("1 of 5, poor").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_label("4 of 5, good")).to_be_checked()
    page.get_by_label("Anything to tell the organizer?").fill("Two more aprons would help.")
    page.get_by_role("button", name="Send feedback").click()
    expect(heading(page)).to_have_text("Thanks")
    expect(heading(page)).to_be_focused()
    assert faults_of(page) == []


def test_answered_from_the_mail_without_signing_in_and_without_javascript(place, phone):
    slug, end = place.event("Bike repair evening")
    place.guest(slug, "Ben Okafor")
    page = phone(java_script_enabled=False)
    page.goto(f"{place.url}/events")
    move_clock(page, end + timedelta(hours=1, minutes=1))
    place.worker_works()

    page.goto(f"{place.url}/demo/mailbox")
    mail = page.get_by_role("article").filter(has_text="Did you make it to Bike repair evening?")
    mail.get_by_role("link", name="/prompts/").click()
    link = page.url
    expect(heading(page)).to_have_text("Did you make it?")
    page.get_by_role("button", name="For part of it").click()
    assert page.url == f"{link}/feedback"
    page.get_by_role("button", name="Send feedback").click()
    expect(page.locator(".errors")).to_contain_text("Choose a rating or press Skip")
    page.get_by_label("5 of 5, excellent").check(force=True)
    page.get_by_role("button", name="Send feedback").click()
    expect(heading(page)).to_have_text("Thanks")

    page.goto(link)
    expect(heading(page)).to_have_text("You answered: For part of it")
    page.get_by_role("link", name="Change answer").click()
    page.get_by_role("button", name="No, I didn’t go").click()
    assert page.url == link
    expect(page.locator("body")).to_contain_text("Thanks for letting us know. We’ve deleted your feedback.")
    page.goto(f"{place.url}/me")
    expect(heading(page)).to_have_text("Sign in")


def test_somebody_elses_link_lets_one_sign_out_and_answer(place, phone):
    slug, end = place.event("Printing morning")
    place.guest(slug, "Mira Sand")
    page = phone(place.world.person("Ana Lima"))
    page.goto(f"{place.url}/events")
    move_clock(page, end + timedelta(hours=1, minutes=1))
    place.worker_works()
    page.goto(f"{place.url}/demo/mailbox")
    mail = page.get_by_role("article").filter(has_text="Did you make it to Printing morning?")
    mail.get_by_role("link", name="/prompts/").click()
    expect(heading(page)).to_have_text("This link is for someone else")
    assert faults_of(page) == []
    page.get_by_role("button", name="Sign out and answer").click()
    expect(heading(page)).to_have_text("Did you make it?")
    page.get_by_role("button", name="No, I didn’t go").dblclick()
    expect(heading(page)).to_have_text("You answered: I didn’t go")
    expect(page.locator("#trouble")).to_be_hidden()


@pytest.mark.screenshots
def test_the_picture_of_a_prompt(place, phone):
    slug, end = place.event("Hand-building with clay")
    mira = place.guest(slug, "Mira Sand")
    move_clock_of = phone(mira)
    move_clock_of.goto(f"{place.url}/events")
    move_clock(move_clock_of, end + timedelta(hours=1, minutes=1))
    place.worker_works()
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for theme in THEMES:
        page = phone(mira, theme=theme)
        page.goto(f"{place.url}/attendance/{slug}", wait_until="networkidle")
        page.screenshot(path=SCREENSHOTS / f"prompt-{theme}.png")
