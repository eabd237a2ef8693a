"""The one promotion, as a set: in order, up to the capacity, never after the start."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.support.databases.statements import counted_statements
from tests.support.worlds.rows import broken, standing, told, trail
from tests.support.worlds.world import NOON, World
from webapp.domain.permission import Trigger
from webapp.models import Enrollment, EventPolicy
from webapp.services.places.enrollment import add_enrollment, cancel
from webapp.services.places.seats import lock_event, save_counters
from webapp.services.places.transition import Cause
from webapp.services.places.waitlist import promote_next
from webapp.services.unit_of_work import write_transaction

START = NOON + timedelta(days=1)
pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def world(app) -> World:
    return World(app)


def crowd(world: World, number: int, **policy) -> tuple[int, list[int]]:
    """An event and so many people who enrolled one after the other."""
    event_id, people = world.event(**policy), world.people(number)
    with write_transaction() as session:
        locked = lock_event(session, event_id)
        for user_id in people:
            cause = Cause(by=Trigger.USER, actor=world.actor(user_id), at=NOON)
            add_enrollment(session, locked, user_id=user_id, cause=cause, source="web")
        save_counters(session, locked)
    return event_id, people


def set_capacity(event_id: int, capacity: int | None, **values) -> None:
    """Behind the services' back, so that seats stand free beside a queue."""
    with write_transaction() as session:
        session.execute(update(EventPolicy).where(EventPolicy.event_id == event_id).values(capacity=capacity, **values))


def promote(event_id: int, now=NOON) -> list[int]:
    """Promote alone; the users who moved up, in order."""
    with write_transaction() as session:
        locked = lock_event(session, event_id)
        ids = promote_next(session, locked, now=now)
        save_counters(session, locked)
        who = dict(session.execute(select(Enrollment.id, Enrollment.user_id)).all())
    return [who[one] for one in ids]


@pytest.mark.parametrize(("capacity", "expected"), [(5, 3), (11, 9), (12, 10), (99, 10), (None, 10)])
def test_as_many_as_there_are_seats_move_up_in_order(world, session, capacity, expected):
    event_id, people = crowd(world, 12, capacity=2)
    set_capacity(event_id, capacity)

    assert promote(event_id) == people[2 : 2 + expected]
    assert standing(session, event_id).queue == people[2 + expected :]
    assert trail(session, event_id)[12:] == [
        (user_id, "waitlisted", "confirmed", "system") for user_id in people[2 : 2 + expected]
    ]
    assert told(session, event_id)[12:] == [(user_id, "EnrollmentPromoted") for user_id in people[2 : 2 + expected]]
    assert broken(session, event_id) == []


def test_promoting_twice_promotes_once(world, session):
    event_id, people = crowd(world, 4, capacity=2)
    set_capacity(event_id, 3)

    assert (promote(event_id), promote(event_id)) == ([people[2]], [])
    assert broken(session, event_id) == []


@pytest.mark.parametrize(("now", "expected"), [(START - timedelta(microseconds=1), 1), (START, 0)])
def test_nobody_moves_up_from_the_start_on(world, now, expected):
    event_id, _ = crowd(world, 3, capacity=2)
    set_capacity(event_id, 3)

    assert len(promote(event_id, now)) == expected


def test_a_queue_whose_waitlist_was_switched_off_is_still_served(world):
    event_id, people = crowd(world, 3, capacity=2)
    set_capacity(event_id, 3, has_waitlist=False)

    assert promote(event_id) == [people[2]]


def test_each_place_given_back_promotes_exactly_the_next(world, session):
    event_id, people = crowd(world, 8, capacity=3)
    rows = dict(session.execute(select(Enrollment.user_id, Enrollment.id)).all())

    moved = [
        cancel(enrollment_id=rows[user_id], actor=world.actor(user_id), by=Trigger.USER, now=NOON).promoted
        for user_id in people
    ]

    # Three in a row free seats for 3, 4 and 5; those who gave up are promoted before their turn to leave comes.
    assert moved == [(rows[people[at + 3]],) for at in range(5)] + [()] * 3
    assert (standing(session, event_id).taken, broken(session, event_id)) == (0, [])


def test_promoting_many_costs_as_many_statements_as_promoting_two(world, app):
    costs = []
    for number in (2, 500):
        event_id, _ = crowd(world, number + 1, capacity=1)
        set_capacity(event_id, None)
        with counted_statements(app) as statements:
            assert len(promote(event_id)) == number
        costs.append(len(statements))

    assert costs[0] == costs[1]
