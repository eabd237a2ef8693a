"""Applications are decided and people let in out of turn: rows, trail, outbox and counters on both databases."""

from datetime import timedelta

import pytest

from tests.support.worlds.enrolling import decide, join, leave, let_in, refusal_of, row_of
from tests.support.worlds.rows import broken, standing, told, trail
from tests.support.worlds.world import NOON
from webapp.domain.permission import Trigger
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.services.places.enrollment import enroll

START = NOON + timedelta(days=1)
pytestmark = pytest.mark.usefixtures("app_context")


def test_an_application_waits_for_the_organizer_and_takes_no_seat(world, session):
    event_id, ana = world.event(capacity=1, method="application"), world.person("Ana")

    placed = join(world, event_id, ana)

    assert (placed.status, placed.rank) == (S.PENDING, None)
    assert told(session, event_id) == [(ana, "EnrollmentRequested")]
    assert (standing(session, event_id).taken, broken(session, event_id)) == (0, [])


def test_approving_looks_at_the_capacity_again(world, orla, session):
    event_id, people = world.event(capacity=1, method="application"), world.people(3)
    placed = [join(world, event_id, user_id) for user_id in people]

    decided = [decide(orla, one, approve=True) for one in placed]

    assert [(one.status, one.rank) for one in decided] == [(S.CONFIRMED, None), (S.WAITLISTED, 1), (S.WAITLISTED, 2)]
    assert trail(session, event_id)[3:] == [
        (people[0], "pending", "confirmed", "organizer"),
        (people[1], "pending", "waitlisted", "organizer"),
        (people[2], "pending", "waitlisted", "organizer"),
    ]
    assert (standing(session, event_id).queue, broken(session, event_id)) == (people[1:], [])


def test_approving_into_a_full_event_without_a_waitlist_leaves_the_application_pending(world, orla, session):
    event_id, people = world.event(capacity=1, method="application", has_waitlist=False), world.people(2)
    placed = [join(world, event_id, user_id) for user_id in people]
    decide(orla, placed[0], approve=True)

    assert refusal_of(decide, orla, placed[1], approve=True, session=session) == "event_full"
    assert row_of(session, placed[1]).status == "pending"


def test_a_rejected_person_cannot_apply_again_but_an_organizer_may_place_them(world, orla, session):
    event_id, ana = world.event(capacity=1, method="application"), world.person("Ana")
    rejected = decide(orla, join(world, event_id, ana), approve=False, reason="Beginners only")

    assert rejected.status is S.REJECTED
    assert refusal_of(join, world, event_id, ana, session=session) == "application_rejected"
    placed = enroll(event_id=event_id, user_id=ana, actor=orla, by=Trigger.ORGANIZER, now=NOON)
    assert placed.status is S.CONFIRMED
    assert broken(session, event_id) == []


@pytest.mark.parametrize("approve", [True, False])
def test_deciding_twice_is_refused(world, orla, session, approve):
    event_id, ana = world.event(capacity=1, method="application"), world.person("Ana")
    placed = join(world, event_id, ana)
    decide(orla, placed, approve=True)

    assert refusal_of(decide, orla, placed, approve=approve, session=session) == "illegal_move"


def test_a_place_out_of_turn_needs_a_free_seat(world, orla, session):
    event_id, people = world.event(capacity=1), world.people(3)
    placed = [join(world, event_id, user_id) for user_id in people]

    assert refusal_of(let_in, orla, placed[2], session=session) == "event_full"


def test_a_place_out_of_turn_leaves_the_line_as_it_was(world, orla, session):
    event_id, (ana, bo, cai) = world.event(capacity=1), world.people(3)
    placed = [join(world, event_id, user_id) for user_id in (ana, bo, cai)]
    # A seat that is free beside a queue: one was freed after the start.
    leave(world, placed[0], ana, by=Trigger.ORGANIZER, now=START)

    let_in(orla, placed[2], now=START)

    assert trail(session, event_id)[-1] == (cai, "waitlisted", "confirmed", "organizer")
    assert (standing(session, event_id).queue, standing(session, event_id).taken) == ([bo], 1)


@pytest.mark.parametrize("number", [0, 2])
def test_only_who_waits_is_let_in_out_of_turn(world, orla, session, number):
    event_id, people = world.event(capacity=2), world.people(3)
    placed = [join(world, event_id, user_id) for user_id in people]
    leave(world, placed[2], people[2])

    assert refusal_of(let_in, orla, placed[number], session=session) == "illegal_move"


def test_a_form_opened_before_the_last_change_is_stale_for_every_use_case(world, orla, session):
    event_id, ana = world.event(capacity=1, method="application"), world.person("Ana")
    placed = join(world, event_id, ana)
    decide(orla, placed, approve=True)

    assert refusal_of(leave, world, placed, ana, expected_version=1, session=session) == "stale"
    assert refusal_of(let_in, orla, placed, expected_version=1, session=session) == "stale"
    assert refusal_of(decide, orla, placed, approve=True, expected_version=1, session=session) == "stale"
    assert leave(world, placed, ana, expected_version=2).status is S.CANCELLED
