"""The page in a browser, and that nothing on it complained."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.frontend.app_scripts.app_page import AppPage


@pytest.fixture
def served(frame: Flask, page: Page) -> Iterator[AppPage]:
    site = AppPage(frame)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    page.goto(site.address)
    yield site
    page.close()
    site.stop()
    assert complaints == []
