"""The life of a run: one claim at a time, four tries, taken over when its worker is silent."""

import threading
from datetime import timedelta

import pytest

from tests.support.worlds.world import NOON, World
from webapp.domain.work.job import LEASE, LONGEST_PICKUP, MOST_TAKEOVERS, PICKUP, RETRY_SECONDS
from webapp.models import JobRun
from webapp.queries.work.run import has_live_lease
from webapp.services.unit_of_work import write_transaction
from webapp.services.work.handing_on import InQueue, runs_to_hand_on
from webapp.services.work.opening import open_run
from webapp.services.work.run import ClaimLost, claim_run, fail_run, finish_run, note_failure, renew_claim

SECOND = timedelta(seconds=1)
pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def run_id(app) -> int:
    return open_run(name="close-event", event_id=World(app).event(), now=NOON, real_now=NOON)[0]


def row(session, run_id: int) -> JobRun:
    session.rollback()
    return session.get_one(JobRun, run_id, populate_existing=True)


def test_there_is_one_open_run_per_job_and_event(app, run_id, session):
    event_id = row(session, run_id).event_id
    other_event = World(app).event()

    assert open_run(name="close-event", event_id=event_id, now=NOON, real_now=NOON) == (run_id, False)
    assert open_run(name="close-event", event_id=other_event, now=NOON, real_now=NOON)[1]
    assert open_run(name="close-events", now=NOON, real_now=NOON)[1]
    assert not open_run(name="close-events", now=NOON, real_now=NOON)[1]


def test_a_run_that_is_over_makes_room_for_the_next(session, run_id):
    event_id = row(session, run_id).event_id
    claim = claim_run(run_id=run_id, holder="a", real_now=NOON)
    finish_run(claim, counts={"attended": 3}, real_now=NOON + SECOND)

    assert open_run(name="close-event", event_id=event_id, now=NOON, real_now=NOON)[1]
    done = row(session, run_id)
    assert (done.status, done.counts) == ("succeeded", {"attended": 3})
    assert (done.finished_at, done.holder) == (NOON + SECOND, None)


def test_of_two_who_claim_at_once_one_gets_it(app, run_id):
    claims, start = [], threading.Barrier(2)

    def claim(holder: str) -> None:
        with app.app_context():
            start.wait(10)
            claims.append(claim_run(run_id=run_id, holder=holder, real_now=NOON))

    threads = [threading.Thread(target=claim, args=(holder,)) for holder in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(claim is None for claim in claims) == [False, True]


def test_a_silent_worker_is_taken_over_when_its_lease_is_over_and_not_before(session, run_id):
    claim_run(run_id=run_id, holder="dead", real_now=NOON)

    assert claim_run(run_id=run_id, holder="next", real_now=NOON + LEASE - SECOND) is None
    claim = claim_run(run_id=run_id, holder="next", real_now=NOON + LEASE)
    assert (claim.attempt, row(session, run_id).takeovers) == (1, 1)


def test_who_lost_the_claim_may_not_go_on(run_id, session):
    old = claim_run(run_id=run_id, holder="slow", real_now=NOON)
    new = claim_run(run_id=run_id, holder="fast", real_now=NOON + LEASE)

    with pytest.raises(ClaimLost), write_transaction() as transaction:
        renew_claim(transaction, old, counts={"attended": 5}, real_now=NOON + LEASE)
    with write_transaction() as transaction:
        renew_claim(transaction, new, counts={"attended": 1}, real_now=NOON + LEASE)
    finish_run(old, counts={"attended": 9}, real_now=NOON + LEASE)

    assert (row(session, run_id).status, row(session, run_id).counts) == ("running", {"attended": 1})


def test_whoever_goes_on_adds_to_what_was_done(run_id, session):
    first = claim_run(run_id=run_id, holder="a", real_now=NOON)
    with write_transaction() as transaction:
        renew_claim(transaction, first, counts={"attended": 4}, real_now=NOON)

    second = claim_run(run_id=run_id, holder="b", real_now=NOON + LEASE)
    finish_run(second, counts={"attended": 2, "no_show": 1}, real_now=NOON + LEASE)

    assert row(session, run_id).counts == {"attended": 6, "no_show": 1}


def test_four_tries_with_growing_pauses_then_it_has_failed(run_id, session):
    pauses, now = [], NOON
    for attempt in range(1, 5):
        claim = claim_run(run_id=run_id, holder=f"try {attempt}", real_now=now)
        assert claim.attempt == attempt
        retry = fail_run(claim, ValueError("no such zone"), real_now=now)
        pauses.append(retry.at and (retry.at - now).total_seconds())
        now = retry.at or now

    assert pauses == [*RETRY_SECONDS, None]
    failed = row(session, run_id)
    assert (failed.status, failed.attempt, failed.finished_at) == ("failed", 4, now)
    assert failed.error.startswith("ValueError: no such zone")
    assert claim_run(run_id=run_id, holder="more", real_now=now) is None


def test_a_run_whose_workers_all_die_is_given_up(run_id, session):
    now = NOON
    for death in range(MOST_TAKEOVERS + 2):
        claim_run(run_id=run_id, holder=f"dead {death}", real_now=now)
        now += LEASE

    assert row(session, run_id).status == "failed"


def handed_on(real_now, **queue: set[int]) -> list[tuple[int, bool]]:
    """The runs somebody is asked to work on, and whether each was lost; `queue`: what waits there or was taken."""
    look = InQueue(**{name: frozenset(ids) for name, ids in queue.items()})
    return [(run.id, run.was_lost) for run in runs_to_hand_on(real_now=real_now, look=lambda: look)]


def test_a_run_that_nobody_was_asked_to_work_on_is_handed_on_at_once_and_is_not_lost(app):
    run_id, _ = open_run(name="tidy", now=NOON, real_now=NOON, for_a_worker=True)
    assert handed_on(NOON) == [(run_id, False)]
    assert handed_on(NOON + SECOND) == []


def test_a_run_that_waits_in_the_queue_is_left_to_it_however_long(run_id):
    for seconds in range(0, 600, 2):
        assert handed_on(NOON + seconds * SECOND, waiting={run_id}) == []


def test_a_run_that_left_the_queue_a_moment_ago_is_left_to_the_worker_that_has_it(run_id):
    handed_on(NOON + PICKUP, waiting={run_id})
    for later in (2 * PICKUP, LONGEST_PICKUP, PICKUP + LONGEST_PICKUP - SECOND):
        assert handed_on(NOON + later, taken={run_id}) == []
    assert handed_on(NOON + PICKUP + LONGEST_PICKUP, taken={run_id}) == [(run_id, True)]


def test_a_run_that_the_queue_lost_is_handed_on_once_per_patience(run_id):
    assert handed_on(NOON + 2 * PICKUP - SECOND) == []
    assert handed_on(NOON + 2 * PICKUP) == [(run_id, True)]
    assert handed_on(NOON + 2 * PICKUP) == []
    assert handed_on(NOON + 4 * PICKUP) == [(run_id, True)]


def test_a_dead_workers_run_is_handed_on_until_it_waits_in_the_queue(run_id):
    claim_run(run_id=run_id, holder="dead", real_now=NOON)

    assert handed_on(NOON + LEASE - SECOND) == []
    assert handed_on(NOON + LEASE) == [(run_id, True)]
    assert handed_on(NOON + LEASE) == [(run_id, True)]
    assert handed_on(NOON + LEASE, waiting={run_id}) == []
    claim_run(run_id=run_id, holder="alive", real_now=NOON + LEASE)
    assert handed_on(NOON + LEASE) == []


def test_the_next_try_is_handed_on_when_its_time_has_come(run_id, session):
    claim = claim_run(run_id=run_id, holder="a", real_now=NOON)
    retry = fail_run(claim, ValueError("x"), real_now=NOON)

    assert handed_on(retry.at - timedelta(milliseconds=1)) == []
    assert handed_on(retry.at) == [(run_id, False)]
    assert row(session, run_id).status == "pending"
    assert claim_run(run_id=run_id, holder="b", real_now=retry.at).attempt == 2


def test_whether_somebody_works_at_this_moment(run_id):
    assert not has_live_lease(NOON)
    claim_run(run_id=run_id, holder="a", real_now=NOON)
    assert has_live_lease(NOON + LEASE - SECOND)
    assert not has_live_lease(NOON + LEASE)


def test_the_same_failure_again_is_counted_and_not_repeated(session):
    def fail_in_the_same_place(at) -> None:
        try:
            raise ValueError("the relay stumbled")
        except ValueError as error:
            note_failure(name="relay-outbox", error=error, now=at, real_now=at)

    for step in range(3):
        fail_in_the_same_place(NOON + step * SECOND)

    rows = session.query(JobRun).filter_by(name="relay-outbox").all()
    assert [(one.attempt, one.status, one.finished_at) for one in rows] == [(3, "failed", NOON + 2 * SECOND)]
