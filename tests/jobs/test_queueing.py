"""What we put into Redis: one tick whatever happens, and one job per run that no dead one keeps out."""

from datetime import UTC, datetime

import pytest
import redis
from rq import Queue, SimpleWorker
from rq.exceptions import NoSuchJobError
from rq.job import Job, JobStatus
from rq.utils import import_attribute
from rq_scheduler import Scheduler

from tests.support.waiting import eventually
from webapp import clock, queueing
from webapp.adapters.cron import next_time
from webapp.domain.work.job import TICK_SECONDS
from webapp.domain.work.schedule import SCHEDULE
from webapp.models import CronJob

ENTRIES = Scheduler.scheduled_jobs_key


@pytest.fixture
def connection(redis_url):
    with redis.Redis.from_url(redis_url) as connection:
        yield connection


def keep_tick(connection) -> bool:
    return queueing.keep_tick(connection, clock.real_now())


def enqueue(connection, run_id: int = 7) -> None:
    queueing.enqueue_run(connection, name="close-event", run_id=run_id)


def waiting(connection) -> list[str]:
    return Queue(queueing.RUNS, connection=connection).job_ids


def test_every_path_that_is_put_into_redis_leads_to_a_function():
    for path in [*(path for _, path in queueing.NUDGED_JOBS.values()), "webapp.jobs.run.perform_run"]:
        assert callable(import_attribute(path))


def test_every_schedule_is_a_cron_expression_or_goes_with_the_tick():
    now = datetime(2026, 6, 10, 12, 3, tzinfo=UTC)
    times = {job.name: next_time(job.cron, now).isoformat() for job in SCHEDULE if job.is_timed}
    assert times == {
        "calculate-session-attendance": "2026-06-10T12:05:00+00:00",
        "reconcile-orphaned-stays": "2026-06-10T12:07:00+00:00",
        "close-events": "2026-06-10T12:15:00+00:00",
        "send-reminders": "2026-06-10T12:10:00+00:00",
        "schedule-prompts": "2026-06-10T12:10:00+00:00",
        "close-answers": "2026-06-10T12:05:00+00:00",
        "delete-answers": "2026-06-10T12:20:00+00:00",
        "tidy": "2026-06-11T03:40:00+00:00",
        "activate-classes": "2026-06-11T05:00:00+00:00",  # on the clock of each facility
    }
    with_the_tick = {job.name for job in SCHEDULE if not job.is_timed}
    assert with_the_tick == {"send-prompts", "relay-outbox", "send-messages", "fold-rooms", "release-holds"}


def test_the_tick_is_put_in_once_and_then_left_alone(connection):
    assert keep_tick(connection)
    first = connection.zrange(ENTRIES, 0, -1, withscores=True)
    assert not keep_tick(connection)
    assert connection.zrange(ENTRIES, 0, -1, withscores=True) == first
    assert Job.fetch("tick", connection=connection).meta["interval"] == TICK_SECONDS


def test_after_redis_was_emptied_the_tick_comes_back(connection):
    keep_tick(connection)
    connection.flushall()
    assert keep_tick(connection)
    assert connection.zrange(ENTRIES, 0, -1) == [b"tick"]


def test_entries_of_older_versions_are_cancelled_and_other_peoples_are_not(connection):
    scheduler = Scheduler(queue_name="turnout", connection=connection)
    scheduler.schedule(clock.real_now(), "webapp.jobs.tick.tick", interval=60, id="old-tick")
    others = Scheduler(queue_name="somebody-else", connection=connection)
    others.schedule(clock.real_now(), "their.job", interval=60, id="theirs")

    assert keep_tick(connection)
    assert sorted(connection.zrange(ENTRIES, 0, -1)) == [b"theirs", b"tick"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda connection: connection.delete("rq:job:tick"),
        lambda connection: connection.hset("rq:job:tick", "data", b"\x80not a pickle"),
        lambda connection: connection.hset("rq:job:tick", "meta", b"\x80not a pickle"),
        lambda connection: connection.hset("rq:job:tick", "origin", b"elsewhere"),
    ],
    ids=["hash gone", "payload broken", "meta broken", "other queue"],
)
def test_a_broken_tick_is_replaced_because_rqscheduler_would_stumble_over_it(connection, spoil):
    keep_tick(connection)
    spoil(connection)
    assert keep_tick(connection)
    assert not keep_tick(connection)


def test_an_entry_without_its_job_is_cancelled(connection):
    connection.zadd(ENTRIES, {"ghost": 1})
    keep_tick(connection)
    assert connection.zrange(ENTRIES, 0, -1) == [b"tick"]


def test_a_run_is_in_the_queue_once_and_is_found_there_by_its_number(connection):
    enqueue(connection)
    enqueue(connection)
    enqueue(connection, run_id=12)
    assert waiting(connection) == ["close-event-7", "close-event-12"]
    assert Job.fetch("close-event-7", connection=connection).args == (7,)
    assert queueing.runs_in_queue(connection) == ({7, 12}, frozenset())


def test_a_run_that_a_worker_took_is_seen_all_the_way(connection):
    enqueue(connection)
    queue = Queue(queueing.RUNS, connection=connection)
    connection.lmove(queue.key, queue.intermediate_queue_key, "LEFT", "RIGHT")
    assert queueing.runs_in_queue(connection) == (frozenset(), {7})

    worker = SimpleWorker([queueing.RUNS], connection=connection)
    worker.register_birth()
    worker.prepare_execution(Job.fetch("close-event-7", connection=connection))
    connection.delete(queue.intermediate_queue_key)
    assert queueing.runs_in_queue(connection) == (frozenset(), {7})


def test_ticks_mails_and_runs_never_stand_behind_each_other():
    queues = {job: queue for job, (queue, _) in queueing.NUDGED_JOBS.items()}
    assert queues.pop("send-messages") == queueing.MAILS
    assert set(queues.values()) == {queueing.TICKS}
    assert len({queueing.TICKS, queueing.MAILS, queueing.RUNS}) == 3


@pytest.mark.parametrize("status", [JobStatus.STARTED, JobStatus.FAILED, JobStatus.SCHEDULED, JobStatus.FINISHED])
def test_what_a_dead_worker_left_behind_gives_way(connection, status):
    enqueue(connection)
    job = Job.fetch("close-event-7", connection=connection)
    Queue(queueing.RUNS, connection=connection).empty()
    job.save()
    job.set_status(status)

    enqueue(connection)

    assert waiting(connection) == ["close-event-7"]


def test_a_job_that_cannot_be_read_gives_way(connection):
    enqueue(connection)
    connection.hset("rq:job:close-event-7", "data", b"\x80not a pickle")
    enqueue(connection)
    assert Job.fetch("close-event-7", connection=connection).args == (7,)


def test_a_finished_run_leaves_nothing_that_keeps_the_next_one_out(app_context, connection):
    enqueue(connection)  # there is no such run: the job finds nothing to do
    SimpleWorker([queueing.RUNS], connection=connection).work(burst=True)
    with pytest.raises(NoSuchJobError):
        Job.fetch("close-event-7", connection=connection)


@pytest.mark.slow
@pytest.mark.only_db("sqlite")
def test_the_scheduler_asks_for_ticks_and_the_worker_leaves_their_time(programs, session):
    programs.worker()
    programs.scheduler()

    def ticked_at():
        session.rollback()
        return session.query(CronJob.last_run_at).filter_by(name="tick").scalar()

    first = eventually(ticked_at)
    eventually(lambda: ticked_at() > first, 10)
