"""The last place of a class, wanted by many at once: processes, a barrier, both databases."""

from functools import partial

import pytest

from tests.races.contest import Act, codes, contest, dealt
from tests.support.worlds.classes.classroom import Classroom, broken_class, queue, statuses
from tests.support.worlds.world import NOON, World
from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus as E
from webapp.domain.permission import Actor, Trigger
from webapp.services.classes.people.class_enrollment import (
    end_class_enrollment,
    enroll_in_class,
    reopen_class_enrollment,
)

pytestmark = pytest.mark.usefixtures("app_context")

ORLA = Actor(user_id=1, name="Orla")


@pytest.fixture
def classroom(app) -> Classroom:
    return Classroom(app, World(app))


def enrolling(class_id: int, user_id: int) -> Act:
    return partial(enroll_in_class, class_id=class_id, user_id=user_id, actor=ORLA, by=Trigger.ORGANIZER, now=NOON)


def ending(enrollment_id: int, to_status: E = E.WITHDRAWN) -> Act:
    return partial(
        end_class_enrollment,
        enrollment_id=enrollment_id,
        to_status=to_status,
        actor=ORLA,
        by=Trigger.ORGANIZER,
        now=NOON,
        reason="moved away",
    )


def reopening(enrollment_id: int) -> Act:
    return partial(reopen_class_enrollment, enrollment_id=enrollment_id, actor=ORLA, by=Trigger.ORGANIZER, now=NOON)


def test_two_people_want_the_last_place_and_one_gets_it(classroom, session, settings):
    class_id, people = classroom.make(capacity=1), classroom.people(2)

    outcomes = contest(settings, [[enrolling(class_id, user_id)] for user_id in people])

    assert codes(outcomes) == {"done": 2}
    assert statuses(session, class_id) == {"enrolled": 1, "waitlisted": 1}
    assert broken_class(session, class_id) == []


@pytest.mark.race
def test_sixty_people_want_twenty_places_at_once_and_forty_stand_in_line(classroom, session, settings):
    class_id, people = classroom.make(capacity=20), classroom.people(60)

    outcomes = contest(settings, dealt([enrolling(class_id, user_id) for user_id in people], 12))

    assert codes(outcomes) == {"done": 60}
    assert statuses(session, class_id) == {"enrolled": 20, "waitlisted": 40}
    in_line = queue(session, class_id)
    assert [ticket for _, ticket in in_line] == list(range(1, 41))
    told = {one.value.rank for hand in outcomes for one in hand if one.value.rank}
    assert told == set(range(1, 41))
    assert broken_class(session, class_id) == []


@pytest.mark.race
def test_ends_and_returns_at_once_never_seat_two_people_on_one_place(classroom, session, settings):
    class_id, people = classroom.make(capacity=20, status="active"), classroom.people(40)
    ids = [classroom.enrolls(class_id, user_id).enrollment_id for user_id in people]
    ended = [ending(one) for one in ids[:10]]
    for act in ended:
        act()

    outcomes = contest(settings, [*dealt([reopening(one) for one in ids[:10]], 3), [ending(one) for one in ids[10:20]]])

    assert set(codes(outcomes)) <= {"done", "class_full"}
    assert statuses(session, class_id)["enrolled"] == 20
    assert broken_class(session, class_id) == []
