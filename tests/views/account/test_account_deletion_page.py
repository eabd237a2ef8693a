"""Leaving for good, over HTTP: asked once more, refused where others depend on it, and signed out everywhere."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.domain.permission import Role
from webapp.models import Organization, User
from webapp.services.accounts.password import set_password
from webapp.services.unit_of_work import write_transaction

pytestmark = [pytest.mark.only_db("sqlite"), pytest.mark.usefixtures("noon")]


@pytest.fixture
def settings(settings):
    return replace(settings, rate_limits=True)


@pytest.fixture
def mira(app, world) -> int:
    world.organization()
    user_id = world.person("Mira Sand", email="mira@post.example")
    with app.app_context():
        set_password(user_id=user_id, new="long enough", now=NOON)
    return user_id


def name_of(session, user_id: int) -> str:
    session.rollback()
    return session.scalar(select(User.name).where(User.id == user_id))


def test_the_page_says_what_goes_and_what_stays_and_asks_for_the_password(reader_of, mira):
    page = reader_of(mira).get("/me/delete")

    assert page.headings() == ["Delete my account", "What will be deleted", "What will be kept"]
    assert set(page.fields("/me/delete")) == {"csrf_token", "username", "password"}


def test_with_the_password_it_is_done_and_every_browser_is_signed_out(reader, reader_of, mira, session):
    browser, other = reader_of(mira), reader_of(mira)

    gone = browser.post("/me/delete", password="long enough")

    assert (gone.status, gone.location, name_of(session, mira)) == (303, "/events", "Deleted person")
    assert "Your account has been deleted." in browser.get("/events").text
    assert [one.get("/me").location for one in (browser, other)] == ["/login?next=/me"] * 2
    refused = reader.post("/login", email="mira@post.example", password="long enough")
    assert refused.status == 422


@pytest.mark.parametrize("fields", [{}, {"password": "wrong"}, {"password": ["long enough", "another"]}])
def test_anything_but_the_password_changes_nothing(reader_of, mira, session, fields):
    browser = reader_of(mira)
    before = digest(session)

    refused = browser.post("/me/delete", **fields)

    assert (refused.status, digest(session)) == (422, before)


def test_without_a_password_a_fresh_session_is_enough(reader_of, world, mira, session):
    ana = world.person("Ana")
    browser = reader_of(ana)
    assert set(browser.get("/me/delete").fields("/me/delete")) == {"csrf_token"}

    assert (browser.post("/me/delete").status, name_of(session, ana)) == (303, "Deleted person")


def test_the_last_owner_reads_what_to_do_first_and_finds_no_button(reader_of, world, mira, session):
    orla = world.person("Orla", role=Role.OWNER)
    browser = reader_of(orla)
    before = digest(session)
    page, refused = browser.get("/me/delete"), browser.post("/me/delete")

    sentence = "You’re the only owner of Northside Makers."
    assert [(one.status, sentence in one.text, "Delete my account" in one.buttons()) for one in (page, refused)] == [
        (200, True, False),
        (409, True, False),
    ]
    assert digest(session) == before


def test_the_contact_of_an_organization_is_told_where_to_change_it(app, reader_of, mira, session):
    with app.app_context(), write_transaction() as writing:
        writing.execute(update(Organization).values(contact_email="mira@post.example"))

    refused = reader_of(mira).post("/me/delete", password="long enough")

    assert (refused.status, name_of(session, mira)) == (409, "Mira Sand")
    assert "Your address is the public contact of Northside Makers." in refused.text


def test_guessing_the_password_is_limited(reader_of, mira):
    browser = reader_of(mira)
    statuses = [browser.post("/me/delete", password=f"guess {n}").status for n in range(11)]

    assert statuses == [422] * 10 + [429]
