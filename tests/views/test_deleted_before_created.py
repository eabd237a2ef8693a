"""Delete, then create: what comes next is new, whatever the trail remembers. On both databases, as people do it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.support.worlds.accounts import sign_up
from tests.support.worlds.classes.classroom import Classroom
from tests.support.worlds.world import NOON
from tests.views.admin.classes.test_admin_classes import class_form, plan_form, program_form
from webapp.domain.permission import SYSTEM, Role, Trigger
from webapp.models import ClassSession, ClassSessionChange, Message, ProgramClass
from webapp.queries.audit import broken_invariants
from webapp.services.accounts.address_proof import write_requested_resets
from webapp.services.classes import program_class
from webapp.services.classes.room import add_room, remove_room
from webapp.services.tidying import tidy

pytestmark = pytest.mark.usefixtures("noon")
LATER = NOON + timedelta(days=90)


@pytest.fixture
def organizer(world, reader_of):
    world.organization()
    return reader_of(world.person("Orla Byrne", role=Role.ORGANIZER))


def make_class(organizer, world, number: int) -> str:
    """A class of a program of its own; the path of its page."""
    program = organizer.post(
        "/admin/programs/new", **program_form(world, name=f"Pottery {number}", request_id=f"program-{number:04}")
    )
    form = class_form(world, title=f"Class {number}", request_id=f"class-form-{number:04}")
    made = organizer.post(f"{program.location}/classes/new", **form)
    assert made.status == 303
    return made.location


def delete_class(organizer, path: str) -> None:
    fields = organizer.get(f"{path}/delete").fields(f"{path}/delete")
    assert organizer.post(f"{path}/delete", **fields).status == 303


def change_newest_session(organizer, session, path: str) -> int:
    """Move the newest session of a class to another hour, as an organizer does; its id."""
    session.rollback()
    row = session.execute(select(ClassSession.__table__).order_by(ClassSession.id.desc()).limit(1)).one()
    session.rollback()
    places = {"room_id": "", "instructor_id": "", "reason": "The kiln is hot later", "version": row.version}
    form = {"scope": "this", "local_on": f"{row.local_on:%Y-%m-%d}", "at": "19:00", "minutes": "90", **places}
    assert organizer.post(f"{path}/sessions/{row.id}/change", **form).status == 303
    assert "The kiln is hot later" in organizer.get(f"{path}/sessions").text
    return row.id


def audit(app) -> list:
    with app.app_context():
        return list(broken_invariants(NOON))


def test_the_newest_class_is_deleted_and_the_next_one_created(organizer, world, session, app):
    first = make_class(organizer, world, 1)
    delete_class(organizer, first)

    second = make_class(organizer, world, 2)

    assert second != first
    assert "Class 2" in organizer.get(second).text
    assert "Class 1" not in organizer.get(f"{second}/trail").text
    assert session.scalar(select(func.count()).select_from(ProgramClass)) == 1
    assert audit(app) == []


def test_a_class_with_a_changed_session_is_deleted_and_the_session_that_comes_next_is_changed(
    organizer, world, session, app
):
    first = make_class(organizer, world, 1)
    assert organizer.post(f"{first}/sessions/new", **plan_form()).status == 303
    gone = change_newest_session(organizer, session, first)
    delete_class(organizer, first)
    second = make_class(organizer, world, 2)
    assert organizer.post(f"{second}/sessions/new", **plan_form()).status == 303

    changed = change_newest_session(organizer, session, second)

    assert changed > gone
    session.rollback()
    told = session.scalars(select(ClassSessionChange.session_id).order_by(ClassSessionChange.id)).all()
    assert told == [gone, changed]
    assert audit(app) == []


def test_an_online_session_of_a_deleted_class_leaves_its_room_to_nobody(app, world, session):
    """`session-<id>` is a name that the video server knows: the next session gets another one."""
    world.organization()
    classroom = Classroom(app, world)
    class_id = classroom.make()
    gone = classroom.goes_online(classroom.meets(class_id, NOON + timedelta(days=2)))
    with app.app_context():
        program_class.delete_class(class_id=class_id, expected_version=1, actor=SYSTEM, by=Trigger.ORGANIZER, now=NOON)

    fresh = classroom.goes_online(classroom.meets(classroom.make(), NOON + timedelta(days=2)))

    assert fresh > gone


def test_a_new_link_for_a_password_after_the_old_ones_were_thrown_away(reader, app, session):
    """The mail of a thrown-away link stays in the post, under its number."""
    with app.app_context():
        sign_up(email="mira@post.example", password="first-secret", name="Mira Sand", timezone=None, now=NOON)
    reader.post("/reset", email="mira@post.example")
    with app.app_context():
        write_requested_resets(now=NOON)
        assert tidy(now=LATER, real_now=LATER)["password_resets"] == 2  # of signing up, and of the password

    assert reader.post("/reset", email="mira@post.example").status == 200
    with app.app_context():
        write_requested_resets(now=LATER)

    session.rollback()
    of_resets = select(Message.body).where(Message.body.contains("/reset/")).order_by(Message.id)
    bodies = session.scalars(of_resets).all()
    assert bodies
    assert re.search(r"/reset/\S+", bodies[-1])
    assert audit(app) == []


def test_a_removed_room_gives_its_number_to_nobody(app, world):
    world.organization()
    with app.app_context():
        gone = add_room(facility_id=world.facility_id, name="Kiln")
        remove_room(room_id=gone)

        assert add_room(facility_id=world.facility_id, name="Loft") > gone
