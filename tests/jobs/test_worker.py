"""Closures by real workers: two at once, killed in the middle, Redis emptied, an event that cannot be closed."""

import json
import os
import signal
from contextlib import suppress
from datetime import datetime

import psutil
import pytest
import redis
from rq import Queue, Worker
from sqlalchemy import func, select, update

from tests.jobs.conftest import is_closed, outcomes, runs, undispatched
from tests.support.servers.processes import Program
from tests.support.waiting import eventually
from tests.support.worlds.rows import broken
from webapp import clock
from webapp.domain.work.job import PICKUP, RETRY_SECONDS
from webapp.models import Event, JobRun, OutboxEvent
from webapp.queueing import RUNS
from webapp.services.work.due import start_closures
from webapp.services.work.opening import open_run

#: So many that a closure takes long enough to be killed in the middle.
MANY = 8000


def open_sweep(app) -> None:
    """As if the quarter of an hour had come just now."""
    with app.app_context():
        open_run(name="close-events", now=clock.now(), real_now=clock.real_now(), for_a_worker=True)


def kill_everything(worker: Program) -> None:
    """kill -9 of all of them and of the process that would start them again."""
    parent = psutil.Process(worker.pid)
    for process in [parent, *parent.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    worker.process.wait(10)


def told_once(session, event_id: int) -> bool:
    """Whether every person has exactly one outcome event."""
    session.rollback()
    kinds = ("ParticipantAttended", "ParticipantNoShow")
    rows = session.execute(
        select(func.count(), func.count(OutboxEvent.enrollment_id.distinct())).where(
            OutboxEvent.event_id == event_id, OutboxEvent.kind.in_(kinds)
        )
    ).one()
    session.rollback()
    return rows[0] == rows[1]


@pytest.mark.slow
@pytest.mark.long_db("postgres")
def test_a_worker_closes_what_is_over_and_hands_over_what_happened(app, over, programs, session):
    event_id = over(40)
    programs.background()

    open_sweep(app)

    eventually(lambda: is_closed(session, event_id))
    assert outcomes(session, event_id) == {"attended": 20, "no_show": 20}
    eventually(lambda: undispatched(session) == 0)
    sweep, closing = runs(session, "close-events")[0], runs(session)[0]
    eventually(lambda: [run.status for run in runs(session, "close-events")] == ["succeeded"])
    assert (sweep.counts, closing.parent_id) == ({"events": 1, "empty_events": 0}, sweep.id)
    assert (closing.counts, closing.attempt) == ({"attended": 20, "no_show": 20}, 1)
    assert broken(session, event_id) == []


@pytest.mark.slow
@pytest.mark.race
@pytest.mark.only_db("postgres")  # SQLite lets one writer in, there is less that could go wrong
def test_two_commands_and_a_worker_at_once_close_every_person_once(app, over, programs, session):
    event_id = over(6000)
    programs.worker()
    open_sweep(app)
    commands = [programs.start_flask("jobs", "run", "close-events", "--event", str(event_id)) for _ in range(2)]
    for command in commands:
        assert command.process.wait(60) == 0, command.log

    eventually(lambda: is_closed(session, event_id), 30)
    assert outcomes(session, event_id) == {"attended": 3000, "no_show": 3000}
    assert told_once(session, event_id)
    assert broken(session, event_id) == []


@pytest.mark.slow
@pytest.mark.long_db("postgres")
def test_killed_in_the_middle_a_closure_goes_on_within_five_seconds_of_the_restart(
    app, over, programs, session, redis_url, database
):
    wipe = database.kind == "postgres"  # with Redis kept on the one, emptied on the other
    event_id = over(MANY)
    worker = programs.background()
    open_sweep(app)
    eventually(lambda: outcomes(session, event_id).get("attended", 0) > 0, every=0.005)

    kill_everything(worker)
    moved = sum(outcomes(session, event_id).get(status, 0) for status in ("attended", "no_show"))
    assert 0 < moved < MANY
    if wipe:
        with redis.Redis.from_url(redis_url) as client:
            client.flushall()
    programs.background()

    def goes_on() -> bool:
        now = outcomes(session, event_id)
        return now.get("attended", 0) + now.get("no_show", 0) > moved

    eventually(goes_on, 5 if not wipe else 15)
    eventually(lambda: is_closed(session, event_id), 60)
    assert outcomes(session, event_id) == {"attended": MANY // 2, "no_show": MANY // 2}
    assert told_once(session, event_id)
    assert broken(session, event_id) == []
    assert [(run.status, run.attempt) for run in runs(session)] == [("succeeded", 1)]


@pytest.mark.slow
@pytest.mark.only_db("sqlite")
def test_a_killed_worker_alone_is_replaced(app, over, programs, session, redis_url):
    event_id = over(MANY)
    programs.background()
    open_sweep(app)
    eventually(lambda: outcomes(session, event_id).get("attended", 0) > 0, every=0.005)

    with redis.Redis.from_url(redis_url) as client:
        (busy,) = Worker.all(queue=Queue(RUNS, connection=client))
    os.kill(busy.pid, signal.SIGKILL)

    eventually(lambda: is_closed(session, event_id), 60)
    assert outcomes(session, event_id) == {"attended": MANY // 2, "no_show": MANY // 2}
    assert broken(session, event_id) == []


@pytest.mark.slow
@pytest.mark.only_db("sqlite")
def test_an_event_that_cannot_be_closed_is_tried_four_times_and_holds_nobody_up(app, over, programs, session):
    poison, healthy = over(4, "Poison"), over(4, "Healthy")
    session.execute(update(Event).where(Event.id == poison).values(timezone="Nowhere/Land"))
    session.commit()
    worker = programs.background()
    open_sweep(app)

    eventually(lambda: is_closed(session, healthy), 10)
    eventually(lambda: run_of(session, poison).status == "failed", 40)

    run = run_of(session, poison)
    assert run.attempt == 4
    assert "Nowhere/Land" in run.error
    began, due = tries_in(worker.log, poison)
    assert len(began) == 4
    for pause, failed_about, due_at, next_began in zip(RETRY_SECONDS, began, due, began[1:], strict=False):
        assert 0 <= (next_began - due_at).total_seconds() < 8
        assert pause <= (next_began - failed_about).total_seconds() < pause + 8
    assert outcomes(session, poison) == {"checked_in": 2, "confirmed": 2}

    session.execute(update(Event).where(Event.id == poison).values(timezone="UTC"))
    session.commit()
    open_sweep(app)
    eventually(lambda: is_closed(session, poison), 15)


def run_of(session, event_id: int) -> JobRun:
    """The newest run of that event."""
    return [run for run in runs(session) if run.event_id == event_id][-1]


def tries_in(log: str, event_id: int) -> tuple[list[datetime], list[datetime]]:
    """When each try began, and for when each failure announced the next one."""
    began, due = [], []
    for line in filter(lambda line: line.startswith("{"), log.splitlines()):
        record = json.loads(line)
        if f"event={event_id} " not in record["event"] + " ":
            continue
        if "begins:" in record["event"]:
            began.append(datetime.fromisoformat(record["timestamp"]))
        elif "failed:" in record["event"] and "next=None" not in record["event"]:
            due.append(datetime.fromisoformat(record["event"].partition("next=")[2]))
    return began, due


@pytest.mark.slow
@pytest.mark.only_db("sqlite")
def test_emptied_before_a_worker_came_redis_gets_the_work_again(app, over, programs, session, redis_url):
    event_id = over(10)
    open_sweep(app)
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()

    programs.background()

    eventually(lambda: is_closed(session, event_id), 20)


@pytest.mark.slow
@pytest.mark.only_db("sqlite")
def test_without_redis_and_workers_the_sweeper_does_the_work(app, over, programs, session):
    event_id = over(10)
    programs.redis_url = "unix:///nowhere/at/all.sock"
    with app.app_context():
        start_closures(name="close-event", now=clock.now(), real_now=clock.real_now() - PICKUP * 2)

    programs.sweeper()

    eventually(lambda: is_closed(session, event_id), 40)
    eventually(lambda: undispatched(session) == 0, 40)
