"""Seats, lines and people under real concurrency: processes, a barrier, both databases."""

from dataclasses import fields, replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select

from tests.races.contest import Act, codes, contest, dealt
from tests.support.worlds.rows import broken, standing, trail
from tests.support.worlds.world import NOON, World
from webapp.domain.events.event_draft import EventDraft
from webapp.domain.permission import Actor, Role, Trigger
from webapp.domain.places.adding import Terms, Wish, key_of
from webapp.domain.places.lists.pasted_people import read_pasted
from webapp.models import Enrollment
from webapp.queries.events.event import event_by_id
from webapp.services.events.event_editing import edit_event
from webapp.services.places.adding import add_people, rehearse_adding
from webapp.services.places.decision import decide_application
from webapp.services.places.enrollment import add_enrollment, cancel, enroll
from webapp.services.places.seats import lock_event, save_counters
from webapp.services.places.transition import Cause
from webapp.services.unit_of_work import write_transaction

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("app_context")]

PROCESSES = 8
HOUR = timedelta(hours=1)


@pytest.fixture
def world(app) -> World:
    return World(app)


def somebody(user_id: int) -> Actor:
    return Actor(user_id=user_id, name="Somebody")


def enrolling(event_id: int, user_id: int) -> Act:
    return partial(enroll, event_id=event_id, user_id=user_id, actor=somebody(user_id), now=NOON)


def pressing(event_id: int, user_id: int, now: datetime) -> Act:
    return partial(enroll, event_id=event_id, user_id=user_id, actor=somebody(user_id), now=now)


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
                session,
                locked,
                user_id=user_id,
                source="web",
                cause=Cause(by=Trigger.USER, actor=somebody(user_id), at=NOON),
            )
            for user_id in people
        ]
        save_counters(session, locked)
    return [one.enrollment_id for one in placed]


def tickets(session, event_id: int) -> list[int]:
    session.rollback()
    waiting = select(Enrollment.waitlist_position).where(
        Enrollment.event_id == event_id, Enrollment.status == "waitlisted"
    )
    return sorted(session.scalars(waiting))


def test_a_crowd_in_eight_processes_gets_the_seats_and_a_line_without_gaps(world, session, settings, part):
    seats, many = 50 // part, 200 // part
    event_id, people = world.event(capacity=seats), world.people(many)

    outcomes = contest(settings, dealt([enrolling(event_id, user_id) for user_id in people], PROCESSES))

    assert codes(outcomes) == {"done": many}
    assert standing(session, event_id).statuses == {"confirmed": seats, "waitlisted": many - seats}
    assert tickets(session, event_id) == list(range(1, many - seats + 1))
    ranks = sorted(one.value.rank for hand in outcomes for one in hand if one.value.rank)
    assert ranks == list(range(1, many - seats + 1))
    assert broken(session, event_id) == []


def test_without_a_waitlist_exactly_the_seats_are_given_away(world, session, settings, part):
    seats, many = 50 // part, 200 // part
    event_id, people = world.event(capacity=seats, has_waitlist=False), world.people(many)

    outcomes = contest(settings, dealt([enrolling(event_id, user_id) for user_id in people], PROCESSES))

    assert codes(outcomes) == {"done": seats, "event_full": many - seats}
    assert broken(session, event_id) == []


def test_one_person_in_many_tabs_is_enrolled_once_in_every_round(world, session, settings, part):
    seats, rounds = 50 // part, 200 // part
    event_id, people = world.event(capacity=seats), world.people(rounds)

    outcomes = contest(settings, [[enrolling(event_id, user_id) for user_id in people]] * 4, in_step=True)

    per_round = [sorted(hand[turn].code for hand in outcomes) for turn in range(rounds)]
    assert per_round == [["already_enrolled"] * 3 + ["done"]] * rounds
    assert standing(session, event_id).statuses == {"confirmed": seats, "waitlisted": rounds - seats}
    assert broken(session, event_id) == []


def test_a_place_given_back_in_two_tabs_promotes_one_person_in_every_round(world, session, settings, part):
    rounds = 200 // part
    event_id, people = world.event(capacity=rounds), world.people(2 * rounds)
    ids = fill(event_id, people)
    acts = [cancelling(one, user_id) for one, user_id in zip(ids[:rounds], people[:rounds], strict=True)]

    outcomes = contest(settings, [acts] * 2, in_step=True)

    per_round = [sorted(hand[turn].code for hand in outcomes) for turn in range(rounds)]
    assert per_round == [["done", "illegal_move"]] * rounds
    promoted = [user_id for user_id, *_, by in trail(session, event_id) if by == "system"]
    assert promoted == people[rounds:]
    assert broken(session, event_id) == []


def test_leaving_and_coming_back_at_the_same_instant_leaves_one_live_enrollment(world, session, settings, part):
    """One tab cancels while another enrolls the same person again: either order is right, both at once is not."""
    event_id, people = world.event(capacity=100 // part), world.people(200 // part)
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


def test_as_many_leave_as_come_and_no_seat_is_lost_or_sold_twice(world, session, settings, part):
    seats = 200 // part
    event_id, people = world.event(capacity=seats), world.people(2 * seats)
    ids = fill(event_id, people[:seats])
    leaving = [cancelling(one, user_id) for one, user_id in zip(ids, people[:seats], strict=True)]
    coming = [enrolling(event_id, user_id) for user_id in people[seats:]]

    outcomes = contest(settings, [*dealt(leaving, 4), *dealt(coming, 4)])

    assert codes(outcomes) == {"done": 2 * seats}
    assert standing(session, event_id).statuses == {"confirmed": seats, "cancelled": seats}
    assert broken(session, event_id) == []


def test_many_leave_a_full_event_with_a_line_while_others_join_it(world, session, settings, part):
    few = 50 // part
    event_id, people = world.event(capacity=few), world.people(6 * few)
    ids = fill(event_id, people[: 3 * few])
    leaving = [cancelling(one, user_id) for one, user_id in zip(ids[: 2 * few], people[: 2 * few], strict=True)]
    coming = [enrolling(event_id, user_id) for user_id in people[3 * few :]]

    outcomes = contest(settings, [*dealt(leaving, 4), *dealt(coming, 4)])

    assert codes(outcomes) == {"done": 5 * few}
    assert standing(session, event_id).statuses == {"confirmed": few, "waitlisted": 3 * few, "cancelled": 2 * few}
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


def test_seats_freed_after_the_start_go_to_whoever_presses_first(world, session, settings):
    """Waiting people and newcomers press at once: every seat is given once, to one of them."""
    event_id = world.event(starts_at=NOON + HOUR, ends_at=NOON + 5 * HOUR, closes_at=NOON + 4 * HOUR, capacity=30)
    people, orla = world.people(200), somebody(world.person("Orla"))
    ids = fill(event_id, people[:130])
    during = NOON + 2 * HOUR
    for one in ids[:30]:
        cancel(enrollment_id=one, actor=orla, by=Trigger.ORGANIZER, now=during)

    outcomes = contest(settings, dealt([pressing(event_id, one, during) for one in people[30:]], PROCESSES))

    found = codes(outcomes)
    assert found == {"done": 30, "event_full": 140}
    assert standing(session, event_id).statuses["confirmed"] == 30
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


def test_staff_adds_beyond_the_capacity_while_others_come_and_leave(settings, world, session) -> None:
    """Each of them is over on purpose and counted once; a crowd at the same moment gets no seat by it."""
    event_id = world.event(capacity=10)
    people = world.people(30)
    inside = fill(event_id, people[:14])
    organizer = world.actor(world.person("Dana Kim", role=Role.ORGANIZER), Role.ORGANIZER)
    over = Terms(Wish.OVER, reason="Promised")
    acts = []
    for number in range(6):
        named = read_pasted(f"Guest {number}, guest{number}@post.example")
        seen = key_of(rehearse_adding(event_id=event_id, people=named, terms=over, now=NOON), over)
        acts.append(
            partial(
                add_people, event_id=event_id, people=named, terms=over, seen=seen, actor=organizer,
                by=Trigger.ORGANIZER, now=NOON,
            )
        )  # fmt: skip
    acts += [cancelling(enrollment_id, people[at]) for at, enrollment_id in enumerate(inside[:3])]
    acts += [enrolling(event_id, user_id) for user_id in people[14:]]

    outcomes = contest(settings, dealt(acts, PROCESSES))

    assert broken(session, event_id) == []
    found = standing(session, event_id)
    added = sum(isinstance(one.value, list) for outcomes_of in outcomes for one in outcomes_of if one.code == "done")
    assert added == 6
    # Who gives a place up before anybody was added lets the next one in; after that nobody moves up.
    promoted = 4 + 16 - found.waiting
    assert 0 <= promoted <= 3
    assert found.taken == 10 + 6 - 3 + promoted
