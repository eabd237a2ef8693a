"""Legal texts of the installation and of organizations, and the yes that an organization may demand."""

import re

import pytest
from sqlalchemy import select

from tests.support.worlds.rows import digest
from tests.support.worlds.use_cases import days
from tests.support.worlds.world import NOON
from webapp.domain.permission import Role
from webapp.models import Enrollment, Event, LegalText, Message, Organization, TermsAcceptance
from webapp.services.notices.outbox import relay_batch

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]
TERMS = "# House rules\n\nBe *kind*. <script>alert(1)</script>"


@pytest.fixture
def admin(world, reader_of):
    world.event("Clay", slug="clay", starts_at=NOON + days(2))
    return reader_of(world.person("Dana Kim", role=Role.ADMIN))


@pytest.fixture
def publish(admin, world):
    """The organization's form, sent with these texts."""

    def send(**fields):
        return admin.post(f"/admin/organization/{world.organization_id}/legal", **fields)

    return send


@pytest.fixture
def slug(admin, world, session) -> str:
    return session.scalars(select(Organization.slug).where(Organization.id == world.organization_id)).one()


def foot(page) -> list[str]:
    footer = next(page.tree.iter("footer"))
    return [one.get("href") for one in footer.iter("a")]


def test_each_change_of_a_text_is_a_version_and_the_last_one_is_read(publish, reader, slug, session):
    assert publish(terms=TERMS, imprint="Northside e. V.").status == 303
    assert publish(terms=TERMS, imprint="Northside e. V., Hamburg").status == 303
    page = reader.get(f"/o/{slug}/legal")

    assert page.headings("h1", "h2", "h3") == [
        *("Legal information of Northside Makers", "Imprint", "Terms", "House rules")
    ]
    assert ("Northside e. V., Hamburg" in page.text, "Version 2" in page.words_of("imprint")) == (True, True)
    assert "Version 1" in page.words_of("terms")
    session.rollback()
    versions = session.execute(select(LegalText.kind, LegalText.version).order_by(LegalText.id)).all()
    assert versions == [("imprint", 1), ("terms", 1), ("imprint", 2)]

    publish(terms="", imprint="")
    assert reader.get(f"/o/{slug}/legal").headings("h2") == ["Nothing published yet"]


def test_every_foot_leads_there(admin, world, reader, slug):
    assert foot(reader.get("/events"))[-1:] == ["/legal"]
    assert foot(reader.get("/events/clay"))[-1:] == foot(reader.get(f"/o/{slug}"))[-1:] == [f"/o/{slug}/legal"]


def test_the_operator_publishes_those_of_the_installation(admin, world, reader, reader_of):
    operator = reader_of(world.person("Op", is_operator=True))
    assert operator.post("/admin/installation/legal", imprint="Turnout gGmbH").status == 303
    assert "Turnout gGmbH" in reader.get("/legal").text
    assert "Turnout gGmbH" in operator.get("/admin/installation/legal").html
    assert [admin.get("/admin/installation/legal").status, admin.post("/admin/installation/legal").status] == [403] * 2


@pytest.mark.parametrize(
    "fields, said",
    [
        ({"terms": "", "demands_terms": "1"}, "Enter your terms, or don’t ask people to accept them"),
        ({"terms": "a" * 20_001}, "Shorten the text to 20,000 characters"),
        ({"terms": "a\x07b"}, "Remove characters that can’t be displayed"),
    ],
)
def test_what_cannot_be_published_changes_nothing(publish, session, fields, said):
    before = digest(session)
    answer = publish(**fields)
    assert (answer.status, said in answer.text, digest(session) == before) == (422, True, True)


def test_a_text_is_looked_at_first(publish, session):
    before = digest(session)
    page = publish(terms=TERMS, preview="terms")
    assert (page.status, page.words_of("terms-preview")) == (
        200,
        "House rules Be kind . <script>alert(1)</script>".replace(" .", "."),
    )
    assert digest(session) == before


def test_who_enrolls_reads_and_accepts_first(publish, world, reader_of, slug, session):
    publish(terms=TERMS, demands_terms="1")
    mira = world.person("Mira Sand")
    browser = reader_of(mira)

    sent = browser.post("/events/clay/enroll")
    assert (sent.status, sent.location) == (303, f"/o/{slug}/terms?enroll=clay")
    by_script = browser.post("/events/clay/enroll", htmx=True)
    assert by_script.headers["HX-Redirect"] == f"/o/{slug}/terms?enroll=clay"
    page = browser.get(sent.location)
    assert "House rules" in page.headings("h3")

    action = f"/o/{slug}/terms"
    answer = browser.post(action, **page.fields(action))
    assert answer.location == "/events/clay#enrollment"
    session.rollback()
    assert session.scalars(select(Enrollment.user_id)).all() == [mira]
    kept = session.execute(select(TermsAcceptance.user_id, TermsAcceptance.text_id)).all()
    assert kept == [(mira, int(page.fields(action)["text_id"]))]


def test_a_yes_is_to_the_version_that_was_read(publish, world, reader_of, slug, session):
    publish(terms=TERMS, demands_terms="1")
    browser, action = reader_of(world.person("Mira Sand")), f"/o/{slug}/terms"
    old = browser.get(f"{action}?enroll=clay").fields(action)
    publish(terms="Be very kind", demands_terms="1")
    before = digest(session)

    answer = browser.post(action, **old)
    assert (answer.status, answer.location) == (303, f"{action}?enroll=clay")
    assert digest(session) == before
    assert "The terms changed a moment ago" in browser.get(answer.location).text
    assert browser.post(action, text_id="999999").location == action
    assert browser.post(action, text_id="x").status == 404


def test_who_got_a_place_from_others_is_asked_until_they_say_yes(publish, world, use_cases, reader_of, slug):
    mira = world.person("Mira Sand")
    use_cases.enrolls(world.event(slug="paper", starts_at=NOON + days(2)), mira)
    browser, action = reader_of(mira), f"/o/{slug}/terms"
    assert "Terms to accept" not in browser.get("/me").headings("h2")
    publish(terms=TERMS, demands_terms="1")
    assert "Terms to accept" in browser.get("/me").headings("h2")

    assert browser.post(action, **browser.get(action).fields(action)).location == "/me"
    assert "Terms to accept" not in browser.get("/me").headings("h2")
    publish(terms="Be very kind", demands_terms="1")
    assert "Terms to accept" in browser.get("/me").headings("h2")


def test_where_nothing_is_demanded_there_is_nothing_to_accept(publish, world, reader_of, slug):
    publish(terms=TERMS)
    browser = reader_of(world.person("Mira Sand"))
    assert browser.get(f"/o/{slug}/terms").status == 404
    assert browser.post("/events/clay/enroll").location == "/events/clay#enrollment"
    assert [browser.get(f"/o/{slug}/terms?enroll=%00").status, browser.post(f"/o/{slug}/terms").status] == [404, 404]


def test_the_link_in_mails_leads_to_the_organizations_own_texts_where_it_has_any(
    publish, app, world, use_cases, reader, slug, session
):
    use_cases.enrolls(session.scalars(select(Event.id)).one(), world.person("Mira Sand"))
    session.rollback()
    with app.app_context():
        relay_batch(now=NOON)
    body = session.scalars(select(Message.body).where(Message.kind == "confirmed")).one()
    session.rollback()
    path = re.search(r"https?://[^/]+(/legal\S*)", body).group(1)

    assert reader.get(path).headings("h1") == ["Legal information"]
    publish(terms=TERMS)
    answer = reader.get(path)
    assert (answer.status, answer.location) == (303, f"/o/{slug}/legal")


@pytest.mark.parametrize("organization", ["", "0", "-1", "999999", "9" * 30, "x"])
def test_a_link_that_names_no_organization_shows_the_installations(reader, admin, organization):
    assert reader.get(f"/legal?organization={organization}").headings("h1") == ["Legal information"]
