"""Pictures of the README that need a whole organization at work."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.crawl.conftest import Stage
from tests.support.browsers.page_faults import window

pytestmark = [pytest.mark.xdist_group("crawl"), pytest.mark.screenshots]
SCREENSHOTS = Path(__file__).parents[2] / "docs" / "screenshots"


def test_the_start_page_of_staff(stage: Stage, browser: Browser) -> None:
    stage.show("demo")
    with window(browser, size="desktop") as page:
        page.context.add_cookies(stage.cookies("operator"))
        page.goto(f"{stage.web.url}/admin")
        page.screenshot(path=SCREENSHOTS / "start.png", full_page=True)
