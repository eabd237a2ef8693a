"""The page and the calendar of an organization: what everybody may see of it, and nothing else."""

import pytest
from icalendar import Calendar
from sqlalchemy import update

from tests.support.databases.statements import counted_statements
from tests.support.worlds.use_cases import days
from tests.support.worlds.world import NOON
from webapp.domain.permission import Role
from webapp.models import Event, Facility, Organization, Program, ProgramFacility
from webapp.services.unit_of_work import write_transaction

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]


@pytest.fixture
def slug(app, world) -> str:
    organization_id = world.organization("Northside Makers")
    with app.app_context(), write_transaction() as session:
        session.execute(
            update(Organization).where(Organization.id == organization_id).values(description="# Who\n\nWe *make*.")
        )
        session.execute(update(Facility).values(accessibility="Step-free from the yard"))
        program = Program(organization_id=organization_id, name="Printing", description="Type & ink", created_at=NOON)
        session.add(program)
        session.flush()
        session.add(ProgramFacility(program_id=program.id, facility_id=world.facility_id))
        return session.get_one(Organization, organization_id).slug


def test_it_says_who_they_are_what_comes_and_where(world, reader, slug, app):
    world.event("Clay", slug="clay", starts_at=NOON + days(2))
    world.event("Secret party", slug="secret", status="draft")
    world.event("Last week", slug="old", starts_at=NOON - days(7))
    own = world.organization_id
    world.organization("Somebody else")
    world.event("Not theirs", slug="other")

    with counted_statements(app) as statements:
        page = reader.get(f"/o/{slug}")

    assert page.headings("h1", "h2", "h3") == [
        *("Northside Makers", "About us", "Who", "Upcoming events", "Programs", "Where to find us")
    ]
    assert ("Clay" in page.text, "Printing" in page.text, "Step-free from the yard" in page.text) == (True, True, True)
    assert [one for one in ("Secret", "Last week", "Not theirs") if one in page.text] == []
    assert len(statements) <= 5
    assert own != world.organization_id
    assert slug in reader.get("/events/clay").html


def test_the_sitemap_has_it_once_there_is_something_to_see(world, reader, slug):
    world.organization("Nothing yet")
    listed = reader.get("/sitemap.xml").html
    assert listed.count("/o/") == 1 and f"/o/{slug}<" in listed


def test_unknown_organizations_and_pages_are_not_found(reader, slug):
    assert [reader.get(path).status for path in ("/o/nobody", "/o/nobody/calendar.ics", f"/o/{slug}?page=x")] == [
        404
    ] * 3


def test_its_calendar_is_read_by_calendar_programs_and_fetched_cheaply(app, world, reader, slug):
    clay = world.event("Clay; fired, twice", slug="clay", starts_at=NOON + days(2))
    off = world.event("Called off", slug="off", starts_at=NOON + days(1), status="cancelled")
    world.event("Secret party", slug="secret", status="draft")
    world.event("Last year", slug="old", starts_at=NOON - days(365))

    answer = reader.get(f"/o/{slug}/calendar.ics")
    calendar = Calendar.from_ical(answer.response.data)
    found = {str(one["UID"]): one for one in calendar.walk("VEVENT")}

    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert calendar["X-WR-CALNAME"] == "Northside Makers"
    assert {one.partition("@")[0] for one in found} == {f"event-{clay}", f"event-{off}"}
    assert {(str(one["SUMMARY"]), str(one["STATUS"])) for one in found.values()} == {
        ("Clay; fired, twice", "CONFIRMED"),
        ("Called off", "CANCELLED"),
    }
    assert [one.decoded("DTSTART") for one in found.values() if one["STATUS"] == "CONFIRMED"] == [NOON + days(2)]
    assert [str(one["TZID"]) for one in calendar.walk("VTIMEZONE")] == ["Europe/Berlin"]
    assert (answer.headers["Cache-Control"], "Set-Cookie" in answer.headers) == ("max-age=900, public", False)

    again = reader.get(f"/o/{slug}/calendar.ics", **{"If-None-Match": answer.headers["ETag"]})
    assert (again.status, again.response.data) == (304, b"")
    with app.app_context(), write_transaction() as session:
        session.execute(update(Event).where(Event.id == clay).values(title="Clay", version=2))
    assert reader.get(f"/o/{slug}/calendar.ics", **{"If-None-Match": answer.headers["ETag"]}).status == 200


def test_an_admin_finds_the_links_to_share(world, reader_of, slug):
    admin = reader_of(world.person("Dana Kim", role=Role.ADMIN))
    page = admin.get(f"/admin/organization/{world.organization_id}/sharing")
    assert page.by_id("page").get("value").endswith(f"/o/{slug}")
    assert page.by_id("calendar").get("value").endswith(f"/o/{slug}/calendar.ics")
    other = world.organization("Somebody else")
    assert admin.get(f"/admin/organization/{other}/sharing").status == 404
