"""A facility is archived, or its clocks are put right, while somebody plans there."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from tests.races.contest import codes, contest
from tests.services.events.event_drafts import draft
from tests.support.worlds.classes.classroom import Classroom
from tests.support.worlds.world import NOON, World
from webapp.domain.permission import SYSTEM_USER_ID, Actor
from webapp.domain.recurrence import SessionPlan, parse_rule
from webapp.models import ClassSession, Event, Facility
from webapp.queries.audit import broken_invariants
from webapp.services.classes.class_sessions import plan_sessions
from webapp.services.classes.facility_zone import change_zone
from webapp.services.events.event_editing import create_event
from webapp.services.organizations.facility import archive_facility

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("app_context")]
DANA = Actor(user_id=SYSTEM_USER_ID, name="Dana")
ROUNDS = 8


def test_nothing_is_planned_at_a_facility_that_is_archived_meanwhile(app, session, settings):
    world = World(app)
    organization_id = world.organization()
    for n in range(ROUNDS):
        world.facility_id = world.facility(f"Hall {n}")
        archiving = partial(archive_facility, facility_id=world.facility_id, expected_version=1, now=NOON)
        planning = [
            partial(create_event, organization_id=organization_id, draft=draft(world), request_id=f"{n}-{k}", now=NOON)
            for k in range(2)
        ]

        said = codes(contest(settings, [[archiving], *([one] for one in planning)]))

        session.rollback()
        is_archived = session.get_one(Facility, world.facility_id).archived_at is not None
        planned = session.scalar(select(func.count()).where(Event.facility_id == world.facility_id))
        expected = {"done": 1, "unknown_facility": 2} if is_archived else {"done": 2, "facility_in_use": 1}
        assert (said, planned) == (expected, 0 if is_archived else 2)


def test_sessions_that_are_planned_meanwhile_are_at_their_hour_on_either_clocks(app, session, settings):
    world = World(app)
    classroom = Classroom(app, world)
    class_ids = [classroom.make(f"Class {n}") for n in range(3)]
    monday = NOON.date() + timedelta(days=7)
    plan = SessionPlan(
        rule=parse_rule("FREQ=WEEKLY;COUNT=3"),
        starts_on=monday,
        at=NOON.time(),
        minutes=60,
        room_id=None,
        instructor_id=None,
    )
    planning = [[partial(plan_sessions, class_id=one, plan=plan, actor=DANA, now=NOON)] for one in class_ids]
    change = {"facility_id": world.facility_id, "timezone": "Asia/Tokyo", "actor": DANA}

    said = codes(contest(settings, [[partial(change_zone, **change, expected_version=1, now=NOON)], *planning]))

    assert said == {"done": 4}
    session.rollback()
    # 12:00 in Tokyo, whoever came first.
    assert {one.hour for one in session.scalars(select(ClassSession.starts_at))} == {3}
    assert list(broken_invariants(NOON)) == []
