"""Ticks, mails and runs each have a queue and a worker: none stands behind the others, and what waits is not lost."""

import logging
from datetime import timedelta

import psutil
import pytest
import redis
from sqlalchemy import func, insert, select, update

from tests.jobs.conftest import is_closed, runs
from tests.support.servers.processes import Program
from tests.support.waiting import eventually
from webapp import clock, queueing
from webapp.jobs.sweeper import sweep_once
from webapp.models import CronJob, Event, Message
from webapp.queries.work.due import last_tick_at
from webapp.services.unit_of_work import end_reading, write_transaction
from webapp.services.work.due import start_closures
from webapp.services.work.opening import open_run

MANY = 60
#: In each of them, so that closing all of them takes several times as long as a mail.
PEOPLE = 60


def open_events(session) -> int:
    session.rollback()
    count = session.scalar(select(func.count()).where(Event.status == "published"))
    session.rollback()
    return count


def ask_for_a_mail(app, user_id: int) -> int:
    """A mail that is due now, written in turn with all others who write, and a nudge to send it."""
    now = clock.real_now()
    with app.app_context():
        with write_transaction() as session:
            values = {
                "dedupe_key": "asked-for",
                "kind": "password_reset",
                "user_id": user_id,
                "recipient": "ana@post.example",
                "subject": "Asked for",
                "body": "Here it is.",
                "details": {},
                "created_at": now,
                "attempts": 0,
                "next_try_at": now,
            }
            key = session.execute(insert(Message).values(values)).inserted_primary_key[0]
        queueing.nudge("send-messages")
        assert app.extensions["nudger"].settle(10)
    return key


def is_sent(session, message_id: int) -> bool:
    session.rollback()
    sent_at = session.scalar(select(Message.sent_at).where(Message.id == message_id))
    session.rollback()
    return sent_at is not None


def has_ticked() -> bool:
    end_reading()
    ticked_at = last_tick_at()
    end_reading()
    return ticked_at is not None


def members(jobs: Program) -> dict[int, psutil.Process]:
    return {child.pid: child for child in psutil.Process(jobs.pid).children()}


@pytest.mark.slow
@pytest.mark.long_db("postgres")
def test_many_events_that_end_at_once_hold_up_no_mail_and_none_is_called_lost(app, world, over, programs, session):
    for number in range(MANY):
        over(PEOPLE, f"Over {number}")
    user_id = world.person()
    jobs = programs.background()
    with app.app_context():
        open_run(name="close-events", now=clock.now(), real_now=clock.real_now(), for_a_worker=True)
    eventually(lambda: open_events(session) <= MANY - 3, 60, every=0.01)

    message_id = ask_for_a_mail(app, user_id)
    eventually(lambda: is_sent(session, message_id), 30, every=0.01)
    still_open = open_events(session)

    eventually(lambda: open_events(session) == 0, 120)
    assert still_open > 0
    assert {(run.attempt, run.takeovers) for run in runs(session)} == {(1, 0)}
    assert "left behind" not in jobs.log
    assert "no tick since" not in jobs.log


@pytest.mark.slow
@pytest.mark.only_db("sqlite")
def test_whoever_of_the_processes_is_killed_comes_back_and_all_of_them_stop_when_asked(app, over, programs, session):
    jobs = programs.background()
    before = members(jobs)
    assert len(before) == 2
    for child in before.values():
        child.kill()

    eventually(lambda: len(members(jobs)) == 2 and not members(jobs).keys() & before.keys(), 30)
    event_id = over(4)
    with app.app_context():
        open_run(name="close-events", now=clock.now(), real_now=clock.real_now(), for_a_worker=True)
    eventually(lambda: is_closed(session, event_id), 30)

    left = [psutil.Process(jobs.pid), *members(jobs).values()]
    jobs.stop()
    assert jobs.process.returncode == 0
    assert not psutil.wait_procs(left, timeout=5)[1]


@pytest.mark.slow
@pytest.mark.only_db("sqlite")
def test_where_only_ticks_are_missing_the_sweeper_leaves_runs_to_their_worker(app, over, programs, session, caplog):
    event_ids = [over(4, f"Over {number}") for number in range(3)]
    programs.worker()
    with app.app_context():
        eventually(has_ticked, 30)  # a worker looks once when it begins
        long_ago = clock.real_now() - timedelta(hours=1)
        session.execute(update(CronJob).where(CronJob.name == "tick").values(last_run_at=long_ago))
        session.commit()
        start_closures(name="close-event", now=clock.now(), real_now=long_ago)

        with caplog.at_level(logging.INFO, logger="webapp"):
            sweep_once(app)

    assert "asking the workers" in caplog.text
    assert "begins" not in caplog.text
    eventually(lambda: all(is_closed(session, event_id) for event_id in event_ids), 30)


@pytest.mark.slow
@pytest.mark.only_db("sqlite")
def test_when_redis_forgets_everything_ticks_go_on_by_themselves(programs, session, redis_url):
    programs.background()

    def ticked_at():
        session.rollback()
        return session.scalar(select(CronJob.last_run_at).where(CronJob.name == "tick"))

    eventually(ticked_at, 30)
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
    forgotten_at = clock.real_now()
    eventually(lambda: ticked_at() > forgotten_at, 15)
