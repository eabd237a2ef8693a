"""A person is moved to another facility while somebody moves, enrolls or deletes them, or their classes begin."""

from datetime import UTC, date, datetime
from functools import partial

import pytest
from sqlalchemy import func, select

from tests.races.contest import Act, codes, contest
from tests.support.worlds.classes.classroom import Classroom, broken_class
from tests.support.worlds.world import NOON, World
from webapp.domain.permission import Actor, Grant, Role, Trigger
from webapp.models import ClassEnrollment, ClassEnrollmentTransition, FacilityMove, FacilityPerson, ProgramClass
from webapp.queries.audit import broken_invariants
from webapp.services.classes.activation.class_activation import activate_facility
from webapp.services.classes.people.class_enrollment import (
    end_class_enrollment,
    enroll_in_class,
    reopen_class_enrollment,
)
from webapp.services.classes.people.facility_move import move_to_facility
from webapp.services.leaving.account_deletion import delete_account

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("app_context")]

TODAY = date(2026, 6, 11)
FIVE = datetime(2026, 6, 11, 3, tzinfo=UTC)
ROUNDS = 12


class Town:
    """An organization with three facilities, and people of the first one."""

    def __init__(self, app) -> None:
        self.world = World(app)
        self.world.organization()
        self.room = Classroom(app, self.world)
        self.old = self.world.facility_id
        self.others = [self.world.facility("Westside"), self.world.facility("Eastside")]
        admin = self.world.person("Dana Kim", role=Role.ADMIN)
        self.admin = Actor(user_id=admin, name="Dana Kim", grants={self.world.organization_id: [Grant(Role.ADMIN)]})

    def moving(self, user_id: int, to: int = 0, now: datetime = NOON) -> Act:
        return partial(
            move_to_facility,
            user_id=user_id,
            from_facility_id=self.old,
            to_facility_id=self.others[to],
            actor=self.admin,
            reason="Nearer",
            now=now,
        )

    def enrolling(self, class_id: int, user_id: int) -> Act:
        return partial(
            enroll_in_class, class_id=class_id, user_id=user_id, actor=self.admin, by=Trigger.ADMIN, now=NOON
        )

    def reopening(self, enrollment_id: int) -> Act:
        return partial(
            reopen_class_enrollment, enrollment_id=enrollment_id, actor=self.admin, by=Trigger.ADMIN, now=NOON
        )

    def ended(self, class_id: int, user_id: int) -> int:
        """An enrollment that was ended while the class ran."""
        placed = self.room.enrolls(class_id, user_id)
        end_class_enrollment(
            enrollment_id=placed.enrollment_id,
            to_status="dropped",
            actor=self.admin,
            by=Trigger.ADMIN,
            now=NOON,
            reason="Stopped coming",
        )
        return placed.enrollment_id


@pytest.fixture
def town(app) -> Town:
    return Town(app)


def belonging(session) -> set[tuple[int, int]]:
    session.rollback()
    return {tuple(row) for row in session.execute(select(FacilityPerson.user_id, FacilityPerson.facility_id))}


def assert_all_is_well(session, now: datetime = NOON) -> None:
    session.rollback()
    assert list(broken_invariants(now)) == []
    for class_id in session.scalars(select(ProgramClass.id)).all():
        assert broken_class(session, class_id) == []


def test_of_two_moves_at_once_one_is_made(town, session, settings):
    people = town.room.people(ROUNDS)
    classes = [town.room.make(capacity=ROUNDS), town.room.make(capacity=ROUNDS)]
    for user_id in people:
        for class_id in classes:
            town.room.enrolls(class_id, user_id)

    lineup = [[town.moving(user_id, to) for user_id in people] for to in (0, 1)]
    outcomes = contest(settings, lineup, in_step=True)

    assert codes(outcomes) == {"done": ROUNDS, "not_at_facility": ROUNDS}
    moved = session.execute(select(FacilityMove.user_id, FacilityMove.to_facility_id)).all()
    assert sorted(user_id for user_id, _ in moved) == people
    assert {tuple(row) for row in moved} == belonging(session)
    left = select(func.count()).where(ClassEnrollmentTransition.to_status == "cancelled")
    assert session.scalar(left) == 2 * ROUNDS
    assert_all_is_well(session)


def test_who_is_moved_while_their_classes_begin_is_cancelled_before_or_transferred_after(town, session, settings):
    people = town.room.people(6)
    classes = [town.room.make(starts_on=TODAY, capacity=3) for _ in range(3)]
    for user_id in people:
        for class_id in classes:
            town.room.enrolls(class_id, user_id)

    moves = [[town.moving(user_id, now=FIVE)] for user_id in people[:3]]
    begin = partial(activate_facility, facility_id=town.old, local_on=TODAY, now=FIVE)
    outcomes = contest(settings, [*moves, [begin]])

    assert codes(outcomes) == {"done": 4}
    session.rollback()
    standing = select(ClassEnrollment.user_id, ClassEnrollment.status, ClassEnrollment.enrolled_at)
    for user_id, status, enrolled_at in session.execute(standing).all():
        if user_id in people[:3]:
            assert (status, enrolled_at) in {("cancelled", None), ("transferred", FIVE)}
        else:
            # Moved up before or after: their class has begun for them, either way.
            assert (status, enrolled_at) == ("enrolled", FIVE)
    assert_all_is_well(session, FIVE)


def test_who_is_enrolled_or_taken_back_meanwhile_never_stays_in_a_class_of_the_old_facility(town, session, settings):
    people = town.room.people(2 * ROUNDS)
    newcomers, dropped = people[:ROUNDS], people[ROUNDS:]
    class_id, ran = town.room.make(capacity=50), town.room.make(capacity=50, status="active", activated_at=NOON)
    acts = [town.enrolling(class_id, user_id) for user_id in newcomers]
    acts += [town.reopening(town.ended(ran, user_id)) for user_id in dropped]

    moves = [town.moving(user_id) for user_id in people]
    outcomes = contest(settings, [moves, acts], in_step=True)

    assert set(codes(outcomes)) <= {"done", "stale", "not_of_facility"}
    for user_id, move, act in zip(people, *outcomes, strict=True):
        # Whoever came in first is moved with their new place, or the move is asked for again.
        assert move.code == "done" or (move.code, act.code) == ("stale", "done")
        at = town.others[0] if move.code == "done" else town.old
        assert (user_id, at) in belonging(session)
    assert_all_is_well(session)


def test_a_person_who_deletes_their_account_meanwhile_goes_either_way(town, session, settings):
    people = town.room.people(ROUNDS)
    class_id = town.room.make(capacity=ROUNDS)
    for user_id in people:
        town.room.enrolls(class_id, user_id)
    going = [
        partial(delete_account, user_id=user_id, password="", signed_in_at=NOON, now=NOON, real_now=NOON)
        for user_id in people
    ]

    outcomes = contest(settings, [[town.moving(user_id) for user_id in people], going], in_step=True)

    assert set(codes(outcomes)) <= {"done", "not_at_facility"}
    assert codes(outcomes[1:]) == {"done": ROUNDS}
    assert belonging(session) == set()
    assert_all_is_well(session)
