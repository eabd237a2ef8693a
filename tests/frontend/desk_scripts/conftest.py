"""The desk's page in a browser, with the cursor in its field."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.frontend.desk_scripts.desk_page import DeskPage


@pytest.fixture
def desk(frame: Flask, page: Page) -> Iterator[DeskPage]:
    served = DeskPage(frame)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    page.goto(served.address)
    expect(page.locator("#scan")).to_be_focused()
    yield served
    page.close()
    served.stop()
    assert complaints == []
