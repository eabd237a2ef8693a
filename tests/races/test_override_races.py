"""A correction, a check-in and the closure of one person at the same instant: one order, told by the trail."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from tests.races.contest import codes, contest
from tests.support.worlds.rows import broken
from tests.support.worlds.world import NOON, World
from webapp.domain.permission import Actor, Role
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.models import CheckIn, CheckInReversal, Enrollment, EnrollmentTransition
from webapp.services.desk.check_in import check_in
from webapp.services.desk.tap import Tap
from webapp.services.events.closure import close_event
from webapp.services.events.override import override_status, withdraw_override
from webapp.services.places.enrollment import enroll

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("app_context")]

ROUNDS = 30
OVER = NOON + timedelta(hours=3)


@pytest.fixture
def world(app) -> World:
    world = World(app)
    world.organization()
    return world


@pytest.fixture
def dana(world) -> Actor:
    return world.actor(world.person("Dana Kim", role=Role.ADMIN), Role.ADMIN)


def one_person_event(world) -> tuple[int, int]:
    """An event of today with one confirmed person."""
    event_id = world.event(starts_at=NOON, ends_at=NOON + timedelta(hours=2), capacity=1)
    user_id = world.person()
    placed = enroll(event_id=event_id, user_id=user_id, actor=world.actor(user_id), now=NOON - timedelta(days=1))
    return event_id, placed.enrollment_id


def correcting(enrollment_id, dana, *, version=1, reason="Came late"):
    return partial(
        override_status,
        enrollment_id=enrollment_id,
        to_status=S.CHECKED_IN,
        reason=reason,
        actor=dana,
        now=OVER,
        expected_version=version,
        on_day=NOON.date(),
    )


def tap_verdict(*, event_id, enrollment_id, crew) -> str:
    """A tap on the list of the desk, at the very end; only the verdict travels back from its process."""
    tap = Tap(request_id=f"tap-{event_id:012d}", desk="Left", now=NOON + timedelta(hours=2))
    return str(check_in(event_id=event_id, target=enrollment_id, crew=crew, tap=tap).verdict)


def moves(session, enrollment_id) -> list[tuple[str, str]]:
    trail = select(EnrollmentTransition.to_status, EnrollmentTransition.kind).where(
        EnrollmentTransition.enrollment_id == enrollment_id
    )
    return [tuple(row) for row in session.execute(trail.order_by(EnrollmentTransition.version))]


#: Every serial order of the three, as the trail tells it after the enrollment itself.
ORDERS = [
    [("checked_in", "override"), ("attended", "move")],
    [("checked_in", "move"), ("attended", "move")],
    [("no_show", "move")],
]


def test_correcting_checking_in_and_closing_at_once_is_one_of_the_serial_orders(world, dana, session, settings):
    rounds = [one_person_event(world) for _ in range(ROUNDS)]
    lineup = [
        [correcting(enrollment_id, dana) for _, enrollment_id in rounds],
        [
            partial(tap_verdict, event_id=event_id, enrollment_id=enrollment_id, crew=[dana])
            for event_id, enrollment_id in rounds
        ],
        [partial(close_event, event_id=event_id, now=OVER) for event_id, _ in rounds],
    ]

    contest(settings, lineup, in_step=True)

    for event_id, enrollment_id in rounds:
        assert broken(session, event_id) == []
        assert moves(session, enrollment_id)[1:] in ORDERS
        evidence = session.scalar(select(func.count()).where(CheckIn.enrollment_id == enrollment_id))
        was_there = moves(session, enrollment_id)[-1][0] == "attended"
        assert evidence == (1 if was_there else 0)


def test_two_admins_correct_one_person_once(world, dana, session, settings):
    lee = world.actor(world.person("Lee Park", role=Role.ADMIN), Role.ADMIN)
    rounds = [one_person_event(world) for _ in range(ROUNDS)]

    outcomes = contest(settings, [[correcting(one, admin) for _, one in rounds] for admin in (dana, lee)], in_step=True)

    assert codes(outcomes) == {"done": ROUNDS, "stale": ROUNDS}
    assert session.scalar(select(func.count()).select_from(CheckIn)) == ROUNDS


def test_one_admins_double_click_corrects_once_and_both_answers_agree(world, dana, session, settings):
    rounds = [one_person_event(world) for _ in range(ROUNDS)]
    outcomes = contest(settings, [[correcting(one, dana) for _, one in rounds] for _ in range(2)], in_step=True)
    assert codes(outcomes) == {"done": 2 * ROUNDS}
    assert session.scalar(select(func.count()).select_from(CheckIn)) == ROUNDS


def test_withdrawing_while_the_event_closes_restores_or_is_refused(world, dana, session, settings):
    rounds = [one_person_event(world) for _ in range(ROUNDS)]
    for _, enrollment_id in rounds:
        correcting(enrollment_id, dana)()
    withdrawing = [
        partial(withdraw_override, enrollment_id=one, reason="Wrong person", actor=dana, now=OVER, expected_version=2)
        for _, one in rounds
    ]
    closing = [partial(close_event, event_id=event_id, now=OVER) for event_id, _ in rounds]

    outcomes = contest(settings, [withdrawing, closing], in_step=True)

    for (event_id, enrollment_id), withdrawal in zip(rounds, outcomes[0], strict=True):
        last = moves(session, enrollment_id)[2:]
        if withdrawal.code == "done":
            assert last == [("confirmed", "withdrawal"), ("no_show", "move")]
        else:
            assert (withdrawal.code, last) == ("stale", [("attended", "move")])
        assert broken(session, event_id) == []
        reversals = session.scalar(
            select(func.count())
            .select_from(CheckInReversal)
            .join(CheckIn, CheckIn.id == CheckInReversal.check_in_id)
            .where(CheckIn.enrollment_id == enrollment_id)
        )
        assert reversals == (1 if withdrawal.code == "done" else 0)
    assert session.scalar(select(func.count()).where(Enrollment.status.in_([S.CONFIRMED, S.CHECKED_IN]))) == 0
