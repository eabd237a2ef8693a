"""A link is copied, or at least selected."""

from playwright.sync_api import Page, expect

from tests.frontend.app_scripts.app_page import AppPage


def test_a_link_is_copied_and_said_to_be(served: AppPage, page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "https://turnout.example/e/clay"


def test_without_a_clipboard_it_is_selected(served: AppPage, page: Page) -> None:
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject() }")
    page.evaluate("() => { document.execCommand = () => false }")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Press Ctrl+C")).to_be_visible()
    assert page.evaluate("getSelection().toString()") == "https://turnout.example/e/clay"
