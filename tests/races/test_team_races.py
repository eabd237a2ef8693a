"""Two owners who go at once: one of them stays."""

from functools import partial

import pytest
from sqlalchemy import func, select

from tests.races.contest import codes, contest
from tests.support.worlds.world import NOON, World
from webapp.domain.permission import Role
from webapp.models import MemberRole
from webapp.services.leaving.team_leaving import leave_team

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("app_context")]
ROUNDS = 6


def test_the_last_two_owners_do_not_both_leave(app, session, settings):
    for _ in range(ROUNDS):
        world = World(app)
        organization_id = world.organization()
        owners = [world.actor(world.person(role=Role.OWNER), Role.OWNER) for _ in range(2)]
        leaving = [
            partial(
                leave_team,
                organization_id=organization_id,
                user_id=one.user_id,
                successor_id=None,
                actor=one,
                now=NOON,
            )
            for one in owners
        ]

        said = codes(contest(settings, [[one] for one in leaving]))

        session.rollback()
        own = (MemberRole.organization_id == organization_id, MemberRole.role == Role.OWNER)
        assert (said, session.scalar(select(func.count()).where(*own))) == ({"done": 1, "last_owner": 1}, 1)
