"""Jobs from a shell: run for any instant, repeat, and one clear line for what cannot be."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from tests.support.crowd import Guest, fill
from tests.support.rows import broken, digest
from tests.support.world import World
from webapp.domain.schedule import SCHEDULE
from webapp.extensions import db
from webapp.models import Event, JobRun

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
        (["tidy", "--event", "1"], "--event goes with close-events only"),
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
        ("send-messages", "0 mails sent, 0 postponed, 0 given up."),
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
