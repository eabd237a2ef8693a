"""Sessions planned by several processes at once: never two in one room or with one teacher, on no database."""

from datetime import date, time
from functools import partial

import pytest
from sqlalchemy import func, select

from tests.races.contest import codes, contest
from tests.support.worlds.classes.classroom import Classroom
from tests.support.worlds.world import NOON, World
from webapp.domain.classes.session_change import SessionChange
from webapp.domain.permission import SYSTEM, Actor, Role
from webapp.domain.recurrence import Scope, SessionPlan, parse_rule
from webapp.models import ClassSession
from webapp.services.classes.class_sessions import Chosen, change_sessions, plan_sessions
from webapp.services.classes.room import add_room
from webapp.services.unit_of_work import write_transaction

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("app_context")]

MONDAY, LAST = date(2026, 6, 15), date(2026, 12, 18)
ROUNDS = 8


def plan(*, class_id: int, hour: int, room: int | None, teacher: int | None) -> int:
    of = SessionPlan(parse_rule("FREQ=WEEKLY;COUNT=3"), MONDAY, time(hour), 60, room, teacher)
    return len(plan_sessions(class_id=class_id, plan=of, actor=SYSTEM, now=NOON))


def move(*, class_id: int, session_id: int, hour: int, actor: Actor) -> int:
    chosen, change = Chosen(session_id, 1, Scope.ALL), SessionChange({"at": time(hour)})
    return change_sessions(
        class_id=class_id, chosen=chosen, change=change, reason="Later", actor=actor, now=NOON
    ).sessions


def overlaps(session, column: str) -> int:
    """Pairs of sessions that share it and some time."""
    session.rollback()
    a, b = ClassSession.__table__.alias("a"), ClassSession.__table__.alias("b")
    return session.scalar(
        select(func.count())
        .select_from(a)
        .join(b, (a.c[column] == b.c[column]) & (a.c.id < b.c.id))
        .where(a.c.starts_at < b.c.ends_at, b.c.starts_at < a.c.ends_at)
    )


@pytest.mark.parametrize("shared", ["room", "teacher"])
def test_one_of_four_classes_gets_the_hour_in_every_round(app, session, settings, shared):
    world = World(app)
    world.organization()
    classroom = Classroom(app, world)
    room = add_room(facility_id=world.facility_id, name="Kiln room") if shared == "room" else None
    teacher = world.person("Mei Chen", role=Role.ORGANIZER) if shared == "teacher" else None
    classes = []
    for number in range(4):
        if shared == "teacher" and number == 2:  # the same teacher at another facility, of another zone
            world.organization("Elsewhere", "Europe/Berlin")
            world_member(world, teacher)
        classes.append(classroom.make(starts_on=MONDAY, ends_on=LAST))
    lineup = [
        [partial(plan, class_id=class_id, hour=hour + 8, room=room, teacher=teacher) for hour in range(ROUNDS)]
        for class_id in classes
    ]

    outcomes = contest(settings, lineup, in_step=True)

    assert codes(outcomes) == {"done": ROUNDS, f"{'room' if room else 'instructor'}_clash": ROUNDS * 3}
    assert overlaps(session, "room_id" if room else "instructor_id") == 0
    assert session.scalar(select(func.count()).select_from(ClassSession)) == ROUNDS * 3


def world_member(world: World, user_id: int) -> None:
    with world.app.app_context(), write_transaction() as session:
        world.join_team(session, user_id, Role.ORGANIZER)


def test_two_that_move_to_the_same_hour_do_not_both_arrive(app, session, settings):
    world = World(app)
    world.organization()
    classroom, orla = Classroom(app, world), Actor(user_id=world.person("Orla", role=Role.ORGANIZER), name="Orla")
    room = add_room(facility_id=world.facility_id, name="Kiln room")
    lineup = []
    for number in range(3):
        class_id = classroom.make(starts_on=MONDAY, ends_on=LAST)
        plan(class_id=class_id, hour=8 + number, room=room, teacher=None)
        session_id = session.scalar(select(func.min(ClassSession.id)).where(ClassSession.class_id == class_id))
        session.rollback()
        lineup.append([partial(move, class_id=class_id, session_id=session_id, hour=18, actor=orla)])

    outcomes = contest(settings, lineup)

    assert codes(outcomes) == {"done": 1, "room_clash": 2}
    assert overlaps(session, "room_id") == 0
