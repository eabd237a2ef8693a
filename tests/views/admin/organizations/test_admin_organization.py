"""An organization's own page: for its admins, one form, one picture, and clear words for what is refused."""

import io

import pytest

from tests.support.browsers.pictures import METADATA, png
from tests.support.databases.statements import counted_statements
from tests.support.pages.reading import Page
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.adapters.pictures import clean_logo
from webapp.domain.permission import Role
from webapp.models import Organization, OrganizationLogo
from webapp.services.unit_of_work import write_transaction

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]
FORM = {"name": "Northside Makers", "contact_email": "hello@northside.example"}


@pytest.fixture
def northside(world) -> int:
    return world.organization()


@pytest.fixture
def admin(world, northside, reader_of):
    return reader_of(world.person("Dana Kim", role=Role.ADMIN))


def upload(reader, organization_id: int, *files: bytes, **fields) -> Page:
    data = {"csrf_token": reader.token(), "logo": [(io.BytesIO(file), "logo.png") for file in files], **fields}
    path = f"/admin/organization/{organization_id}/logo"
    return Page(reader.client.post(path, data=data, content_type="multipart/form-data"))


def logo_address(reader, slug: str) -> str:
    page = reader.get(f"/events/{slug}")
    return next(one.get("src") for one in page.tree.iter("img"))


def test_an_admin_changes_what_people_read_and_how_they_are_asked(admin, northside, session):
    page = admin.get("/admin/organization")
    assert page.headings("h1") == ["Organization"]
    assert [page.by_id(name).get("checked") for name in ("asks_twice", "asks_only_unknown")] == [None, None]

    answer = admin.post(
        f"/admin/organization/{northside}",
        name="Ateliê Norte",
        contact_email="OLA@norte.example",
        asks_twice="1",
        asks_only_unknown="1",
    )

    assert (answer.status, answer.location) == (303, "/admin/organization")
    page = admin.get(answer.location)
    assert ("Saved." in page.text, page.by_id("name").get("value"), page.by_id("contact_email").get("value")) == (
        True,
        "Ateliê Norte",
        "ola@norte.example",
    )
    assert [page.by_id(name).get("checked") for name in ("asks_twice", "asks_only_unknown")] == ["", ""]
    admin.post(f"/admin/organization/{northside}", **FORM)
    row = session.get_one(Organization, northside)
    assert (row.asks_twice, row.asks_only_unknown) == (False, False)


BAD = [
    ({"name": ""}, 422, "Enter the name of the organization"),
    ({"name": "x" * 121}, 422, "Use at most 120 characters"),
    ({"name": "a\0b"}, 422, "Remove the characters that can’t be displayed"),
    ({"contact_email": ""}, 422, "Enter an email address like name@example.org"),
    ({"contact_email": "nobody"}, 422, "Enter an email address like name@example.org"),
    ({"contact_email": "a@post.example\r\nBcc: b@post.example"}, 422, "Remove the characters that can’t be displayed"),
    ({"asks_twice": "yes"}, 422, "Choose one of the answers"),
    ({"asks_only_unknown": "2"}, 422, "Choose one of the answers"),
    ({"name": ["a", "b"]}, 422, "This was sent twice. Enter it only once"),
]


@pytest.mark.parametrize(("sent", "status", "sentence"), BAD)
def test_what_cannot_be_kept_says_so_and_changes_nothing(admin, northside, session, sent, status, sentence):
    before = digest(session)
    page = admin.post(f"/admin/organization/{northside}", **{**FORM, **sent})

    assert (page.status, sentence in page.text, digest(session)) == (status, True, before)


def test_what_was_typed_is_kept_and_fields_nobody_asked_for_are_ignored(admin, northside, session):
    page = admin.post(f"/admin/organization/{northside}", name="", contact_email="new@norte.example", asks_twice="1")
    assert page.title.startswith("Error: ")
    assert (page.by_id("contact_email").get("value"), page.by_id("asks_twice").get("checked")) == (
        "new@norte.example",
        "",
    )

    slug = session.get_one(Organization, northside).slug
    admin.post(f"/admin/organization/{northside}", **FORM, slug="stolen", id="99", created_at="2000-01-01")
    session.rollback()
    row = session.get_one(Organization, northside)
    assert (row.slug, row.created_at) == (slug, NOON)


def test_a_logo_is_shown_to_everybody_for_as_long_as_they_like(app, world, admin, northside, reader):
    world.event(slug="clay")
    marks = [one for one in reader.get("/events/clay").tree.iter("span") if "org" in (one.get("class") or "").split()]
    assert [one.text for one in marks] == ["NM"]

    assert upload(admin, northside, png(before=METADATA)).status == 303

    address = logo_address(reader, "clay")
    answer = reader.get(address).response
    assert (answer.data, answer.mimetype) == (clean_logo(png()), "image/png")
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert ("HX-Request" in answer.headers.get("Vary", ""), "Set-Cookie" in answer.headers) == (False, False)
    assert reader.get(address, **{"If-None-Match": answer.headers["ETag"]}).status == 304
    assert logo_address(reader, "clay") in [one.get("src") for one in reader.get("/events").tree.iter("img")]


def test_another_logo_has_another_address_and_the_old_one_is_gone(world, admin, northside, reader):
    world.event(slug="clay")
    upload(admin, northside, png())
    old = logo_address(reader, "clay")
    upload(admin, northside, png(fill=9))
    new = logo_address(reader, "clay")

    assert (new == old, reader.get(old).status, reader.get(new).status) == (False, 404, 200)

    assert admin.post(f"/admin/organization/{northside}/logo/remove").status == 303
    assert admin.post(f"/admin/organization/{northside}/logo/remove").status == 303
    assert reader.get(new).status == 404
    assert [one.tag for one in reader.get("/events/clay").tree.iter("img")] == []


@pytest.mark.parametrize(
    ("files", "status", "sentence"),
    [
        ([], 422, "Choose a PNG file"),
        ([b""], 422, "Choose a PNG file"),
        ([b"\xff\xd8\xff\xe0JFIF"], 415, "This isn’t a PNG file. Save the picture as a PNG and choose that file"),
        ([b"<svg onload='alert(1)'></svg>"], 415, "This isn’t a PNG file."),
        ([png(63, 64)], 422, "Choose a picture of 64 to 1,024 pixels on each side; this one has 63 by 64"),
        ([png(64, 1025)], 422, "this one has 64 by 1,025"),
        ([png()[:50]], 422, "This file is damaged."),
        ([png() + b"\0" * 205_000], 413, "Choose a file of at most 200 KB"),
        ([png() + b"\0" * 300_000], 413, "That’s too large"),
        ([png(), png()], 422, "Part of this form got lost on the way."),
    ],
    ids=["none", "empty", "jpeg", "svg", "narrow", "high", "cut", "over 200 KB", "over the form", "two"],
)
def test_what_is_no_logo_says_so_and_leaves_the_one_before(admin, northside, session, files, status, sentence):
    upload(admin, northside, png(fill=3))
    before = digest(session)

    page = upload(admin, northside, *files)

    assert (page.status, sentence in page.text, digest(session)) == (status, True, before)


@pytest.mark.parametrize("path", ["", "/logo", "/logo/remove"])
def test_nobody_else_changes_anything(admin, world, northside, reader, reader_of, session, path):
    organizer, participant = reader_of(world.person(role=Role.ORGANIZER)), reader_of(world.person())
    world.organization("Harbour Crew")
    stranger = reader_of(world.person("Harriet Crew", role=Role.ADMIN))
    upload(admin, northside, png())
    before = digest(session)
    address = f"/admin/organization/{northside}{path}"

    answers = [one.post(address, **FORM).status for one in (organizer, participant, stranger, reader)]

    assert (answers, digest(session)) == ([403, 403, 404, 401], before)
    assert admin.client.post(address, data=FORM).status_code == 400  # without the token
    assert stranger.post(f"/admin/organization/987654{path}", **FORM).status == 404
    assert digest(session) == before


def test_the_page_is_for_admins_and_so_is_its_entry_in_the_rail(admin, world, northside, reader_of):
    organizer = reader_of(world.person(role=Role.ORGANIZER))

    assert [organizer.get(f"/admin/organization{end}").status for end in ("", f"/{northside}")] == [403, 403]
    assert "Organization" not in organizer.get("/admin/events").links()
    assert admin.get("/admin/events").links()["Organization"] == "/admin/organization"
    assert admin.get("/admin/organization/987654").status == 404


def test_who_administers_several_chooses(app, world, northside, reader_of):
    both = world.person("Dana Kim", role=Role.ADMIN)
    other = world.organization("Ateliê Sul")
    with app.app_context(), write_transaction() as session:
        world.join_team(session, both, Role.ADMIN)
    dana = reader_of(both)

    page = dana.get("/admin/organization")
    assert (page.headings("h1"), page.links()["Ateliê Sul"]) == (["Organizations"], f"/admin/organization/{other}")
    answer = dana.post(f"/admin/organization/{other}", name="Ateliê do Sul", contact_email="a@sul.example")
    assert (answer.status, answer.location) == (303, f"/admin/organization/{other}")
    assert "Ateliê do Sul" in dana.get("/admin/organization").links()


def test_a_name_of_markup_stays_text_and_its_mark_one_letter(world, admin, northside, reader):
    admin.post(f"/admin/organization/{northside}", **{**FORM, "name": "<b>x</b> & \u202esons"})
    world.event(slug="clay")

    for page in (reader.get("/events/clay"), reader.get("/events"), admin.get("/admin/organization")):
        assert ("<b>x</b> & \u202esons" in page.text, "<b>x" in page.html) == (True, False)


def test_the_event_page_reads_no_picture_and_costs_what_it_did(app, world, admin, northside, reader_of, session):
    world.event(slug="clay")
    upload(admin, northside, png())
    mira = reader_of(world.person())
    mira.get("/events/clay")

    with counted_statements(app) as statements:
        mira.get("/events/clay")

    assert len(statements) <= 2
    assert [one for one in statements if f"{OrganizationLogo.__tablename__}.png" in one] == []
