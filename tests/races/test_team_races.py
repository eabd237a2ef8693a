"""Owners and operators who go at once, and several who set an installation up: one of them stays, one begins."""

from functools import partial

import pytest
from sqlalchemy import func, select, update

from tests.races.contest import codes, contest
from tests.support.worlds.world import NOON, World
from webapp.domain.permission import Actor, Role
from webapp.models import MemberRole, Organization, SetupCode, User
from webapp.services.installation.operators import end_operator
from webapp.services.installation.set_up import FirstOperator, FirstOrganization, new_setup_code, set_up
from webapp.services.leaving.team_leaving import leave_team

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("app_context")]
ROUNDS = 6
RIVALS = 4


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


def begin(code: str, number: int):
    return partial(
        set_up,
        code=code,
        operator=FirstOperator(f"Rival {number}", f"rival-{number}@post.example", "harbour lights in june"),
        organization=FirstOrganization(f"Studio {number}", "hello@post.example", "Yard", "", "Europe/Berlin"),
        now=NOON,
    )


def test_one_of_several_with_the_same_code_sets_up(session, settings):
    code = new_setup_code(now=NOON)
    outcomes = contest(settings, [[begin(code, number)] for number in range(RIVALS)])

    found = codes(outcomes)
    assert found["done"] == 1
    assert found["installation_set_up"] + found["setup_code_wrong"] == RIVALS - 1
    assert session.scalar(select(func.count()).select_from(User).where(User.is_operator)) == 1
    assert session.scalar(select(func.count()).select_from(Organization)) == 1


def test_of_two_codes_that_are_open_one_sets_up(session, settings):
    """As two processes that start at once may leave them."""
    first, second = new_setup_code(now=NOON), new_setup_code(now=NOON)
    for row in session.scalars(select(SetupCode)):
        row.ended_at = None
    session.commit()
    outcomes = contest(settings, [[begin(first, 1)], [begin(second, 2)]])

    assert codes(outcomes)["done"] == 1
    assert session.scalar(select(func.count()).select_from(User).where(User.is_operator)) == 1


def test_the_last_two_operators_do_not_both_end(session, settings, world):
    for _ in range(4):
        session.execute(update(User).values(is_operator=False))
        session.commit()
        operators = [Actor(world.person(is_operator=True), "Operator", is_operator=True) for _ in range(2)]
        lineup = [[partial(end_operator, user_id=one.user_id, actor=one, now=NOON)] for one in operators]

        assert codes(contest(settings, lineup)) == {"done": 1, "last_operator": 1}
        assert session.scalar(select(func.count()).select_from(User).where(User.is_operator)) == 1
        session.rollback()
