"""Whose account a provider opens, on both databases: linked once, believed within its rule, and never more rights."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.support.worlds.accounts import sign_up
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON, World
from webapp.config.providers import Provider
from webapp.domain.people.provider import Asserted
from webapp.domain.permission import Role
from webapp.domain.refusal import Refused
from webapp.models import Identity, MemberRole, Membership, Message, Organization, SignIn, TeamChange, User
from webapp.queries.audit import broken_invariants
from webapp.services.accounts.account import authenticate
from webapp.services.accounts.sign_in import begin_sign_in
from webapp.services.leaving.account_deletion import delete_account
from webapp.services.organizations.provider_sign_in import remove_identity, sign_in_by_provider

pytestmark = pytest.mark.usefixtures("app_context")
MIRA = "mira@post.example"
ACME = Provider("acme", "https://id.acme.example", "turnout", "secret", "Acme", ("post.example",))
ASSERTED = Asserted("m-1", MIRA, True, "Mira Sand")


@pytest.fixture
def world(app) -> World:
    return World(app)


def enters(provider: Provider = ACME, now=NOON, **said) -> int:
    return sign_in_by_provider(provider=provider, asserted=replace(ASSERTED, **said), now=now)


def code_of(**said) -> str:
    with pytest.raises(Refused) as caught:
        enters(**said)
    return caught.value.code


def test_a_stranger_gets_an_account_that_is_proved(session):
    user_id = enters()
    row = session.get(User, user_id)
    assert (row.name, row.email, row.address_proved_at, row.password_hash) == ("Mira Sand", MIRA, NOON, None)
    session.rollback()
    assert enters(now=NOON + timedelta(hours=1)) == user_id
    assert enters(subject="m-2", address="bo@post.example", name=" ") != user_id
    assert session.scalars(select(User.name).where(User.email == "bo@post.example")).all() == ["bo"]


def test_a_proved_account_is_linked_by_its_address_and_told(world, session):
    user_id = world.person("Mira Sand", email=MIRA)
    assert enters(address="MIRA@post.example", name="Another Name") == user_id
    assert session.scalars(select(Message.subject)).all() == ["Another way of signing in was added to your account"]
    assert session.scalar(select(User.name).where(User.id == user_id)) == "Mira Sand"


def test_a_linked_subject_signs_in_whatever_its_address(world, session):
    user_id, other = enters(), world.person("Bo", email="bo@post.example")
    for said in ({"address": "bo@post.example"}, {"is_verified": False}, {"address": ""}):
        assert enters(**said) == user_id != other


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"is_verified": False}, "provider_unverified"),
        ({"address": ""}, "provider_unverified"),
        ({"address": "mira@elsewhere.example"}, "provider_domain"),
        ({"address": "mira@sub.post.example"}, "provider_domain"),
        ({"address": "not an address"}, "email_invalid"),
    ],
)
def test_an_address_that_is_not_believed_opens_and_makes_nothing(world, session, said, code):
    world.person("Mira Sand", email=MIRA)
    before = digest(session)
    assert code_of(**said) == code
    assert digest(session) == before


def test_the_same_subject_of_another_provider_is_somebody_else(session):
    first = enters()
    other = replace(ACME, issuer="https://other.example")
    assert sign_in_by_provider(
        provider=other, asserted=replace(ASSERTED, address="bo@post.example"), now=NOON
    ) != first  # fmt: skip


def test_whoever_took_an_unproved_address_is_out_once_its_owner_comes(session):
    user_id = sign_up(email=MIRA, name="Somebody", password="a stranger's words", timezone=None, now=NOON)
    begin_sign_in(user_id=user_id, user_agent="", real_now=NOON)
    session.rollback()
    assert enters() == user_id
    assert session.scalars(select(SignIn.id)).all() == []
    session.rollback()
    with pytest.raises(Refused):
        authenticate(email=MIRA, password="a stranger's words")


def test_a_closed_account_stays_closed(world, session):
    user_id = enters()
    session.execute(update(User).where(User.id == user_id).values(disabled_at=NOON))
    session.commit()
    before = digest(session)
    assert code_of() == "account_closed"
    assert code_of(subject="m-2") == "account_closed"
    assert digest(session) == before


def roles(session, user_id: int) -> set[str]:
    session.rollback()
    return set(session.scalars(select(MemberRole.role).where(MemberRole.user_id == user_id)))


@pytest.fixture
def staffed(world, session) -> Provider:
    """Groups of Acme give roles at the world's organization."""
    world.organization()
    world.person("Dana", role=Role.OWNER)
    slug = session.scalar(select(Organization.slug).where(Organization.id == world.organization_id))
    session.rollback()
    given = {"staff": [(slug, "organizer")], "door": [(slug, "desk")], "gone": [("nowhere", "admin")]}
    return replace(ACME, roles=given)


def test_roles_come_and_go_with_groups_and_each_change_is_in_the_trail(staffed, session):
    user_id = enters(staffed, groups=frozenset({"staff", "door", "gone"}))
    assert roles(session, user_id) == {"organizer", "desk"}
    enters(staffed, groups=frozenset({"door"}))
    enters(staffed, groups=frozenset({"door"}))
    assert roles(session, user_id) == {"desk"}
    enters(staffed)
    assert roles(session, user_id) == set()
    assert session.scalars(select(Membership.user_id).where(Membership.user_id == user_id)).all() == []
    kinds = select(TeamChange.kind).where(TeamChange.user_id == user_id).order_by(TeamChange.id)
    assert session.scalars(kinds).all() == ["joined", "changed", "removed"]
    assert [one.invariant for one in broken_invariants(NOON)] == []


def test_what_people_gave_is_not_taken_by_a_group(world, staffed, session):
    mira = world.person("Mira Sand", email=MIRA, role=Role.ORGANIZER)
    assert enters(staffed, groups=frozenset({"staff", "door"})) == mira
    assert roles(session, mira) == {"organizer", "desk"}
    enters(staffed)
    assert roles(session, mira) == {"organizer"}


def test_the_last_owner_stays_whatever_the_groups_say(world, staffed, session):
    dana = session.scalar(select(User.id).where(User.name == "Dana"))
    session.execute(update(User).where(User.id == dana).values(email="dana@post.example"))
    session.commit()
    assert enters(staffed, subject="d-1", address="dana@post.example", groups=frozenset({"door"})) == dana
    enters(staffed, subject="d-1")
    assert roles(session, dana) == {"owner"}


def test_with_the_link_goes_what_its_groups_gave(staffed, session):
    user_id = enters(staffed, groups=frozenset({"door"}))
    identity_id = session.scalar(select(Identity.id))
    session.rollback()
    with pytest.raises(Refused):
        remove_identity(user_id=user_id + 1, identity_id=identity_id, now=NOON)
    assert roles(session, user_id) == {"desk"}
    remove_identity(user_id=user_id, identity_id=identity_id, now=NOON)
    assert roles(session, user_id) == set()
    told = select(Message.subject).where(Message.kind == "sign_in_changed")
    assert session.scalars(told).all() == ["A way of signing in was removed from your account"]


def test_who_deletes_the_account_takes_the_link_along(staffed, session):
    user_id = enters(staffed, groups=frozenset({"door"}))
    enters(staffed)
    delete_account(user_id=user_id, password="", signed_in_at=NOON, now=NOON, real_now=NOON)
    session.rollback()
    assert session.scalars(select(Identity.id)).all() == []
    assert enters(staffed) != user_id
