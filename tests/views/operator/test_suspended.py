"""A suspended organization: closed to the public, read only for its staff, silent to all others."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.inventory.route_table import written_down
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.adapters.mail import Mailer
from webapp.domain.permission import Role
from webapp.models import Enrollment, Event, GuestHold, Message, Organization
from webapp.services.desk.helper_link import create_helper_link
from webapp.services.events.closure import close_event
from webapp.services.notices.messages import send_due_messages
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.only_db("sqlite")
CLOSED = "The organization is suspended, so its pages are closed."
READ_ONLY = "is suspended. You can read everything there, but change nothing."


def suspend(session, organization_id: int) -> None:
    session.rollback()
    session.execute(
        update(Organization)
        .where(Organization.id == organization_id)
        .values(suspended_at=NOON, suspended_because="Nobody answers")
    )
    session.commit()


@pytest.fixture
def event_id(world, session, noon) -> int:
    organization_id = world.organization("Northside Makers")
    event_id = world.event(slug="clay", capacity=3)
    session.execute(update(Organization).values(slug="northside", description="We make."))
    session.commit()
    suspend(session, organization_id)
    return event_id


@pytest.fixture
def owner(world, event_id) -> int:
    return world.person("Dana", role=Role.OWNER)


PUBLIC = ["/events/clay", "/events/clay/enrollment", "/events/clay/embed", "/o/northside", "/o/northside/embed"]


@pytest.mark.usefixtures("event_id")
@pytest.mark.parametrize("path", [*PUBLIC, "/o/northside/calendar.ics", "/o/northside/legal"])
def test_its_public_pages_are_gone_and_say_why(reader, path):
    page = reader.get(path)

    assert page.status == 410
    assert CLOSED in page.text


@pytest.mark.usefixtures("event_id")
def test_it_is_on_no_list(reader, world):
    assert "Hand-building with clay" not in reader.get("/events").text
    sitemap = reader.get("/sitemap.xml").html
    assert "clay" not in sitemap
    assert "northside" not in sitemap
    world.organization("Open")
    world.event("Open evening", slug="open")
    assert "Open evening" in reader.get("/events").text
    assert "/events/open" in reader.get("/sitemap.xml").html


@pytest.mark.usefixtures("event_id")
def test_nobody_enrolls(reader_of, world, session):
    mira = reader_of(world.person("Mira"))
    page = mira.post("/events/clay/enroll")

    assert (page.status, CLOSED in page.text) == (410, True)
    assert session.scalar(select(Enrollment.id)) is None


@pytest.mark.usefixtures("event_id")
def test_nor_does_a_guest(reader, session):
    page = reader.post("/events/clay/guest", name="Mira", email="mira@post.example")

    assert (page.status, CLOSED in page.text) == (410, True)
    assert session.scalar(select(GuestHold.id)) is None


@pytest.mark.parametrize(
    ("capacity", "said", "button"),
    [(2, "Your place is confirmed.", "Cancel my place"), (1, "on the waitlist (position 1)", "Leave the waitlist")],
)
def test_who_has_a_place_sees_it_and_may_still_leave(
    reader_of, world, session, use_cases, noon, capacity, said, button
):
    organization_id = world.organization()
    event_id = world.event(slug="clay", capacity=capacity, has_waitlist=True)
    use_cases.fills(event_id, 1)
    mira, ben = world.person("Mira"), reader_of(world.person("Ben"))
    own = use_cases.enrolls(event_id, mira).enrollment_id
    suspend(session, organization_id)

    mira = reader_of(mira)
    page = mira.get("/events/clay")
    assert (page.status, CLOSED in page.text, said in page.text) == (410, True, True)
    assert page.links()[button] == "/events/clay/leave"
    others = ben.get("/events/clay")
    assert (others.status, said in others.text, button in others.links()) == (410, False, False)
    fields = mira.get("/events/clay/leave").fields("/events/clay/leave")
    refused = mira.post("/events/clay/leave", **(fields | {"version": "77"}))
    assert (refused.status, button in refused.links()) == (410, True)
    assert mira.get("/events/clay/enrollment", htmx=True).headers["HX-Redirect"] == "/events/clay#enrollment"
    answer = mira.post("/events/clay/leave", **fields)
    assert session.scalar(select(Enrollment.status).where(Enrollment.id == own)) == "cancelled"
    session.rollback()
    page = mira.get(answer.location)
    assert (page.status, CLOSED in page.text, button in page.links()) == (410, True, False)


def test_who_can_leave_no_longer_is_told_why(reader_of, world, session, use_cases, noon):
    organization_id = world.organization()
    event_id = world.event(slug="clay", starts_at=NOON - timedelta(hours=1), ends_at=NOON + timedelta(hours=1))
    mira = world.person("Mira")
    use_cases.enrolls(event_id, mira, NOON - timedelta(days=1))
    suspend(session, organization_id)

    page = reader_of(mira).get("/events/clay")
    assert (page.status, "Cancel my place" in page.links()) == (410, False)
    assert "Your place is confirmed." in page.text


CHANGES = [one for one in written_down() if one.method != "GET" and one.guard.startswith("staff:")]


def test_there_are_many_changes():
    assert len(CHANGES) > 60


@pytest.mark.parametrize("route", CHANGES, ids=str)
def test_its_staff_changes_nothing(reader_of, owner, event_id, session, route):
    before = digest(session)
    page = reader_of(owner).post(route.path(event_id))

    assert page.status == 403
    assert READ_ONLY in page.text
    assert digest(session) == before


AT_THE_DESK = [one for one in written_down() if one.method != "GET" and one.guard == "desk_crew" and one.has_id]


@pytest.mark.parametrize("route", AT_THE_DESK, ids=str)
def test_nor_do_its_desks(app, reader_of, reader, owner, world, event_id, session, route):
    orla = world.actor(world.person("Orla", role=Role.ORGANIZER), Role.ORGANIZER)
    with app.app_context():
        made = create_helper_link(event_id=event_id, name="Mia", desk="Left", actor=orla, now=NOON)
    reader.get(f"/desk/join/{made.token}")
    before = digest(session)

    for one in (reader_of(owner), reader):
        page = one.post(route.path(event_id))
        assert (page.status, READ_ONLY in page.text) == (403, True)
    assert digest(session) == before


def test_they_read_everything_and_are_told(reader_of, owner, event_id):
    dana = reader_of(owner)
    for path in ("/admin/events", f"/admin/events/{event_id}", "/admin/organization", f"/admin/events/{event_id}/edit"):
        page = dana.get(path)
        assert page.status == 200
        assert "Northside Makers is suspended. You can read everything, but change nothing." in page.text
    assert "New event" not in reader_of(owner).get("/admin").links()


def test_who_works_in_another_organization_too_goes_on_there(reader_of, world, session, owner, event_id):
    world.organization("Open")
    with world.app.app_context(), write_transaction() as writing:
        world.join_team(writing, owner, Role.OWNER)
    open_event = world.event(slug="open", status="draft")
    dana = reader_of(owner)
    before = digest(session)

    refused = dana.post(f"/admin/events/{event_id}/delete", reason="x")
    assert (refused.status, READ_ONLY in refused.text) == (403, True)
    assert digest(session) == before
    dana.post(f"/admin/events/{open_event}/publish", version=1)
    assert session.scalar(select(Event.status).where(Event.id == open_event)) == "published"


def test_closing_goes_on(app, world, session, use_cases, noon):
    organization_id = world.organization()
    event_id = world.event(starts_at=NOON - timedelta(hours=5), ends_at=NOON - timedelta(hours=4))
    suspend(session, organization_id)

    with app.app_context():
        close_event(event_id=event_id, now=NOON)
    assert session.scalar(select(Event.status)) == "completed"


def test_only_its_team_gets_mail(app, world, session, owner, event_id):
    usual = {"event_id": event_id, "kind": "reminder", "subject": "Soon", "body": "Soon", "details": {}}
    at = {"created_at": NOON, "next_try_at": NOON}
    for user_id in (owner, world.person("Mira")):
        session.add(Message(**usual, **at, user_id=user_id, recipient="a@b.example", dedupe_key=f"m{user_id}"))
    session.commit()
    with app.app_context():
        posted = send_due_messages(Mailer(None, "t@t.example"), now=lambda: NOON, real_now=lambda: NOON)

    assert posted.sent == 1
    told = session.execute(select(Message.user_id, Message.last_error).where(Message.dead_at.is_not(None))).one()
    assert told.user_id != owner
    assert told.last_error == "The organization is suspended"
