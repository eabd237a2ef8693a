"""The jobs of online sessions: found in the rows with or without Redis, tried again with the tick, run by hand."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from tests.support.worlds.online.online_event import END, LATER, MINUTE, SOON, START, OnlineEvent, measured
from webapp import clock
from webapp.jobs.by_hand import run_by_hand
from webapp.jobs.tick import tick_in_process
from webapp.models import CronJob, JobRun, MeetingSession

CALCULATE, RECONCILE = "calculate-session-attendance", "reconcile-orphaned-stays"
pytestmark = [pytest.mark.usefixtures("app_context"), pytest.mark.only_db("sqlite")]


@pytest.fixture
def stand_at(tmp_path, session):
    """A function that moves the product's clock and lets the tick go again."""
    clock.allow_moving(tmp_path / "clock")

    def move(to: datetime) -> None:
        clock.move(to - clock.real_now())
        session.rollback()
        session.execute(delete(CronJob).where(CronJob.name == "tick"))
        session.commit()

    yield move
    clock.forbid_moving()


def runs(session, name: str) -> list[dict]:
    session.rollback()
    rows = session.scalars(select(JobRun).where(JobRun.name == name).order_by(JobRun.id))
    return [{"status": run.status, **{key: count for key, count in run.counts.items() if count}} for run in rows]


def test_without_redis_the_tick_finds_what_is_due_in_the_rows(app, session, stand_at):
    stand_at(START)
    online_event = OnlineEvent(app)
    online_event.room.stays(online_event.identity(0), 0, 60)
    online_event.room.joins(online_event.identity(1), 0)
    tick_in_process()

    stand_at(END + 10 * MINUTE + timedelta(seconds=1))
    tick_in_process()

    assert runs(session, CALCULATE) == [
        {"status": "succeeded", "sessions": 1, "records": 5, "needs_review": 1, "online_check_ins": 1}
    ]
    stand_at(END + 67 * MINUTE + timedelta(seconds=1))
    tick_in_process()
    assert runs(session, RECONCILE)[-1] == {"status": "succeeded", "sessions": 1, "records": 2, "online_check_ins": 1}
    assert [row[0] for row in measured(session, online_event.session_id).values()] == ["present", "present", "absent"]


def test_a_calculation_that_failed_is_tried_again_by_the_tick_a_minute_later(app, session, stand_at):
    stand_at(START)
    online_event = OnlineEvent(app)
    tick_in_process()
    session.execute(update(MeetingSession).values(kind="seance"))
    session.commit()
    stand_at(END + 10 * MINUTE + timedelta(seconds=1))
    tick_in_process()
    assert runs(session, CALCULATE) == [{"status": "succeeded", "sessions_failed": 1}]

    session.execute(update(MeetingSession).values(kind="event"))
    session.commit()
    stand_at(END + 10 * MINUTE + timedelta(seconds=30))
    tick_in_process()
    assert len(runs(session, CALCULATE)) == 1

    stand_at(END + 11 * MINUTE + timedelta(seconds=5))
    tick_in_process()
    assert runs(session, CALCULATE)[1:] == [{"status": "succeeded", "sessions": 1, "records": 6}]
    assert len(measured(session, online_event.session_id)) == 3


def test_by_hand_each_says_what_it_did(app):
    online_event = OnlineEvent(app)
    online_event.room.joins(online_event.identity(0), 0)

    assert run_by_hand(CALCULATE, now=SOON).lines == [
        f"{CALCULATE}: 1 online session, 5 records written, 1 person to review."
    ]
    assert run_by_hand(RECONCILE, now=LATER).lines == [
        f"{RECONCILE}: 1 online session, 2 records written, 1 online check-in."
    ]
    assert run_by_hand(RECONCILE, now=LATER).lines == [f"{RECONCILE}: nothing to do."]
