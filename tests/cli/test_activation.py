"""`jobs run activate-classes`: at any hour, for one facility, by the id of the job, and what is no job at all."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select, text

from tests.support.worlds.classes.starting_classes import StartingClasses
from tests.support.worlds.rows import digest
from webapp.domain.work.schedule import SCHEDULE
from webapp.models import CronJob, JobRun, ProgramClass
from webapp.services.work.due import start_due_jobs

pytestmark = pytest.mark.only_db("sqlite")

DAY = date(2026, 6, 11)
MIDNIGHT = "2026-06-10T22:30Z"  # half past midnight of the 11th in Berlin


@pytest.fixture
def run(app: Flask):
    """A function that runs one command: (exit code, output)."""

    def run(*words: str) -> tuple[int, str]:
        result = app.test_cli_runner().invoke(args=list(words))
        return result.exit_code, result.output

    return run


@pytest.fixture
def starting_classes(app: Flask) -> StartingClasses:
    return StartingClasses(app)


@pytest.fixture
def job_id(app: Flask, session) -> str:
    """The job's row, as `ops prepare` lays it out: made once."""
    now = datetime(2026, 6, 10, 12, tzinfo=UTC)
    with app.app_context():
        for _ in range(2):
            start_due_jobs(SCHEDULE, now=now, real_now=now)
    row = session.execute(
        select(CronJob.uuid, CronJob.category, CronJob.schedule).where(CronJob.name == "activate-classes")
    ).one()
    assert (row.category, row.schedule) == ("system", "0 5 * * *")
    session.rollback()
    return row.uuid


def test_by_hand_it_runs_at_any_hour_and_says_what_began(run, starting_classes, session):
    place = starting_classes.facility("Europe/Berlin")
    class_id = starting_classes.scheduled(place, DAY, enrolled=2)

    code, output = run("jobs", "run", "activate-classes", "--now", MIDNIGHT)

    assert code == 0
    assert output.splitlines()[-2:] == [
        "activate-classes: 1 class started, 2 people started.",
        f"Studio 2 (facility {place}), Pottery (class {class_id}): 2 people started.",
    ]
    before = digest(session, leaving_out=frozenset({"job_runs"}))
    code, output = run("jobs", "run", "activate-classes", "--now", MIDNIGHT)
    assert (code, output.splitlines()[-1]) == (0, "activate-classes: nothing to do.")
    assert digest(session, leaving_out=frozenset({"job_runs"})) == before
    assert session.scalars(select(JobRun.status)).all() == ["succeeded", "succeeded"]


def test_one_facility_alone_and_by_the_id_of_the_job(run, starting_classes, job_id, session):
    first, second = starting_classes.facility("Europe/Berlin"), starting_classes.facility("Europe/Berlin", "Annex")
    for place in (first, second):
        starting_classes.scheduled(place, DAY, enrolled=1)
    assert f"{job_id} activate-classes" in run("jobs", "list", "--ids")[1].splitlines()

    code, output = run("jobs", "run", "--job-id", job_id, "--facility", str(second), "--now", MIDNIGHT)

    assert (code, "1 class started, 1 person started." in output) == (0, True)
    assert dict(session.execute(select(ProgramClass.facility_id, ProgramClass.status)).all()) == {
        first: "scheduled",
        second: "active",
    }


def test_what_cannot_be_run_is_one_clear_line_and_changes_nothing(run, starting_classes, job_id, session):
    starting_classes.scheduled(starting_classes.facility("Europe/Berlin"), DAY, enrolled=1)
    before = digest(session)
    unknown = str(uuid4())
    for words, said in (
        (["activate-classes", "--facility", "99"], "there is no facility 99"),
        (["activate-classes", "--facility", "x"], "--facility"),
        (["close-events", "--facility", "1"], "--facility can only be used with activate-classes"),
        (["activate-classes", "--event", "1"], "--event can only be used with close-events"),
        (["--job-id", unknown], f"there is no job with the id '{unknown}'"),
        (["--job-id", "'; DROP TABLE users"], "there is no job with the id"),
        (["tidy", "--job-id", job_id], f"the id {job_id} belongs to activate-classes, not to tidy"),
        ([], "name a job or give its --job-id"),
        (["activate-classes", "--now", "tomorrow"], "tomorrow"),
    ):
        code, output = run("jobs", "run", *words)
        assert (code, said in output) == (2, True), output
    assert digest(session) == before


def test_without_the_system_account_the_run_fails_with_a_clear_error(run, starting_classes, session):
    class_id = starting_classes.scheduled(starting_classes.facility("Europe/Berlin"), DAY, enrolled=1)
    session.execute(text("UPDATE users SET is_system = false WHERE id = 1"))
    session.commit()

    code, output = run("jobs", "run", "activate-classes", "--now", MIDNIGHT)

    assert code == 1
    assert "SystemAccountMissing: the system account (user 1, is_system) is missing" in output
    assert session.get_one(ProgramClass, class_id).status == "scheduled"


def test_what_waits_for_its_morning_is_due_and_then_not(run, starting_classes, session):
    place = starting_classes.facility("Europe/Berlin")
    starting_classes.scheduled(place, date.today() - timedelta(days=2), enrolled=1)  # noqa: DTZ011 -- overdue in every zone

    assert f'"due": "activate-classes", "facility_id": {place}' in run("ops", "due")[1]
    assert run("jobs", "run", "activate-classes")[0] == 0
    assert "activate-classes" not in run("ops", "due")[1]
