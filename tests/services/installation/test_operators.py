"""Who operates the installation: by operators, with a proved address, never nobody."""

import pytest
from sqlalchemy import select

from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.domain.permission import SYSTEM_USER_ID, Actor
from webapp.domain.refusal import Refused
from webapp.models import OperatorChange, User
from webapp.services.installation.operators import end_operator, make_operator

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def iris(world) -> Actor:
    return Actor(world.person("Iris", is_operator=True), "Iris", is_operator=True)


def refused_as(act, **given) -> str:
    with pytest.raises(Refused) as refused:
        act(**given)
    return refused.value.code


def test_one_makes_another_and_may_then_go(session, world, iris):
    ola = world.person("Ola")

    assert make_operator(user_id=ola, actor=iris, now=NOON)
    assert not make_operator(user_id=ola, actor=iris, now=NOON)
    assert end_operator(user_id=iris.user_id, actor=iris, now=NOON)
    assert not end_operator(user_id=iris.user_id, actor=iris, now=NOON)
    assert session.scalars(select(User.id).where(User.is_operator)).all() == [ola]
    lines = session.execute(select(OperatorChange.kind, OperatorChange.user_id).order_by(OperatorChange.id)).all()
    assert lines == [("operator_made", ola), ("operator_ended", iris.user_id)]


def test_the_last_one_stays_and_an_unproved_address_does_not_count(session, world, iris):
    world.person("Unproved", is_operator=True, is_proved=False)
    before = digest(session)

    assert refused_as(end_operator, user_id=iris.user_id, actor=iris, now=NOON) == "last_operator"
    assert digest(session) == before


def test_who_proved_no_address_and_what_is_nobody_cannot_be_one(session, world, iris):
    unproved = world.person("Una", is_proved=False)
    before = digest(session)

    assert refused_as(make_operator, user_id=unproved, actor=iris, now=NOON) == "address_not_proved"
    assert refused_as(make_operator, user_id=SYSTEM_USER_ID, actor=iris, now=NOON) == "not_found"
    assert refused_as(make_operator, user_id=99_999, actor=iris, now=NOON) == "not_found"
    assert digest(session) == before
