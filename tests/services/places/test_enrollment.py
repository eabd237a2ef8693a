"""Getting in, waiting, being let in and giving the place back: rows, trail, outbox and counters on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.support.databases.statements import counted_statements
from tests.support.worlds.crowd import Guest, fill
from tests.support.worlds.enrolling import decide, join, leave, let_in, refusal_of, row_of
from tests.support.worlds.rows import broken, standing, told, trail
from tests.support.worlds.world import NOON
from webapp.domain.permission import Trigger
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.extensions import db
from webapp.models import EnrollmentTransition, EventPolicy
from webapp.services.places.enrollment import Placed
from webapp.services.unit_of_work import write_transaction

START = NOON + timedelta(days=1)
pytestmark = pytest.mark.usefixtures("app_context")


def set_policy(event_id: int, **values) -> None:
    """Change a policy behind the services' back."""
    with write_transaction() as session:
        session.execute(update(EventPolicy).where(EventPolicy.event_id == event_id).values(**values))


def test_a_free_seat_is_given_at_once(world, session):
    event_id, ana = world.event(capacity=2), world.person("Ana")

    placed = join(world, event_id, ana)
    row = row_of(session, placed)

    assert (placed.status, placed.rank, placed.promoted) == (S.CONFIRMED, None, ())
    assert (row.status, row.version, row.waitlist_position, row.source) == ("confirmed", 1, None, "web")
    assert (row.enrolled_at, row.confirmed_at, row.changed_at, row.promoted_at) == (NOON, NOON, NOON, None)
    assert trail(session, event_id) == [(ana, None, "confirmed", "user")]
    assert told(session, event_id) == [(ana, "EnrollmentConfirmed")]
    assert (standing(session, event_id).taken, broken(session, event_id)) == (1, [])


def test_a_full_event_with_a_waitlist_puts_people_in_line(world, session):
    event_id, people = world.event(capacity=1), world.people(3)

    placed = [join(world, event_id, user_id) for user_id in people]

    assert [(one.status, one.rank) for one in placed] == [(S.CONFIRMED, None), (S.WAITLISTED, 1), (S.WAITLISTED, 2)]
    assert row_of(session, placed[1]).confirmed_at is None
    assert standing(session, event_id).queue == people[1:]
    assert told(session, event_id)[1:] == [(user_id, "EnrollmentWaitlisted") for user_id in people[1:]]
    assert broken(session, event_id) == []


def test_a_full_event_without_a_waitlist_takes_nobody_and_keeps_no_trace(world, session):
    event_id, (ana, bo) = world.event(capacity=1, has_waitlist=False), world.people(2)
    join(world, event_id, ana)

    assert refusal_of(join, world, event_id, bo, session=session) == "event_full"


def test_an_unlimited_event_takes_everybody(world, session):
    event_id = world.event(capacity=None)

    placed = [join(world, event_id, user_id) for user_id in world.people(5)]

    assert {one.status for one in placed} == {S.CONFIRMED}
    assert (standing(session, event_id).taken, broken(session, event_id)) == (5, [])


@pytest.mark.parametrize("capacity", [1, 2])
def test_enrolling_again_while_enrolled_or_waiting_changes_nothing(world, session, capacity):
    event_id, (ana, bo) = world.event(capacity=capacity), world.people(2)
    join(world, event_id, ana)
    join(world, event_id, bo)

    assert refusal_of(join, world, event_id, bo, session=session) == "already_enrolled"


def test_giving_a_place_back_moves_up_whoever_waits_longest(world, session):
    event_id, (ana, bo, cai) = world.event(capacity=1), world.people(3)
    placed = [join(world, event_id, user_id) for user_id in (ana, bo, cai)]

    left = leave(world, placed[0], ana, now=NOON + timedelta(hours=1))
    moved_up = row_of(session, placed[1])

    assert (left.status, left.promoted) == (S.CANCELLED, (placed[1].enrollment_id,))
    assert row_of(session, placed[0]).cancelled_at == NOON + timedelta(hours=1)
    assert (moved_up.status, moved_up.version) == ("confirmed", 2)
    assert (moved_up.confirmed_at, moved_up.promoted_at) == (NOON + timedelta(hours=1),) * 2
    assert trail(session, event_id)[3:] == [
        (ana, "confirmed", "cancelled", "user"),
        (bo, "waitlisted", "confirmed", "system"),
    ]
    assert told(session, event_id)[3:] == [(ana, "EnrollmentCancelled"), (bo, "EnrollmentPromoted")]
    assert (standing(session, event_id).queue, broken(session, event_id)) == ([cai], [])


def test_leaving_the_line_promotes_nobody_and_closes_the_gap(world, session):
    event_id, (ana, bo, cai) = world.event(capacity=1), world.people(3)
    placed = [join(world, event_id, user_id) for user_id in (ana, bo, cai)]

    left = leave(world, placed[1], bo)
    dee = world.person("Dee")

    assert left.promoted == ()
    assert join(world, event_id, dee).rank == 2
    assert (standing(session, event_id).queue, broken(session, event_id)) == ([cai, dee], [])


def test_cancelling_twice_is_refused_and_promotes_once(world, session):
    event_id, people = world.event(capacity=1), world.people(3)
    placed = [join(world, event_id, user_id) for user_id in people]
    leave(world, placed[0], people[0])

    assert refusal_of(leave, world, placed[0], people[0], session=session) == "illegal_move"
    assert standing(session, event_id).queue == [people[2]]


def test_after_a_cancellation_one_joins_at_the_back_and_the_old_row_stays(world, session):
    event_id, (ana, bo, cai) = world.event(capacity=1), world.people(3)
    first = [join(world, event_id, user_id) for user_id in (ana, bo, cai)][0]
    leave(world, first, ana)

    again = join(world, event_id, ana)

    assert (again.status, again.rank) == (S.WAITLISTED, 2)
    assert again.enrollment_id != first.enrollment_id
    assert row_of(session, first).status == "cancelled"
    assert (standing(session, event_id).queue, broken(session, event_id)) == ([cai, ana], [])


def test_a_newcomer_never_jumps_the_queue_when_a_seat_was_left_free(world, session):
    event_id, (ana, bo, cai, dee) = world.event(capacity=1), world.people(4)
    placed = [join(world, event_id, user_id) for user_id in (ana, bo, cai)]
    set_policy(event_id, capacity=2)

    last = join(world, event_id, dee)

    assert (last.status, last.rank, last.promoted) == (S.WAITLISTED, 2, (placed[1].enrollment_id,))
    assert (standing(session, event_id).queue, broken(session, event_id)) == ([cai, dee], [])


def test_a_seat_freed_after_the_start_goes_to_nobody_in_line(world, session):
    event_id, (ana, bo) = world.event(capacity=1, closes_at=START + timedelta(hours=1)), world.people(2)
    placed = [join(world, event_id, user_id) for user_id in (ana, bo)]

    left = leave(world, placed[0], ana, by=Trigger.ORGANIZER, now=START)

    assert left.promoted == ()
    assert standing(session, event_id).statuses == {"cancelled": 1, "waitlisted": 1}


@pytest.mark.parametrize(
    ("before_start", "expected"),
    [(timedelta(hours=24, microseconds=1), None), (timedelta(hours=24), "deadline_passed")],
)
def test_the_deadline_is_exclusive(world, session, before_start, expected):
    event_id = world.event(capacity=1, cancellation_deadline_hours=24, starts_at=NOON + timedelta(days=3))
    ana = world.person("Ana")
    placed = join(world, event_id, ana)
    now = NOON + timedelta(days=3) - before_start

    if expected is None:
        assert leave(world, placed, ana, now=now).status is S.CANCELLED
    else:
        assert refusal_of(leave, world, placed, ana, now=now, session=session) == expected


def test_an_organizer_cancels_after_the_deadline_with_a_reason(world, session):
    event_id, ana = world.event(capacity=1, cancellation_deadline_hours=48), world.person("Ana")
    placed = join(world, event_id, ana)

    leave(world, placed, ana, by=Trigger.ORGANIZER, reason="Room too small")
    last = session.execute(select(EnrollmentTransition).order_by(EnrollmentTransition.id.desc())).scalars().first()

    assert (last.to_status, last.triggered_by, last.reason) == ("cancelled", "organizer", "Room too small")


@pytest.mark.parametrize(
    ("policy", "now", "expected"),
    [
        ({"status": "draft"}, NOON, "event_not_published"),
        ({"status": "cancelled"}, NOON, "event_not_published"),
        ({"status": "completed"}, NOON, "event_not_published"),
        ({"opens_at": NOON + timedelta(microseconds=1)}, NOON, "not_open_yet"),
        ({"closes_at": NOON}, NOON, "enrollment_closed"),
        ({}, START, "enrollment_closed"),
    ],
)
def test_a_closed_door_leaves_no_trace(world, session, policy, now, expected):
    event_id, ana = world.event(capacity=1, **policy), world.person("Ana")

    assert refusal_of(join, world, event_id, ana, now=now, session=session) == expected


@pytest.mark.parametrize("unknown", [0, -1, 999_999, 2**31, 2**63 - 1])
def test_an_unknown_id_is_not_found(world, orla, session, unknown):
    world.event(capacity=1)
    ana = world.person("Ana")
    nobody = Placed(unknown, S.PENDING)

    assert refusal_of(join, world, unknown, ana, session=session) == "not_found"
    assert refusal_of(leave, world, nobody, ana, session=session) == "not_found"
    assert refusal_of(decide, orla, nobody, approve=True, session=session) == "not_found"
    assert refusal_of(let_in, orla, nobody, session=session) == "not_found"


def test_two_events_do_not_share_seats_or_lines(world, session):
    first, second = world.event(capacity=1), world.event(capacity=1)
    people = world.people(3)
    for user_id in people:
        join(world, first, user_id)

    placed = join(world, second, people[2])

    assert placed.status is S.CONFIRMED
    assert (standing(session, first).queue, standing(session, second).queue) == (people[1:], [])
    assert broken(session, first) + broken(session, second) == []


def test_enrolling_and_cancelling_cost_the_same_with_few_and_with_many_enrolled(world, app):
    costs = {}
    for number in (10, 1000):
        half, ana = number // 2, world.person("Ana")
        event_id = world.event(capacity=half)
        fill(db.engine, event_id, [Guest()] * half + [Guest("waitlisted")] * half, at=NOON)
        with counted_statements(app) as enrolling:
            placed = join(world, event_id, ana)
        with counted_statements(app) as cancelling:
            leave(world, placed, ana)
        costs[number] = (len(enrolling), len(cancelling))

    assert costs[10] == costs[1000]
    # With the account (one statement) still within the bar of 7 for a request.
    assert costs[1000][0] <= 6
