"""Signing in with a provider that runs as a process of its own: what it says, and what of it is believed."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import select, update

from tests.support.pages.reading import Page, Reader
from tests.support.servers.provider import CLIENT_ID, CLIENT_SECRET, OpenIdProvider
from tests.support.worlds.accounts import sign_up
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.config import Settings
from webapp.config.providers import Provider
from webapp.domain.permission import Role
from webapp.models import Organization, SignIn, TrustedProvider, User
from webapp.services.unit_of_work import write_transaction

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]
MIRA = "mira@post.example"


@pytest.fixture(scope="module")
def _provider() -> Iterator[OpenIdProvider]:
    found = OpenIdProvider().start()
    yield found
    found.stop()


@pytest.fixture
def acme(_provider: OpenIdProvider) -> OpenIdProvider:
    _provider.says()
    return _provider


@pytest.fixture
def settings(settings: Settings, acme: OpenIdProvider) -> Settings:
    own = Provider("acme", acme.issuer, CLIENT_ID, CLIENT_SECRET, "Acme", ("post.example",), second_step="amr")
    dead = replace(own, name="dead", issuer="http://127.0.0.1:1", label="Dead")
    return replace(settings, oidc_providers=(own, dead))


def leaves(reader: Reader, path: str = "/login/with/acme") -> str:
    """To the provider; the address of "Allow" there."""
    answer = reader.get(path)
    assert answer.status == 302
    sent = parse_qs(urlsplit(answer.location).query)
    assert {"state", "nonce", "code_challenge"} <= set(sent)
    html = httpx.get(answer.location).text
    return html.partition('id="yes" href="')[2].partition('"')[0].removeprefix("http://127.0.0.1:8000")


def comes_back(reader: Reader, path: str = "/login/with/acme") -> Page:
    return reader.get(leaves(reader, path))


def test_the_page_offers_each_provider(reader):
    page = reader.get("/login?next=/me/settings")
    assert page.links()["Continue with Acme"] == "/login/with/acme?next=/me/settings"
    assert reader.get("/login/with/nobody").status == 404


def test_a_stranger_is_let_in_and_goes_on(world, reader, session):
    answer = comes_back(reader, "/login/with/acme?next=/me/settings")
    assert (answer.status, answer.location) == (303, "/me/settings")
    assert "Mira Sand" in reader.get("/me/settings").html
    assert session.scalars(select(User.email).where(User.email == MIRA)).all() == [MIRA]


@pytest.mark.parametrize(
    ("said", "status", "sentence"),
    [
        ({"email_verified": False}, 403, "Acme hasn’t confirmed your email address"),
        ({"email": ""}, 403, "Acme hasn’t confirmed your email address"),
        ({"email": "mira@elsewhere.example"}, 403, "mira@elsewhere.example"),
        ({"sub": ""}, 400, "Signing in with Acme didn’t work"),
        ({"mood": "nonce"}, 400, "Signing in with Acme didn’t work"),
        ({"mood": "expired"}, 400, "Signing in with Acme didn’t work"),
        ({"mood": "iss"}, 400, "Signing in with Acme didn’t work"),
        ({"mood": "aud"}, 400, "Signing in with Acme didn’t work"),
        ({"mood": "key"}, 400, "Signing in with Acme didn’t work"),
        ({"mood": "unsigned"}, 400, "Signing in with Acme didn’t work"),
        ({"mood": "shared"}, 400, "Signing in with Acme didn’t work"),
    ],
)
def test_what_does_not_hold_is_said_and_changes_nothing(world, acme, reader, session, said, status, sentence):
    world.person("Mira Sand", email=MIRA)
    acme.says(**said)
    allow = leaves(reader)
    before = digest(session)
    answer = reader.get(allow)
    assert (answer.status, sentence in answer.text) == (status, True)
    assert digest(session) == before
    assert reader.get("/me/settings").status == 302


def test_somebody_elses_answer_or_a_second_one_opens_nothing(app, reader, session):
    allow = leaves(reader)
    stranger = Reader(app.test_client())
    assert stranger.get(allow).status == 400
    assert reader.get(allow).location == "/events"
    assert reader.get(allow).status == 400
    assert reader.get("/login/with/acme/back").status == 400
    assert reader.get("/login/with/acme/back?code=x&state=y").status == 400


def test_who_says_no_there_reads_it_here(reader, session):
    leaves(reader)
    answer = reader.get("/login/with/acme/back?error=access_denied&state=x")
    assert (answer.status, "You didn’t sign in with Acme" in answer.text) == (400, True)


def test_a_provider_that_is_away_is_no_error_of_ours(reader, session):
    before = digest(session)
    answer = reader.get("/login/with/dead")
    assert (answer.status, "We can’t reach Dead right now" in answer.text) == (503, True)
    assert digest(session) == before


def test_a_provider_that_says_it_is_another_is_not_asked(app, acme, reader):
    app.extensions.pop("oidc", None)  # what was discovered before
    acme.says(mood="issuer")
    assert reader.get("/login/with/acme").status == 503
    acme.says()
    assert comes_back(reader).status == 303


@pytest.mark.parametrize(("methods", "counts"), [(["pwd", "otp"], True), (["pwd"], False)])
def test_a_second_step_there_counts_where_it_says_so(acme, reader, session, methods, counts):
    acme.says(amr=methods)
    comes_back(reader)
    assert (session.scalar(select(SignIn.second_step_at)) is not None) is counts


@pytest.fixture
def saves(reader_of, world):
    """The form of Mira's organization, sent by an owner who took both steps, with these providers trusted."""
    organization_id = world.organization()
    world.person("Mira Sand", email=MIRA, role=Role.ADMIN)
    owner = reader_of(world.person("Dana Kim", role=Role.OWNER))

    def send(*trusted: str, demands: str = "1", to: int = organization_id) -> Page:
        with world.app.app_context(), write_transaction() as session:
            session.execute(update(SignIn).values(second_step_at=NOON))
        fields = {"name": "Northside", "contact_email": "hi@northside.example", "demands_second_step": demands}
        return owner.post(f"/admin/organization/{to}", **fields, trusts=list(trusted))

    return send


def test_an_organization_that_trusts_the_provider_asks_for_nothing_more(acme, reader, saves, session):
    acme.says(amr=["pwd"])
    saves()
    comes_back(reader)
    assert reader.get("/admin/events").location == "/me/security?next=/admin/events"
    assert "Northside asks people who run it" in reader.get("/me/security").text

    assert saves("acme").status == 303
    # `saves` made every session one of both steps.
    session.execute(update(SignIn).values(second_step_at=None))
    session.commit()
    assert reader.get("/admin/events").status == 200
    assert "asks people who run it" not in reader.get("/me/security").text
    page = reader.get("/me/security")
    (path,) = [form.get("action") for form in page.tree.iter("form") if "/identities/" in form.get("action", "")]
    reader.post(path)
    assert reader.get("/admin/events").status == 302, "nobody signed in with it any longer"


def test_the_trust_of_one_organization_is_worth_nothing_to_another_and_ends_at_once(
    app, world, acme, reader, saves, session
):
    acme.says(amr=["pwd"])
    saves("acme")
    comes_back(reader)
    assert reader.get("/admin/events").status == 200
    other, mira = world.organization("Harbour Crew"), session.scalars(select(User.id).where(User.email == MIRA)).one()
    session.rollback()
    with app.app_context(), write_transaction() as writing:
        world.join_team(writing, mira, Role.ADMIN)
        writing.execute(update(Organization).where(Organization.id == other).values(demands_second_step=True))
    assert reader.get("/admin/events").status == 302
    page = reader.get("/me/security").text
    assert "Harbour Crew asks people who run it" in page and "Northside" not in page

    with app.app_context(), write_transaction() as writing:
        writing.execute(update(Organization).where(Organization.id == other).values(demands_second_step=False))
    assert reader.get("/admin/events").status == 200
    saves()
    session.execute(update(SignIn).values(second_step_at=None))
    session.commit()
    assert reader.get("/admin/events").status == 302


def test_other_ways_in_are_no_sign_in_of_the_provider(world, reader_of, saves, session):
    saves("acme")
    mira = session.scalars(select(User.id).where(User.email == MIRA)).one()
    session.rollback()
    assert reader_of(mira).get("/admin/events").status == 302


def test_what_is_no_provider_is_trusted_by_nobody(saves, session):
    saves("dead")
    before = digest(session)
    page = saves("acme", "elsewhere")
    assert (page.status, "Choose one of the answers" in page.text) == (422, True)
    assert digest(session) == before
    session.rollback()
    assert session.scalars(select(TrustedProvider.provider)).all() == ["http://127.0.0.1:1"]


def test_the_owner_of_an_unproved_address_takes_it_over(app, reader, session):
    with app.app_context():
        sign_up(email=MIRA, name="Somebody", password="a stranger's words", timezone=None, now=NOON)
    comes_back(reader)
    assert reader.get("/me/settings").status == 200
    assert session.scalar(select(User.password_hash).where(User.email == MIRA)) is None


def test_what_is_linked_is_seen_and_removed_by_its_owner_alone(world, acme, reader, reader_of, session):
    comes_back(reader)
    page = reader.get("/me/security")
    assert "Account of Acme" in page.text
    (path,) = [form.get("action") for form in page.tree.iter("form") if "/identities/" in form.get("action", "")]
    bo = reader_of(world.person("Bo"))
    before = digest(session)
    assert bo.post(path).status == 404
    assert digest(session) == before
    assert reader.post(path).location == "/me/security"
    assert reader.post(path).status == 404
    assert "Account of Acme" not in reader.get("/me/security").text
    # Signing in links it anew: the address is verified.
    assert comes_back(Reader(reader.client.application.test_client())).status == 303
