"""Jobs from a shell: run for any instant, repeat, and one clear line for what cannot be."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from tests.support.worlds.crowd import Guest, fill
from tests.support.worlds.rows import broken, digest
from tests.support.worlds.world import World
from webapp import clock
from webapp.domain.work.schedule import SCHEDULE
from webapp.extensions import db
from webapp.models import Event, JobRun
from webapp.services.work.opening import open_run
from webapp.services.work.run import claim_run

JOBS = tuple(job.name for job in SCHEDULE)

START = datetime(2026, 6, 14, 20, tzinfo=UTC)
END = datetime(2026, 6, 14, 23, tzinfo=UTC)


@pytest.fixture
def run(app: Flask):
    """A function that runs one command: (exit code, output)."""

    def run(*words: str) -> tuple[int, str]:
        result = app.test_cli_runner().invoke(args=["jobs", *words])
        return result.exit_code, result.output

    return run


@pytest.fixture
def event_id(app: Flask) -> int:
    event_id = World(app).event("Late talk", starts_at=START, ends_at=END, timezone="UTC")
    with app.app_context():
        guests = [Guest("checked_in", (date(2026, 6, 14),)), Guest(), Guest()]
        fill(db.engine, event_id, guests, at=START - timedelta(days=3))
    return event_id


def test_closing_for_a_chosen_instant(run, event_id, session):
    code, output = run("run", "close-events", "--now", "2026-06-14T23:15Z")

    assert code == 0
    assert f"close-events: 1 event.\nLate talk (event {event_id}): 1 attended, 2 no-shows." in output
    assert session.get_one(Event, event_id).completed_at == END + timedelta(minutes=15)
    assert broken(session, event_id) == []


def test_one_event_alone_and_again(run, event_id, session):
    code, output = run("run", "close-events", "--event", str(event_id), "--now", "2026-06-14T23:15Z")
    assert (code, output.splitlines()[-1]) == (0, f"Late talk (event {event_id}): 1 attended, 2 no-shows.")
    session.rollback()
    before = digest(session, leaving_out=frozenset({"job_runs", "sign_ins"}))

    code, output = run("run", "close-events", "--event", str(event_id), "--now", "2026-06-14T23:30Z")

    assert code == 0
    assert "nothing to close as of 2026-06-14T23:30:00Z" in output
    assert digest(session, leaving_out=frozenset({"job_runs", "sign_ins"})) == before


def test_reminders_for_a_chosen_instant_and_again(run, event_id, session):
    code, output = run("run", "send-reminders", "--now", "2026-06-14T02:00Z")
    assert (code, output.splitlines()[-1]) == (0, "send-reminders: 2 reminders.")
    session.rollback()
    before = digest(session, leaving_out=frozenset({"job_runs", "sign_ins"}))

    code, output = run("run", "send-reminders", "--now", "2026-06-14T03:00Z")

    assert (code, output.splitlines()[-1]) == (0, "send-reminders: nothing to do.")
    assert digest(session, leaving_out=frozenset({"job_runs", "sign_ins"})) == before


def test_before_the_end_there_is_nothing_to_close(run, event_id, session):
    code, output = run("run", "close-events", "--now", "2026-06-14T22:59Z")
    assert (code, output.splitlines()[-1]) == (0, "close-events: nothing to do.")
    assert session.get_one(Event, event_id).status == "published"


def test_a_failure_is_said_and_the_exit_code_too(run, event_id, session):
    session.query(Event).update({"timezone": "Nowhere/Land"})
    session.commit()

    code, output = run("run", "close-events", "--now", "2026-06-14T23:15Z")

    assert code == 1
    assert f"Late talk (event {event_id}): retrying (attempt 1)." in output
    assert "Nowhere/Land" in output


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["nap"], f"there is no job 'nap': use {', '.join(JOBS)}"),
        (["close-events", "--event", "999"], "there is no event 999"),
        (["close-events", "--event", "0"], "--event must be a whole number from 1 to 9223372036854775807"),
        (["close-events", "--event", "1; DROP"], "--event must be a whole number from 1 to 9223372036854775807"),
        (["close-events", "--event", "9" * 30], "--event must be a whole number from 1 to 9223372036854775807"),
        (["close-events", "--now", "yesterday"], "'yesterday' is no instant"),
        (["close-events", "--now", "2026-02-30T10:00Z"], "'2026-02-30T10:00Z' is no instant"),
        (["tidy", "--event", "1"], "--event can only be used with close-events"),
    ],
)
def test_what_cannot_be_is_one_clear_line_and_changes_nothing(run, event_id, session, words, line):
    before = digest(session)

    code, output = run("run", *words)

    assert code == 2
    assert [one for one in output.splitlines() if one][-1].startswith(f"Error: {line}")
    assert digest(session) == before


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("relay-outbox", "0 domain events handed over."),
        ("send-messages", "0 emails sent, 0 postponed, 0 failed."),
        ("tidy", "tidy: nothing to do."),
    ],
)
def test_the_other_jobs_run_by_hand_too(run, app, name, line):
    code, output = run("run", name)
    assert (code, output.splitlines()[-1]) == (0, line)


def test_what_is_due_is_named_until_it_is_done(run, event_id):
    assert f"close-event event_id={event_id}" in run("due")[1]
    run("run", "close-events")
    run("run", "relay-outbox")
    run("run", "send-messages")
    assert run("due")[1].splitlines()[-1] == "Nothing is due."


def test_the_list_names_every_job(run):
    code, output = run("list")
    assert code == 0
    names = [line.split()[0] for line in output.splitlines()]
    assert names == list(JOBS)
    assert {"close-events", "send-reminders", "schedule-prompts", "relay-outbox", "send-messages", "tidy"} <= set(names)


def test_each_run_is_on_the_record(run, event_id, session):
    run("run", "close-events", "--now", "2026-06-14T23:15Z")
    rows = session.query(JobRun).order_by(JobRun.id).all()
    assert [(row.name, row.status, row.attempt, row.as_of_at) for row in rows] == [
        ("close-events", "succeeded", 1, END + timedelta(minutes=15)),
        ("close-event", "succeeded", 1, END + timedelta(minutes=15)),
    ]


TIMED = [job.name for job in SCHEDULE if job.is_timed]
EARLIER = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize("name", TIMED)
def test_a_run_that_is_open_for_an_earlier_instant_is_ended_and_what_was_asked_is_done(run, app, session, name):
    with app.app_context():
        earlier, _ = open_run(name=name, now=EARLIER, real_now=EARLIER)

    code, output = run("run", name, "--now", "2026-06-14T23:15Z")

    assert code == 0, output
    rows = session.query(JobRun).filter_by(name=name).order_by(JobRun.id).all()
    assert [(row.id == earlier, row.status, row.as_of_at) for row in rows] == [
        (True, "succeeded", EARLIER),
        (False, "succeeded", END + timedelta(minutes=15)),
    ]
    assert f"Before ours, a run that was open: {name}" in output


@pytest.mark.parametrize("name", TIMED)
def test_where_another_process_works_on_it_the_command_says_that_it_was_not_done(run, app, session, name):
    with app.app_context():
        other, _ = open_run(name=name, now=EARLIER, real_now=clock.real_now())
        claim_run(run_id=other, holder="somebody else", real_now=clock.real_now() + timedelta(minutes=5))

    code, output = run("run", name, "--now", "2026-06-14T23:15Z")

    assert code == 1
    assert f"{name}: not done as of 2026-06-14T23:15:00Z, because another run is still open" in output
    assert [row.id for row in session.query(JobRun).filter_by(name=name)] == [other]


@pytest.mark.parametrize("only", [True, False], ids=["that event", "all events"])
def test_an_event_whose_closure_is_open_for_an_earlier_instant_is_closed(run, app, event_id, session, only):
    with app.app_context():
        open_run(name="close-event", event_id=event_id, now=START, real_now=EARLIER)

    code, output = run(
        "run", "close-events", *(["--event", str(event_id)] if only else []), "--now", "2026-06-14T23:15Z"
    )

    assert (code, output.splitlines()[-1]) == (0, f"Late talk (event {event_id}): 1 attended, 2 no-shows.")
    assert session.get_one(Event, event_id).completed_at == END + timedelta(minutes=15)


@pytest.mark.parametrize("only", [True, False], ids=["that event", "all events"])
def test_an_event_that_another_process_is_closing_is_named_as_not_closed(run, app, event_id, session, only):
    with app.app_context():
        other, _ = open_run(name="close-event", event_id=event_id, now=START, real_now=clock.real_now())
        claim_run(run_id=other, holder="somebody else", real_now=clock.real_now() + timedelta(minutes=5))

    code, output = run(
        "run", "close-events", *(["--event", str(event_id)] if only else []), "--now", "2026-06-14T23:15Z"
    )

    assert code == 1
    assert f"Late talk (event {event_id}): another process is working on it." in output
    assert session.get_one(Event, event_id).status == "published"
