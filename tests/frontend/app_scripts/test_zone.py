"""The browser's time zone is a suggestion."""

import pytest
from playwright.sync_api import Page, expect

from tests.frontend.app_scripts.app_page import AppPage


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict) -> dict:
    return {**browser_context_args, "timezone_id": "Asia/Tokyo"}


def test_the_zone_is_offered_and_never_set_by_itself(served: AppPage, page: Page) -> None:
    field = page.get_by_label("Time zone")
    expect(field).to_have_value("Europe/Berlin")
    assert page.locator("[data-zone-value]").input_value() == "Asia/Tokyo"
    offer = page.get_by_role("button", name="Use Asia/Tokyo, this browser’s time zone")
    offer.click()
    expect(field).to_have_value("Asia/Tokyo")
    expect(field).to_be_focused()
    expect(offer).to_be_hidden()
