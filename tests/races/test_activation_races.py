"""Activations at once, against staff, and killed in the middle: each class once, both columns, nothing in between."""

from datetime import UTC, date, datetime
from functools import partial

import pytest
from sqlalchemy import func, select

from tests.races.contest import codes, contest
from tests.support.worlds.classes.starting_classes import StartingClasses
from webapp.domain.classes.program_class import ClassStatus
from webapp.domain.permission import SYSTEM, Trigger
from webapp.models import ClassChange, ClassEnrollment, FacilityActivation, JobRun, ProgramClass
from webapp.queries.audit import broken_invariants
from webapp.services.classes.activation.class_activation import activate_classes
from webapp.services.classes.program_class import move_class

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("app_context")]

FIVE, TODAY = datetime(2026, 6, 11, 3, tzinfo=UTC), date(2026, 6, 11)
CLASSES = 6


@pytest.fixture
def class_ids(app) -> list[int]:
    starting_classes = StartingClasses(app)
    places = [starting_classes.facility("Europe/Berlin") for _ in range(2)]
    return [starting_classes.scheduled(places[number % 2], TODAY, enrolled=2) for number in range(CLASSES)]


@pytest.fixture
def run_ids(app, session) -> list[int]:
    """Runs of the job, as it always has one: what two of them did at the same instant is told apart by it."""
    runs = [JobRun(name="activate-classes", status="succeeded", as_of_at=FIVE, created_at=FIVE) for _ in range(4)]
    session.add_all(runs)
    session.commit()
    return [run.id for run in runs]


def assert_begun_once(session) -> None:
    session.rollback()
    assert session.scalars(select(ProgramClass.status).distinct()).all() == ["active"]
    assert session.scalar(select(func.count()).where(ClassEnrollment.enrolled_at.is_(None))) == 0
    begun = select(ClassChange.class_id).where(ClassChange.to_status == "active")
    assert len(session.scalars(begun).all()) == len(set(session.scalars(begun).all())) == CLASSES
    session.rollback()
    assert list(broken_invariants(FIVE)) == []


def test_the_schedule_and_hands_at_once_begin_each_class_once(class_ids, run_ids, session, settings):
    acts = [
        [partial(activate_classes, now=FIVE, run_id=run_id, by_hand=by_hand)]
        for run_id, by_hand in zip(run_ids, (False, False, True, True), strict=True)
    ]

    outcomes = contest(settings, acts)

    assert codes(outcomes) == {"done": 4}
    assert sum(one.value["classes"] for (one,) in outcomes) == CLASSES
    assert sum(one.value["people"] for (one,) in outcomes) == 2 * CLASSES
    assert_begun_once(session)
    assert session.scalar(select(func.count()).select_from(FacilityActivation)) == 2


def test_staff_who_move_the_same_classes_meanwhile_meet_either_before_or_after(class_ids, session, settings):
    move = partial(move_class, actor=SYSTEM, by=Trigger.SYSTEM, now=FIVE, to_status=ClassStatus.ACTIVE)
    by_staff = [partial(move, class_id=class_id) for class_id in reversed(class_ids)]

    outcomes = contest(settings, [by_staff, by_staff, [partial(activate_classes, now=FIVE)]])

    assert codes(outcomes) == {"done": 2 * CLASSES + 1}
    assert_begun_once(session)
