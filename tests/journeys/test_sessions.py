"""A course online in a real browser: join, watch the room fill, read the report, mark somebody without a mouse."""

import http.server
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browsers.page_faults import LOOKS_TOGETHER, SIZES, THEMES, complaints, faults_of, window
from tests.support.worlds.online.video_room import VideoRoom
from tests.support.worlds.use_cases import UseCases
from tests.support.worlds.world import World
from webapp import clock
from webapp.domain.online.meeting_session import SessionDraft
from webapp.domain.permission import SYSTEM, Role
from webapp.queries.online.session_calculation import chosen_sessions
from webapp.services.accounts.sign_in import begin_sign_in
from webapp.services.online.meeting_session import create_sessions
from webapp.services.online.session_attendance import calculate_sessions, reconcile_sessions

pytestmark = pytest.mark.only_db("sqlite")
SCREENSHOTS = Path(__file__).parents[2] / "docs" / "screenshots"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
#: Minutes after the start; without an end no leave was told.
STAYS = (
    ("Amara Okafor", -6, 91),
    ("Ben Achterberg", 2, 38),
    ("Ben Achterberg", 41, 89),
    ("Chiara Ricci", 18, 76),
    ("Émile Lefèvre", -1, 90),
    ("Greta Vogel", 5, 31),
    ("Hanna Lindqvist", 21, 92),
    ("Ivo Horvat", 3, 7),
    ("Jonas Weber", 0, 90),
    ("Jonas Weber", 12, 37),
    ("Łukasz Wiśniewski", 1, None),
    ("Mei Tanaka", -12, 4),
    ("Mei Tanaka", 9, 90),
    ("Noor Haddad", 33, 88),
    ("Rúna Olsen", 4, 62),
    ("Rúna Olsen", 70, 90),
)
ABSENT = ("Tomás Cortés",)


@dataclass
class RunningClass:
    """Two sessions of an event: `ended` has its report, `running` began half an hour ago."""

    ended: int
    running: int
    slug: str
    people: dict[str, int]
    room: VideoRoom


@pytest.fixture
def world(app) -> World:
    """At the real time: the server's clock stands nowhere else."""
    world = World(app, now=clock.real_now().replace(second=0, microsecond=0))
    world.organization()
    return world


@pytest.fixture
def running_class(app, world) -> RunningClass:
    now = world.now
    # The last round quarter of an hour but one: a picture with round times.
    begins = now - 30 * MINUTE - timedelta(minutes=now.minute % 15)
    yesterday = begins - DAY
    event_id = world.event(
        "Drawing together", slug="drawing", starts_at=yesterday, ends_at=begins + DAY, online_counts=True
    )
    names = dict.fromkeys([name for name, _, _ in STAYS] + list(ABSENT))
    people = {name: world.person(name) for name in names}
    use_cases = UseCases(app, world)
    for user_id in people.values():
        use_cases.enrolls(event_id, user_id, yesterday - DAY)
    drafts = [SessionDraft("Draw along", "academic", at, at + 1.5 * HOUR) for at in (yesterday, begins)]
    with app.app_context():
        ended, running = create_sessions(
            event_id=event_id, drafts=drafts, actor=SYSTEM, request_id="journey-1", now=yesterday - DAY
        )
    room = VideoRoom(app, f"session-{ended}", yesterday)
    for name, come, go in STAYS:
        sid = room.joins(f"u{people[name]}", come)
        if go is not None:
            room.leaves(f"u{people[name]}", sid, go)
    room.joins("guest-1", 0, participant_sid="PA_guest", name="Studio iPad")
    room.leaves("guest-1", "PA_guest", 71)
    room.fold()
    with app.app_context():
        for work, after in ((calculate_sessions, 6 * MINUTE), (reconcile_sessions, 2 * HOUR)):
            at = drafts[0].ends_at + after
            list(work(chosen_sessions(at, session_id=ended, only_due=False), now=at))
    return RunningClass(ended, running, "drawing", people, VideoRoom(app, f"session-{running}", begins))


@pytest.fixture
def video_client() -> Iterator[str]:
    """A page of another origin that a browser ends up on when it joins."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<title>The room</title><h1>In the room</h1>")

        def log_message(self, *_args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def web(programs, video_client):
    return programs.web(
        LIVEKIT_KEYS="APItest:a-secret-of-the-test-with-32-bytes", LIVEKIT_CLIENT_URL=video_client + "/{room}#{token}"
    )


@pytest.fixture
def cookie_of(app, web) -> Callable[[int], dict[str, str]]:
    def begin(user_id: int) -> dict[str, str]:
        with app.app_context():
            token = begin_sign_in(user_id=user_id, user_agent="journey", real_now=clock.real_now())
        return {"name": "turnout_signed_in", "value": token, "url": web.url}

    return begin


@pytest.fixture
def seen_by(browser: Browser, cookie_of) -> Callable[..., Page]:
    """A window of that person: `with seen_by(user_id, size="desktop") as page`."""
    return lambda user_id, **more: window(browser, cookie=cookie_of(user_id), **more)


@pytest.mark.slow
@pytest.mark.parametrize("looks", LOOKS_TOGETHER)
def test_a_course_from_joining_to_the_report(
    running_class, world, web, cookie_of, seen_by, browser, video_client, looks
):
    dana = world.person("Dana Kim", role=Role.ORGANIZER)
    amara = running_class.people["Amara Okafor"]
    _join(running_class, web, cookie_of(amara), browser, video_client)
    with seen_by(dana, size="desktop") as page:
        said = complaints(page)
        _watch(running_class, web, page, amara)
        _mark_by_keyboard(running_class, web, page)
        assert said == []
    with seen_by(dana, java_script_enabled=False) as page:
        _mark_without_javascript(running_class, web, page)
    _look_for_faults(running_class, web, seen_by, dana, amara, looks)


def _join(running_class, web, cookie, browser, video_client) -> None:
    """With the page's own policy at work: it has to let the form's redirect through to the video client."""
    context = browser.new_context(viewport=SIZES["phone"])
    context.add_cookies([cookie])
    page = context.new_page()
    said = complaints(page)
    page.goto(f"{web.url}/events/{running_class.slug}")
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", name="In the room")).to_be_visible()
    assert page.url.startswith(f"{video_client}/session-{running_class.running}#eyJ")
    assert said == []
    context.close()


def _watch(running_class, web, page, amara) -> None:
    page.goto(f"{web.url}/admin/sessions/{running_class.running}")
    expect(page.get_by_role("heading", name="No one is in yet")).to_be_visible()
    running_class.room.joins(f"u{amara}", -2)
    running_class.room.fold()
    expect(page.get_by_role("row", name="Amara Okafor")).to_be_visible(timeout=15_000)
    expect(page.locator("#room .stats p").first).to_contain_text("1 of 13")


def _mark_by_keyboard(running_class, web, page) -> None:
    page.goto(f"{web.url}/admin/sessions/{running_class.ended}/report")
    times = page.locator("summary[aria-label='Times of Chiara Ricci']")
    times.focus()
    page.keyboard.press("Enter")
    line = page.locator(f"#person-{running_class.people['Chiara Ricci']}")
    expect(line.locator("details")).to_have_attribute("open", "")
    page.get_by_role("link", name="Mark Chiara Ricci").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Present", exact=True).focus()
    page.keyboard.press("Space")
    dialog.get_by_label("Why?").focus()
    page.keyboard.type("Her train was late, she told us")
    dialog.get_by_role("button", name="Save the mark").focus()
    page.keyboard.press("Enter")
    expect(dialog).not_to_be_visible()
    expect(line).to_contain_text("marked by Dana Kim")
    # Where one was, as soon as the line is there again.
    expect(line.locator(":focus")).to_have_count(1)


def _mark_without_javascript(running_class, web, page) -> None:
    page.goto(f"{web.url}/admin/sessions/{running_class.ended}/report")
    page.get_by_role("link", name="Mark Greta Vogel").click()
    page.get_by_text("Absent, excused").click()
    page.get_by_label("Why?").fill("Ill, called us")
    page.get_by_role("button", name="Save the mark").click()
    expect(page.get_by_text("Saved. Greta Vogel: Absent, excused.")).to_be_visible()
    page.goto(f"{web.url}/admin/sessions/{running_class.running}")
    expect(page.get_by_role("link", name="Refresh")).to_be_visible()


def _look_for_faults(running_class, web, seen_by, dana, amara, looks) -> None:
    own = f"/admin/sessions/{running_class.ended}"
    staff = [
        f"{own}/report",
        f"{own}/report?show=late",
        f"{own}/calculate",
        f"{own}/edit",
        f"{own}/cancel",
        f"{own}/people/{amara}/mark",
        f"{own}/people/{amara}/fields",
        f"{own}/guest?identity=guest-1",
        f"/admin/sessions/{running_class.running}",
        f"/admin/sessions/{running_class.running}/report",
        "/admin/events/1/sessions",
        "/admin/events/1/sessions/new",
    ]
    mine = ["/events/drawing", "/me", f"/events/drawing/sessions/{running_class.running}/join"]
    faults = {}
    for size, theme, share in looks:
        for person, paths in ((dana, staff), (amara, mine)):
            with seen_by(person, size=size, theme=theme) as page:
                for path in paths[share]:
                    answer, found = page.goto(web.url + path), faults_of(page)
                    if answer.status != 200 or found:
                        faults[path, size, theme] = (answer.status, found)
    assert faults == {}


@pytest.mark.screenshots
def test_the_picture_of_a_session(running_class, world, web, seen_by):
    dana = world.person("Dana Kim", role=Role.ORGANIZER)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for theme in THEMES:
        with seen_by(dana, size="desktop", theme=theme) as page:
            page.set_viewport_size({"width": 1440, "height": 1130})
            page.goto(f"{web.url}/admin/sessions/{running_class.ended}/report", wait_until="networkidle")
            page.screenshot(path=SCREENSHOTS / f"session-report-{theme}.png")
