"""Redis falls silent, rqscheduler is killed again and again: people notice nothing and no work is lost."""

import random
import statistics
import time
from dataclasses import replace

import pytest
import redis

from tests.jobs.conftest import is_closed, outcomes, runs, undispatched
from tests.support.servers.silent_redis import SilentRedis
from tests.support.waiting import eventually
from tests.support.worlds.rows import broken
from webapp import clock
from webapp.services.places.enrollment import enroll
from webapp.services.work.opening import open_run


@pytest.fixture
def line(redis_url):
    """The way to this test's Redis."""
    line = SilentRedis(redis_url.removeprefix("unix://"))
    yield line
    line.close()


@pytest.fixture
def settings(settings, line):
    return replace(settings, redis_url=line.url)


def enroll_many(app, world, event_id: int, people: list[int]) -> list[float]:
    """Enroll them one by one; how long each took, in milliseconds."""
    took = []
    for user_id in people:
        with app.app_context():
            began = time.perf_counter()
            enroll(event_id=event_id, user_id=user_id, actor=world.actor(user_id), now=clock.real_now())
            took.append((time.perf_counter() - began) * 1000)
    return took


@pytest.mark.only_db("sqlite")
def test_enrolling_takes_no_longer_while_redis_is_silent(app, world, line):
    event_id, people = world.event("Talk"), world.people(80)
    enroll_many(app, world, event_id, people[:10])
    speaking = enroll_many(app, world, event_id, people[10:45])
    line.fall_silent()

    silent = enroll_many(app, world, event_id, people[45:])

    assert statistics.median(silent) <= statistics.median(speaking) + 10
    assert min(silent) <= min(speaking) + 10


@pytest.mark.slow
@pytest.mark.only_db("postgres")
def test_what_happened_while_redis_was_silent_is_handed_over_within_a_minute_of_its_return(
    app, world, line, programs, session
):
    event_id, people = world.event("Talk"), world.people(20)
    programs.redis_url = line.url
    programs.background()
    line.fall_silent()
    enroll_many(app, world, event_id, people)
    line.speak()

    eventually(lambda: undispatched(session) == 0, 60)
    assert broken(session, event_id) == []


def scheduler_is_killed(app, over, programs, session, redis_url, *, times: int) -> None:
    """Kill rqscheduler so often, at any moment, while events end one after the other."""
    luck = random.Random(times)  # noqa: S311 -- a test that can be repeated, not a secret
    programs.worker()
    programs.sweeper()
    events = []
    for round_number in range(times):
        if round_number % max(1, times // 5) == 0:
            events.append(over(6, f"Event {round_number}"))
            with app.app_context():
                open_run(name="close-events", now=clock.real_now(), real_now=clock.real_now(), for_a_worker=True)
        scheduler = programs.scheduler()
        time.sleep(luck.uniform(0, 1.2))  # any moment of its pass is as good as another
        scheduler.kill()
    programs.scheduler()
    for event_id in events:
        eventually(lambda event_id=event_id: is_closed(session, event_id), 45)
        assert outcomes(session, event_id) == {"attended": 3, "no_show": 3}
        assert broken(session, event_id) == []
    eventually(lambda: undispatched(session) == 0, 30)
    assert {run.status for run in runs(session)} == {"succeeded"}
    with redis.Redis.from_url(redis_url) as client:
        eventually(lambda: client.zrange("rq:scheduler:scheduled_jobs", 0, -1) == [b"tick"], 30)


@pytest.mark.slow
@pytest.mark.only_db("sqlite")
def test_a_scheduler_killed_twice_loses_and_doubles_nothing(app, over, programs, session, redis_url):
    scheduler_is_killed(app, over, programs, session, redis_url, times=2)


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.only_db("sqlite")
def test_a_scheduler_killed_sixty_times_loses_and_doubles_nothing(app, over, programs, session, redis_url):
    scheduler_is_killed(app, over, programs, session, redis_url, times=60)
