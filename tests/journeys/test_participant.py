"""A participant's way in a real browser: sign up, enroll, the pass, giving it back; with and without scripts."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browsers.page_faults import SHARED_LOOKS, THEMES, complaints, faults_of, window
from tests.support.worlds.accounts import mailed_code
from tests.support.worlds.asked import EATS, ask, food
from tests.support.worlds.use_cases import UseCases
from tests.support.worlds.world import World
from webapp import clock
from webapp.domain.permission import Role
from webapp.models import Enrollment
from webapp.services.accounts.sign_in import begin_sign_in

pytestmark = pytest.mark.only_db("sqlite")
SCREENSHOTS = Path(__file__).parents[2] / "docs" / "screenshots"


@pytest.fixture
def world(app) -> World:
    """At the real time: the server's clock stands nowhere else."""
    return World(app, now=clock.real_now().replace(microsecond=0))


@pytest.fixture
def use_cases(app, world) -> UseCases:
    return UseCases(app, world)


@pytest.fixture
def signed_in(app, server) -> Callable[[int], dict[str, str]]:
    """The session cookie of a person."""

    def cookie(user_id: int) -> dict[str, str]:
        with app.app_context():
            token = begin_sign_in(user_id=user_id, user_agent="journey", real_now=clock.real_now())
        return {"name": "turnout_signed_in", "value": token, "url": server.url}

    return cookie


def look_again(page: Page) -> None:
    """Timeline somebody comes back to the tab."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def sign_up_form(page: Page, name: str, email: str) -> None:
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Email address").fill(email)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your email")


def sign_up(page: Page, session, name: str, email: str) -> None:
    sign_up_form(page, name, email)
    page.get_by_label("6-digit code").fill(mailed_code(session, email)[0])
    page.get_by_role("button", name="Continue").click()


def test_from_signing_up_to_giving_the_place_to_the_next(
    server, session, world, signed_in, browser: Browser, page: Page
):
    world.event(slug="clay", capacity=1)
    said = complaints(page)
    page.goto(f"{server.url}/events")
    page.get_by_role("link", name="Hand-building with clay").click()
    block = page.locator("#enrollment")
    block.get_by_role("link", name="Sign in").click()
    page.get_by_role("link", name="Create an account").click()
    sign_up(page, session, "Mira Sand", "mira@post.example")
    block.get_by_role("button", name="Enroll").click()
    expect(block.get_by_role("heading")).to_have_text("You are enrolled")
    expect(block).to_be_focused()
    expect(page.locator("#say")).to_have_text("You are enrolled. Your place is confirmed.")
    expect(page.locator("#places")).to_contain_text("1 of 1 place taken")
    code = block.get_by_role("img").get_attribute("aria-label").removeprefix("Your check-in code, ")

    with window(browser, cookie=signed_in(world.person("Ben Okafor"))) as ben:
        ben.goto(f"{server.url}/events/clay")
        ben.get_by_role("button", name="Join the waitlist").click()
        theirs = ben.locator("#enrollment")
        expect(theirs.get_by_role("heading")).to_have_text("You are on the waitlist (position 1)")

        block.get_by_role("link", name=code).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Your pass")
        expect(page.locator("main")).to_contain_text("Mira Sand")
        page.get_by_role("link", name="Event page").click()
        block.get_by_role("link", name="Cancel my place").click()
        question = page.get_by_role("dialog", name="Cancel your place?")
        expect(question).to_contain_text("Your place goes to the next person on the waitlist right away.")
        question.get_by_role("button", name="Cancel my place").click()
        expect(question).to_be_hidden()
        expect(block.get_by_role("heading")).to_have_text("You cancelled your place")
        assert page.evaluate("document.activeElement !== document.body")

        look_again(ben)
        expect(theirs.get_by_role("heading")).to_have_text("You are in")
        expect(ben.locator("#say")).to_have_text("You are in. Your place is confirmed.")
    assert said == []


def test_the_same_without_javascript(server, session, world, signed_in, browser: Browser):
    world.event(slug="clay", capacity=1)
    with (
        window(browser, java_script_enabled=False) as page,
        window(browser, java_script_enabled=False, cookie=signed_in(world.person("Ben Okafor"))) as ben,
    ):
        page.goto(f"{server.url}/events")
        page.get_by_label("Search events").fill("clay")
        page.get_by_role("button", name="Search").click()
        page.get_by_role("link", name="Hand-building with clay").click()
        page.locator("#enrollment").get_by_role("link", name="Sign in").click()
        page.get_by_role("link", name="Create an account").click()
        sign_up(page, session, "Mira Sand", "mira@post.example")
        page.get_by_role("button", name="Enroll").click()
        assert page.url == f"{server.url}/events/clay#enrollment"
        expect(page.locator("#enrollment-h")).to_have_text("You are enrolled")

        ben.goto(f"{server.url}/events/clay")
        ben.get_by_role("button", name="Join the waitlist").click()
        expect(ben.locator("#enrollment-h")).to_have_text("You are on the waitlist (position 1)")

        page.get_by_role("link", name="Cancel my place").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Cancel your place?")
        page.get_by_role("button", name="Cancel my place").click()
        expect(page.locator("#enrollment-h")).to_have_text("You cancelled your place")
        ben.reload()
        expect(ben.locator("#enrollment-h")).to_have_text("You are in")
        ben.get_by_role("group").locator("summary").click()
        ben.get_by_role("button", name="Sign out").click()
        expect(ben.get_by_role("link", name="Sign in")).to_be_visible()


def test_questions_before_a_place_are_asked_as_far_as_they_matter(server, world, session, signed_in, browser: Browser):
    event_id = world.event(slug="clay")
    with world.app.app_context():
        eats = ask(event_id, EATS)[0]
        ask(event_id, food(eats))
    with window(browser, cookie=signed_in(world.person())) as page:
        said = complaints(page)
        page.goto(f"{server.url}/events/clay")
        page.get_by_role("button", name="Enroll").click()
        page.wait_for_url("**/answers")
        expect(page.get_by_role("group", name="What do you eat?")).to_be_hidden()
        page.get_by_role("button", name="Enroll").press("Enter")
        expect(page.locator(".errors")).to_be_focused()
        assert faults_of(page) == []
        page.get_by_role("radio", name="Yes").press("Space")
        page.get_by_role("radio", name="Vegan").check()
        page.get_by_role("button", name="Enroll").click()
        expect(page.locator("#enrollment").get_by_role("heading")).to_have_text("You are enrolled")
        page.get_by_role("link", name="See or change your answers").click()
        expect(page.get_by_role("radio", name="Vegan")).to_be_checked()
        assert faults_of(page) == []
        assert [one for one in said if "422" not in one] == []
    with window(browser, java_script_enabled=False, cookie=signed_in(world.person("Ben"))) as page:
        page.goto(f"{server.url}/events/clay/answers")
        expect(page.get_by_text("Only if “Will you eat with us?” is “Yes”")).to_be_visible()


def test_a_double_click_is_one_place(server, world, session, signed_in, browser: Browser):
    world.event(slug="clay", capacity=5)
    with window(browser, cookie=signed_in(world.person())) as page:
        page.goto(f"{server.url}/events/clay")
        page.get_by_role("button", name="Enroll").dblclick()
        expect(page.locator("#enrollment-h")).to_have_text("You are enrolled")
        expect(page.locator("#trouble")).to_be_hidden()
    assert session.query(Enrollment).count() == 1


def test_searching_changes_the_list_and_the_address_and_going_back_shows_a_whole_page(server, world, browser: Browser):
    world.event("Hand-building with clay")
    world.event("Bike repair evening")
    with window(browser, size="desktop") as page:
        page.goto(f"{server.url}/events")
        page.get_by_label("Search events").press_sequentially("bik", delay=20)
        expect(page.get_by_role("link", name="Hand-building with clay")).to_have_count(0)
        expect(page.locator("#say")).to_have_text("1 event found")
        expect(page.get_by_label("Search events")).to_be_focused()
        page.wait_for_url("**/events?q=bik")
        page.get_by_role("link", name="Bike repair evening").click()
        page.go_back()
        expect(page.get_by_role("heading", level=1)).to_have_text("Events")
        expect(page.get_by_label("Search events")).to_have_value("bik")
        expect(page.get_by_role("banner")).to_be_visible()


def test_every_task_can_be_done_by_keyboard_alone(server, world, signed_in, browser: Browser):
    world.event(slug="clay", capacity=1)
    with window(browser, size="desktop", cookie=signed_in(world.person())) as page:
        page.goto(f"{server.url}/events/clay")
        press_until(page, "Enroll")
        page.keyboard.press("Enter")
        expect(page.locator("#enrollment")).to_be_focused()
        press_until(page, "Cancel my place")
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog")).to_be_visible()
        press_until(page, "Cancel my place")
        page.keyboard.press("Enter")
        expect(page.locator("#enrollment-h")).to_have_text("You cancelled your place")


def press_until(page: Page, words: str) -> None:
    """Tab on until the focus is on what says that."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText") == words:
            return
    raise AssertionError(f"{words!r} is not reached by Tab")


#: The events whose block Mira looks at: one in each state.
STATES = (
    "open",
    "confirmed",
    "queue",
    "full",
    "applied",
    "soon",
    "called-off",
    "days",
    "given-up",
    "past",
    "missed",
    "settling",
)


@pytest.fixture
def events(world) -> dict[str, int]:
    """An event in every state, and a draft, by their slugs."""
    now = world.now
    later, running, over = now + timedelta(days=3), now - timedelta(minutes=30), now - timedelta(days=2)
    in_two_days = {"ends_at": now + timedelta(days=2), "closes_at": now + timedelta(days=2)}
    return {
        "open": world.event("Open", slug="open", starts_at=later, capacity=12),
        "confirmed": world.event("A title of exactly forty-five characters, ok?", slug="confirmed", starts_at=later),
        "queue": world.event("Queue", slug="queue", starts_at=later, capacity=1),
        "full": world.event("Full", slug="full", starts_at=later, capacity=1, has_waitlist=False),
        "applied": world.event("Applied", slug="applied", starts_at=later, method="application"),
        "soon": world.event("Soon", slug="soon", starts_at=later, opens_at=now + timedelta(days=1)),
        "called-off": world.event("Called off", slug="called-off", starts_at=later, status="cancelled"),
        "draft": world.event("Draft", slug="draft", starts_at=later, status="draft"),
        "days": world.event("Days", slug="days", starts_at=running, **in_two_days),
        "given-up": world.event("Given up", slug="given-up", starts_at=later),
        "past": world.event("Past", slug="past", starts_at=over),
        "missed": world.event("Missed", slug="missed", starts_at=over),
        "settling": world.event("Settling", slug="settling", starts_at=now - timedelta(hours=3)),
    }


@pytest.fixture
def pages(world, use_cases, session, events) -> dict[str, list[str]]:
    """Every page of ours, and every state of the block, by who sees it."""
    mira = world.person("Mira Sand", timezone="Asia/Tokyo")
    nobody, orla = world.person("Şule Łukasz"), world.person("Orla", role=Role.ORGANIZER)
    missed = takes_part_in_everything(world, use_cases, events, mira)
    code = session.query(Enrollment).filter_by(event_id=events["days"]).one().pass_code
    waiting = session.query(Enrollment).filter_by(event_id=events["queue"], user_id=mira).one().pass_code
    return {
        "signed out": [
            "/events",
            "/events?q=zzz",
            "/events/open",
            "/login",
            "/signup",
            "/reset",
            "/reset/x",
            "/nowhere",
        ],
        str(mira): [
            *(f"/events/{slug}" for slug in STATES),
            "/me",
            f"/me/pass/{code}",
            f"/me/pass/{waiting}",
            "/me/settings",
            "/events/queue/leave",
            f"/me/enrollments/{missed}/why",
        ],
        str(nobody): ["/me", "/events/queue", "/events/full"],
        str(orla): ["/events/draft"],
    }


def takes_part_in_everything(world: World, use_cases: UseCases, events: dict[str, int], mira: int) -> int:
    """Mira stands in each event as its name says; the enrollment that she missed."""
    now, ana = world.now, world.person("Ana")
    early = now - timedelta(days=5)
    use_cases.fills(events["queue"], 2, now)
    for slug in ("confirmed", "queue", "applied"):
        use_cases.enrolls(events[slug], mira, now)
    use_cases.leaves(use_cases.enrolls(events["given-up"], mira, now), mira, now)
    use_cases.is_checked_in(events["days"], use_cases.enrolls(events["days"], mira, early), now)
    use_cases.is_checked_in(events["past"], use_cases.enrolls(events["past"], mira, early), now - timedelta(days=2))
    missed = use_cases.enrolls(events["missed"], mira, early)
    for slug in ("past", "missed"):
        use_cases.is_closed(events[slug], now)
    use_cases.enrolls(events["settling"], mira, early)
    use_cases.leaves(use_cases.enrolls(events["queue"], ana, now), ana, now)
    return missed.enrollment_id


@pytest.mark.slow
@pytest.mark.parametrize(("size", "theme", "share"), SHARED_LOOKS)
def test_no_page_has_a_fault(server, pages, signed_in, browser: Browser, size, theme, share):
    faults = {}
    for who, paths in pages.items():
        cookie = None if who == "signed out" else signed_in(int(who))
        with window(browser, size=size, theme=theme, cookie=cookie) as page:
            for path in paths[share]:
                page.goto(server.url + path)
                if found := faults_of(page):
                    faults[path] = found
    assert faults == {}


def test_forms_with_errors_and_the_dialog_have_no_fault(server, pages, signed_in, browser: Browser):
    mira = next(who for who in pages if "/me/settings" in pages[who])
    with window(browser, cookie=signed_in(int(mira))) as page:
        page.goto(f"{server.url}/me/settings")
        page.get_by_label("Your name").fill("")
        page.get_by_label("Your time zone").fill("berlin")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator(".errors")).to_be_focused()
        assert faults_of(page) == []
        page.goto(f"{server.url}/events/confirmed")
        page.get_by_role("link", name="Cancel my place").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        assert faults_of(page) == []
    with window(browser) as page:
        page.goto(f"{server.url}/signup")
        page.get_by_role("button", name="Continue").click()
        expect(page.locator(".errors")).to_be_focused()
        assert faults_of(page) == []
        sign_up_form(page, "Mira Sand", "mira@post.example")
        page.get_by_role("button", name="Continue").click()
        expect(page.locator(".errors")).to_be_focused()
        assert faults_of(page) == []


def test_the_first_look_at_an_event_weighs_little_and_comes_from_one_place(
    server, world, use_cases, signed_in, browser: Browser
):
    event_id, mira = world.event(slug="clay"), world.person()
    use_cases.enrolls(event_id, mira, world.now)
    with window(browser, cookie=signed_in(mira)) as page:
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        sizes: list[float] = []
        session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        hosts: set[str] = set()
        page.on("request", lambda request: hosts.add(re.sub(r"(//[^/]+).*", r"\1", request.url)))
        page.goto(f"{server.url}/events/clay", wait_until="networkidle")
        assert hosts == {server.url}
        assert len(sizes) <= 8
        assert page.evaluate("document.querySelectorAll('*').length") <= 400
        assert "style=" not in page.content()


@pytest.mark.screenshots
def test_pictures_of_a_waiting_participant_and_of_a_pass(
    server, world, use_cases, session, signed_in, browser: Browser
):
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    mira = world.person("Mira Sand")
    morning = (world.now + timedelta(days=9)).replace(hour=9, minute=0, second=0)
    queue = world.event(
        "Hand-building with clay",
        slug="clay-june",
        capacity=12,
        starts_at=morning,
        ends_at=morning + timedelta(minutes=150),
    )
    use_cases.fills(queue, 14, world.now)
    use_cases.enrolls(queue, mira, world.now)
    pier = world.event("Open studio night", slug="studio", starts_at=morning - timedelta(days=2))
    use_cases.enrolls(pier, mira, world.now)
    code = session.query(Enrollment).filter_by(event_id=pier).one().pass_code
    for name, path, size in (
        ("event-waitlisted", "/events/clay-june", "desktop"),
        ("pass", f"/me/pass/{code}", "phone"),
    ):
        for theme in THEMES:
            with window(browser, size=size, theme=theme, cookie=signed_in(mira)) as page:
                page.goto(server.url + path, wait_until="networkidle")
                page.screenshot(path=SCREENSHOTS / f"{name}-{theme}.png")


#: Event -> the button that gets in, and the heading of what comes in its place.
WAYS_IN = {
    "open": ({"capacity": 5}, "Enroll", "You are enrolled"),
    "free": ({}, "Enroll", "You are enrolled"),
    "queue": ({"capacity": 1}, "Join the waitlist", "You are on the waitlist (position 1)"),
    "asked": ({"method": "application"}, "Apply", "Your application is with the organizer"),
}
#: Whether anything that gives the place up lies on a point of that rectangle.
UNDER_THE_FINGER = """
([left, top, width, height]) => {
  for (let x = left + 2; x < left + width; x += 6) for (let y = top + 2; y < top + height; y += 6) {
    const found = document.elementFromPoint(x, y)?.closest("a[href$='/leave']");
    if (found) return found.textContent + " at " + [x, y];
  }
  return null;
}
"""


@pytest.mark.parametrize("size", ["phone", "desktop"])
@pytest.mark.parametrize("slug", WAYS_IN)
def test_nothing_that_gives_the_place_up_comes_to_lie_under_the_finger(
    server, world, use_cases, signed_in, browser: Browser, size, slug
):
    policy, words, heading = WAYS_IN[slug]
    event_id = world.event(slug=slug, **policy)
    if slug == "queue":
        use_cases.fills(event_id, 1, now=world.now)
    with window(browser, size=size, cookie=signed_in(world.person("Mira Sand"))) as page:
        page.goto(f"{server.url}/events/{slug}")
        button = page.locator("#enrollment").get_by_role("button", name=words)
        button.scroll_into_view_if_needed()
        box = button.bounding_box()
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        expect(page.locator("#enrollment").get_by_role("heading")).to_have_text(heading)
        assert page.evaluate(UNDER_THE_FINGER, [box["x"], box["y"], box["width"], box["height"]]) is None
