"""Whose account stays: a wrong password, an old session, a second time, the last admin, a published address."""

import pytest
from sqlalchemy import update

from tests.support.worlds.leaving_person import EMAIL, PASSWORD, delete, signs_up
from tests.support.worlds.rows import digest
from tests.support.worlds.world import World
from webapp.domain.people.redaction import DELETED_NAME
from webapp.domain.permission import Role
from webapp.domain.refusal import Refused
from webapp.models import (
    Organization,
    User,
)
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def world(app) -> World:
    world = World(app)
    world.organization()
    return world


@pytest.fixture
def her(world) -> int:
    return signs_up(world)


@pytest.mark.parametrize("password", ["", "wrong", PASSWORD + "x" * 1000])
def test_a_wrong_password_changes_nothing(her, session, password):
    before = digest(session)

    with pytest.raises(Refused) as caught:
        delete(her, password=password)

    assert (caught.value.code, digest(session)) == ("current_password_wrong", before)


@pytest.mark.parametrize(("minutes", "gone"), [(0, True), (15, True), (16, False)])
def test_without_a_password_only_a_fresh_session_may(world, session, minutes, gone):
    user_id = world.person("Ana")

    if gone:
        delete(user_id, password="", signed_in_ago=minutes)
    else:
        with pytest.raises(Refused) as caught:
            delete(user_id, password="", signed_in_ago=minutes)
        assert caught.value.code == "sign_in_again"

    assert (session.get(User, user_id).anonymized_at is not None) is gone


def test_twice_is_refused_and_changes_nothing(her, session):
    delete(her)
    before = digest(session)

    with pytest.raises(Refused) as caught:
        delete(her, signed_in_ago=16)

    assert (caught.value.code, digest(session)) == ("sign_in_again", before)


def test_the_last_owner_stays_until_there_is_another_one(world, her, session):
    with write_transaction() as writing:
        world.join_team(writing, her, Role.OWNER)
    world.person("Olga", role=Role.ADMIN)
    before = digest(session)
    with pytest.raises(Refused) as caught:
        delete(her)
    assert (caught.value.code, caught.value.facts) == ("last_owner", {"organizations": "Northside Makers"})
    assert digest(session) == before

    world.person("Orla", role=Role.OWNER)
    delete(her)

    assert session.get(User, her).name == DELETED_NAME


def test_the_published_contact_of_an_organization_is_changed_there_first(world, her, session):
    with write_transaction() as writing:
        writing.execute(update(Organization).values(contact_email=EMAIL))
    before = digest(session)

    with pytest.raises(Refused) as caught:
        delete(her)

    assert (caught.value.code, digest(session)) == ("contact_of", before)
