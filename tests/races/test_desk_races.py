"""The door under real concurrency: two desks, one guest, one tap, one last seat."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from tests.races.contest import codes, contest
from tests.support.worlds.open_desk import OpenDesk, tap
from tests.support.worlds.rows import broken
from tests.support.worlds.world import NOON, World
from webapp.domain.permission import Actor
from webapp.models import CheckIn, CheckInReversal, Enrollment
from webapp.services.desk.check_in import check_in
from webapp.services.desk.undo_check_in import undo_check_in
from webapp.services.desk.walk_in import Newcomer, walk_in

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("app_context")]

ROUNDS = 40


def let_in(event_id: int, enrollment_id: int, crew: list[Actor], desk: str, request_id: str) -> str:
    """The verdict in one word: what travels back from another process."""
    outcome = check_in(event_id=event_id, target=enrollment_id, crew=crew, tap=tap(desk=desk, request_id=request_id))
    return str(outcome.verdict)


def take_back(event_id: int, check_in_id: int, crew: list[Actor]) -> str:
    undo_check_in(
        event_id=event_id,
        check_in_id=check_in_id,
        crew=crew,
        request_id=f"undo-{check_in_id:06d}",
        now=NOON + timedelta(seconds=5),
    )
    return "taken back"


def let_in_again(event_id: int, enrollment_id: int, crew: list[Actor], request_id: str) -> str:
    outcome = check_in(
        event_id=event_id,
        target=enrollment_id,
        crew=crew,
        tap=tap(NOON + timedelta(seconds=5), "Desk Right", request_id),
    )
    return str(outcome.verdict)


def add(event_id: int, name: str, crew: list[Actor], request_id: str) -> bool:
    walked = walk_in(event_id=event_id, newcomer=Newcomer(name), crew=crew, tap=tap(request_id=request_id))
    return walked.entry is not None


@pytest.fixture
def desk(app) -> OpenDesk:
    return OpenDesk(World(app), capacity=ROUNDS)


def values(outcomes) -> list[list[object]]:
    assert set(codes(outcomes)) == {"done"}
    return [[outcome.value for outcome in hand] for hand in outcomes]


def test_one_guest_at_two_desks_is_in_once_and_the_other_says_already_in(desk, session, settings) -> None:
    guests = desk.guests(ROUNDS)
    lineup = [
        [partial(let_in, desk.event_id, one, [desk.organizer], name, f"{name}-{one:06d}") for one in guests]
        for name in ("Left", "Right")
    ]
    left, right = values(contest(settings, lineup, in_step=True))
    assert [sorted(pair) for pair in zip(left, right, strict=True)] == [["already_in", "in"]] * ROUNDS
    assert session.scalar(select(func.count()).select_from(CheckIn)) == ROUNDS
    assert broken(session, desk.event_id) == []


def test_one_tap_sent_twice_at_the_same_instant_counts_once(desk, session, settings) -> None:
    guests = desk.guests(ROUNDS)
    hand = [partial(let_in, desk.event_id, one, [desk.organizer], "Left", f"tap-{one:06d}") for one in guests]
    assert values(contest(settings, [hand, hand], in_step=True)) == [["in"] * ROUNDS] * 2
    assert session.scalar(select(func.count()).select_from(CheckIn)) == ROUNDS


def test_undo_and_check_in_at_once_leave_status_and_evidence_agreeing(desk, session, settings) -> None:
    guests = desk.guests(ROUNDS)
    written = {one: desk.press(one).entry.id for one in guests}
    crew = [desk.organizer]
    undo = [partial(take_back, desk.event_id, written[one], crew) for one in guests]
    again = [partial(let_in_again, desk.event_id, one, crew, f"again-{one:06d}") for one in guests]
    taken, entered = values(contest(settings, [undo, again], in_step=True))
    assert taken == ["taken back"] * ROUNDS
    # Whoever came first: undone and in again, or already in and then undone.
    live = select(CheckIn.enrollment_id).where(~CheckIn.id.in_(select(CheckInReversal.check_in_id)))
    standing = set(session.scalars(live))
    assert standing == {one for one, verdict in zip(guests, entered, strict=True) if verdict == "in"}
    in_now = select(Enrollment.id).where(Enrollment.status == "checked_in")
    assert set(session.scalars(in_now)) == standing
    assert broken(session, desk.event_id) == []


def test_two_walk_ins_for_the_last_seat_are_one_in(desk, session, settings) -> None:
    desk.guests(ROUNDS - 1)
    lineup = [[partial(add, desk.event_id, f"Walker {n}", [desk.organizer], f"walk-in-{n}")] for n in range(6)]
    assert codes(contest(settings, lineup)) == {"done": 1, "event_full": 5}
    assert session.scalar(select(func.count()).select_from(Enrollment)) == ROUNDS
    assert broken(session, desk.event_id) == []


def test_one_walk_in_sent_twice_at_the_same_instant_is_one_person(desk, session, settings) -> None:
    hand = [partial(add, desk.event_id, f"Walker {n}", [desk.organizer], f"walk-in-{n}") for n in range(10)]
    assert values(contest(settings, [hand, hand, hand], in_step=True)) == [[True] * 10] * 3
    assert session.scalar(select(func.count()).select_from(Enrollment)) == 10
