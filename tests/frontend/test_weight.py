"""What a visit costs on the wire, counted by a real browser against the real server: headers, pages, files, fonts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page

from tests.support.waiting import eventually
from tests.support.worlds.open_desk import OpenDesk
from tests.support.worlds.world import World
from webapp import clock
from webapp.services.accounts.sign_in import begin_sign_in

pytestmark = [pytest.mark.only_db("sqlite"), pytest.mark.slow]
KB = 1000
FIRST_VIEW, NEXT_VIEW = 90 * KB, 15 * KB
#: Of a first view; the pages of those who work here may ask for more.
MOST_REQUESTS, WORKING = 8, {"desk", "admin", "enrollments"}
PAGES = {
    "list": "/events",
    "event": "/events/{slug}",
    "sign in": "/login",
    "my events": "/me",
    "history": "/me/history",
    "desk": "/desk/{event_id}",
    "admin": "/admin/events",
    "enrollments": "/admin/events/{event_id}/enrollments",
}


@dataclass
class Wire:
    """What crossed it since the last look: address and bytes of each answer that the browser did not already have."""

    answers: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.answers.values())


class Visitor:
    """A browser with an empty cache, and its meter."""

    def __init__(self, page: Page) -> None:
        self._page, self._wire = page, Wire()
        self._addresses: dict[str, str] = {}
        self._was_here = False
        meter = page.context.new_cdp_session(page)
        meter.send("Network.enable")
        meter.on("Network.responseReceived", self._began)
        meter.on("Network.loadingFinished", self._ended)

    def looks_at(self, url: str) -> Wire:
        is_first, self._wire = not self._was_here, Wire()
        self._was_here = True
        answer = self._page.goto(url, wait_until="networkidle")
        assert answer.status == 200, url
        if is_first:
            # The browser fetches it when it has nothing else to do.
            eventually(lambda: self._has("favicon"))
        return self._wire

    def _has(self, part: str) -> bool:
        self._page.evaluate("1")  # events arrive while the browser is talked to
        return any(part in address for address in self._wire.answers)

    def _began(self, event: dict) -> None:
        is_local = event["response"].get("fromDiskCache") or event["response"]["url"].startswith("data:")
        if not is_local:
            self._addresses[event["requestId"]] = event["response"]["url"]

    def _ended(self, event: dict) -> None:
        address = self._addresses.pop(event["requestId"], None)
        if address and event["encodedDataLength"]:
            self._wire.answers[address] = self._wire.answers.get(address, 0) + int(event["encodedDataLength"])


@pytest.fixture
def place(app, server) -> OpenDesk:
    """A season of events with names of every length, one of them with guests."""
    world = World(app, now=clock.real_now().replace(microsecond=0))
    open_desk = OpenDesk(world, starts_at=world.now - timedelta(hours=2), ends_at=world.now + timedelta(hours=2))
    for number in range(30):
        starts_at = world.now + timedelta(days=number + 1)
        title = f"Evening {number} about {'letters and clay ' * (number % 4)}for {['all', 'beginners'][number % 2]}"
        world.event(title, slug=f"evening-{number}", starts_at=starts_at, ends_at=starts_at + timedelta(hours=2))
    open_desk.enroll([world.person(f"Guest Number {number}") for number in range(30)])
    return open_desk


@pytest.fixture
def visitor(app, server, place: OpenDesk, browser: Browser) -> Iterator[Callable[[], Visitor]]:
    contexts = []

    def arrives() -> Visitor:
        with app.app_context():
            token = begin_sign_in(user_id=place.organizer_id, user_agent="weight", real_now=clock.real_now())
        contexts.append(browser.new_context(base_url=server.url, viewport={"width": 390, "height": 844}))
        contexts[-1].add_cookies([{"name": "turnout_signed_in", "value": token, "url": server.url}])
        return Visitor(contexts[-1].new_page())

    yield arrives
    for context in contexts:
        context.close()


@pytest.mark.parametrize("kind", list(PAGES))
def test_a_first_view_is_light_and_the_next_asks_for_the_page_alone(kind: str, visitor, place: OpenDesk) -> None:
    """Files were sent as they lie on the disk, and asked for at every click; the old test compressed them itself."""
    somebody, path = visitor(), PAGES[kind].format(event_id=place.event_id, slug="evening-3")
    first = somebody.looks_at(path)
    again = somebody.looks_at(path)

    assert first.total <= FIRST_VIEW, sorted(first.answers.items(), key=lambda one: -one[1])
    assert len(first.answers) <= MOST_REQUESTS or kind in WORKING, first.answers
    assert again.total <= NEXT_VIEW, again.answers
    assert len(again.answers) == 1, again.answers


def test_a_walk_through_the_site_fetches_each_file_once(visitor, place: OpenDesk) -> None:
    somebody, seen = visitor(), []
    for path in PAGES.values():
        seen += somebody.looks_at(path.format(event_id=place.event_id, slug="evening-3")).answers
    files = [address for address in seen if "/static/" in address]

    assert len(files) == len(set(files))
    assert all("?v=" in address for address in files), "a file without a fingerprint is asked for again and again"
