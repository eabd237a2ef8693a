"""Terms that an organization demands are asked for on the way in, of who got a place from others."""

import pytest
from sqlalchemy import select, update

from tests.support.pages.reading import Reader
from tests.support.worlds.accounts import mailed_code
from tests.support.worlds.use_cases import days
from tests.support.worlds.world import NOON
from webapp.domain.legal import LegalKind
from webapp.models import Organization, TermsAcceptance
from webapp.services.organizations.legal import publish_legal_texts
from webapp.services.unit_of_work import write_transaction

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]
MIRA, BEN = "mira@post.example", "ben@post.example"


@pytest.fixture
def offers(app, world, use_cases, session):
    """An organization that demands terms and gave these people a place; the page of its terms."""

    def make(name: str, *people: int, terms: str = "Be kind") -> str:
        organization_id = world.organization(name)
        event_id = world.event(starts_at=NOON + days(2))
        for one in people:
            use_cases.enrolls(event_id, one)
        with app.app_context():
            texts = {LegalKind.TERMS: terms}
            publish_legal_texts(organization_id=organization_id, texts=texts, demands_terms=True, now=NOON)
        slug = session.scalars(select(Organization.slug).where(Organization.id == organization_id)).one()
        session.rollback()
        return f"/o/{slug}/terms"

    return make


@pytest.fixture
def signs_in(app, session):
    """Sign in by a code in a browser of their own: the browser, and where it is sent."""

    def go(email: str, next_path: str = "") -> tuple[Reader, str]:
        browser = Reader(app.test_client())
        browser.post("/login/code", email=email, next=next_path)
        location = browser.post("/code", code=mailed_code(session, email)[0]).location
        session.rollback()
        return browser, location

    return go


def test_who_was_given_a_place_is_asked_on_the_way_and_goes_on(world, offers, signs_in, session):
    mira, ben = world.person("Mira Sand", email=MIRA), world.person("Ben Ito", email=BEN)
    terms = offers("Northside", mira)

    assert signs_in(BEN, "/me/history")[1] == "/me/history", "has no place there"
    browser, location = signs_in(MIRA, "/me/history")
    page = browser.get(location)
    assert location == f"{terms}?next=/me/history"
    assert page.links()["Not now"] == "/me/history"
    assert "You keep your place either way." in page.text
    assert browser.post(terms, **page.fields(terms)).location == "/me/history"
    session.rollback()
    assert session.scalars(select(TermsAcceptance.user_id)).all() == [mira] != [ben]
    session.rollback()
    assert signs_in(MIRA)[1] == "/events"


def test_of_two_organizations_each_is_asked_about_once_and_not_now_goes_on(world, offers, signs_in):
    mira = world.person("Mira Sand", email=MIRA)
    first, second = offers("Eastside", mira), offers("Northside", mira)

    browser, location = signs_in(MIRA, "/me/history?page=2&x=1")
    assert location.startswith(f"{first}?next=")
    page = browser.get(location)
    answer = browser.post(first, **page.fields(first))
    assert answer.location.startswith(f"{second}?next=") and "Be kind" in browser.get(answer.location).text
    assert browser.get(answer.location).links()["Not now"] == "/me/history?page=2&x=1"
    assert "Terms to accept" in browser.get("/me").headings("h2"), "the reminder stays"
    assert signs_in(MIRA)[1].startswith(f"{second}?next=")


def test_nothing_leads_elsewhere_and_closed_pages_are_not_asked_about(app, world, offers, signs_in):
    mira = world.person("Mira Sand", email=MIRA)
    terms = offers("Northside", mira)
    browser, location = signs_in(MIRA, "https://elsewhere.example/")
    assert location == f"{terms}?next=/events"
    assert browser.get(f"{terms}?next=//elsewhere.example").links()["Not now"] == "/me"
    fields = browser.get(terms).fields(terms) | {"next": "https://elsewhere.example"}
    with app.app_context(), write_transaction() as session:
        session.execute(update(Organization).values(suspended_at=NOON))
    assert browser.get("/me").headings("h2").count("Terms to accept") == 0
    assert signs_in(MIRA)[1] == "/events"
    with app.app_context(), write_transaction() as session:
        session.execute(update(Organization).values(suspended_at=None))
    assert browser.post(terms, **fields).location == "/me"
    with app.app_context(), write_transaction() as session:
        session.execute(update(Organization).values(demands_terms=False))
    assert browser.get(location).location == "/events", "demanded no longer"
