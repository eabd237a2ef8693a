"""The page of job runs: what ran, what it changed, errors as text, and running it again."""

from datetime import date, timedelta

import pytest

from tests.support.databases.statements import counted_statements
from tests.support.worlds.crowd import Guest, fill
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.domain.permission import Role
from webapp.domain.work.schedule import SCHEDULE
from webapp.extensions import db
from webapp.jobs.by_hand import run_by_hand
from webapp.models import CronJob, Event, JobRun
from webapp.services.work.due import start_due_jobs
from webapp.services.work.opening import open_run
from webapp.services.work.run import claim_run, fail_run

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def operator(world):
    world.organization()
    return world.person("Iris Nyberg", role=Role.ADMIN, is_operator=True)


@pytest.fixture
def closed(app, world, operator) -> int:
    """An event that the sweep closed a moment ago."""
    start = NOON - timedelta(days=1)
    event_id = world.event("Clay", starts_at=start, timezone="UTC")
    with app.app_context():
        fill(db.engine, event_id, [Guest("checked_in", (date(2026, 6, 9),)), Guest()], at=start)
        start_due_jobs(SCHEDULE, now=NOON, real_now=NOON)
        run_by_hand("close-events", now=NOON)
    return event_id


def run_of(session, event_id: int) -> JobRun:
    session.rollback()
    return session.query(JobRun).filter_by(event_id=event_id).order_by(JobRun.id.desc()).first()


def fail(app, run_id: int, tries: int = 4) -> None:
    with app.app_context():
        for attempt in range(tries):
            claim = claim_run(run_id=run_id, holder=f"{attempt}", real_now=NOON)
            fail_run(claim, ValueError("<b>no such zone</b>"), real_now=NOON)


def test_the_schedule_says_what_ran_and_when_next(closed, operator, reader_of):
    page = reader_of(operator).get("/admin/jobs")
    assert page.status == 200
    for words in ("Close events", "every 15 minutes", "1 event, 2 changes", "in 15 minutes", "1 attended, 1 no-show"):
        assert words in page.text, words


@pytest.mark.parametrize(("state", "shown"), [("failed", False), ("retrying", False), ("running", False), (None, True)])
def test_the_filters_show_the_runs_in_that_state(closed, operator, reader_of, state, shown):
    page = reader_of(operator).get(f"/admin/jobs?status={state}" if state else "/admin/jobs")

    assert page.status == 200
    assert ("1 attended, 1 no-show" in page.text) is shown


def test_a_run_shows_what_it_changed_with_links(closed, operator, reader_of, session):
    run = run_of(session, closed)
    page = reader_of(operator).get(f"/admin/jobs/{run.id}")
    assert "1 person to Attended" in page.text
    assert f"/admin/events/{closed}/enrollments?status=attended" in page.html


def test_a_failure_is_shown_as_text_and_can_be_run_again(app, closed, operator, reader_of, session):
    with app.app_context():
        run_id, _ = open_run(name="close-event", event_id=closed, now=NOON, real_now=NOON)
    fail(app, run_id)
    reader = reader_of(operator)

    page = reader.get(f"/admin/jobs/{run_id}")
    assert "Failed after 4 tries" in page.text
    assert "ValueError: <b>no such zone</b>" in page.text
    assert "<b>no such zone</b>" not in page.html

    answer = reader.post(f"/admin/jobs/{run_id}/again")
    again = run_of(session, closed)
    assert (answer.status, answer.location) == (303, f"/admin/jobs/{again.id}")
    assert (again.id != run_id, again.status, again.started_by_id) == (True, "pending", operator)


def test_run_again_twice_starts_one_run(closed, operator, reader_of, session):
    first = run_of(session, closed)
    reader = reader_of(operator)
    places = {reader.post(f"/admin/jobs/{first.id}/again").location for _ in range(2)}
    assert len(places) == 1
    session.rollback()
    assert session.query(JobRun).filter_by(event_id=closed).count() == 2


def test_a_job_that_is_silent_for_two_periods_is_called_late(app, closed, operator, reader_of, session):
    session.query(CronJob).filter_by(name="close-events").update({"last_run_at": NOON - timedelta(hours=3)})
    session.query(JobRun).update({"as_of_at": NOON - timedelta(hours=3)})
    session.commit()
    page = reader_of(operator).get("/admin/jobs")
    assert "Last run 3 hours ago, expected every 15 minutes." in page.text
    assert "Late" in page.text


def test_other_organizations_runs_are_not_found(app, world, closed, session, reader_of):
    run_id = run_of(session, closed).id
    world.organization("Harbour Crew")
    stranger = reader_of(world.person("Harriet", role=Role.ADMIN))
    before = digest(session)

    assert stranger.get(f"/admin/jobs/{run_id}").status == 404
    assert stranger.post(f"/admin/jobs/{run_id}/again").status == 404
    assert "Clay" not in stranger.get("/admin/jobs").text
    assert digest(session) == before


@pytest.mark.parametrize("role", [None, Role.ORGANIZER])
def test_only_operators_and_admins_look_at_runs(world, closed, reader_of, role):
    reader = reader_of(world.person("Somebody", role=role))
    assert reader.get("/admin/jobs").status == 403
    assert reader.post("/admin/jobs/run/close-events").status == 403


@pytest.mark.parametrize(
    "path", ["/admin/jobs/999", "/admin/jobs/0", "/admin/jobs/x", "/admin/jobs?status=asleep", "/admin/jobs?page=0"]
)
def test_what_does_not_exist_is_not_found(operator, reader_of, path):
    assert reader_of(operator).get(path).status == 404


def test_an_unknown_job_cannot_be_run(operator, reader_of):
    assert reader_of(operator).post("/admin/jobs/run/nap").status == 404


def test_the_page_takes_the_same_statements_for_few_and_many_runs(app, world, operator, reader_of, session):
    reader, counts = reader_of(operator), []
    for events in (1, 20):
        for _ in range(events):
            session.add(
                JobRun(
                    name="close-event",
                    event_id=world.event(),
                    status="succeeded",
                    as_of_at=NOON,
                    created_at=NOON,
                    counts={"attended": 1},
                )
            )
        session.commit()
        with counted_statements(app) as statements:
            reader.get("/admin/jobs")
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert session.query(Event).count() == 21
