"""The story of the demonstration's classes: the forecast says which starts when, and each morning starts that one."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp import clock
from webapp.domain.permission import Reach
from webapp.jobs.tick import tick_in_process
from webapp.models import ClassEnrollment, ClassSession, CronJob, JobRun, Organization, ProgramClass
from webapp.queries.audit import broken_invariants
from webapp.queries.classes.activation import coming_classes
from webapp.services.demo.demo_world import seed_demo_world
from webapp.services.unit_of_work import end_reading

pytestmark = pytest.mark.usefixtures("app_context")

HOUR = timedelta(hours=1)
WEAVING, WHEEL, BIKES = "Weaving, from warp to cloth", "Wheel throwing for beginners", "Bike mechanics"
BERLIN_FIVE, SAO_PAULO_FIVE = datetime(2026, 6, 11, 3, tzinfo=UTC), datetime(2026, 6, 11, 8, tzinfo=UTC)


@pytest.fixture
def moved(app, session, tmp_path):
    """A function that moves the product's clock there and ticks, as the demonstration does."""
    clock.allow_moving(tmp_path / "clock")

    def to(instant: datetime) -> None:
        # The next tick comes seconds after the one before: that one is made older instead of waited for.
        session.rollback()
        session.execute(update(CronJob).where(CronJob.name == "tick").values(last_run_at=NOON))
        session.commit()
        clock.move(instant - clock.real_now())
        tick_in_process()

    yield to
    clock.forbid_moving()


def statuses(session) -> dict[str, str]:
    session.rollback()
    return dict(session.execute(select(ProgramClass.title, ProgramClass.status)).all())


@pytest.mark.long_db("postgres")
def test_each_five_oclock_starts_exactly_the_class_of_its_zone(session, moved):
    seed_demo_world(now=NOON)
    northside = session.scalar(select(Organization.id).order_by(Organization.id))
    coming, total = coming_classes(NOON, Reach(frozenset({northside})))
    end_reading()
    foreseen = [(one.title, one.morning.at, one.people) for one in coming]
    assert (foreseen, total) == ([(WHEEL, BERLIN_FIVE, 6), (BIKES, SAO_PAULO_FIVE, 5)], 2)

    moved(NOON)
    moved(BERLIN_FIVE - timedelta(minutes=1))
    assert statuses(session) == {WEAVING: "active", WHEEL: "scheduled", BIKES: "scheduled"}
    moved(BERLIN_FIVE + timedelta(minutes=1))
    assert statuses(session) == {WEAVING: "active", WHEEL: "active", BIKES: "scheduled"}
    moved(SAO_PAULO_FIVE - timedelta(minutes=1))
    assert statuses(session) == {WEAVING: "active", WHEEL: "active", BIKES: "scheduled"}
    moved(SAO_PAULO_FIVE + timedelta(minutes=1))
    assert statuses(session) == {WEAVING: "active", WHEEL: "active", BIKES: "active"}

    began = select(ProgramClass.title, func.count(ClassEnrollment.enrolled_at)).join(
        ProgramClass, ProgramClass.id == ClassEnrollment.class_id
    )
    assert dict(session.execute(began.group_by(ProgramClass.title)).all()) == {WEAVING: 8, WHEEL: 6, BIKES: 5}
    runs = session.execute(
        select(JobRun.status, JobRun.counts).where(JobRun.name == "activate-classes").order_by(JobRun.id)
    ).all()
    assert [tuple(run) for run in runs if run.counts["classes"]] == [
        ("succeeded", {"classes": 1, "people": 6}),
        ("succeeded", {"classes": 1, "people": 5}),
    ]
    assert {run.status for run in runs} == {"succeeded"}
    assert list(broken_invariants(SAO_PAULO_FIVE)) == []


@pytest.mark.only_db("sqlite")
def test_the_classes_are_told_once_and_the_running_one_has_past_sessions(session):
    seed_demo_world(now=NOON)
    before = digest(session)
    held = select(func.count()).select_from(ClassSession).join(ProgramClass, ProgramClass.id == ClassSession.class_id)
    assert session.scalar(held.where(ProgramClass.title == WEAVING, ClassSession.ends_at < NOON)) == 6
    waiting = dict(session.execute(select(ProgramClass.title, ProgramClass.waiting_count)).all())
    assert waiting == {WEAVING: 0, WHEEL: 2, BIKES: 1}
    session.rollback()

    assert seed_demo_world(now=NOON + HOUR) is False
    assert digest(session) == before
