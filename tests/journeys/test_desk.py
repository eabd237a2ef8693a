"""A shift at the door in a real browser: scans in a row, names, undo, walk-ins, two desks, no scripts."""

import json
import statistics
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from tests.support.browsers.page_faults import THEMES, complaints, faults_of, window
from tests.support.worlds.open_desk import OpenDesk
from tests.support.worlds.world import World
from webapp import clock
from webapp.models import CheckIn, Enrollment
from webapp.services.accounts.sign_in import begin_sign_in
from webapp.services.places.enrollment import cancel

pytestmark = pytest.mark.only_db("sqlite")
SCREENSHOTS = Path(__file__).parents[2] / "docs" / "screenshots"
WIDTHS = {390: 844, 1180: 820, 1440: 900}
#: From Enter to the result on the screen, 95 of 100; 250 ms is the goal on a machine that does nothing else.
LONGEST_MS = 700

#: Runs before the page's own scripts: they keep a scanner's Enter to themselves.
_MEASURE = """
  window.taken = [];
  let pressed = 0, last = null;
  addEventListener('keydown', (e) => { if (e.key === 'Enter') pressed = performance.now(); }, true);
  addEventListener('DOMContentLoaded', () => new MutationObserver(() => {
    const shown = document.querySelector('#result .result:not(.result--kept)');
    if (!pressed || !shown || shown === last) return; // the verdict before counts its seconds down
    const from = pressed;
    pressed = 0;
    last = shown;
    requestAnimationFrame(() => requestAnimationFrame(() => window.taken.push(performance.now() - from)));
  }).observe(document.querySelector('#result'), { childList: true, subtree: true }));
"""


@pytest.fixture
def world(app) -> World:
    """At the real time: the server's clock stands nowhere else."""
    return World(app, now=clock.real_now().replace(microsecond=0))


@pytest.fixture
def desk(world) -> OpenDesk:
    return OpenDesk(
        world, capacity=2000, starts_at=world.now - timedelta(hours=2), ends_at=world.now + timedelta(hours=2)
    )


@pytest.fixture
def cookie(app, server, desk) -> dict[str, str]:
    """The organizer's session."""
    with app.app_context():
        token = begin_sign_in(user_id=desk.organizer_id, user_agent="journey", real_now=clock.real_now())
    return {"name": "turnout_signed_in", "value": token, "url": server.url}


@pytest.fixture
def at_desk(server, desk, cookie, page: Page) -> Iterator[Page]:
    """The organizer's desk, open."""
    page.context.add_cookies([cookie])
    page.goto(f"{server.url}/desk/{desk.event_id}")
    yield page


def scan(page: Page, code: str) -> None:
    """As a scanner types."""
    page.keyboard.type(code, delay=8)
    page.keyboard.press("Enter")


def codes_of(session, ids: list[int]) -> list[str]:
    session.rollback()
    found = dict(session.execute(select(Enrollment.id, Enrollment.pass_code)).all())
    return [found[one] for one in ids]


def count(session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(CheckIn))


def ready(page: Page) -> bool:
    """The cursor is in the field, and the field is empty."""
    return page.evaluate("document.activeElement.id === 'scan' && document.getElementById('scan').value === ''")


def said(page: Page) -> str:
    return page.locator("#result .result__say").inner_text()


@pytest.mark.slow
@pytest.mark.parametrize("scans", [40, pytest.param(100, marks=pytest.mark.long)])
def test_scans_in_a_row_are_counted_once_each(at_desk, desk, session, pytestconfig, scans):
    guests = desk.crowd(1000)
    trouble = complaints(at_desk)
    at_desk.add_init_script(_MEASURE)
    at_desk.reload()
    for number, code in enumerate(codes_of(session, guests[:scans]), start=1):
        scan(at_desk, code)
        at_desk.wait_for_function("(n) => window.taken.length === n", arg=number)
        assert (ready(at_desk), said(at_desk)) == (True, "Checked in")
    taken = at_desk.evaluate("window.taken")
    p95 = statistics.quantiles(taken, n=20)[-1]
    report = Path(pytestconfig.getoption("--output")) / "desk-scan.json"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text(
        json.dumps({"enter_to_result_ms": {"p50": statistics.median(taken), "p95": p95, "max": max(taken)}})
    )
    assert count(session) == scans
    assert p95 <= LONGEST_MS, taken
    expect(at_desk.locator("#tally")).to_contain_text(f"{scans} / 1,000")
    assert trouble == []


def test_scans_faster_than_the_answers_are_all_counted_in_order(at_desk, desk, session):
    for code in codes_of(session, desk.guests(12)):
        scan(at_desk, code)
    expect(at_desk.locator("#tally")).to_contain_text("12 / 12")
    session.rollback()
    arrived = list(session.scalars(select(CheckIn.enrollment_id).order_by(CheckIn.id)))
    assert (arrived, ready(at_desk)) == (sorted(arrived), True)


def test_a_scan_counts_wherever_the_focus_is(at_desk, desk, session):
    first, second, third = codes_of(session, desk.guests(3))
    scan(at_desk, first)
    undo = at_desk.get_by_role("button", name="Undo")
    undo.focus()
    scan(at_desk, second)
    expect(at_desk.locator("#tally")).to_contain_text("2 / 3")
    at_desk.keyboard.press("F2")
    expect(at_desk.get_by_role("dialog")).to_be_visible()
    scan(at_desk, third)
    expect(at_desk.get_by_role("dialog")).to_be_hidden()
    expect(at_desk.locator("#tally")).to_contain_text("3 / 3")
    assert (count(session), ready(at_desk)) == (3, True)


def test_a_shift_by_keyboard_alone(at_desk, desk, session):
    trouble = complaints(at_desk)
    for name in ("Łukasz Wiśniewski", "Amara Okafor", "Ben Achterberg"):
        desk.guest(name)
    at_desk.reload()
    at_desk.keyboard.type("wis", delay=90)
    expect(at_desk.locator("#guests .guest")).to_have_count(1)
    at_desk.keyboard.press("Enter")
    expect(at_desk.locator(".result__name")).to_have_text("Łukasz Wiśniewski")
    expect(at_desk.locator("#guests .guest__n")).to_have_text(["Ben Achterberg", "Amara Okafor", "Łukasz Wiśniewski"])
    assert ready(at_desk)
    at_desk.keyboard.press("Control+z")
    expect(at_desk.locator(".result__say")).to_have_text("Undone")
    assert ready(at_desk)
    at_desk.keyboard.press("ArrowDown")
    expect(at_desk.get_by_role("button", name="Check in Ben Achterberg")).to_be_focused()
    at_desk.keyboard.press("Enter")
    expect(at_desk.locator(".result__name")).to_have_text("Ben Achterberg")
    at_desk.keyboard.press("F2")
    expect(at_desk.get_by_label("Name", exact=True)).to_be_focused()
    at_desk.keyboard.type("Zed Walker", delay=60)
    at_desk.keyboard.press("Enter")
    expect(at_desk.locator(".result__more")).to_contain_text("walk-in")
    expect(at_desk.get_by_role("dialog")).to_be_hidden()
    assert ready(at_desk)
    expect(at_desk.locator("#tally")).to_contain_text("2 / 4")
    at_desk.keyboard.press("F1")
    expect(at_desk.get_by_role("heading", name="Keyboard shortcuts")).to_be_visible()
    at_desk.keyboard.press("Escape")
    assert (trouble, count(session)) == ([], 3)


def test_a_chosen_row_keeps_the_focus_while_another_desk_checks_in(
    at_desk, server, desk, cookie, browser: Browser, session
):
    """News of other desks comes every two seconds, and must not take the row from under a key."""
    for name in ("Ben Achterberg", "Amara Okafor"):
        desk.guest(name)
    at_desk.reload()
    at_desk.keyboard.press("ArrowDown")
    chosen = at_desk.get_by_role("button", name="Check in Ben Achterberg")
    expect(chosen).to_be_focused()
    with window(browser, size="desktop", cookie=cookie) as other:
        other.goto(f"{server.url}/desk/{desk.event_id}")
        other.get_by_role("button", name="Check in Amara Okafor").click()
        expect(at_desk.locator("#tally")).to_contain_text("1 / 2")
    expect(chosen).to_be_focused()
    at_desk.keyboard.press("Enter")
    expect(at_desk.locator(".result__name")).to_have_text("Ben Achterberg")
    assert (count(session), ready(at_desk)) == (2, True)


def test_words_that_fit_several_stay_in_the_field(at_desk, desk):
    for name in ("Mira Sand", "Mira Stone"):
        desk.guest(name)
    at_desk.keyboard.type("mira", delay=90)
    at_desk.keyboard.press("Enter")
    expect(at_desk.locator("#result")).to_contain_text("2 matches. Pick one or keep typing.")
    expect(at_desk.locator("#scan")).to_have_value("mira")
    expect(at_desk.locator("#guests .guest")).to_have_count(2)
    at_desk.get_by_role("button", name="Check in Mira Stone").click()
    expect(at_desk.locator(".result__name")).to_have_text("Mira Stone")
    expect(at_desk.locator("#scan")).to_have_value("")


def test_the_second_desk_sees_it_within_three_seconds(at_desk, server, desk, cookie, browser: Browser, session):
    code = codes_of(session, [desk.guest("Amara Okafor")])[0]
    with window(browser, size="desktop", cookie=cookie) as other:
        other.goto(f"{server.url}/desk/{desk.event_id}")
        row = other.locator("#guests .guest", has_text="Amara Okafor")
        expect(row).to_be_visible()
        scan(at_desk, code)
        expect(other.locator("#tally")).to_contain_text("1 / 1", timeout=3000)
        expect(other.locator("#arrivals")).to_contain_text("Amara Okafor")
        expect(row).to_be_hidden()


def test_a_place_is_given_out_of_turn_with_a_reason(server, world, app, browser: Browser, session):
    desk = OpenDesk(world, capacity=1, starts_at=world.now - timedelta(hours=2), ends_at=world.now + timedelta(hours=2))
    ids = [desk.guest(name) for name in ("Ada Seated", "Mei Chen", "Tomás Cortés")]
    with app.app_context():
        cancel(enrollment_id=ids[0], actor=desk.organizer, by="organizer", now=world.now)
        token = begin_sign_in(user_id=desk.organizer_id, user_agent="journey", real_now=clock.real_now())
    session_cookie = {"name": "turnout_signed_in", "value": token, "url": server.url}
    with window(browser, size="desktop", cookie=session_cookie) as page:
        page.goto(f"{server.url}/desk/{desk.event_id}")
        scan(page, codes_of(session, ids)[2])
        page.get_by_role("link", name="Give a place and check in").click()
        question = page.get_by_role("dialog")
        expect(question).to_contain_text("Mei Chen (position 1) hasn’t arrived. Give the place to Tomás Cortés?")
        expect(question.get_by_label("Reason")).to_have_value("Mei Chen (position 1) hadn’t arrived")
        question.get_by_role("button", name="Give a place and check in").click()
        expect(page.locator(".result__say")).to_have_text("Checked in")
        expect(question).to_be_hidden()
        assert ready(page)


def test_a_shift_without_javascript(server, desk, cookie, browser: Browser, session):
    code = codes_of(session, [desk.guest("Amara Okafor")])[0]
    desk.guest("Ben Achterberg")
    with window(browser, cookie=cookie, java_script_enabled=False) as page:
        page.goto(f"{server.url}/desk/")
        page.get_by_label("Name of this desk").fill("Door left")
        page.get_by_role("button", name="Open desk").click()
        for words in ("Checked in", "Checked in", "Not on this list"):  # the second is a double read
            page.get_by_label("Scan a code or type a name").fill("Nobody" if words.startswith("Not") else code)
            page.get_by_role("button", name="Find").click()
            expect(page.locator(".result__say")).to_have_text(words)
        page.goto(f"{server.url}/desk/{desk.event_id}")
        page.get_by_role("button", name="Check in Ben Achterberg").click()
        page.get_by_role("button", name="Undo").click()
        expect(page.locator(".result__say")).to_have_text("Undone")
        page.goto(f"{server.url}/desk/{desk.event_id}/walk-in")
        page.get_by_label("Name", exact=True).fill("Zed Walker")
        page.get_by_role("button", name="Add and check in").click()
        expect(page.locator(".result__more")).to_contain_text("walk-in")
        page.get_by_role("link", name="All arrivals and undo").click()
        expect(page.locator("#all-arrivals")).to_contain_text("Zed Walker This desk, walk-in")
    assert count(session) == 3
    assert set(session.scalars(select(CheckIn.desk))) == {"Door left"}


def test_a_helper_opens_the_link_and_works(server, desk, cookie, browser: Browser, session):
    code = codes_of(session, [desk.guest("Amara Okafor", email="amara@post.example")])[0]
    with window(browser, size="desktop", cookie=cookie) as page:
        page.goto(f"{server.url}/desk/{desk.event_id}/helpers")
        page.get_by_label("Name of the helper").fill("Mia")
        page.get_by_label("Desk", exact=True).fill("Door right")
        page.get_by_role("button", name="Create link").click()
        link = page.get_by_label("Personal link").input_value()
    path = link.split("/desk/", 1)[1]
    with window(browser) as page:
        page.goto(f"{server.url}/desk/{path}")
        expect(page.get_by_text("Amara Okafor")).to_be_visible()
        expect(page.get_by_text("amara@post.example")).to_have_count(0)
        scan(page, code)
        expect(page.locator("#arrivals, .result__say").first).to_be_visible()
        expect(page.locator(".result__say")).to_have_text("Checked in")
    assert count(session) == 1
    assert session.scalar(select(CheckIn.desk)) == "Door right"


@pytest.fixture
def lively(app, desk) -> OpenDesk:
    """A desk in the middle of its work."""
    names = (
        "Joris van Aalst",
        "Fatima Al-Zahra",
        "Lena Brandt",
        "Ikram El Idrissi",
        "Nils Fagerström",
        "Hanna Lindqvist",
        "Łukasz Wiśniewski",
        "Greta Müller",
        "Yuki Tanaka",
        "Daniel O’Brien",
        "Sofía Herrera",
        "Ben Achterberg",
    )
    ids = [desk.guest(name) for name in names]
    with app.app_context():
        for minutes, one in enumerate(ids[6:]):
            where = ("Door left", "Door right")[minutes % 2]
            desk.press(one, at=desk.world.now - timedelta(minutes=9 - minutes), desk=where)
    return desk


@pytest.mark.parametrize(
    ("width", "theme", "turn"),
    [
        # Each page in one of them, every third in this one ...
        (390, "dark", 0),
        (1180, "light", 1),
        (1440, "dark", 2),
        # ... and all in every look.
        *(
            pytest.param(width, theme, None, marks=(pytest.mark.long, pytest.mark.slow))
            for width in WIDTHS
            for theme in THEMES
        ),
    ],
)
def test_every_page_of_the_desk_is_sound(server, lively, cookie, browser: Browser, session, width, theme, turn):
    amara, repeated = codes_of(session, [lively.guest("Amara Okafor"), lively.guest("Oskar Lind")])
    with window(browser, size="desktop", theme=theme, cookie=cookie) as page:
        page.set_viewport_size({"width": width, "height": WIDTHS[width]})
        found: dict[str, list[str]] = {}

        def look(name: str) -> None:
            found[name] = faults_of(page) if turn in {None, len(found) % 3} else []

        page.goto(f"{server.url}/desk/")
        look("start")
        page.goto(f"{server.url}/desk/{lively.event_id}")
        look("desk")
        for text, name, shown in (
            (amara, "in", "Amara Okafor"),
            (repeated, "in too", "Oskar Lind"),
            ("NOBODY KNOWN", "unknown", "NOBODY KNOWN"),
        ):
            scan(page, text)
            expect(page.locator("#result .result__name")).to_have_text(shown)
            look(name)
        page.keyboard.press("F2")
        expect(page.get_by_role("dialog")).to_be_visible()
        look("walk-in dialog")
        for path in ("walk-in", "arrivals", "helpers", "keys"):
            page.goto(f"{server.url}/desk/{lively.event_id}/{path}")
            look(path)
        assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.screenshots
def test_the_screenshot_of_the_readme(server, lively, cookie, browser: Browser, session):
    code = codes_of(session, [lively.guest("Amara Okafor")])[0]
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    with window(browser, size="desktop", cookie=cookie) as page:
        page.goto(f"{server.url}/desk/{lively.event_id}")
        scan(page, code)
        expect(page.locator("#arrivals")).to_contain_text("Amara Okafor")
        page.screenshot(path=SCREENSHOTS / "desk.png")
