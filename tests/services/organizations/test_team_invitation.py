"""Invitations to a team: for one mailbox, once, for seven days; nobody joins by an address that was not proved."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.domain.permission import Actor, Grant, Role
from webapp.domain.refusal import Refused
from webapp.models import MemberRole, Message, TeamChange, TeamInvitation, User
from webapp.services.leaving.erasure import erase_person
from webapp.services.organizations.team_invitation import (
    answer_team_invitation,
    invite,
    send_invitation_again,
    withdraw_team_invitation,
)
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("app_context")
MEI = "mei@post.example"
DESK = (Grant(Role.DESK),)


@pytest.fixture
def northside(world) -> int:
    return world.organization()


@pytest.fixture
def admin(world, northside) -> Actor:
    return world.actor(world.person("Dana Kim", role=Role.ADMIN), Role.ADMIN)


@pytest.fixture
def mei(world) -> Actor:
    return world.actor(world.person("Mei Chen", email=MEI))


def ask(northside, actor, *addresses, grants=DESK, now=NOON) -> int:
    return invite(
        organization_id=northside, addresses=addresses or (MEI,), grants=grants, note="See you", actor=actor, now=now
    )


def links(session) -> list[str]:
    session.rollback()
    bodies = session.scalars(select(Message.body).where(Message.kind == "team_invitation").order_by(Message.id)).all()
    session.rollback()
    return [re.search(r"/join/([\w-]+)", body).group(1) for body in bodies]


def code(act) -> str:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.code


def answer(token, actor, accepts=True, now=NOON):
    return answer_team_invitation(token=token, actor=actor, accepts=accepts, now=now)


def roles_of(session, actor) -> set[tuple[str, int | None]]:
    session.rollback()
    rows = session.execute(select(MemberRole.role, MemberRole.facility_id).where(MemberRole.user_id == actor.user_id))
    found = {tuple(row) for row in rows}
    session.rollback()
    return found


def test_who_is_invited_joins_once(world, northside, admin, mei, session):
    assert ask(northside, admin, MEI, "nils@post.example", grants=[Grant(Role.DESK, world.facility_id)]) == 2
    token, _ = links(session)
    assert (
        "Dana Kim invites you to the team of Northside Makers as Desk at Studio 2."
        in session.scalars(select(Message.body).order_by(Message.id)).first()
    )

    assert answer(token, mei) == northside

    assert roles_of(session, mei) == {("desk", world.facility_id)}
    assert [(one.kind, one.user_id) for one in session.scalars(select(TeamChange))] == [("joined", mei.user_id)]
    assert code(lambda: answer(token, mei)) == "team_invitation_over"
    assert code(lambda: ask(northside, admin)) == "member_already"


def test_only_the_proved_owner_of_the_address_may_answer(world, northside, admin, mei, session):
    ask(northside, admin)
    [token] = links(session)
    other = world.actor(world.person("Eve"))
    with write_transaction() as writing:
        writing.execute(update(User).where(User.id == mei.user_id).values(address_proved_at=None))
    before = digest(session)
    session.rollback()

    assert [code(lambda who=who: answer(token, who)) for who in (other, mei)] == ["invitation_of_another"] * 2
    assert code(lambda: answer(token[:-1] + ("A" if token[-1] != "A" else "B"), mei)) == "not_found"
    assert code(lambda: answer(token, mei, now=NOON + timedelta(days=7))) == "team_invitation_over"
    assert digest(session) == before


def test_a_new_link_ends_the_old_one_and_a_withdrawn_one_is_over(northside, admin, mei, session):
    ask(northside, admin)
    ask(northside, admin, grants=[Grant(Role.VIEWER)])
    first, second = links(session)
    assert code(lambda: answer(first, mei)) == "team_invitation_over"
    again = session.scalar(select(TeamInvitation.id).order_by(TeamInvitation.id.desc()))
    session.rollback()
    send_invitation_again(invitation_id=again, actor=admin, now=NOON)
    third = links(session)[2]
    assert code(lambda: answer(second, mei)) == "team_invitation_over"
    last = session.scalar(select(TeamInvitation.id).order_by(TeamInvitation.id.desc()))
    session.rollback()
    withdraw_team_invitation(invitation_id=last, actor=admin, now=NOON)
    assert code(lambda: answer(third, mei)) == "team_invitation_over"
    assert code(lambda: withdraw_team_invitation(invitation_id=last, actor=admin, now=NOON)) == "team_invitation_over"
    assert (roles_of(session, mei), session.scalars(select(TeamChange.id)).all()) == (set(), [])


def test_no_is_an_answer_and_a_member_by_another_way_keeps_what_they_have(world, northside, admin, mei, session):
    ask(northside, admin)
    ask(northside, admin, "nils@post.example")
    first, second = links(session)
    answer(first, mei, accepts=False)
    assert (roles_of(session, mei), code(lambda: answer(first, mei))) == (set(), "team_invitation_over")
    nils = world.actor(world.person("Nils", role=Role.VIEWER, email="nils@post.example"))
    answer(second, nils)
    assert roles_of(session, nils) == {("viewer", None), ("desk", None)}


def test_who_deletes_their_account_is_found_in_no_invitation(world, northside, admin, mei, session):
    ask(northside, admin)
    ask(northside, admin, "nils@post.example")
    with write_transaction() as writing:
        erase_person(writing, mei.user_id, now=NOON)

    session.rollback()
    assert session.scalars(select(TeamInvitation.address)).all() == ["nils@post.example"]
    letters = session.execute(select(Message.recipient, Message.body).order_by(Message.id)).all()
    assert [one.recipient for one in letters] == ["", "nils@post.example"]
    assert "/join/" not in letters[0].body


def test_refusals_send_nothing(world, northside, admin, session):
    organizer = world.actor(world.person(role=Role.ORGANIZER), Role.ORGANIZER)
    world.organization("Harbour Crew")
    foreign = world.facility_id
    before = digest(session)
    session.rollback()
    many = [f"p{n}@post.example" for n in range(51)]
    assert [
        code(lambda: ask(northside, organizer)),
        code(lambda: ask(northside, admin, grants=[])),
        code(lambda: ask(northside, admin, grants=[Grant(Role.OWNER)])),
        code(lambda: ask(northside, admin, grants=[Grant(Role.DESK, foreign)])),
        code(lambda: ask(northside, admin, *many)),
        code(lambda: ask(world.organization_id, admin)),
    ] == ["not_found", "role_missing", "role_above_own", "unknown_facility", "too_many_addresses", "not_found"]
    assert digest(session) == before
