"""The standby line in a real browser: people at the door, two places released by hand, and who comes too late."""

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browsers.page_faults import complaints, faults_of, window
from tests.support.worlds.standby import StandbyDesk
from tests.support.worlds.world import World
from webapp import clock
from webapp.services.accounts.sign_in import begin_sign_in

pytestmark = pytest.mark.only_db("sqlite")


@pytest.fixture
def door(app) -> StandbyDesk:
    """It began twenty minutes ago by the server's clock; Cy, Dee and a walk-in stand at the door."""
    now = clock.real_now().replace(microsecond=0)
    made = StandbyDesk(World(app, now=now), starts_at=now - timedelta(minutes=20))
    with app.app_context():
        made.comes(made.cy, at=now - timedelta(minutes=9))
        made.walks_in("Wim Walker", at=now - timedelta(minutes=8))
    return made


@pytest.fixture
def cookie(app, server, door) -> dict[str, str]:
    with app.app_context():
        token = begin_sign_in(user_id=door.desk.organizer_id, user_agent="journey", real_now=clock.real_now())
    return {"name": "turnout_signed_in", "value": token, "url": server.url}


def test_places_of_absent_people_go_to_who_waits_at_the_door(server, door, cookie, page: Page, browser: Browser):
    page.context.add_cookies([cookie])
    desk = f"{server.url}/desk/{door.event_id}"
    page.goto(desk)
    page.get_by_label("Scan a code or type a name").fill("Dee Sand")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Arrived, standby position 2")).to_be_visible()
    page.get_by_role("link", name="Release places").click()
    expect(page.get_by_role("button", name="Release 2 places now")).to_be_visible()
    page.get_by_role("checkbox", name="Ana Sand").uncheck()
    page.get_by_role("button", name="Release 1 place now").click()
    expect(page.get_by_text("1 place released. Cy Sand is checked in.")).to_be_visible()
    page.goto(desk)
    page.get_by_label("Scan a code or type a name").fill("Ben Sand")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Arrived, standby position 1")).to_be_visible()
    for size, theme in (("phone", "dark"), ("desktop", "light")):
        with window(browser, size=size, theme=theme, cookie=cookie) as looked:
            said = complaints(looked)
            looked.goto(f"{server.url}/admin/events/{door.event_id}/standby")
            assert (faults_of(looked), said) == ([], [])
