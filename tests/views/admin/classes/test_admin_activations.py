"""Activations on their page: the week before, what happened, taking it back, and who may see and do it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.support.worlds.classes.starting_classes import StartingClasses
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON, World
from webapp.domain.permission import Role
from webapp.jobs.by_hand import run_by_hand
from webapp.models import ClassChange, JobRun, ProgramClass
from webapp.services.classes.activation.class_activation import activate_classes

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]

TODAY = date(2026, 6, 10)
DAY = timedelta(days=1)
PAGE = "/admin/activations"


@pytest.fixture
def starting_classes(app) -> StartingClasses:
    made = StartingClasses(app)
    made.world.organization()
    return made


@pytest.fixture
def place(starting_classes) -> int:
    return starting_classes.world.facility_id


@pytest.fixture
def admin(starting_classes, place) -> int:
    return starting_classes.world.person("Iris Nyberg", role=Role.ADMIN)


@pytest.fixture
def organizer(starting_classes, place) -> int:
    return starting_classes.world.person("Tomás Cortés", role=Role.ORGANIZER)


@pytest.fixture
def started(app, starting_classes, place, admin) -> int:
    """A class with two people that this morning's five o'clock started."""
    class_id = starting_classes.scheduled(place, TODAY, enrolled=2, title="Wheel throwing")
    with app.app_context():
        activate_classes(now=NOON - timedelta(hours=9), run_id=None)
    return class_id


def test_the_forecast_says_what_will_start_where_and_for_how_many(app, starting_classes, place, organizer, reader_of):
    tokyo = starting_classes.facility("Asia/Tokyo", "Annex")
    with app.app_context():
        activate_classes(now=NOON)
    starting_classes.scheduled(place, TODAY + DAY, enrolled=3, waiting=1, title="Wheel throwing")
    starting_classes.scheduled(tokyo, TODAY + DAY, title="<i>Glazing</i>")
    starting_classes.scheduled(place, TODAY + 30 * DAY, title="Far away")

    page = reader_of(organizer).get(PAGE)

    assert page.status == 200
    for words in (
        "Thu 11 June, 05:00, Berlin time: Studio 2",
        "Thu 11 June, 05:00, Tokyo time: Annex",
        "Wheel throwing",
        "1 on the waitlist",
        "<i>Glazing</i>",
        "No one is enrolled",
        "It has no sessions",
        "1 class starts in 15 hours",
    ):
        assert words in page.text, words
    assert "Far away" not in page.text
    assert page.text.index("Tokyo time: Annex") < page.text.index("Berlin time: Studio 2")
    assert "<i>Glazing</i>" not in page.html


def test_the_forecast_is_what_then_happens(app, starting_classes, place, organizer, reader_of, session):
    for days in (1, 1, 3):
        starting_classes.scheduled(place, TODAY + days * DAY, enrolled=1, title=f"Day {days}")
    with app.app_context():
        activate_classes(now=NOON)
    before = reader_of(organizer).get(PAGE).text
    with app.app_context():
        assert activate_classes(now=NOON + 16 * timedelta(hours=1)) == {"classes": 2, "people": 2}

    assert "2 classes start in 15 hours" in before
    assert "1 class starts in 3 days" in before


def test_a_missed_morning_is_said_to_be_due_in_a_moment(starting_classes, place, organizer, reader_of):
    starting_classes.scheduled(place, TODAY, enrolled=1)
    assert "1 class starts in a moment, because this morning was missed" in reader_of(organizer).get(PAGE).text


def test_with_nothing_to_show_it_says_what_would_be_there(organizer, reader_of):
    text = reader_of(organizer).get(PAGE).text
    assert "No class starts in the next 7 days" in text
    assert "Nothing has started yet" in text


def test_an_admin_takes_a_start_back_with_a_reason(started, admin, reader_of, session):
    reader = reader_of(admin)
    assert "Undo" in reader.get(PAGE).buttons()
    address = f"/admin/classes/{started}/activation/undo"
    form = reader.get(address)
    fields = form.fields(address)

    empty = reader.post(address, **{**fields, "reason": " "})
    assert (empty.status, "Enter a reason" in empty.text) == (422, True)
    done = reader.post(address, **{**fields, "reason": "Wrong year"})

    assert (done.status, done.location) == (303, PAGE)
    page = reader.get(PAGE)
    assert "“Wheel throwing” is scheduled again, with 2 people." in page.text
    assert "Undone" in page.text
    assert "Undo" not in page.buttons()
    session.rollback()
    line = session.scalars(select(ClassChange).order_by(ClassChange.id.desc())).first()
    assert (line.kind, line.reason, line.actor_id) == ("activation_undone", "Wrong year", admin)
    again = reader.post(address, **{**fields, "reason": "Wrong year"})
    assert (again.status, "This class has no start to undo." in again.text) == (409, True)


def test_an_organizer_sees_it_and_cannot_take_it_back(started, organizer, reader_of, session):
    reader = reader_of(organizer)
    assert "Wheel throwing" in reader.get(PAGE).text
    assert "Undo" not in reader.get(PAGE).buttons()
    before = digest(session)
    address = f"/admin/classes/{started}/activation/undo"
    assert [reader.get(address).status, reader.post(address, reason="x", version="2").status] == [403, 403]
    assert digest(session) == before


def test_others_see_and_start_nothing_of_it(app, started, starting_classes, place, reader_of, reader, session):
    stranger_world = World(app)
    stranger_world.organization("Elsewhere")
    stranger = stranger_world.person("Sofia", role=Role.ADMIN)
    nobody = stranger_world.person("Nobody")

    assert "Wheel throwing" not in reader_of(stranger).get(PAGE).text
    for who, expected in ((stranger, [404, 404, 404]), (nobody, [403, 403, 403])):
        browser, undo = reader_of(who), f"/admin/classes/{started}/activation/undo"
        answers = [browser.get(undo), browser.post(undo), browser.post(f"{PAGE}/{place}/run")]
        assert [answer.status for answer in answers] == expected
    assert reader_of(nobody).get(PAGE).status == 403
    assert reader.get(PAGE).status == 302
    assert session.scalars(select(JobRun.id)).all() == []
    assert session.get_one(ProgramClass, started).status == "active"


def test_the_page_of_a_run_links_the_classes_that_it_started_for_their_own_admin_only(
    app, starting_classes, place, admin, reader_of, session
):
    class_id = starting_classes.scheduled(place, TODAY, enrolled=2, title="Wheel throwing")
    with app.app_context():
        run_by_hand("activate-classes", now=NOON)
    run_id = session.scalars(select(JobRun.id)).one()
    stranger_world = World(app)
    stranger_world.organization("Elsewhere")
    stranger = stranger_world.person("Sofia", role=Role.ADMIN)

    page = reader_of(admin).get(f"/admin/jobs/{run_id}")

    assert "1 class started, 2 people started" in page.text
    assert page.links()["Wheel throwing"] == f"/admin/classes/{class_id}"
    assert "Wheel throwing" not in reader_of(stranger).get(f"/admin/jobs/{run_id}").text


@pytest.mark.parametrize("version", ["", "0", "-1", "x", "9" * 30, "1"])
def test_bad_versions_change_nothing(started, admin, reader_of, session, version):
    reader, before = reader_of(admin), session.get_one(ProgramClass, started).version
    answer = reader.post(f"/admin/classes/{started}/activation/undo", reason="Because", version=version)
    session.rollback()
    assert answer.status == (409 if version == "1" else 422)
    assert session.get_one(ProgramClass, started).version == before


def test_started_by_hand_a_run_of_that_facility_is_opened_once(starting_classes, place, organizer, reader_of, session):
    reader = reader_of(organizer)
    assert reader.post(f"{PAGE}/{place}/run").location == PAGE
    assert "today’s classes start in a moment" in reader.get(PAGE).text
    reader.post(f"{PAGE}/{place}/run")
    assert "Another start is in progress" in reader.get(PAGE).text
    runs = session.execute(select(JobRun.name, JobRun.facility_id, JobRun.by_hand, JobRun.started_by_id)).all()
    assert [tuple(run) for run in runs] == [("activate-classes", place, True, organizer)]
    assert [reader.post(f"{PAGE}/{other}/run").status for other in ("999", "x", "0")] == [404, 404, 404]


def test_the_page_of_job_runs_starts_all_for_the_operator_and_asks_others_for_a_facility(
    starting_classes, admin, reader_of, session
):
    operator = starting_classes.world.person("Op", is_operator=True)
    assert reader_of(admin).post("/admin/jobs/run/activate-classes").location == PAGE
    assert session.scalars(select(JobRun.id)).all() == []
    session.rollback()
    assert reader_of(operator).post("/admin/jobs/run/activate-classes").status == 303
    run = session.scalars(select(JobRun)).one()
    assert (run.by_hand, run.facility_id, run.started_by_id) == (True, None, operator)
