"""The operator's pages: who may not, bad input, pressed twice, and what they show."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.inventory.route_table import written_down
from tests.support.databases.statements import counted_statements
from tests.support.servers.mail_server import MailServer
from tests.support.worlds.rows import digest
from webapp.domain.permission import Role
from webapp.models import OperatorChange, Organization, TeamInvitation, User

pytestmark = pytest.mark.only_db("sqlite")
NEW = {
    "name": "Ateliê Pinheiros",
    "owner": "rafael@atelie.example",
    "facility": "Loja",
    "timezone": "America/Sao_Paulo",
}


@pytest.fixture
def operator(world, noon) -> int:
    world.organization()
    return world.person("Iris Nyberg", email="iris@northside.example", is_operator=True)


@pytest.fixture
def page_of(reader_of, operator):
    return reader_of(operator)


OWN_ROUTES = [one for one in written_down() if one.rule.startswith("/operator")]


@pytest.mark.parametrize("route", OWN_ROUTES, ids=str)
def test_nobody_else_comes_in(reader, reader_of, world, operator, route):
    owner = reader_of(world.person("Dana", role=Role.OWNER))
    ask = owner.get if route.method == "GET" else owner.post

    assert ask(route.path(operator)).status == 403
    assert (reader.get if route.method == "GET" else reader.post)(route.path(operator)).status in {302, 401}


def test_an_organization_is_opened_and_its_owner_invited(page_of, session):
    done = page_of.post("/operator/organizations/new", **NEW)

    page = page_of.get(done.location)
    assert "We emailed an invitation to rafael@atelie.example." in page.text
    assert "The invitation waits for an answer." in page.text
    assert session.scalars(select(TeamInvitation.address)).all() == ["rafael@atelie.example"]
    listed = page_of.get("/operator")
    assert "2 organizations" in listed.text
    assert "No one yet" in listed.text
    assert "Northside Makers" not in page_of.get("/operator?q=pinheiros").text
    again = page_of.post("/operator/organizations/new", **NEW)
    assert (again.status, again.fields("/operator/organizations/new")["facility"]) == (422, "Loja")
    assert "There’s an organization with this name already" in again.text


@pytest.mark.parametrize("field", list(NEW))
def test_a_field_that_is_missing_is_named(page_of, session, field):
    before = digest(session)
    page = page_of.post("/operator/organizations/new", **{**NEW, field: " "})

    assert page.status == 422
    assert page.words_of(f"{field}-error")
    assert digest(session) == before


def test_renaming_keeps_the_address_and_says_what_is_wrong(page_of, session, world):
    here = f"/operator/organizations/{world.organization_id}"
    slug = session.scalar(select(Organization.slug))
    session.rollback()

    assert page_of.post(f"{here}/name", name="").status == 422
    assert page_of.post(f"{here}/name", name="Southside").location == here
    assert page_of.get(here).headings("h1") == ["Southside"]
    assert "Renamed from Northside Makers to Southside" in page_of.get(here).text
    assert session.scalar(select(Organization.slug)) == slug


def test_suspending_asks_why_and_is_done_once(page_of, session, world):
    here = f"/operator/organizations/{world.organization_id}"
    missing = page_of.post(f"{here}/suspend", reason=" ")
    assert (missing.status, missing.words_of("reason-error")) == (422, "Say why")

    page_of.post(f"{here}/suspend", reason="Nobody answers")
    again = page_of.post(f"{here}/suspend", reason="Nobody answers")
    assert (again.status, "It’s suspended already." in again.text) == (409, True)
    page = page_of.get(here)
    assert "Nobody answers" in page.text
    assert "Open it again" in page.buttons()
    assert "Suspended" in page_of.get("/operator").text
    assert page_of.post(f"{here}/resume", reason="They called").location == here
    assert session.scalar(select(Organization.suspended_at)) is None


def test_another_owner_is_invited_or_the_address_is_refused(page_of, session, world):
    here = f"/operator/organizations/{world.organization_id}"
    world.person("Dana", role=Role.OWNER, email="dana@northside.example")

    assert page_of.post(f"{here}/owner", owner="nobody").status == 422
    refused = page_of.post(f"{here}/owner", owner="Dana@northside.example")
    assert "dana@northside.example is an owner already" in refused.text
    assert page_of.post(f"{here}/owner", owner="bo@northside.example").location == here
    assert session.scalars(select(TeamInvitation.address)).all() == ["bo@northside.example"]


def test_what_is_not_there_is_not_found(page_of):
    for path in ("/operator/organizations/99", "/operator/organizations/99/suspend", "/operator/people/99/make"):
        assert page_of.get(path).status == 404
        assert page_of.post(path if path[-2:] != "99" else f"{path}/name", reason="x", name="x").status == 404
    assert page_of.get("/operator?page=x").status == 404


def test_people_are_found_and_made_operators_and_the_last_one_stays(page_of, session, world, operator):
    ola = world.person("Ola Berg", email="ola@post.example")
    world.person("Una Berg", is_proved=False)

    assert "Ola Berg" not in page_of.get("/operator/people").text
    found = page_of.get("/operator/people?q=berg")
    assert "2 matches" in found.text
    assert found.buttons().count("Make operator") == 1, "an unproved address is offered nothing"
    refused = page_of.post(f"/operator/people/{operator}/end")
    assert (refused.status, "only operator" in refused.text) == (409, True)
    page_of.post(f"/operator/people/{ola}/make")
    page = page_of.get("/operator/people")
    assert "Ola Berg is an operator now." in page.text
    assert "Ola Berg became an operator" in page.text
    assert page_of.post(f"/operator/people/{operator}/end").location == "/events"
    assert page_of.get("/operator").status == 403
    assert session.scalars(select(User.id).where(User.is_operator)).all() == [ola]


def test_settings_are_shown_with_their_source_and_no_secret(app, page_of, monkeypatch):
    settings = replace(
        app.extensions["settings"],
        mail_url="smtps://user:very-secret@mail.example:465?x=concealed",
        livekit_keys={"API1": "livekit-secret"},
    )
    monkeypatch.setitem(app.extensions, "settings", settings)
    monkeypatch.setenv("MAIL_URL", "smtps://user:very-secret@mail.example:465")

    page = page_of.get("/operator/settings")
    assert "smtps://mail.example:465" in page.text
    assert "Environment" in page.text
    assert "API1" in page.text
    for secret in ("very-secret", "concealed", "livekit-secret", settings.secret_key):
        assert secret not in page.html


def test_health_costs_the_same_however_much_there_is(app, page_of, world, use_cases):
    with counted_statements(app) as few:
        page = page_of.get("/operator/health")
    assert page.status == 200
    assert all(name in page.text for name in ("Database", "Redis", "Workers", "Email", "Disk"))
    event_id = world.event()
    use_cases.fills(event_id, 12)
    with counted_statements(app) as many:
        page_of.get("/operator/health")

    assert len(few) == len(many)


def test_a_test_mail_is_handed_to_the_server_and_its_answer_shown(app, page_of, session, monkeypatch):
    server = MailServer()
    monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], mail_url=server.url))
    try:
        assert page_of.post("/operator/health/mail").location == "/operator/health"
        assert "The email server took it for iris@northside.example: 250" in page_of.get("/operator/health").text
        (letter,) = server.post.delivered
        assert b"This is a test." in letter.content
    finally:
        server.close()
    page_of.post("/operator/health/mail")
    assert "The email server didn’t take it. It said:" in page_of.get("/operator/health").text
    assert session.scalars(select(OperatorChange.after).order_by(OperatorChange.id)).all() == ["250", None]


def test_without_a_mail_server_it_says_so(page_of):
    page_of.post("/operator/health/mail")
    assert "No email server is set up here." in page_of.get("/operator/health").text


def test_the_operators_area_is_reached_from_every_page(page_of):
    assert page_of.get("/events").links()["Operator area"] == "/operator"
    assert page_of.get("/admin/jobs").links()["Operator area"] == "/operator"
