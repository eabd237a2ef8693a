"""A description may be looked at before it is saved: beside its field, or without JavaScript as the form again."""

import pytest

from tests.support.worlds.rows import digest
from tests.views.admin.events.event_pages import form_of
from webapp.domain.permission import Role

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]
TEXT = "# Bring\n\n- *two* boards\n- <script>glue</script>"


@pytest.fixture
def admin(world, reader_of):
    world.organization()
    return reader_of(world.person("Dana Kim", role=Role.ADMIN))


def previewed(page) -> str:
    found = page.by_id("description-preview")
    return "" if found is None else " ".join("".join(found.itertext()).split())


def test_a_field_is_shown_as_it_would_be_read(admin):
    answer = admin.post("/admin/preview", preview="description", description=TEXT)

    assert (answer.status, previewed(answer)) == (200, "Bring two boards <script>glue</script>")
    assert {one.tag for one in answer.by_id("description-preview").iter()} == {"div", "h3", "ul", "li", "em"}


@pytest.mark.parametrize(
    "sent, status, said",
    [
        ({"preview": "description", "description": "  "}, 200, "Nothing to preview yet."),
        ({"preview": "description", "description": "a" * 8001}, 422, "Shorten the description to 8,000 characters"),
        ({"preview": "description", "description": ">" * 60_000}, 422, "Shorten the description"),
        ({"preview": "name", "name": "x"}, 422, ""),
    ],
)
def test_what_cannot_be_saved_is_not_shown(admin, sent, status, said):
    answer = admin.post("/admin/preview", **sent)
    assert (answer.status, said in answer.text) == (status, True)


def test_a_megabyte_of_quotes_is_not_even_read(admin):
    answer = admin.post("/admin/preview", preview="description", description="> " * 500_000)
    assert answer.status == 413


def test_every_form_with_a_description_shows_it_and_keeps_what_was_typed(admin, world, session):
    event_id = world.event()
    addresses = [
        f"/admin/organization/{world.organization_id}",
        f"/admin/events/{event_id}/edit",
        "/admin/programs/new",
    ]
    before = digest(session)

    for address in addresses:
        form = admin.get(address if "organization" not in address else "/admin/organization").fields(address)
        typed = {**form, "description": TEXT, "version": "1"}
        answer = admin.post(address, **typed, preview="description")
        assert (answer.status, previewed(answer)) == (200, "Bring two boards <script>glue</script>"), address
        assert "".join(answer.by_id("description").itertext()) == TEXT

    assert digest(session) == before


def test_a_description_is_read_on_the_event_s_page(admin, world, reader):
    event_id = world.event(slug="paper")
    assert admin.post(f"/admin/events/{event_id}/edit", **form_of(admin, event_id, description=TEXT)).status == 303

    page = reader.get("/events/paper")
    section = next(one for one in page.tree.iter("section") if (one.get("class") or "") == "prose")
    assert [one.tag for one in section] == ["h2", "h3", "ul"]
