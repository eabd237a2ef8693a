"""What happens around a swap: the focus, the token, the button that is busy, and "Saved" that goes away."""

from playwright.sync_api import Page, Route, expect

from tests.frontend.app_scripts.app_page import AppPage
from tests.support.waiting import eventually


def test_the_focus_stays_in_a_block_that_was_replaced(served: AppPage, page: Page) -> None:
    page.get_by_role("button", name="Change the block").press("Enter")
    expect(page.locator("#block")).to_have_text("another block")
    expect(page.locator("#block")).to_be_focused()


def test_the_focus_goes_to_what_is_marked(served: AppPage, page: Page) -> None:
    page.get_by_role("button", name="Answer").click()
    expect(page.get_by_role("heading", name="Answered")).to_be_focused()


def test_a_page_with_errors_begins_there(served: AppPage, page: Page) -> None:
    page.evaluate("document.getElementById('place').classList.add('errors')")
    page.add_script_tag(url=page.locator("script[src*='app.js']").get_attribute("src") + "&again", type="module")
    expect(page.locator("#place")).to_be_focused()


def test_what_is_posted_outside_a_form_carries_the_token(served: AppPage, page: Page) -> None:
    page.get_by_role("button", name="Save").click()
    eventually(lambda: served.tokens == [page.locator("meta[name=csrf-token]").get_attribute("content")])


def test_the_pressed_button_is_busy_until_the_answer(served: AppPage, page: Page) -> None:
    save = page.get_by_role("button", name="Save")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/saved", hold)
    save.click()
    expect(save).to_have_attribute("aria-busy", "true")
    held[0].continue_()
    expect(save).not_to_have_attribute("aria-busy", "true")


def test_saved_goes_away_by_itself(served: AppPage, page: Page) -> None:
    page.clock.install()
    page.reload()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    page.clock.run_for(4500)
    expect(page.get_by_text("Saved", exact=True)).to_have_count(0)
