"""A file of people in the browser: uploaded, looked at, started, seen running and done, what was left out."""

import io

import pytest

from tests.support.worlds.rows import digest, standing
from tests.support.worlds.world import NOON
from webapp.domain.permission import Role
from webapp.services.places.people_import import run_import

pytestmark = pytest.mark.usefixtures("noon")

GUESTS = "Vorname,Nachname,E-Mail\nAda,Okafor,ada@okafor.example\nBen,Weber,ben@\n=cmd,Evil,evil@\n"


def upload(browser, event_id, text=GUESTS, name="teilnehmer.csv"):
    data = text if isinstance(text, bytes) else text.encode()
    browser.get(f"/admin/events/{event_id}/people/import")
    return browser.post(f"/admin/events/{event_id}/people/import", file=(io.BytesIO(data), name))


def test_a_file_is_looked_at_started_and_read(app, world, browser, session) -> None:
    event_id = world.event()
    sent = upload(browser, event_id)
    assert sent.status == 303
    page = browser.get(sent.location)
    assert "teilnehmer.csv" in page.text and "Gets a place" in page.text and "The address isn’t complete" in page.text
    assert standing(session, event_id).taken == 0

    assert browser.post(f"{sent.location}/start").status == 303
    assert "Importing: 0 of 3 lines" in browser.get(sent.location).text
    with app.app_context():
        run_import(event_id=event_id, now=NOON)

    page = browser.get(sent.location)
    assert "Done: 3 lines read" in page.text and "2 lines were left out" in page.text
    assert standing(session, event_id).taken == 1
    left = browser.get(f"{sent.location}/left-out.csv").text
    assert "ben@" in left and '"=cmd' not in left
    assert "teilnehmer.csv" in browser.get(f"/admin/events/{event_id}/people/import").text


def test_columns_can_be_chosen_and_a_wrong_choice_says_so(world, browser, session) -> None:
    sent = upload(browser, world.event(), "Wer,Wohin\nAda Okafor,ada@okafor.example\n")
    page = browser.get(sent.location)
    assert "Which column is what?" in page.text

    wrong = browser.post(f"{sent.location}/columns", **{"column-email": "Wer"})
    assert wrong.status == 422
    assert browser.post(f"{sent.location}/columns", **{"column-email": "Wohin", "column-name": "Wer"}).status == 303
    assert "Gets a place" in browser.get(sent.location).text


@pytest.mark.parametrize(
    ("data", "status"),
    [(b"", 422), (b"Name\nAda\n", 422), (b"PK\x03\x04nothing", 422)],
)
def test_a_file_that_cannot_be_read_is_refused_and_not_kept(world, browser, session, data, status) -> None:
    event_id = world.event()
    before = digest(session)
    assert upload(browser, event_id, data).status == status
    assert digest(session) == before


def test_another_organizations_file_is_not_found(world, browser, reader_of) -> None:
    sent = upload(browser, world.event())
    world.organization("Another one")
    other = reader_of(world.person("Otto", role=Role.ADMIN))
    other.get("/admin/events")
    assert other.get(sent.location).status == 404
    assert other.post(f"{sent.location}/start").status == 404
    assert other.get(f"{sent.location}/left-out.csv").status == 404
