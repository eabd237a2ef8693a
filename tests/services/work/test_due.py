"""What is due is asked of the database, claimed once, and survives a clock that moves both ways."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from webapp.domain.work.job import EVERY_TICK, PeriodicJob
from webapp.models import CronJob, JobRun
from webapp.queries.work.due import last_tick_at
from webapp.services.work.due import note_tick, start_due_jobs

QUARTERLY = PeriodicJob("close-events", "Close events", "*/15 * * * *", "every 15 minutes", "Closes.")
WITH_TICK = PeriodicJob("relay-outbox", "Relay", EVERY_TICK, "every few seconds", "Relays.")
NOON = datetime(2026, 6, 10, 12, 3, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
pytestmark = pytest.mark.usefixtures("app_context")


def due(now: datetime) -> list[str]:
    return [run.name for run in start_due_jobs([QUARTERLY, WITH_TICK], now=now, real_now=now)]


def finish_all(session) -> None:
    session.query(JobRun).update({"status": "succeeded"})
    session.commit()


def next_run_at(session) -> datetime:
    session.rollback()
    return session.scalar(select(CronJob.next_run_at).where(CronJob.name == "close-events"))


def test_a_start_alone_fires_nothing(session):
    assert due(NOON) == []
    assert next_run_at(session) == datetime(2026, 6, 10, 12, 15, tzinfo=UTC)


def test_each_time_fires_once_however_often_it_is_asked(session):
    due(NOON)
    assert due(NOON + 11 * MINUTE) == []
    assert due(NOON + 12 * MINUTE) == ["close-events"]
    assert due(NOON + 12 * MINUTE) == []
    assert next_run_at(session) == datetime(2026, 6, 10, 12, 30, tzinfo=UTC)


def test_a_long_silence_is_made_up_for_by_one_run(session):
    due(NOON)
    assert due(NOON + timedelta(days=2)) == ["close-events"]
    finish_all(session)
    assert due(NOON + timedelta(days=2)) == []


def test_a_run_that_is_still_open_is_not_doubled(session):
    due(NOON)
    assert due(NOON + 12 * MINUTE) == ["close-events"]
    assert due(NOON + 27 * MINUTE) == []
    finish_all(session)
    assert due(NOON + 42 * MINUTE) == ["close-events"]


def test_a_clock_moved_back_does_not_silence_a_job(session):
    due(NOON)
    due(NOON + timedelta(days=30))
    finish_all(session)

    assert due(NOON) == []
    assert next_run_at(session) == datetime(2026, 6, 10, 12, 15, tzinfo=UTC)
    assert due(NOON + 12 * MINUTE) == ["close-events"]


def test_two_who_ask_at_once_start_it_once(app, session):
    due(NOON)
    started, start = [], threading.Barrier(2)

    def ask() -> None:
        with app.app_context():
            start.wait(10)
            started.extend(due(NOON + 12 * MINUTE))

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert started == ["close-events"]
    assert session.query(JobRun).count() == 1


def test_jobs_that_go_with_the_tick_are_known_and_open_no_runs(session):
    due(NOON)
    due(NOON + timedelta(hours=1))
    rows = session.execute(select(CronJob.name, CronJob.category, CronJob.schedule).order_by(CronJob.name)).all()
    assert [tuple(row) for row in rows] == [
        ("close-events", "system", "*/15 * * * *"),
        ("relay-outbox", "system", "tick"),
    ]
    assert [run.name for run in session.query(JobRun)] == ["close-events"]


def test_ticks_close_together_count_as_one(session):
    assert note_tick(NOON)
    assert not note_tick(NOON + timedelta(seconds=0.5))
    assert last_tick_at() == NOON
    assert note_tick(NOON + timedelta(seconds=1))
    assert last_tick_at() == NOON + timedelta(seconds=1)


def test_a_machine_clock_set_back_does_not_stop_the_ticks():
    note_tick(NOON)
    assert note_tick(NOON - timedelta(hours=1))
    assert last_tick_at() == NOON - timedelta(hours=1)
