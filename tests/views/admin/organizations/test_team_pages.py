"""The team on its pages: changed, removed and left by form, and by whom it is not."""

import pytest
from sqlalchemy import select

from tests.support.worlds.classes.classroom import Classroom
from tests.support.worlds.rows import digest
from webapp.domain.permission import Role
from webapp.models import MemberRole, Membership, Message

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]


@pytest.fixture
def northside(world) -> int:
    return world.organization()


@pytest.fixture
def admin(world, northside, reader_of):
    return reader_of(world.person("Dana Kim", role=Role.ADMIN))


@pytest.fixture
def mei(world, northside) -> int:
    return world.person("Mei Chen", role=Role.DESK)


def team(northside: int, *rest: object) -> str:
    return "/".join((f"/admin/organization/{northside}/team", *map(str, rest)))


def test_a_helper_becomes_an_organizer_at_one_facility(admin, northside, mei, world, session):
    second = world.facility("Studio 3")
    assert team(northside) in admin.get(f"/admin/organization/{northside}").html
    assert "Mei Chen" in admin.get(team(northside)).text
    page = admin.get(team(northside, mei))
    assert (page.status, "Owner" in page.text) == (200, False), "an admin gives no owner"

    answer = admin.post(team(northside, mei), grant=["viewer", f"organizer:{second}"], seen=["desk"])

    assert (answer.status, answer.location) == (303, team(northside))
    session.rollback()
    held = session.execute(select(MemberRole.role, MemberRole.facility_id).where(MemberRole.user_id == mei))
    assert {tuple(row) for row in held} == {("viewer", None), ("organizer", second)}
    shown = admin.get(team(northside)).text
    assert "Organizer at Studio 3 and Viewer" in shown
    assert "Dana Kim changed Mei Chen from Desk to Organizer at Studio 3 and Viewer" in shown


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        ({}, 422, "Choose at least one role, or remove them from the team"),
        ({"grant": ["king"]}, 422, "Choose one of"),
        ({"grant": ["desk:x"]}, 422, "Choose a place from the list"),
        ({"grant": ["desk:987654"]}, 422, "Choose a place from the list"),
        ({"grant": ["owner"]}, 403, "Only an owner can do this."),
        ({"grant": ["viewer"], "seen": ["viewer"]}, 409, ""),
    ],
)
def test_bad_input_is_told_and_changes_nothing(admin, northside, mei, session, sent, status, said):
    before = digest(session)
    session.rollback()
    answer = admin.post(team(northside, mei), **{"seen": ["desk"], **sent})
    assert (answer.status, said in answer.text, digest(session)) == (status, True, before)


def test_who_may_look_and_change(northside, mei, world, reader, reader_of, session):
    readers = {role: reader_of(world.person(role=role)) for role in Role}
    nobody = reader_of(world.person())
    world.organization("Harbour Crew")
    stranger = reader_of(world.person(role=Role.OWNER))
    before = digest(session)
    session.rollback()
    for address in (team(northside), team(northside, mei), team(northside, mei, "remove")):
        seen = {role.value: one.get(address).status for role, one in readers.items()}
        assert seen == {"owner": 200, "admin": 200} | dict.fromkeys(("organizer", "teacher", "desk", "viewer"), 403)
        assert [one.get(address).status for one in (reader, nobody, stranger)] == [302, 403, 404]
    posts = [one.post(team(northside, mei), grant=["viewer"], seen=["desk"]).status for one in (nobody, stranger)]
    gone = [one.post(team(northside, mei, "remove")).status for one in (nobody, stranger, readers[Role.VIEWER])]
    assert (posts, gone, digest(session)) == ([403, 404], [403, 404, 403], before)


def test_removing_a_teacher_asks_who_takes_over(app, admin, northside, world, session):
    amara = world.person("Amara Diallo", role=Role.TEACHER)
    Classroom(app, world).make("Weaving", instructor_id=amara)
    page = admin.get(team(northside, amara, "remove"))
    assert ("Weaving" in page.text, "Remove and hand over" in page.buttons()) == (True, True)
    refused = admin.post(team(northside, amara, "remove"))
    assert (refused.status, "Choose who takes over" in refused.text) == (422, True)
    dana = session.scalar(select(Membership.user_id).where(Membership.user_id != amara))
    session.rollback()
    assert admin.post(team(northside, amara, "remove"), successor=str(dana)).location == team(northside)
    session.rollback()
    assert session.get(Membership, (northside, amara)) is None


def test_somebody_leaves_by_themselves_but_the_last_owner_does_not(northside, mei, world, reader_of, session):
    desk = reader_of(mei)
    assert "/me/teams" in desk.get("/me/settings").html
    assert "Northside Makers" in desk.get("/me/teams").text
    assert desk.get(f"/me/teams/{northside}/leave").status == 200
    assert desk.post(f"/me/teams/{northside}/leave").location == "/me/teams"
    assert [desk.get(path).status for path in ("/desk/", f"/me/teams/{northside}/leave")] == [200, 404]
    owner = reader_of(world.person("Iris", role=Role.OWNER))
    refused = owner.post(f"/me/teams/{northside}/leave")
    assert (refused.status, "the only owner of Northside Makers" in refused.text) == (409, True)


def test_from_the_invitation_to_the_first_day_at_the_desk(admin, northside, world, reader, reader_of, session):
    page = admin.get(team(northside, "invite"))
    assert (page.status, "Owner" in page.text) == (200, False)
    sent = {"addresses": "mei@post.example, lena@brandt", "grant": ["desk"], "note": "See you at the door"}
    refused = admin.post(team(northside, "invite"), **sent)
    assert (refused.status, "Finish the address “lena@brandt”" in refused.text) == (422, True)
    assert admin.post(team(northside, "invite"), **sent | {"addresses": "mei@post.example"}).status == 303
    assert "mei@post.example" in admin.get(team(northside)).text
    letter = session.scalars(select(Message.body)).one()
    session.rollback()
    path = "/join/" + letter.split("/join/")[1].split()[0]

    assert (reader.get(path).status, "Sign up" in reader.get(path).text) == (200, True)
    assert reader.post(path, answer="yes").status == 401
    eve = reader_of(world.person("Eve"))
    assert "This invitation is for mei@post.example" in eve.get(path).text
    assert eve.post(path, answer="yes").status == 403
    mei = reader_of(world.person("Mei Chen", email="mei@post.example"))
    assert "Join the team" in mei.get(path).buttons()
    assert mei.post(path, answer="yes").location == "/admin"
    assert "Welcome to the team." in mei.get("/admin").text
    assert "Mei Chen joined the team as Desk" in admin.get(team(northside)).text
    assert mei.get("/desk/").status == 200
    assert (mei.get(path).status, mei.post(path, answer="yes").status) == (200, 409)
    assert reader.get("/join/" + "x" * 43).status == 404
