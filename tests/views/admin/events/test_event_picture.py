"""The picture of an event: taken in by its organizers, shown to everybody who sees the event, and to nobody else."""

import io

import pytest
from linkpreview import Link, LinkPreview

from tests.support.browsers.photographs import photograph
from tests.support.pages.reading import Page
from tests.support.worlds.rows import digest
from webapp.domain.permission import Role

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]
ALT = "Two people shape bowls at a long table"


@pytest.fixture
def event_id(world) -> int:
    return world.event(slug="clay", capacity=12)


@pytest.fixture
def organizer(world, event_id, reader_of):
    return reader_of(world.person("Dana Kim", role=Role.ORGANIZER))


def upload(reader, event_id: int, file: bytes | None = None, **fields) -> Page:
    files = {} if file is None else {"picture": (io.BytesIO(file), "../../etc/picture.svg")}
    data = {"csrf_token": reader.token(), "alt": ALT, **fields, **files}
    path = f"/admin/events/{event_id}/picture"
    return Page(reader.client.post(path, data=data, content_type="multipart/form-data"))


def image(page: Page) -> dict[str, str]:
    found = [one for one in page.tree.iter("img") if "picture" in (one.get("class") or "").split()]
    return dict(found[0].attrib) if found else {}


def test_a_picture_is_shown_where_people_look_and_where_they_share(organizer, event_id, reader):
    assert image(reader.get("/events/clay")) == {}
    assert upload(organizer, event_id, photograph("JPEG", 2400, 1200)).status == 303

    page = reader.get("/events/clay")
    shown = image(page)
    assert (shown["alt"], shown["width"], shown["height"]) == (ALT, "1600", "800")
    sources = [one.split() for one in shown["srcset"].split(",")]
    assert [width for _, width in sources] == ["400w", "800w", "1600w"]

    for address, _ in sources:
        file = reader.get(address)
        assert (file.status, file.headers["Content-Type"]) == (200, "image/webp")
        assert file.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "sandbox" in file.headers["Content-Security-Policy"]
        assert reader.get(address, **{"If-None-Match": file.headers["ETag"]}).status == 304

    preview = LinkPreview(Link("http://localhost/events/clay", page.html))
    shared = reader.get("/" + preview.image.partition("//")[2].partition("/")[2])
    assert (shared.status, shared.headers["Content-Type"]) == (200, "image/jpeg")
    assert shared.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert '<meta name="twitter:card" content="summary_large_image">' in page.html


def test_its_words_change_without_a_file_and_another_file_has_another_address(organizer, event_id, reader):
    assert upload(organizer, event_id).status == 422, "there is no picture to describe"
    upload(organizer, event_id, photograph("PNG", 900, 600))
    first = image(reader.get("/events/clay"))
    assert upload(organizer, event_id, alt="Bowls").status == 303
    assert image(reader.get("/events/clay")) == {**first, "alt": "Bowls"}

    upload(organizer, event_id, photograph("PNG", 800, 600))
    assert image(reader.get("/events/clay"))["src"] != first["src"]
    assert reader.get(first["src"]).status == 404

    assert organizer.post(f"/admin/events/{event_id}/picture/remove").status == 303
    assert image(reader.get("/events/clay")) == {}


@pytest.mark.parametrize(
    "file, fields, status, said",
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", {}, 415, "This isn’t a JPEG, PNG or WebP file"),
        (photograph()[:200], {}, 415, "This isn’t a JPEG, PNG or WebP file"),
        (photograph("JPEG", 2000, 1000)[:3000], {}, 422, "This file is damaged"),
        (photograph(width=310, height=200), {}, 422, "at least 300 pixels on each side; this one has 310 by 200"),
        (photograph(), {"alt": " "}, 422, "Describe what the picture shows"),
    ],
)
def test_what_is_refused_changes_nothing_and_is_said_beside_the_field(
    organizer, event_id, session, file, fields, status, said
):
    before = digest(session)
    answer = upload(organizer, event_id, file, **fields)
    assert (answer.status, said in answer.text) == (status, True)
    assert digest(session) == before


def test_an_ordinary_form_takes_no_more_than_before(organizer, event_id):
    path = f"/admin/events/{event_id}/edit"
    data = {"csrf_token": organizer.token(), "x": (io.BytesIO(b"\0" * 300_000), "x.png")}
    assert organizer.client.post(path, data=data, content_type="multipart/form-data").status_code == 413


def test_the_picture_of_a_draft_is_for_its_staff(world, organizer, reader, reader_of):
    draft = world.event(slug="secret", status="draft")
    upload(organizer, draft, photograph())
    source = image(organizer.get("/events/secret"))["src"]
    file = organizer.get(source)
    assert (file.status, file.headers["Cache-Control"]) == (200, "private, max-age=31536000, immutable")
    assert [one.get(source).status for one in (reader, reader_of(world.person()))] == [404, 404]


def test_others_do_not_touch_it(world, event_id, reader_of):
    other = world.organization("Somebody else")
    stranger = reader_of(world.person("Iris", role=Role.ADMIN))
    assert other and stranger.get(f"/admin/events/{event_id}/picture").status == 404
    assert upload(stranger, event_id, photograph()).status == 404
