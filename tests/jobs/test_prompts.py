"""Prompts by real programs: two at once, killed in the middle, Redis emptied. Everybody is asked once."""

from contextlib import suppress
from datetime import timedelta

import psutil
import pytest
import redis

from tests.jobs.conftest import runs
from tests.support.servers.processes import Program
from tests.support.waiting import eventually
from tests.support.worlds.prompting import Asking
from webapp import clock
from webapp.services.work.opening import open_run


@pytest.fixture
def asking(app, world, session) -> Asking:
    return Asking(app, world, session)


@pytest.fixture
def over(asking):
    """A function that makes an event which ended two hours ago, with so many people to ask."""

    def make(people: int) -> int:
        event_id = asking.event(end=clock.real_now() - timedelta(hours=2))
        asking.fill(event_id, people)
        return event_id

    return make


def open_plan(app) -> None:
    """As if the ten minutes had come just now."""
    with app.app_context():
        open_run(name="schedule-prompts", now=clock.now(), real_now=clock.real_now(), for_a_worker=True)


def kill_everything(worker: Program) -> None:
    """kill -9 of the worker and of everything it forked."""
    for process in [*psutil.Process(worker.pid).children(recursive=True), psutil.Process(worker.pid)]:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    worker.process.wait(10)


@pytest.mark.slow
@pytest.mark.long_db("postgres")
def test_a_worker_plans_and_sends_what_is_due(app, asking, over, programs, session):
    event_id = over(20)
    programs.background()

    open_plan(app)

    eventually(lambda: asking.is_asked_once(event_id, 20), 30)
    (run,) = runs(session, "schedule-prompts")
    assert (run.status, run.counts) == ("succeeded", {"prompts": 20})


@pytest.mark.slow
@pytest.mark.race
@pytest.mark.only_db("postgres")
def test_commands_at_the_same_moment_ask_everybody_once(asking, over, programs):
    event_id = over(1500)
    names = ("schedule-prompts", "schedule-prompts", "send-prompts", "send-prompts")
    for command in [programs.start_flask("jobs", "run", name) for name in names]:
        # One that began a second later was asked for another instant, and says that it could not do it yet.
        is_done = command.process.wait(60) == 0
        assert is_done or "because another run is still open" in command.log, command.log
    assert len(asking.prompts(event_id)) == 1500

    assert programs.flask("jobs", "run", "send-prompts").returncode == 0
    assert asking.is_asked_once(event_id, 1500)


@pytest.mark.slow
@pytest.mark.only_db("sqlite")
def test_killed_in_the_middle_and_redis_emptied_everybody_is_asked_once(app, asking, over, programs, redis_url):
    event_id = over(2000)
    worker = programs.background()
    open_plan(app)
    eventually(lambda: asking.lines(event_id), 30, every=0.005)

    kill_everything(worker)
    assert 0 < len(asking.lines(event_id)) < 2000
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
    programs.background()

    eventually(lambda: asking.is_asked_once(event_id, 2000), 60)
