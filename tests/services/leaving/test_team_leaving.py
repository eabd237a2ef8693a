"""Roles change, members leave: who teaches then, what is kept and told, and that an owner stays."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.support.worlds.classes.classroom import Classroom
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.domain.permission import Grant, Role
from webapp.domain.refusal import Refused
from webapp.models import ClassSession, MemberRole, Membership, Message, ProgramClass, TeamChange
from webapp.services.leaving.team_leaving import leave_team
from webapp.services.organizations.team import change_roles
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def northside(world) -> int:
    return world.organization()


@pytest.fixture
def owner(world, northside):
    return world.actor(world.person("Iris Nyberg", role=Role.OWNER), Role.OWNER)


def change(world, user_id, grants, seen, actor):
    return change_roles(
        organization_id=world.organization_id, user_id=user_id, grants=grants, seen=seen, actor=actor, now=NOON
    )


def roles_of(session, user_id) -> set[tuple[str, int | None]]:
    session.rollback()
    rows = session.execute(select(MemberRole.role, MemberRole.facility_id).where(MemberRole.user_id == user_id))
    found = {tuple(row) for row in rows}
    session.rollback()
    return found


def test_roles_are_changed_kept_and_told(world, northside, owner, session):
    mei = world.person("Mei Chen", role=Role.DESK, email="mei@post.example")
    wanted = {Grant(Role.ORGANIZER, world.facility_id), Grant(Role.VIEWER)}

    assert change(world, mei, wanted, {Grant(Role.DESK)}, owner)
    assert not change(world, mei, wanted, {Grant(Role.DESK)}, owner), "sent twice"

    assert roles_of(session, mei) == {("organizer", world.facility_id), ("viewer", None)}
    line = session.scalars(select(TeamChange)).one()
    assert (line.kind, line.actor_id, line.before) == ("changed", owner.user_id, [{"role": "desk", "facility": None}])
    assert line.after == [{"role": "organizer", "facility": "Studio 2"}, {"role": "viewer", "facility": None}]
    letter = session.scalars(select(Message)).one()
    assert letter.recipient == "mei@post.example"
    assert "You’re now: Organizer at Studio 2 and Viewer." in letter.body


def test_refusals_change_nothing(world, northside, owner, session):
    mei = world.person("Mei Chen", role=Role.DESK)
    admin = world.actor(world.person("Dana Kim", role=Role.ADMIN), Role.ADMIN)
    ana, desk, viewer = world.person("Ana"), {Grant(Role.DESK)}, {Grant(Role.VIEWER)}
    elsewhere = world.organization_id
    world.organization("Harbour Crew")
    foreign, world.organization_id = world.facility_id, elsewhere
    before = digest(session)
    session.rollback()

    def code(act) -> str:
        with pytest.raises(Refused) as caught:
            act()
        return caught.value.code

    assert {
        "stale": code(lambda: change(world, mei, viewer, viewer, owner)),
        "foreign facility": code(lambda: change(world, mei, {Grant(Role.DESK, foreign)}, desk, owner)),
        "above": code(lambda: change(world, mei, {Grant(Role.OWNER)}, desk, admin)),
        "nobody": code(lambda: change(world, ana, viewer, (), owner)),
        "last owner": code(lambda: change(world, owner.user_id, viewer, {Grant(Role.OWNER)}, owner)),
        "last owner leaves": code(lambda: leave(world, owner.user_id, owner)),
        "an admin removes an owner": code(lambda: leave(world, owner.user_id, admin)),
    } == {
        "stale": "stale",
        "foreign facility": "unknown_facility",
        "above": "role_above_own",
        "nobody": "not_found",
        "last owner": "last_owner",
        "last owner leaves": "last_owner",
        "an admin removes an owner": "role_above_own",
    }
    assert digest(session) == before
    session.rollback()
    world.person("Unproved", role=Role.OWNER, is_proved=False)
    assert code(lambda: leave(world, owner.user_id, owner)) == "last_owner", "who proved nothing owns nothing"


def leave(world, user_id, actor, successor_id=None) -> int:
    return leave_team(
        organization_id=world.organization_id, user_id=user_id, successor_id=successor_id, actor=actor, now=NOON
    )


def test_what_somebody_teaches_goes_to_who_is_named(app, world, northside, owner, session):
    room = Classroom(app, world)
    amara, mei = world.person("Amara", role=Role.TEACHER), world.person("Mei", role=Role.TEACHER)
    class_id = room.make(instructor_id=amara)
    for day in (-1, 1):
        room.meets(class_id, NOON + timedelta(days=day))
    with write_transaction() as writing:
        writing.execute(update(ClassSession).values(instructor_id=amara))

    for missing, code in ((None, "successor_missing"), (amara, "successor_missing"), (987654, "instructor_unknown")):
        with pytest.raises(Refused) as caught:
            leave(world, amara, owner, missing)
        assert caught.value.code == code
    assert leave(world, amara, owner, mei) == 1

    session.rollback()
    assert session.scalar(select(ProgramClass.instructor_id)) == mei
    teachers = session.scalars(select(ClassSession.instructor_id).order_by(ClassSession.starts_at)).all()
    assert teachers == [amara, mei], "what was held stays theirs"
    assert session.get(Membership, (northside, amara)) is None
    assert roles_of(session, amara) == set()
    line = session.scalars(select(TeamChange)).one()
    assert (line.kind, line.successor_id) == ("removed", mei)
    assert "no longer on the team" in session.scalars(select(Message)).one().subject
    with pytest.raises(Refused):
        leave(world, amara, owner, mei)


def test_who_leaves_by_themselves_is_not_written_to(world, northside, owner, session):
    desk = world.person("Lena", role=Role.DESK)
    assert leave(world, desk, world.actor(desk, Role.DESK)) == 0
    session.rollback()
    assert (session.scalars(select(TeamChange.kind)).all(), session.scalars(select(Message.id)).all()) == (["left"], [])
