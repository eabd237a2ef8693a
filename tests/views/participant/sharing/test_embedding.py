"""Pages for frames: framed by the sites that the organization lists and by nobody else, and for anybody to read."""

import pytest
from sqlalchemy import update

from tests.support.worlds.rows import digest
from tests.support.worlds.use_cases import days
from tests.support.worlds.world import NOON
from webapp.domain.permission import Role
from webapp.models import Organization
from webapp.services.unit_of_work import write_transaction

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]
SITES = "https://a.org https://b.org"


@pytest.fixture
def slug(app, world) -> str:
    organization_id = world.organization()
    world.event("Clay", slug="clay", starts_at=NOON + days(2), capacity=4)
    world.event("Secret party", slug="secret", status="draft")
    with app.app_context() as _, write_transaction() as session:
        return session.get_one(Organization, organization_id).slug


def allowed(app, origins: str) -> None:
    with app.app_context(), write_transaction() as session:
        session.execute(update(Organization).values(embed_origins=origins))


def ancestors(page) -> tuple[str, bool]:
    policy = dict(part.strip().partition(" ")[::2] for part in page.headers["Content-Security-Policy"].split(";"))
    return policy["frame-ancestors"], "X-Frame-Options" in page.headers


@pytest.mark.parametrize("path", ["/o/{slug}/embed", "/events/clay/embed"])
def test_listed_sites_may_show_it_and_nobody_else(app, slug, reader, path):
    address = path.format(slug=slug)
    assert ancestors(reader.get(address)) == ("'none'", True)
    allowed(app, SITES)

    page = reader.get(address)
    assert ancestors(page) == (SITES, False)
    assert "Clay" in page.text and "Secret" not in page.text
    assert {one.get("target") for one in page.tree.iter("a")} == {"_blank"}
    assert [one.tag for one in page.tree.iter() if one.tag in {"form", "script", "input"}] == []
    assert "Set-Cookie" not in page.headers
    assert page.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_every_other_answer_stays_unframable(app, slug, reader, reader_of, world):
    allowed(app, SITES)
    signed_in = reader_of(world.person())
    paths = [
        f"/o/{slug}",
        "/events/clay",
        "/events",
        "/events/secret/embed",
        "/o/nobody/embed",
        "/login",
        f"/o/{slug}/embed/x",
    ]
    assert {path: ancestors(one.get(path)) for path in paths for one in (reader, signed_in)} == dict.fromkeys(
        paths, ("'none'", True)
    )


def test_it_shows_nobody_who_looks(app, slug, reader_of, world, use_cases):
    mira = world.person("Mira Sand")
    event_id = world.event("Paper", slug="paper", starts_at=NOON + days(2), capacity=4)
    use_cases.enrolls(event_id, mira)
    assert "enrolled" not in reader_of(mira).get("/events/paper/embed").text


def test_admins_say_which_sites(slug, reader_of, world, session):
    admin = reader_of(world.person("Dana Kim", role=Role.ADMIN))
    path = f"/admin/organization/{world.organization_id}/sharing"
    assert "iframe" not in admin.get(path).html

    assert admin.post(path, origins="www.a.org/events\r\nhttps://b.org").status == 303
    page = admin.get(path)
    code = "".join(page.by_id("embed-code").itertext())
    assert code.startswith("<iframe src=") and f"/o/{slug}/embed" in code
    assert "".join(page.by_id("origins").itertext()) == "https://www.a.org\nhttps://b.org"

    before = digest(session)
    answer = admin.post(path, origins="https://*.a.org")
    assert (answer.status, "isn’t the address of a website" in answer.text) == (422, True)
    assert digest(session) == before


def test_an_event_has_a_poster_with_a_code_that_leads_to_it(world, slug, reader_of):
    event_id = world.event("Paper", slug="paper", starts_at=NOON + days(2))
    staff = reader_of(world.person("Dana Kim", role=Role.ORGANIZER))
    page = staff.get(f"/admin/events/{event_id}/poster")

    assert page.headings("h1") == ["Paper"]
    assert ("Fri 12 June, 14:00" in page.text, "Studio 2, Hafenstrasse 41" in page.text) == (True, True)
    assert page.text.count("/events/paper") == 1 and "http" not in page.words_of("main")
    assert [one.get("d") for one in page.tree.iter("path") if one.get("stroke") == "#000"] != [""]
    assert "First list" not in staff.get(f"/admin/events/{event_id}/sharing").text
    draft = world.event("Draft", slug="draft", status="draft")
    assert staff.get(f"/admin/events/{draft}/poster").status == 404
