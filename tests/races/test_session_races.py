"""Online sessions calculated by several processes while more is told: nothing is lost, nothing doubled."""

import signal
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select, text

from tests.races.contest import codes, contest
from tests.support.servers.processes import Programs
from tests.support.waiting import eventually
from tests.support.worlds.classes.classroom import Classroom
from tests.support.worlds.online.livekit_cases import KEYS, event, signed
from tests.support.worlds.online.online_class import OnlineClass
from tests.support.worlds.online.online_event import SOON, START, OnlineEvent, calculate, measured, statuses
from tests.support.worlds.rows import broken
from webapp.domain.online.presence import StaffMark
from webapp.domain.permission import Actor, Grant, Role
from webapp.jobs.session_attendance import look_and_fold
from webapp.models import CheckIn, MeetingAttendance, MeetingSession
from webapp.queries.audit import broken_invariants
from webapp.queries.online.session_calculation import chosen_sessions, due_sessions
from webapp.services.online.folding import fold_due_rooms
from webapp.services.online.intake import take_delivery
from webapp.services.online.session_attendance import calculate_sessions
from webapp.services.online.session_mark import mark_presence

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("app_context")]

ROUNDS = 10


def work() -> int:
    """What the job does, in a process of its own; how many sessions that were."""
    done = 0
    for step in calculate_sessions(look_and_fold(due_sessions, SOON), now=SOON):
        done = step.sessions
    return done


def tell(*, room: str, identity: str, sid: str, kind: str, minutes: float) -> str:
    at = START + timedelta(minutes=minutes)
    body = event(kind, at, room=room, sid=sid, identity=identity)
    return str(take_delivery(body, signed(body), keys=KEYS, now=SOON))


def coming_and_going(online_event: OnlineEvent, cycle: int) -> list[partial]:
    """Everybody is in the room for four minutes more."""
    room = online_event.room.name
    return [
        partial(tell, room=room, identity=online_event.identity(at), sid=f"PA_{at}_{cycle}", kind=kind, minutes=minutes)
        for at in range(len(online_event.people))
        for kind, minutes in (("participant_joined", cycle * 5), ("participant_left", cycle * 5 + 4))
    ]


def test_what_is_told_during_the_calculations_is_counted(app, session, settings):
    online_event = OnlineEvent(app, people=5)
    telling = [act for cycle in range(ROUNDS) for act in coming_and_going(online_event, cycle)]
    folding = [partial(fold_due_rooms, now=SOON)] * 10

    contest(settings, [telling, folding, [work] * 8, [work] * 8])

    fold_due_rooms(now=SOON)
    calculate()
    found = measured(session, online_event.session_id)
    assert {row[1] for row in found.values()} == {ROUNDS * 4 * 60}
    assert {row[0] for row in found.values()} == {"present"}
    assert statuses(session, online_event.places) == ["checked_in"] * 5
    assert session.scalar(select(func.count()).select_from(CheckIn)) == 5
    assert broken(session, online_event.event_id) == []


def test_several_workers_at_once_calculate_each_session_once(app, session, settings):
    online_event = OnlineEvent(app, people=4)
    others = [online_event.session() for _ in range(5)]
    online_event.stays(0, 0, 60)

    outcomes = contest(settings, [[work]] * 3)

    assert codes(outcomes) == {"done": 3}
    assert sum(outcome.value for hand in outcomes for outcome in hand) == 6
    assert session.scalar(select(func.count()).select_from(MeetingAttendance)) == 6 * 4
    assert {len(measured(session, one)) for one in others} == {4}


@pytest.mark.only_db("postgres")
def test_a_worker_killed_in_the_middle_leaves_nothing_and_the_next_one_does_it_all(app, session, database, tmp_path):
    online_event = OnlineEvent(app, online_counts=False)
    second = online_event.session()
    online_event.stays(0, 0, 60)
    # The process gets as far as the second session's lock, with the first one's in its hands.
    session.execute(select(MeetingSession.id).where(MeetingSession.id == second).with_for_update())
    programs = Programs(database.url, "redis://127.0.0.1:1/0", tmp_path / "home")
    worker = programs.start_flask("attendance", "calculate", "--now", f"{SOON:%Y-%m-%dT%H:%MZ}")
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    eventually(lambda: session.scalar(waiting), timeout=60)

    worker.kill()

    assert worker.process.returncode == -signal.SIGKILL
    session.rollback()
    assert session.scalar(select(func.count()).select_from(MeetingAttendance)) == 0
    assert calculate().sessions == 2
    assert {len(measured(session, one)) for one in (online_event.session_id, second)} == {3}


def measure_again() -> int:
    rows = chosen_sessions(SOON, only_due=False)
    return sum(1 for _ in calculate_sessions(rows, now=SOON, is_forced=True))


@pytest.mark.only_db("postgres")
def test_marks_and_the_calculation_of_a_class_wait_for_each_other(app, session, settings, world):
    """Both take the class first; the other way round each could hold what the other one waits for."""
    online_class = OnlineClass(Classroom(app, world))
    dana = Actor(
        online_class.world.person("Dana", role=Role.ORGANIZER), "Dana", {world.organization_id: [Grant(Role.ORGANIZER)]}
    )
    online_class.stays(f"u{online_class.people[0]}", 0, 60)
    marking = [
        [
            partial(
                mark_presence,
                session_id=online_class.meeting_id,
                user_id=user_id,
                status=StaffMark.PRESENT,
                reason=f"Round {n}",
                actor=dana,
                now=SOON,
                request_id=f"mark-{user_id}-{n}",
                seen_mark_id=None,
            )
            for n in range(ROUNDS)
        ]
        for user_id in online_class.people
    ]

    outcomes = contest(settings, [*marking, [measure_again] * ROUNDS, [measure_again] * ROUNDS])

    assert codes(outcomes) == {"done": 3 + 2 * ROUNDS, "stale": 3 * (ROUNDS - 1)}
    assert online_class.roll_call(session) == {user_id: ("present", 60, True) for user_id in online_class.people}
    assert list(broken_invariants(SOON)) == []
