"""People who wait behind others press at the same moment as everybody else, while places get free."""

from functools import partial

import pytest
from sqlalchemy import select

from tests.races.contest import codes, contest, dealt
from tests.support.worlds.regulars import DAY, Regulars
from tests.support.worlds.rows import broken
from tests.support.worlds.use_cases import UseCases
from tests.support.worlds.world import NOON, World
from webapp.domain.permission import Role, Trigger
from webapp.domain.places.no_shows.policy import Consequence, NoShowPolicy
from webapp.domain.places.waitlist import LANE
from webapp.models import Enrollment, EventPolicy
from webapp.queries.audit import broken_invariants
from webapp.services.organizations.no_show_policy import switch_on
from webapp.services.places.enrollment import cancel, enroll_by_slug

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("app_context")]

PROCESSES, PLACES = 4, 6


@pytest.fixture
def world(app) -> World:
    return World(app)


def pressing(world: World, user_id: int):
    return partial(enroll_by_slug, slug="clay", actor=world.actor(user_id), now=NOON)


def test_nobody_passes_from_behind_whoever_presses_first(app, world, session, settings, part):
    regulars = Regulars(world, number=24 // part)
    regulars.had(NOON - DAY * 10, ["no_show"] * len(regulars.people))
    admin = world.actor(world.person("Dana Kim", role=Role.ADMIN))
    behind = NoShowPolicy(1, 180, Consequence.BEHIND)
    switch_on(organization_id=world.organization_id, policy=behind, actor=admin, now=NOON - DAY * 400)
    event_id = world.event(slug="clay", capacity=PLACES, starts_at=NOON + DAY * 30)
    owners = world.people(PLACES)
    places = [UseCases(app, world).enrolls(event_id, one) for one in owners]
    leaving = [
        partial(cancel, enrollment_id=one.enrollment_id, actor=world.actor(owner), by=Trigger.USER, now=NOON)
        for one, owner in zip(places, owners, strict=True)
    ]
    others = world.people(24 // part)
    acts = [pressing(world, one) for pair in zip(regulars.people, others, strict=True) for one in pair]
    lineup = dealt(acts, PROCESSES)
    lineup[0] = [act for pair in zip(leaving, lineup[0], strict=False) for act in pair] + lineup[0][len(leaving) :]

    outcomes = contest(settings, lineup)

    assert set(codes(outcomes)) == {"done"}
    assert broken(session, event_id) == []
    named = {"lanes_are_known", "nobody_passes_from_behind", "last_ticket_is_highest", "ranks_contiguous"}
    assert [one.as_dict() for one in broken_invariants(NOON) if one.invariant in named] == []
    in_lanes = session.scalar(select(EventPolicy.has_lanes).where(EventPolicy.event_id == event_id))
    tickets = select(Enrollment.waitlist_position).where(Enrollment.user_id.in_(regulars.people))
    waiting = session.scalars(tickets.where(Enrollment.event_id == event_id, Enrollment.status == "waitlisted")).all()
    session.rollback()
    assert in_lanes
    assert all(ticket >= LANE for ticket in waiting)
