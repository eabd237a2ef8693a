"""An organizer's way in a real browser: make an event, see the line move, correct an outcome and take it back."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browsers.page_faults import SHARED_LOOKS, complaints, faults_of, window
from tests.support.worlds.asked import EATS, FORM, SIZE, ask, food
from tests.support.worlds.use_cases import UseCases
from tests.support.worlds.world import World
from webapp import clock
from webapp.domain.permission import Role
from webapp.domain.text import fold
from webapp.services.accounts.sign_in import begin_sign_in

pytestmark = pytest.mark.only_db("sqlite")
SCREENSHOTS = Path(__file__).parents[2] / "docs" / "screenshots"
REASON = "Was there on day 2. Desk Left lost its connection."
GUESTS = ("Amara Okafor", "Joris van Aalst", "Łukasz Wiśniewski", "Mei Chen", "Tomás Cortés", "Sofía Herrera")


@pytest.fixture
def world(app) -> World:
    """At the real time: the server's clock stands nowhere else."""
    world = World(app, now=clock.real_now().replace(microsecond=0))
    world.organization()
    return world


@pytest.fixture
def use_cases(app, world) -> UseCases:
    return UseCases(app, world)


@pytest.fixture
def admin_cookie(app, server, world) -> dict[str, str]:
    user_id = world.person("Dana Kim", role=Role.ADMIN)
    with app.app_context():
        token = begin_sign_in(user_id=user_id, user_agent="journey", real_now=clock.real_now())
    return {"name": "turnout_signed_in", "value": token, "url": server.url}


@pytest.fixture
def admin(browser: Browser, admin_cookie) -> Callable[..., Page]:
    """A window of an admin: `with admin(size="desktop") as page`."""
    return lambda **more: window(browser, cookie=admin_cookie, **more)


def guest(world: World, name: str) -> int:
    return world.person(name, email=f"{fold(name).replace(' ', '.')}@post.example")


def closed_camp(world: World, use_cases: UseCases) -> tuple[int, int]:
    """Three days, over and closed: some attended, some did not. The event and an absent Jonas Weber."""
    # Three local days, whatever the hour is now.
    start = (world.now - timedelta(days=4)).replace(hour=8, minute=0, second=0)
    early = start - timedelta(days=20)
    camp = world.event(
        "Harbour Code Camp",
        slug="camp",
        starts_at=start,
        ends_at=start + timedelta(days=2, hours=8),
        attendance_requirement="minimum_days",
        minimum_days=2,
        capacity=7,
    )
    placed = [use_cases.enrolls(camp, guest(world, name), early + timedelta(hours=n)) for n, name in enumerate(GUESTS)]
    jonas = use_cases.enrolls(camp, guest(world, "Jonas Weber"), early)
    for day in (0, 1):
        for one in placed[day:5]:
            use_cases.is_checked_in(camp, one, start + timedelta(days=day, hours=1))
    use_cases.is_checked_in(camp, jonas, start + timedelta(hours=1))
    use_cases.is_closed(camp, start + timedelta(days=2, hours=9))
    return camp, jonas.enrollment_id


def local(world: World, days: int) -> str:
    """A day as the form wants it: far enough away for any zone."""
    return f"{world.now + timedelta(days=days):%Y-%m-%dT10:00}"


def fill_in(page: Page, world: World, title: str) -> None:
    page.get_by_label("Title").fill(title)
    page.get_by_label("Start", exact=True).fill(local(world, 30))
    page.get_by_label("End", exact=True).fill(local(world, 32))
    page.get_by_role("spinbutton", name="Places").fill("2")


def test_make_and_publish_an_event_and_see_the_line_move(server, world, use_cases, session, admin):
    with admin(size="desktop") as page:
        said = complaints(page)
        page.goto(f"{server.url}/admin/events")
        page.get_by_role("link", name="New event").first.click()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("link", name="Enter a title")).to_be_visible()
        assert page.title().startswith("Error: ")
        expect(page.locator(".errors")).to_be_focused()
        page.get_by_label("Facility", exact=True).select_option(label="Studio 2, Berlin time")
        fill_in(page, world, "Hand-building with clay")
        page.get_by_role("spinbutton", name="Places").focus()
        expect(page.locator("#requirement")).to_contain_text("3 event days")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status")).to_contain_text("Saved as a draft.")
        page.get_by_role("button", name="Publish").click()
        expect(page.get_by_role("status")).to_contain_text("Published. People can find it and enroll.")

        event_id = int(page.url.rpartition("/")[2])
        use_cases.fills(event_id, 5, world.now)
        page.get_by_role("link", name="Edit").click()
        page.get_by_role("spinbutton", name="Places").fill("4")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status")).to_contain_text("2 people move up from the waitlist and will be notified.")
        page.get_by_role("link", name="1 Waitlisted").click()
        expect(page.locator("tbody tr")).to_have_count(1)
        assert page.url.endswith(f"/admin/events/{event_id}/enrollments?status=waitlisted")
        assert said == []


def test_correct_an_outcome_in_the_table_find_it_in_the_timeline_and_take_it_back(server, world, use_cases, admin):
    camp, jonas = closed_camp(world, use_cases)
    with admin(size="desktop") as page:
        said = complaints(page)
        page.goto(f"{server.url}/admin/events/{camp}/enrollments?status=no_show")
        page.get_by_label("Search name or email").press_sequentially("web jon", delay=20)
        expect(page.locator("tbody tr")).to_have_count(1)
        expect(page.locator("#say")).to_have_text("1 person")
        page.wait_for_url("**?status=no_show&q=web+jon")
        page.get_by_role("link", name="Override status of Jonas Weber").click()
        question = page.get_by_role("dialog", name="Override status of Jonas Weber")
        expect(question).to_contain_text("1 of 3, needs 2")
        question.get_by_role("button", name="Change to Attended").click()
        expect(question.get_by_role("link", name="Enter a reason")).to_be_visible()
        expect(question.locator(".errors")).to_be_focused()
        question.get_by_label("Why are you changing this?").fill(REASON)
        question.get_by_role("button", name="Change to Attended").click()
        expect(question).to_be_hidden()
        row = page.locator(f"#row-{jonas}")
        expect(row).to_contain_text("Attended")
        expect(row).to_contain_text("Override by")
        expect(page.locator("#say")).to_have_text("Jonas Weber is now Attended")
        expect(row.get_by_role("link", name="Jonas Weber")).to_be_focused()

        row.get_by_role("link", name="Jonas Weber").click()
        expect(page.locator(".timeline li").first).to_contain_text(REASON)
        page.get_by_role("link", name="Withdraw the override").click()
        question = page.get_by_role("dialog")
        question.get_by_label("Why are you undoing it?").fill("It was another Jonas")
        question.get_by_role("button", name="Change back to No-show").click()
        expect(page.get_by_role("status")).to_have_text("Jonas Weber is now No-show.")
        expect(page.locator(".timeline li").first).to_contain_text("It was another Jonas")
        assert said == []


def test_filters_swap_the_rows_keep_the_focus_and_go_back_to_a_whole_page(server, world, use_cases, admin):
    camp, _ = closed_camp(world, use_cases)
    with admin(size="desktop") as page:
        page.goto(f"{server.url}/admin/events/{camp}/enrollments")
        page.get_by_role("link", name="No-show 3").click()
        expect(page.locator("tbody tr")).to_have_count(3)
        expect(page.get_by_role("link", name="No-show 3")).to_be_focused()
        page.wait_for_url("**?status=no_show")
        page.get_by_role("link", name="Attended 4").click()
        expect(page.locator("tbody tr")).to_have_count(4)
        page.go_back()
        page.wait_for_url("**?status=no_show")
        expect(page.get_by_role("heading", level=1)).to_have_text("Enrollments")
        expect(page.locator("tbody tr")).to_have_count(3)


def test_everything_without_javascript(server, world, use_cases, admin):
    camp, jonas = closed_camp(world, use_cases)
    with admin(java_script_enabled=False) as page:
        page.goto(f"{server.url}/admin/events/{camp}/enrollments?status=no_show")
        page.get_by_label("Search name or email").fill("jonas")
        page.get_by_role("button", name="Search").click()
        assert page.url.endswith("?q=jonas&status=no_show")
        page.get_by_role("link", name="Override status of Jonas Weber").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Override status of Jonas Weber")
        page.get_by_role("button", name="Change to Attended").click()
        expect(page.get_by_role("link", name="Enter a reason")).to_be_visible()
        page.get_by_label("Why are you changing this?").fill(REASON)
        page.get_by_role("button", name="Change to Attended").click()
        expect(page.get_by_role("status")).to_have_text("Jonas Weber is now Attended.")
        assert page.url.endswith(f"/admin/events/{camp}/enrollments?status=no_show&q=jonas")

        page.goto(f"{server.url}/admin/events/new")
        page.get_by_label("Facility", exact=True).select_option(label="Studio 2, Berlin time")
        fill_in(page, world, "Raku")
        page.get_by_role("button", name="Save").click()
        page.get_by_role("button", name="Publish").click()
        page.get_by_role("link", name="Call off").click()
        page.get_by_label("Why is it called off?").fill("The kiln broke")
        page.get_by_role("button", name="Call off this event").click()
        expect(page.get_by_role("status")).to_contain_text("The event has been called off.")


def press_until(page: Page, words: str) -> None:
    """Tab on until the focus is on what says that."""
    said = "e => (e.getAttribute('aria-label') || e.innerText || '').trim()"
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(f"({said})(document.activeElement)") == words:
            return
    raise AssertionError(f"{words!r} is not reached by Tab")


def test_a_correction_by_keyboard_alone(server, world, use_cases, admin):
    camp, jonas = closed_camp(world, use_cases)
    with admin(size="desktop") as page:
        page.goto(f"{server.url}/admin/events/{camp}/enrollments?status=no_show")
        press_until(page, "Override status of Jonas Weber")
        page.keyboard.press("Enter")
        expect(page.get_by_label("Why are you changing this?")).to_be_focused()
        page.keyboard.type(REASON)
        press_until(page, "Change to Attended")
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog")).to_be_hidden()
        expect(page.locator(f"#row-{jonas}").get_by_role("link", name="Jonas Weber")).to_be_focused()
        page.goto(f"{server.url}/admin/events/{camp}/enrollments?status=no_show")
        press_until(page, "Override status of Sofía Herrera")
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_be_hidden()
        expect(page.get_by_role("link", name="Override status of Sofía Herrera")).to_be_focused()


@pytest.fixture
def pages(world, use_cases) -> list[str]:
    """Every admin page of ours, in every state that looks different."""
    camp, jonas = closed_camp(world, use_cases)
    full = world.event(
        "A title of exactly forty-five characters, ok?", starts_at=world.now + timedelta(days=2), capacity=2
    )
    waiting = use_cases.fills(full, 4, world.now)[-1].enrollment_id
    running = world.event("Running", starts_at=world.now - timedelta(hours=1), ends_at=world.now + timedelta(days=20))
    here = use_cases.enrolls(running, world.person("Şule Łukasz"), world.now - timedelta(days=2))
    use_cases.is_checked_in(running, here, world.now)
    applied = world.event("Maker residency", starts_at=world.now + timedelta(days=9), method="application")
    applicant = use_cases.enrolls(applied, world.person("محمد الفاسي"), world.now).enrollment_id
    draft = world.event("Forgotten draft", status="draft", starts_at=world.now + timedelta(days=1))
    world.event("Called off", status="cancelled", starts_at=world.now + timedelta(days=1))
    event, person = "/admin/events/{}".format, "/admin/enrollments/{}".format
    with world.app.app_context():
        eats = ask(full, EATS, SIZE, FORM)[0]
        ask(full, food(eats))
    return [
        "/admin/events",
        "/admin/events?q=zzz",
        "/admin/events?show=past",
        "/admin/events/new",
        "/admin/audit",
        *(event(one) for one in (camp, full, running, applied, draft)),
        event(f"{full}/edit"),
        event(f"{camp}/edit"),
        event(f"{full}/cancel"),
        event(f"{full}/questions"),
        event(f"{full}/questions/new"),
        event(f"{full}/answers"),
        event(f"{camp}/enrollments"),
        event(f"{full}/enrollments?status=waitlisted"),
        event(f"{draft}/enrollments"),
        event(f"{applied}/enrollments"),
        event(f"{running}/enrollments"),
        event(f"{camp}/enrollments?q=zzz"),
        event(f"{running}/rehearsal"),
        event(f"{camp}/rehearsal"),
        event(f"{camp}/audit"),
        *(person(one) for one in (jonas, waiting, here.enrollment_id, applicant)),
        person(f"{jonas}/override"),
        person(f"{waiting}/give-place"),
        person(f"{waiting}/cancel"),
        person(f"{applicant}/reject"),
        person(f"{jonas}/withdrawal"),
        "/admin",
        "/admin/forecast",
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("size", "theme", "share"), SHARED_LOOKS)
def test_no_page_has_a_fault(server, pages, admin, size, theme, share):
    faults = {}
    with admin(size=size, theme=theme) as page:
        said = complaints(page)
        for path in pages[share]:
            answer = page.goto(server.url + path)
            found = faults_of(page)
            if answer.status != 200 or found:
                faults[path] = (answer.status, found)
        page.goto(server.url + pages[6])
        page.get_by_role("link", name="Call off").click()
        page.get_by_role("dialog").get_by_role("button", name="Call off this event").click()
        expect(page.get_by_role("link", name="Enter a reason")).to_be_visible()
        if found := faults_of(page):
            faults["dialog"] = found
        assert said == []
    assert faults == {}


@pytest.mark.screenshots
def test_the_screenshots_of_the_readme(server, world, use_cases, admin):
    camp, jonas = closed_camp(world, use_cases)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    with admin(size="desktop") as page:
        page.goto(f"{server.url}/admin/events/{camp}/enrollments")
        page.screenshot(path=SCREENSHOTS / "enrollments.png")
        page.goto(f"{server.url}/admin/enrollments/{jonas}")
        page.screenshot(path=SCREENSHOTS / "why.png")
