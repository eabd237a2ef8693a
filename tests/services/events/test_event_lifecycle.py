"""Publishing an event, and calling it off: sets of people, once, and nothing written on a refusal."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.databases.statements import counted_statements
from tests.support.worlds.rows import broken, digest, standing, told, trail
from tests.support.worlds.world import NOON, World
from webapp.domain.permission import Role
from webapp.domain.places.enrollment import EnrollmentMethod
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.refusal import Refused
from webapp.models import Enrollment, EnrollmentTransition, Event, EventPolicy
from webapp.services.events.event_lifecycle import cancel_event, publish_event
from webapp.services.places.enrollment import enroll
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def world(app) -> World:
    world = World(app)
    world.organization()
    return world


@pytest.fixture
def orla(world):
    return world.actor(world.person("Orla Byrne", role=Role.ORGANIZER), Role.ORGANIZER)


def busy_event(world, *, waiting=2, pending=2):
    """Two confirmed, some who wait, some who applied."""
    event_id = world.event(capacity=2)
    people = world.people(2 + waiting)
    for user_id in people:
        enroll(event_id=event_id, user_id=user_id, actor=world.actor(user_id), now=NOON)
    _switch(event_id, method=EnrollmentMethod.APPLICATION)
    for user_id in world.people(pending):
        enroll(event_id=event_id, user_id=user_id, actor=world.actor(user_id), now=NOON)
    return event_id, people


def _switch(event_id, **policy):
    with write_transaction() as session:
        row = session.get_one(EventPolicy, event_id)
        for name, value in policy.items():
            setattr(row, name, value)


def refused_code(work) -> str:
    with pytest.raises(Refused) as refused:
        work()
    return refused.value.code


def event_row(session, event_id) -> Event:
    session.rollback()
    return session.get_one(Event, event_id, populate_existing=True)


def test_publishing_opens_a_draft_and_doing_it_twice_changes_nothing_more(world, session):
    event_id = world.event(status="draft")

    publish_event(event_id=event_id, now=NOON)
    once = digest(session)
    publish_event(event_id=event_id, now=NOON + timedelta(hours=1))

    assert digest(session) == once
    event = event_row(session, event_id)
    assert (event.status, event.published_at, event.version) == ("published", NOON, 2)


@pytest.mark.parametrize("status", ["completed", "cancelled"])
def test_a_finished_event_is_not_published_again(world, session, status):
    event_id = world.event(status=status)
    before = digest(session)
    assert refused_code(lambda: publish_event(event_id=event_id, now=NOON)) == "event_not_draft"
    assert digest(session) == before


def test_an_event_that_is_over_by_its_times_is_not_published(world, session):
    event_id = world.event(status="draft", starts_at=NOON - timedelta(hours=2))
    before = digest(session)
    assert refused_code(lambda: publish_event(event_id=event_id, now=NOON)) == "event_over"
    assert digest(session) == before


def test_calling_off_cancels_everybody_as_system_with_the_reason_and_promotes_nobody(world, orla, session):
    event_id, people = busy_event(world)

    concerned = cancel_event(event_id=event_id, reason="The kiln broke", actor=orla, now=NOON)

    now, event = standing(session, event_id), event_row(session, event_id)
    assert (concerned, dict(now.statuses), now.taken, now.waiting) == (6, {"cancelled": 6}, 0, 0)
    assert (event.status, event.cancel_reason, event.cancelled_by_id) == ("cancelled", "The kiln broke", orla.user_id)
    assert {(to, by) for _, _, to, by in trail(session, event_id)[-6:]} == {("cancelled", "system")}
    assert {kind for _, kind in told(session, event_id)[-6:]} == {"EnrollmentCancelled"}
    assert "EnrollmentPromoted" not in {kind for _, kind in told(session, event_id)}
    reasons = session.scalars(
        select(EnrollmentTransition.reason).where(EnrollmentTransition.to_status == S.CANCELLED)
    ).all()
    assert reasons == ["The kiln broke"] * 6
    assert broken(session, event_id) == []


def test_calling_off_twice_happens_once(world, orla, session):
    event_id, _ = busy_event(world)
    cancel_event(event_id=event_id, reason="The kiln broke", actor=orla, now=NOON, expected_version=1)
    once = digest(session)

    assert cancel_event(event_id=event_id, reason="Again", actor=orla, now=NOON, expected_version=1) == 0
    assert digest(session) == once


def test_calling_off_costs_the_same_for_few_and_many(world, orla, app):
    small, _ = busy_event(world, waiting=1, pending=2)
    large, _ = busy_event(world, waiting=40, pending=30)
    with counted_statements(app) as few:
        cancel_event(event_id=small, reason="Storm", actor=orla, now=NOON)
    with counted_statements(app) as many:
        cancel_event(event_id=large, reason="Storm", actor=orla, now=NOON)
    assert len(many) == len(few)


def test_a_draft_can_be_called_off(world, orla, session):
    event_id = world.event(status="draft")
    assert cancel_event(event_id=event_id, reason="No teacher", actor=orla, now=NOON) == 0
    assert event_row(session, event_id).status == "cancelled"


def _one_is(status):
    def prepare(world):
        event_id, people = busy_event(world)
        with write_transaction() as session:
            row = session.scalars(select(Enrollment).where(Enrollment.user_id == people[0])).one()
            row.status = status
        return event_id

    return prepare


REFUSALS = {
    "people_checked_in": _one_is(S.CHECKED_IN),
    "closure_begun": _one_is(S.ATTENDED),
    "event_not_cancellable": lambda world: world.event(status="completed"),
    "stale": lambda world: world.event(),
    "reason_required": lambda world: world.event(),
    "not_found": lambda world: 4711,
}


@pytest.mark.parametrize("code", REFUSALS)
def test_an_event_that_cannot_be_called_off_stays_as_it_is(world, orla, session, code):
    event_id = REFUSALS[code](world)
    before = digest(session)

    def call_off():
        cancel_event(
            event_id=event_id,
            reason=" " if code == "reason_required" else "Storm",
            actor=orla,
            now=NOON,
            expected_version=9 if code == "stale" else None,
        )

    assert refused_code(call_off) == code
    assert digest(session) == before
