"""What comes after an event, for its organizers, in a real browser: answers beside outcomes, a logo, an end."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.browsers.page_faults import SHARED_LOOKS, complaints, faults_of, window
from tests.support.browsers.pictures import png
from tests.support.worlds.opinions import keep_opinions, keep_prompts
from tests.support.worlds.use_cases import UseCases
from tests.support.worlds.world import World
from webapp import clock
from webapp.domain.permission import Role
from webapp.services.accounts.sign_in import begin_sign_in

pytestmark = pytest.mark.only_db("sqlite")
SCREENSHOTS = Path(__file__).parents[2] / "docs" / "screenshots"
NAMES = ("Ana Silva", "Ben Okafor", "Łukasz Wiśniewski", "Mei Chen", "Tomás Cortés", "Jonas Weber")
COMMENTS = (
    "The clay was soft and the teacher patient.",
    None,
    "I had to leave at four and still finished a bowl.",
    "Two more aprons would help.",
    "Longer, please: the last half hour was the best.",
    "I drink from it every morning.",
)
SAYS = ("attended", "not_attended", "partial", "attended", "attended", "attended")


@pytest.fixture
def world(app) -> World:
    world = World(app, now=clock.real_now().replace(microsecond=0))
    world.organization()
    return world


@pytest.fixture
def admin(app, server, world, browser):
    user_id = world.person("Dana Kim", role=Role.ADMIN)
    with app.app_context():
        token = begin_sign_in(user_id=user_id, user_agent="journey", real_now=clock.real_now())
    cookie = {"name": "turnout_signed_in", "value": token, "url": server.url}
    return lambda **more: window(browser, cookie=cookie, **more)


@pytest.fixture
def answered(app, world) -> int:
    """An event that is over: six people with answers, five with ratings; Ben and Jonas contradict the record."""
    use_cases, start = UseCases(app, world), world.now - timedelta(hours=30)
    event_id = world.event("Hand-building with clay", slug="clay", starts_at=start)
    people = [world.person(name) for name in NAMES]
    placed = [use_cases.enrolls(event_id, user_id, start - timedelta(days=3)) for user_id in people]
    for one in placed[:5]:
        use_cases.is_checked_in(event_id, one, start)
    use_cases.is_closed(event_id, start + timedelta(hours=3))
    keep_prompts(app, event_id, people, at=start + timedelta(hours=4))
    opinions = [
        (user_id, said, None if said == "not_attended" else 3 + n % 3, COMMENTS[n])
        for n, (user_id, said) in enumerate(zip(people, SAYS, strict=True))
    ]
    keep_opinions(app, event_id, opinions, at=start + timedelta(hours=5))
    return event_id


def press_until(page: Page, words: str) -> None:
    """Tab on until the focus is on what says that."""
    said = r"e => (e.getAttribute('aria-label') || e.textContent || '').replace(/\s+/g, ' ').trim()"
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(f"({said})(document.activeElement)") == words:
            return
    raise AssertionError(f"{words!r} is not reached by Tab")


def test_a_contradiction_is_found_and_settled_by_keyboard_and_the_event_deleted(server, world, admin, answered):
    with admin(size="desktop") as page:
        said = complaints(page)
        page.goto(f"{server.url}/admin/events/{answered}/responses")
        press_until(page, "Contradictions 2")
        page.keyboard.press("Enter")
        expect(page.locator("#rows tbody tr")).to_have_count(2)
        expect(page.locator("#say")).to_have_text("2 people")
        page.wait_for_url("**/responses?said=contradictions")
        press_until(page, "Override status of Jonas Weber")
        page.keyboard.press("Enter")
        question = page.get_by_role("dialog", name="Override status of Jonas Weber")
        expect(question).to_contain_text("Jonas Weber says: I was there")
        page.keyboard.type("His code did not scan")
        press_until(page, "Change to Attended")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_have_text("Jonas Weber is now Attended.")
        page.wait_for_url("**/responses?said=contradictions")
        expect(page.locator("#rows tbody tr")).to_have_count(1)

        page.get_by_role("link", name="Overview").click()
        page.get_by_role("link", name="Delete", exact=True).click()
        question = page.get_by_role("dialog", name="Delete this event?")
        question.get_by_role("button", name="Delete this event").click()
        expect(question.get_by_role("link", name="Type the title of the event")).to_be_visible()
        expect(question.locator(".errors")).to_be_focused()
        question.get_by_label("Type the title to delete it").fill("hand-building with clay")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_have_text("“Hand-building with clay” has been deleted.")
        assert page.url == f"{server.url}/admin/events"
        assert page.goto(f"{server.url}/admin/events/{answered}/responses").status == 404
        assert said == []


def test_a_logo_is_uploaded_seen_by_everybody_and_removed_without_javascript(server, world, admin, answered):
    with admin(java_script_enabled=False) as page:
        page.goto(f"{server.url}/admin/organization")
        picture = {"name": "logo.png", "mimeType": "image/png", "buffer": png(64, 64)}
        page.get_by_label("Logo (PNG)").set_input_files({**picture, "buffer": b"GIF89a"})
        page.get_by_role("button", name="Use this logo").click()
        expect(page.get_by_role("link", name="This isn’t a PNG file.")).to_be_visible()
        page.get_by_label("Logo (PNG)").set_input_files(picture)
        page.get_by_role("button", name="Use this logo").click()
        expect(page.get_by_role("status")).to_contain_text("Your logo has been updated.")
        page.goto(f"{server.url}/events/clay")
        assert page.locator("img.org").evaluate("e => e.naturalWidth") == 64
        page.goto(f"{server.url}/admin/organization")
        page.get_by_role("button", name="Remove the logo").click()
        expect(page.get_by_text("Without a logo, people see your initials.")).to_be_visible()


@pytest.mark.slow
@pytest.mark.parametrize(("size", "theme", "share"), SHARED_LOOKS)
def test_no_page_has_a_fault(server, world, admin, answered, size, theme, share):
    coming = world.event("Later", starts_at=world.now + timedelta(days=2))
    draft = world.event("Draft", status="draft", starts_at=world.now + timedelta(days=2))
    pages = [
        f"/admin/events/{answered}/responses",
        f"/admin/events/{answered}/responses?said=contradictions",
        f"/admin/events/{answered}/responses?q=zzz",
        f"/admin/events/{coming}/responses",
        f"/admin/events/{draft}/delete",
        "/admin/organization",
        f"/admin/events/{answered}/enrollments",
    ]
    faults = {}
    with admin(size=size, theme=theme) as page:
        said = complaints(page)
        for path in pages[share]:
            answer = page.goto(server.url + path)
            if answer.status != 200 or (found := faults_of(page)):
                faults[path] = (answer.status, found)
        page.goto(server.url + pages[-1])
        page.get_by_role("link", name="Override status of Jonas Weber").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        if found := faults_of(page):
            faults["dialog"] = found
        assert said == []
    assert faults == {}


@pytest.mark.screenshots
def test_the_picture_of_answers_beside_outcomes(server, admin, answered):
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    with admin(size="desktop") as page:
        page.goto(f"{server.url}/admin/events/{answered}/responses", wait_until="networkidle")
        page.screenshot(path=SCREENSHOTS / "responses.png")
