"""A guest file whose headings nobody knows, in a real browser without scripts: its columns are chosen by hand."""

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browsers.page_faults import faults_of, window
from tests.support.worlds.world import World
from webapp import clock
from webapp.domain.permission import Role
from webapp.services.accounts.sign_in import begin_sign_in

pytestmark = pytest.mark.only_db("sqlite")
FILE = {
    "name": "gaeste.csv",
    "mimeType": "text/csv",
    "buffer": "Wer;Kontakt;Zusage bis heute\nAna Núñez;ana@x.example;nein\nBen Okafor;ben@x.example;ja\n".encode(),
}


@pytest.mark.journey
@pytest.mark.parametrize(("size", "theme"), [("phone", "dark"), ("desktop", "light")])
def test_columns_are_chosen_by_hand_without_scripts(app, server, browser: Browser, size, theme):
    world = World(app, now=clock.real_now().replace(microsecond=0))
    world.organization()
    with app.app_context():
        orla = world.person("Orla Byrne", role=Role.ORGANIZER)
        token = begin_sign_in(user_id=orla, user_agent="journey", real_now=clock.real_now())
    cookie = {"name": "turnout_signed_in", "value": token, "url": server.url}
    # axe is a script: it looks with scripts on, and the steps are the same without.
    with window(browser, size=size, theme=theme, cookie=cookie, java_script_enabled=size == "desktop") as page:
        looks = faults_of if size == "desktop" else lambda _page: []
        page.goto(f"{server.url}/admin/facilities/{world.facility_id}/people")
        page.get_by_label("A CSV file").set_input_files([FILE])
        page.get_by_role("button", name="Preview").click()
        expect(page.get_by_role("heading", name="Which column is what?")).to_be_visible()
        assert looks(page) == []
        page.get_by_label("Email address").select_option("Kontakt: ana@x.example")
        page.get_by_label("Full name").select_option("Wer: Ana Núñez")
        page.get_by_label("Status").select_option("Zusage bis heute: nein")
        page.get_by_role("button", name="Read the file again").click()
        expect(page.get_by_text("1 person would be added. 1 line is left out.")).to_be_visible()
        page.get_by_text("Which column is what?").click()
        expect(page.get_by_label("Full name")).to_have_value("Wer")
        assert looks(page) == []
        page.get_by_role("button", name="Add all").click()
        expect(page.get_by_text("Ben Okafor", exact=True)).to_be_visible()
