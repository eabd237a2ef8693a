"""Activations by real workers: the tick finds what is due, and one that is killed is made up for, whole."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from tests.jobs.conftest import runs
from tests.jobs.test_worker import kill_everything
from tests.support.waiting import eventually
from tests.support.worlds.classes.starting_classes import StartingClasses
from webapp import clock
from webapp.models import ClassEnrollment, ProgramClass
from webapp.services.work.opening import open_run

pytestmark = pytest.mark.slow


def counts(session) -> tuple[int, int]:
    """Active classes, people who have begun."""
    session.rollback()
    active = session.scalar(select(func.count()).where(ProgramClass.status == "active"))
    begun = session.scalar(select(func.count()).where(ClassEnrollment.enrolled_at.is_not(None)))
    session.rollback()
    return active, begun


@pytest.mark.only_db("postgres")
def test_killed_in_the_middle_nothing_is_half_done_and_the_next_worker_does_it(app, programs, session):
    """The first facility's transaction is done, the second's waits for a lock when everything is killed."""
    starting_classes, today = StartingClasses(app), clock.real_now().date()
    first, second = starting_classes.facility("UTC"), starting_classes.facility("UTC")
    for place in (first, second):
        starting_classes.scheduled(place, today, enrolled=2)
    session.execute(text(f"SELECT id FROM program_classes WHERE facility_id = {second} FOR NO KEY UPDATE"))
    with app.app_context():
        open_run(name="activate-classes", by_hand=True, now=clock.now(), real_now=clock.real_now(), for_a_worker=True)
    worker = programs.background()
    # Looked at from beside the one that holds the lock.
    with Session(session.get_bind()) as beside:
        eventually(lambda: counts(beside) == (1, 2))
        kill_everything(worker)
        assert counts(beside) == (1, 2)
    session.rollback()

    programs.background()

    eventually(lambda: counts(session) == (2, 4), 30)
    eventually(lambda: runs(session, "activate-classes")[0].status == "succeeded", 20)
    run = runs(session, "activate-classes")[0]
    assert (run.counts, run.attempt) == ({"classes": 2, "people": 4}, 1)
