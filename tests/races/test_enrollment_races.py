"""Seats, lines and people under real concurrency: processes, a barrier, both databases."""

from dataclasses import fields, replace
from functools import partial

import pytest
from sqlalchemy import select

from tests.races.contest import Act, codes, contest, dealt
from tests.support.rows import broken, standing, trail
from tests.support.world import NOON, World
from webapp.domain.enrollment import Trigger
from webapp.domain.event_draft import EventDraft
from webapp.domain.permission import Actor
from webapp.models import Enrollment
from webapp.queries.events.event import event_by_id
from webapp.services.events.event_editing import edit_event
from webapp.services.places.enrollment import add_enrollment, cancel, decide_application, enroll
from webapp.services.places.seats import lock_event, save_counters
from webapp.services.places.transition import Cause
from webapp.services.unit_of_work import write_transaction

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("app_context")]

PROCESSES = 8


@pytest.fixture
def world(app) -> World:
    return World(app)


def somebody(user_id: int) -> Actor:
    return Actor(user_id=user_id, name="Somebody")


def enrolling(event_id: int, user_id: int) -> Act:
    return partial(enroll, event_id=event_id, user_id=user_id, actor=somebody(user_id), now=NOON)


def cancelling(enrollment_id: int, user_id: int) -> Act:
    return partial(cancel, enrollment_id=enrollment_id, actor=somebody(user_id), by=Trigger.USER, now=NOON)


def draft_of(event_id: int) -> EventDraft:
    """The event as its form would send it back."""
    event = event_by_id(event_id)
    return EventDraft(**{field.name: getattr(event, field.name) for field in fields(EventDraft)})


def fill(event_id: int, people: list[int]) -> list[int]:
    """Enroll these people in order, quickly; their enrollment ids."""
    with write_transaction() as session:
        locked = lock_event(session, event_id)
        placed = [
            add_enrollment(
                session, locked, user_id=user_id, source="web",
                cause=Cause(by=Trigger.USER, actor=somebody(user_id), at=NOON),
            )
            for user_id in people
        ]  # fmt: skip
        save_counters(session, locked)
    return [one.enrollment_id for one in placed]


def tickets(session, event_id: int) -> list[int]:
    session.rollback()
    waiting = select(Enrollment.waitlist_position).where(
        Enrollment.event_id == event_id, Enrollment.status == "waitlisted"
    )
    return sorted(session.scalars(waiting))


def test_two_hundred_people_in_eight_processes_get_fifty_seats_and_a_line_without_gaps(world, session, settings):
    event_id, people = world.event(capacity=50), world.people(200)

    outcomes = contest(settings, dealt([enrolling(event_id, user_id) for user_id in people], PROCESSES))

    assert codes(outcomes) == {"done": 200}
    assert standing(session, event_id).statuses == {"confirmed": 50, "waitlisted": 150}
    assert tickets(session, event_id) == list(range(1, 151))
    ranks = sorted(one.value.rank for hand in outcomes for one in hand if one.value.rank)
    assert ranks == list(range(1, 151))
    assert broken(session, event_id) == []


def test_without_a_waitlist_exactly_the_seats_are_given_away(world, session, settings):
    event_id, people = world.event(capacity=50, has_waitlist=False), world.people(200)

    outcomes = contest(settings, dealt([enrolling(event_id, user_id) for user_id in people], PROCESSES))

    assert codes(outcomes) == {"done": 50, "event_full": 150}
    assert broken(session, event_id) == []


def test_one_person_in_many_tabs_is_enrolled_once_in_each_of_two_hundred_rounds(world, session, settings):
    event_id, people = world.event(capacity=50), world.people(200)

    outcomes = contest(settings, [[enrolling(event_id, user_id) for user_id in people]] * 4, in_step=True)

    per_round = [sorted(hand[turn].code for hand in outcomes) for turn in range(200)]
    assert per_round == [["already_enrolled"] * 3 + ["done"]] * 200
    assert standing(session, event_id).statuses == {"confirmed": 50, "waitlisted": 150}
    assert broken(session, event_id) == []


def test_a_place_given_back_in_two_tabs_promotes_one_person_in_each_of_two_hundred_rounds(world, session, settings):
    event_id, people = world.event(capacity=200), world.people(400)
    ids = fill(event_id, people)
    acts = [cancelling(enrollment_id, user_id) for enrollment_id, user_id in zip(ids[:200], people[:200], strict=True)]

    outcomes = contest(settings, [acts] * 2, in_step=True)

    per_round = [sorted(hand[turn].code for hand in outcomes) for turn in range(200)]
    assert per_round == [["done", "illegal_move"]] * 200
    promoted = [user_id for user_id, *_, by in trail(session, event_id) if by == "system"]
    assert promoted == people[200:]
    assert broken(session, event_id) == []


def test_leaving_and_coming_back_at_the_same_instant_leaves_one_live_enrollment(world, session, settings):
    """One tab cancels while another enrolls the same person again: either order is right, both at once is not."""
    event_id, people = world.event(capacity=100), world.people(200)
    ids = fill(event_id, people)

    outcomes = contest(
        settings,
        [
            [cancelling(enrollment_id, user_id) for enrollment_id, user_id in zip(ids, people, strict=True)],
            [enrolling(event_id, user_id) for user_id in people],
        ],
        in_step=True,
    )

    assert {one.code for one in outcomes[0]} == {"done"}
    assert {one.code for one in outcomes[1]} <= {"done", "already_enrolled"}
    assert broken(session, event_id) == []


def test_two_hundred_leave_while_two_hundred_come_and_no_seat_is_lost_or_sold_twice(world, session, settings):
    event_id, people = world.event(capacity=200), world.people(400)
    ids = fill(event_id, people[:200])
    leaving = [cancelling(one, user_id) for one, user_id in zip(ids, people[:200], strict=True)]
    coming = [enrolling(event_id, user_id) for user_id in people[200:]]

    outcomes = contest(settings, [*dealt(leaving, 4), *dealt(coming, 4)])

    assert codes(outcomes) == {"done": 400}
    assert standing(session, event_id).statuses == {"confirmed": 200, "cancelled": 200}
    assert broken(session, event_id) == []


def test_many_leave_a_full_event_with_a_line_while_others_join_it(world, session, settings):
    event_id, people = world.event(capacity=50), world.people(300)
    ids = fill(event_id, people[:150])
    leaving = [cancelling(one, user_id) for one, user_id in zip(ids[:100], people[:100], strict=True)]
    coming = [enrolling(event_id, user_id) for user_id in people[150:]]

    outcomes = contest(settings, [*dealt(leaving, 4), *dealt(coming, 4)])

    assert codes(outcomes) == {"done": 250}
    assert standing(session, event_id).statuses == {"confirmed": 50, "waitlisted": 150, "cancelled": 100}
    assert broken(session, event_id) == []


def test_applications_approved_at_once_never_exceed_the_seats(world, session, settings):
    event_id, people = world.event(capacity=20, method="application"), world.people(80)
    ids = fill(event_id, people)
    orla = somebody(world.person("Orla"))
    acts = [
        partial(decide_application, enrollment_id=one, approve=True, actor=orla, by=Trigger.ORGANIZER, now=NOON)
        for one in ids
    ]

    outcomes = contest(settings, [*dealt(acts, 4), *dealt(acts, 4)])

    assert codes(outcomes) == {"done": 80, "illegal_move": 80}
    assert standing(session, event_id).statuses == {"confirmed": 20, "waitlisted": 60}
    assert broken(session, event_id) == []


def test_the_capacity_grows_step_by_step_while_people_come_and_go(world, session, settings):
    event_id, people = world.event(capacity=50), world.people(300)
    ids = fill(event_id, people[:150])
    draft = draft_of(event_id)
    raising = [
        partial(
            edit_event, event_id=event_id, draft=replace(draft, capacity=50 + step), expected_version=step, now=NOON
        )
        for step in range(1, 31)
    ]
    leaving = [cancelling(one, user_id) for one, user_id in zip(ids[:60], people[:60], strict=True)]
    coming = [enrolling(event_id, user_id) for user_id in people[150:]]

    outcomes = contest(settings, [raising, *dealt(leaving, 2), *dealt(coming, 3)])

    assert codes(outcomes) == {"done": 240}
    assert standing(session, event_id).statuses == {"confirmed": 80, "waitlisted": 160, "cancelled": 60}
    assert broken(session, event_id) == []
