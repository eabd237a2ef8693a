"""Where staff begin: each role sees what it reaches, and every line leads to the page that deals with it."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.support.databases.statements import counted_statements
from tests.support.worlds.classes.running_class import RunningClass
from tests.support.worlds.crowd import Guest, fill
from tests.support.worlds.world import NOON
from webapp.domain.permission import Role
from webapp.extensions import db
from webapp.models import Event, JobRun, Message, PeopleImport, ProgramClass
from webapp.services.unit_of_work import write_transaction

pytestmark = [pytest.mark.usefixtures("noon")]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def northside(world) -> int:
    return world.organization()


@pytest.fixture
def member(world, northside, reader_of):
    """A browser of somebody with that role, at one facility only if one is named."""

    def browser_of(role: Role, facility_id: int | None = None):
        user_id = world.person("Dana Kim")
        with world.app.app_context(), write_transaction() as session:
            world.join_team(session, user_id, role, facility_id)
        return reader_of(user_id)

    return browser_of


@pytest.fixture
def busy(world, northside, use_cases):
    """An event that runs, one that comes with applications, a class that lacks marks."""
    running = world.event("Paper lamps", starts_at=NOON - HOUR, ends_at=NOON + HOUR, capacity=4)
    placed = use_cases.enrolls(running, world.person("Ana"), NOON - DAY)
    use_cases.enrolls(running, world.person("Ben"), NOON - DAY)
    use_cases.is_checked_in(running, placed, NOON - HOUR)
    residency = world.event("Maker residency", starts_at=NOON + 3 * DAY, method="application", capacity=3)
    use_cases.fills(residency, 2)
    with world.app.app_context():
        RunningClass(world.app, world=world)
    return {"running": running, "residency": residency}


def test_an_organizer_sees_today_what_waits_and_what_comes(member, busy):
    page = member(Role.ORGANIZER).get("/admin")

    assert (page.status, page.headings("h1")) == (200, ["Wednesday 10 June"])
    assert "Paper lamps" in page.text
    assert "1 of 2 checked in." in page.text
    assert page.links()["Open desk: Paper lamps"] == f"/desk/{busy['running']}"
    assert page.links()["Applications to decide"] == f"/admin/events/{busy['residency']}/enrollments?status=pending"
    assert "Maker residency, Sat 13 June" in page.text
    assert "People in a session with no marks" in page.text
    assert "0 of 3" in page.text


def test_what_is_decided_does_not_wait_any_more(member, busy, world, session):
    reader = member(Role.ADMIN)
    assert "Applications to decide" in reader.get("/admin").text
    session.rollback()
    with world.app.app_context(), write_transaction() as writing:
        writing.execute(update(Event).where(Event.id == busy["residency"]).values(status="draft"))
    assert "Applications to decide" not in reader.get("/admin").text


@pytest.mark.only_db("sqlite")
@pytest.mark.parametrize(
    ("role", "seen", "unseen"),
    [
        (Role.OWNER, ["Open desk", "Applications to decide", "Next 14 days", "New event"], []),
        (
            Role.TEACHER,
            ["Nothing needs you right now."],
            ["Paper lamps", "residency", "Next 14 days", "New event", "marks"],
        ),
        (Role.DESK, ["Open desk", "Paper lamps"], ["residency", "Next 14 days", "New event", "marks", "Nothing needs"]),
        (Role.VIEWER, ["Open event", "Next 14 days", "residency"], ["to decide", "Open desk", "New event", "no marks"]),
    ],
)
def test_each_role_sees_what_it_reaches(member, busy, role, seen, unseen):
    text = member(role).get("/admin").text

    assert [one for one in seen if one not in text] == []
    assert [one for one in unseen if one in text] == []


@pytest.mark.only_db("sqlite")
def test_a_teacher_is_led_to_the_roll_call_of_own_classes(world, northside, reader_of, member):
    with world.app.app_context():
        course = RunningClass(world.app, world=world)
        own = course.room.make(title="Weaving", status="active", activated_at=NOON - DAY)
        course.room.meets(own, NOON - HOUR)
        teacher = world.person("Amara Diallo", role=Role.TEACHER)
        with write_transaction() as session:
            session.execute(update(ProgramClass).where(ProgramClass.id == own).values(instructor_id=teacher))
    text = reader_of(teacher).get("/admin").text

    assert "Weaving, session 1 of 1" in text
    assert "People in a session with no marks" not in text, "the other class is somebody else's"


@pytest.mark.only_db("sqlite")
def test_a_limited_organizer_sees_their_facilities_only(world, member, busy):
    first, second, third = world.facility_id, world.facility("Studio 3"), world.facility("Studio 4")
    world.facility_id = second
    world.event("Bookbinding", starts_at=NOON + DAY)
    world.facility_id = third
    world.event("Weaving", starts_at=NOON + DAY)
    world.facility_id = first
    reader = member(Role.ORGANIZER, second)

    text = reader.get("/admin").text

    assert "Bookbinding" in text
    assert [one for one in ("Paper lamps", "residency", "Weaving", "no marks") if one in text] == []


@pytest.mark.only_db("sqlite")
def test_who_has_no_role_is_told_no_and_who_is_not_signed_in_signs_in(world, northside, reader, reader_of):
    assert reader_of(world.person("Mira")).get("/admin").status == 403
    assert reader.get("/admin").location.startswith("/login?next=/admin")


@pytest.mark.only_db("sqlite")
def test_another_organization_sees_nothing_of_it(world, busy, reader_of):
    world.organization("Harbour Crew")
    stranger = world.person("Harriet", role=Role.OWNER)
    text = reader_of(stranger).get("/admin").text

    assert "Harbour Crew" in text
    assert [one for one in ("Paper lamps", "residency", "marks", "Northside") if one in text] == []


@pytest.mark.only_db("sqlite")
def test_an_organization_without_events_is_told_what_to_do_first(member, world):
    page = member(Role.OWNER).get("/admin")

    assert "Create your first event" in page.text
    assert {"New event", "Invite people", "Add people"} <= set(page.links())
    world.event("Bookbinding", starts_at=NOON + 60 * DAY)
    page = member(Role.OWNER).get("/admin")
    assert "Create your first event" not in page.text
    assert "Nothing needs you right now." in page.text


@pytest.mark.only_db("sqlite")
def test_failed_mails_are_told_to_admins_only(world, member, busy):
    ana = world.person("Ana")
    with world.app.app_context(), write_transaction() as writing:
        row = {"user_id": ana, "event_id": busy["running"], "recipient": "ana@post.example", "dead_at": NOON}
        text = {"subject": "Your place", "body": "It is yours.", "kind": "confirmed", "dedupe_key": "one"}
        writing.add(Message(**row, **text, created_at=NOON, next_try_at=NOON, attempts=5))
    assert member(Role.ADMIN).get("/admin").links()["Email that failed"] == "/admin/mails"
    assert "Email that failed" not in member(Role.ORGANIZER).get("/admin").text


@pytest.fixture
def interrupted(world, northside):
    """Add files that failed or were stopped, and runs that were given up, to events."""

    def add(*rows) -> None:
        with world.app.app_context(), write_transaction() as writing:
            writing.add_all(rows)

    return add


@pytest.mark.only_db("sqlite")
def test_files_that_did_not_come_to_their_end_are_told_to_who_may_go_on(member, world, interrupted):
    lamps, over = world.event("Paper lamps"), world.event("Mending", starts_at=NOON - 3 * DAY, status="completed")
    broken = _file(world, lamps, "guests.csv", "failed", done=200)
    interrupted(
        broken,
        _file(world, world.event("Weaving"), "late.csv", "stopped", done=400, data=b"Name,Email"),
        _file(world, world.event("Bookbinding"), "gone.csv", "stopped"),
        _file(world, world.event("Clay"), "old.csv", "failed", finished_at=NOON - 15 * DAY),
        _file(world, over, "over.csv", "failed"),
    )
    page = member(Role.ORGANIZER).get("/admin")

    assert page.links()["File of people that failed"] == "/admin/people-imports/1"
    assert "guests.csv for Paper lamps: 200 of 1,000 lines read." in page.text
    assert "late.csv for Weaving: 400 of 1,000 lines read." in page.text
    assert [one for one in ("gone.csv", "old.csv", "over.csv") if one in page.text] == []
    assert ".csv" not in member(Role.VIEWER).get("/admin").text, "they could not go on with it"
    interrupted(_file(world, lamps, "again.csv", "done"))
    assert "guests.csv" not in member(Role.ORGANIZER).get("/admin").text, "a later file did its work"


@pytest.mark.only_db("sqlite")
def test_a_job_that_was_given_up_is_told_to_admins_only_and_can_be_run_again(
    member, world, interrupted, use_cases, reader_of
):
    lamps, weaving = world.event("Paper lamps"), world.event("Weaving")
    mending = world.event("Mending", starts_at=NOON - 3 * HOUR, ends_at=NOON - 2 * HOUR)
    for one in (lamps, mending):
        use_cases.enrolls(one, world.person("Ana"), NOON - DAY)
    interrupted(
        _run(lamps, "import-people", "failed"),
        _run(weaving, "close-event", "failed", as_of_at=NOON - 15 * DAY),
        _run(world.event("Clay"), "close-event", "failed"),
        _run(mending, "close-event", "failed"),
        _run(None, "close-events", "failed"),
    )
    admin = member(Role.ADMIN)
    page = admin.get("/admin")

    assert page.text.count("Job that failed") == 2
    assert "Import people for Paper lamps." in page.text
    assert "Close event for Clay." in page.text
    assert page.text.count("Event that couldn’t be closed") == 1, "Mending, and not as a job again"
    assert "Job that failed" not in member(Role.ORGANIZER).get("/admin").text
    admin.get("/admin/jobs/1")
    assert admin.post("/admin/jobs/1/again").location.startswith("/admin/jobs/")
    assert "Import people for Paper lamps." not in admin.get("/admin").text
    world.organization("Harbour Crew")
    assert "Job that failed" not in reader_of(world.person("Harriet", role=Role.ADMIN)).get("/admin").text


def _file(world, event_id: int, name: str, status: str, **values) -> PeopleImport:
    usual = {"created_by_id": world.people(1)[0], "acts_as": "organizer", "total": 1000, "finished_at": NOON - HOUR}
    return PeopleImport(event_id=event_id, file_name=name, status=status, created_at=NOON - HOUR, **{**usual, **values})


def _run(event_id: int | None, name: str, status: str, as_of_at=NOON - HOUR) -> JobRun:
    return JobRun(event_id=event_id, name=name, status=status, as_of_at=as_of_at, created_at=NOON - HOUR)


@pytest.mark.only_db("sqlite")
def test_an_event_that_is_over_and_not_closed_says_why(member, world, northside, use_cases):
    over = world.event("Mending circle", starts_at=NOON - 2 * HOUR, ends_at=NOON - timedelta(minutes=1))
    use_cases.fills(over, 1, NOON - DAY)
    text = member(Role.ORGANIZER).get("/admin").text

    assert "Event still open" in text
    assert "Mending circle is over and will be closed within minutes." in text


def test_the_number_of_statements_does_not_grow(app, world, member, busy, interrupted):
    reader = member(Role.OWNER)
    reader.get("/admin")
    with counted_statements(app) as few:
        assert reader.get("/admin").status == 200
    for number in range(20):
        running = world.event(f"Evening {number}", starts_at=NOON - HOUR, ends_at=NOON + HOUR)
        coming = world.event(f"Morning {number}", starts_at=NOON + DAY, method="application")
        interrupted(_file(world, running, "guests.csv", "failed"), _run(coming, "import-people", "failed"))
        with app.app_context():
            fill(db.engine, running, [Guest("checked_in", (NOON.date(),))] * 5, at=NOON - DAY)
            fill(db.engine, coming, [Guest("pending")] * 5, at=NOON - DAY)
    with counted_statements(app) as many:
        assert reader.get("/admin").status == 200

    assert len(many) == len(few) <= 22
