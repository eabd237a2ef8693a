"""The colours of an organization on its pages: readable ones only, and nothing inline."""

import pytest

from tests.support.worlds.rows import digest
from tests.support.worlds.use_cases import days
from tests.support.worlds.world import NOON
from webapp.domain.permission import Role

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]
SHEET = "/accent/1-d60000-ff5946.css"


@pytest.fixture
def admin(world, reader_of):
    world.event("Clay", slug="clay", starts_at=NOON + days(2))
    return reader_of(world.person("Dana Kim", role=Role.ADMIN))


def sheets(page) -> list[str]:
    links = [one.get("href") for one in page.tree.iter("link") if one.get("rel") == "stylesheet"]
    return [one for one in links if one.startswith("/accent/")]


def test_a_colour_that_cannot_be_read_is_refused_and_the_nearest_is_a_button(admin, world, reader, session):
    path = f"/admin/organization/{world.organization_id}/color"
    before = digest(session)
    answer = admin.post(path, light="#ff0000", dark="#ff0000")
    assert (answer.status, "The nearest one they can read is #d60000" in answer.text) == (422, True)
    assert "Use #d60000 and #ff5946" in answer.buttons()
    assert (digest(session) == before, sheets(reader.get("/events/clay"))) == (True, [])

    assert admin.post(path, light="#ff0000", dark="#ff0000", use="nearest").status == 303
    page = reader.get("/events/clay")
    assert sheets(page) == [SHEET]
    assert [one.tag for one in page.tree.iter() if one.get("style") or one.tag == "style"] == []
    organization = next(one.get("href") for one in page.tree.iter("a") if (one.get("href") or "").startswith("/o/"))
    assert [sheets(reader.get(one)) for one in (organization, f"{organization}/embed", "/events")] == [
        [SHEET],
        [SHEET],
        [],
    ]

    assert admin.post(f"{path}/remove").status == 303
    assert sheets(reader.get("/events/clay")) == []


@pytest.mark.parametrize("light, dark", [("red", "#7fd0dc"), ("#0b5a66", ""), ("#0b5a66", "#0b5a66"), ("#fff", "#fff")])
def test_other_bad_colours_change_nothing(admin, world, session, light, dark):
    before = digest(session)
    answer = admin.post(f"/admin/organization/{world.organization_id}/color", light=light, dark=dark)
    assert (answer.status, digest(session) == before) == (422, True)


def test_the_sheet_is_of_readable_colours_only_and_kept(reader):
    answer = reader.get(SHEET)
    assert answer.html.startswith("@layer tokens{:root{--brand:light-dark(#d60000,#ff5946);")
    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == (
        "text/css; charset=utf-8",
        "public, max-age=31536000, immutable",
    )
    bad = ("1-ffff00-ff5946", "1-d60000-000000", "2-d60000-ff5946", "1-D60000-ff5946", "1-d6000}-ff5946")
    assert {reader.get(f"/accent/{one}.css").status for one in bad} == {404}
