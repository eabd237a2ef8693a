"""A field that suggests is a plain field until something fits."""

from playwright.sync_api import Page, expect

from tests.frontend.app_scripts.app_page import AppPage


def test_the_list_belongs_to_the_field_only_while_something_fits(served: AppPage, page: Page) -> None:
    field = page.get_by_label("Person")
    expect(field).not_to_have_attribute("list", "person-suggestions")
    field.fill("ana")
    expect(field).to_have_attribute("list", "person-suggestions")
    expect(page.locator("#person-suggestions option")).to_have_attribute("value", "Ana Silva")
    field.fill("nobody")
    expect(page.locator("#person-suggestions option")).to_have_count(0)
    expect(field).not_to_have_attribute("list", "person-suggestions")
