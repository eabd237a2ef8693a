"""What others read of a public page: read by their own programs, true at this instant, and nothing that is private."""

import json
from xml.etree import ElementTree

import pytest
from linkpreview import Link, LinkPreview
from schema_org.models.event import Event as SchemaEvent
from sqlalchemy import update

from tests.support.databases.statements import counted_statements
from tests.support.worlds.use_cases import days
from tests.support.worlds.world import NOON
from webapp.domain.permission import Role
from webapp.models import Event
from webapp.services.unit_of_work import write_transaction

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]
BASE = "http://localhost"


def linked_data(page) -> dict:
    """The one data block of the page, checked against schema.org by somebody else's models."""
    blocks = [one.text for one in page.tree.iter("script") if one.get("type") == "application/ld+json"]
    assert len(blocks) == 1
    found = json.loads(blocks[0])
    assert found["@context"] == "https://schema.org"
    SchemaEvent.model_validate({name: one for name, one in found.items() if name != "@context"}, strict=False)
    return found


def metas(page) -> dict[str, str]:
    return {one.get("name") or one.get("property"): one.get("content") for one in page.tree.iter("meta")}


def described(app, event_id: int, text: str) -> None:
    with app.app_context(), write_transaction() as session:
        session.execute(update(Event).where(Event.id == event_id).values(description=text))


def test_a_shared_link_shows_what_when_and_where(app, world, reader):
    event_id = world.event("Clay </script> & more", slug="clay", starts_at=NOON + days(3), capacity=12)
    described(app, event_id, "# Bring\n\n- *two* boards\n- glue")

    page = reader.get("/events/clay")
    preview = LinkPreview(Link(f"{BASE}/events/clay", page.html))

    assert preview.title == "Clay </script> & more"
    assert preview.description == "Sat 13 June, 14:00, Studio 2. Bring - two boards - glue"
    assert preview.site_name == "Northside Makers"
    canonical = [one.get("href") for one in page.tree.iter("link") if one.get("rel") == "canonical"]
    assert [one.endswith("/events/clay") for one in canonical] == [True]
    assert metas(page)["og:url"] == canonical[0]


def test_linked_data_is_an_event_of_schema_org(app, world, reader):
    world.event("Clay </script> & more", slug="clay", starts_at=NOON + days(3), capacity=12)
    found = linked_data(reader.get("/events/clay"))

    assert found["name"] == "Clay </script> & more"
    assert (found["startDate"], found["endDate"]) == ("2026-06-13T14:00:00+02:00", "2026-06-13T16:00:00+02:00")
    assert found["eventStatus"] == "https://schema.org/EventScheduled"
    assert found["eventAttendanceMode"] == "https://schema.org/OfflineEventAttendanceMode"
    assert found["location"] == {"@type": "Place", "name": "Studio 2", "address": "Hafenstrasse 41"}
    assert found["organizer"]["name"] == "Northside Makers"
    assert found["offers"]["availability"] == "https://schema.org/InStock"
    assert (found["maximumAttendeeCapacity"], found["remainingAttendeeCapacity"]) == (12, 12)


@pytest.mark.parametrize(
    "policy, taken, availability, remaining",
    [
        ({"capacity": 2, "has_waitlist": True}, 1, "InStock", 1),
        ({"capacity": 2, "has_waitlist": True}, 2, "SoldOut", 0),
        ({"capacity": 2, "has_waitlist": False}, 2, "SoldOut", 0),
        ({"capacity": None}, 2, "InStock", None),
        ({"capacity": 2, "opens_at": NOON + days(1)}, 0, "PreOrder", 2),
        ({"capacity": 2, "method": "application"}, 0, "LimitedAvailability", 2),
        ({"capacity": 2, "closes_at": NOON - days(1)}, 0, None, None),
    ],
)
def test_places_left_are_told_as_they_are(world, use_cases, reader, policy, taken, availability, remaining):
    event_id = world.event(slug="clay", starts_at=NOON + days(3), **policy)
    if taken:
        use_cases.fills(event_id, taken)
    found = linked_data(reader.get("/events/clay"))
    told = found.get("offers", {}).get("availability", "").removeprefix("https://schema.org/") or None
    assert (told, found.get("remainingAttendeeCapacity")) == (availability, remaining)


def test_what_was_called_off_says_so(world, reader):
    world.event(slug="clay", status="cancelled")
    found = linked_data(reader.get("/events/clay"))
    assert (found["eventStatus"], found.get("offers")) == ("https://schema.org/EventCancelled", None)


def test_a_draft_is_listed_nowhere(world, reader, reader_of):
    world.event(slug="clay")
    world.event("Secret party", slug="secret", status="draft")
    staff = reader_of(world.person("Dana Kim", role=Role.ADMIN)).get("/events/secret")

    assert metas(staff)["robots"] == "noindex"
    assert {name for name in metas(staff) if name and name.startswith("og:")} == set()
    assert [one for one in staff.tree.iter("script") if one.get("type") == "application/ld+json"] == []
    assert "secret" not in reader.get("/sitemap.xml").html


def test_the_sitemap_names_public_pages_only(app, world, reader):
    world.event(slug="clay")
    world.event(slug="off", status="cancelled")
    with counted_statements(app) as statements:
        answer = reader.get("/sitemap.xml")

    root = ElementTree.fromstring(answer.html.encode())  # noqa: S314 -- our own
    places = [one.text for one in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert [one.partition("//")[2].partition("/")[2] for one in places if "/o/" not in one] == [
        "events",
        "events/off",
        "events/clay",
    ]
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert len(statements) <= 2


def test_robots_are_kept_from_what_is_somebodys(reader):
    lines = reader.get("/robots.txt").html.splitlines()
    assert "Disallow: /admin" in lines
    assert "Disallow: /events" not in lines
    assert lines[-1].endswith("/sitemap.xml")


def test_a_search_is_no_page_of_its_own(world, reader):
    world.event(slug="clay")
    assert "canonical" in reader.get("/events").html
    assert metas(reader.get("/events?q=clay"))["robots"] == "noindex, follow"
