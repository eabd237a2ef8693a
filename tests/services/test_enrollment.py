"""Getting in, waiting, being let in and giving the place back: rows, trail, outbox and counters on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.support.rows import broken, digest, standing, told, trail
from tests.support.statements import counted_statements
from tests.support.world import NOON, World
from webapp.domain.enrollment import EnrollmentStatus as S
from webapp.domain.enrollment import Trigger
from webapp.domain.permission import Actor, Role
from webapp.domain.refusal import Refused
from webapp.models import Enrollment, EnrollmentTransition, EventPolicy
from webapp.services.enrollment import (
    Placed,
    add_enrollment,
    cancel,
    decide_application,
    enroll,
    promote_out_of_turn,
)
from webapp.services.seats import lock_event, save_counters
from webapp.services.transition import Cause
from webapp.services.unit_of_work import write_transaction

START = NOON + timedelta(days=1)
pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def world(app) -> World:
    return World(app)


@pytest.fixture
def orla(world) -> Actor:
    """An organizer."""
    world.organization()
    return world.actor(world.person("Orla", role=Role.ORGANIZER), Role.ORGANIZER)


def join(world: World, event_id: int, user_id: int, **changes) -> Placed:
    """That person enrolls at noon."""
    return enroll(**{"event_id": event_id, "user_id": user_id, "actor": world.actor(user_id), "now": NOON, **changes})


def leave(world: World, placed: Placed, user_id: int, **changes) -> Placed:
    """That person cancels at noon."""
    usual = {"enrollment_id": placed.enrollment_id, "actor": world.actor(user_id), "by": Trigger.USER, "now": NOON}
    return cancel(**{**usual, **changes})


def decide(orla: Actor, placed: Placed, *, approve: bool, **changes) -> Placed:
    """An organizer decides about an application."""
    usual = {"enrollment_id": placed.enrollment_id, "approve": approve, "actor": orla, "by": Trigger.ORGANIZER}
    return decide_application(**{**usual, "now": NOON, **changes})


def let_in(orla: Actor, placed: Placed, **changes) -> Placed:
    """An organizer gives a waiting person a place before others."""
    usual = {"enrollment_id": placed.enrollment_id, "actor": orla, "by": Trigger.ORGANIZER, "now": NOON}
    return promote_out_of_turn(**{**usual, "reason": "Brings the clay", **changes})


def refusal_of(act, *args, session, **facts) -> str:
    """The code of the refusal, having seen, twice, that no table changed."""
    before = digest(session)
    codes = []
    for _ in range(2):
        with pytest.raises(Refused) as caught:
            act(*args, **facts)
        codes.append(caught.value.code)
    assert digest(session) == before
    assert codes[0] == codes[1]
    return codes[0]


def row_of(session, placed: Placed):
    session.rollback()
    return session.execute(select(Enrollment.__table__).where(Enrollment.id == placed.enrollment_id)).one()


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
        (ana, "confirmed", "cancelled", "user"), (bo, "waitlisted", "confirmed", "system"),
    ]  # fmt: skip
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
    assert refusal_of(
        decide, orla, placed, approve=True, expected_version=1, session=session
    ) == "stale"  # fmt: skip
    assert leave(world, placed, ana, expected_version=2).status is S.CANCELLED


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
        event_id = world.event(capacity=number // 2)
        people = world.people(number + 1)
        fill(world, event_id, people[:-1])
        with counted_statements(app) as enrolling:
            placed = join(world, event_id, people[-1])
        with counted_statements(app) as cancelling:
            leave(world, placed, people[-1])
        costs[number] = (len(enrolling), len(cancelling))

    assert costs[10] == costs[1000]
    # With the account (one statement) still within the bar of 7 for a request.
    assert costs[1000][0] <= 6


def fill(world: World, event_id: int, people: list[int]) -> None:
    """Many at once: the same use case inside one transaction, for speed."""
    with write_transaction() as session:
        locked = lock_event(session, event_id)
        for user_id in people:
            cause = Cause(by=Trigger.USER, actor=world.actor(user_id), at=NOON)
            add_enrollment(session, locked, user_id=user_id, cause=cause, source="web")
        save_counters(session, locked)
