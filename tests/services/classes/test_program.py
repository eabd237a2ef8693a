"""Programs and rooms: made once, changed by one at a time, and kept where classes count on them."""

import pytest
from sqlalchemy import select, update

from tests.support.worlds.classes.classroom import Classroom
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON, World
from webapp.domain.classes.class_draft import ProgramDraft
from webapp.domain.refusal import Refused
from webapp.models import Facility, Program, ProgramClass, ProgramFacility, Room
from webapp.services.classes.program import archive_program, create_program, edit_program, set_program_active
from webapp.services.classes.room import add_room, remove_room
from webapp.services.unit_of_work import write_transaction

pytestmark = [pytest.mark.usefixtures("app_context"), pytest.mark.only_db("postgres")]


@pytest.fixture
def world(app) -> World:
    world = World(app)
    world.organization()
    return world


def draft(world, name="Pottery", *, facility_ids=None) -> ProgramDraft:
    return ProgramDraft(name, "Clay.", facility_ids if facility_ids is not None else (world.facility_id,))


def make(world, request_id="form-00000001", **changes) -> int:
    return create_program(
        organization_id=world.organization_id, draft=draft(world, **changes), request_id=request_id, now=NOON
    )


def another_facility(world) -> int:
    with write_transaction() as session:
        row = Facility(organization_id=world.organization_id, name="Harbour", timezone="Pacific/Auckland")
        session.add(row)
        session.flush()
        return row.id


def refused(act) -> str:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.code


def offered(session, program_id) -> list[int]:
    session.rollback()
    query = select(ProgramFacility.facility_id).where(ProgramFacility.program_id == program_id)
    return sorted(session.scalars(query))


def test_a_program_is_made_once_however_often_its_form_is_sent(world, session):
    first = make(world)
    before = digest(session)

    assert make(world) == first
    assert refused(lambda: make(world, name="Weaving")) == "program_already_saved"
    assert refused(lambda: make(world, "form-00000002")) == "program_name_taken"
    assert digest(session) == before


def test_a_program_is_offered_at_own_facilities_only(world, session):
    own = world.facility_id
    strange = World(world.app)
    strange.organization("Elsewhere")
    before = digest(session)

    for facility_ids in ((strange.facility_id,), (own, strange.facility_id), (own, 999_999)):
        assert refused(lambda ids=facility_ids: make(world, facility_ids=ids)) == "unknown_facility"
    assert digest(session) == before
    assert offered(session, make(world, facility_ids=())) == []


def test_an_edit_changes_once_and_a_stale_one_nothing(world, session):
    program_id, harbour = make(world), another_facility(world)
    both = tuple(sorted((world.facility_id, harbour)))
    new = ProgramDraft("Ceramics", "Clay and glaze.", both)

    assert edit_program(program_id=program_id, draft=new, expected_version=1) == 2
    assert edit_program(program_id=program_id, draft=new, expected_version=1) == 2
    assert offered(session, program_id) == list(both)
    before = digest(session)
    stale = lambda: edit_program(program_id=program_id, draft=draft(world), expected_version=1)  # noqa: E731
    assert refused(stale) == "stale"
    assert digest(session) == before


def test_a_name_belongs_to_one_program(world):
    make(world)
    other = make(world, "form-00000002", name="Weaving")

    assert refused(lambda: edit_program(program_id=other, draft=draft(world), expected_version=1)) == (
        "program_name_taken"
    )


@pytest.mark.parametrize(("status", "code"), [("scheduled", "refused"), ("paused", "refused"), ("completed", None)])
def test_a_facility_with_classes_that_are_not_over_goes_on_offering_it(app, world, session, status, code):
    classroom = Classroom(app, world)
    class_id = classroom.make(status=status)
    program_id = session.get_one(ProgramClass, class_id).program_id
    name = session.get_one(Program, program_id).name
    session.rollback()
    without = ProgramDraft(name, "", ())

    if code:
        act = lambda: edit_program(program_id=program_id, draft=without, expected_version=1)  # noqa: E731
        assert refused(act) == "facility_has_classes"
        archive = lambda: archive_program(program_id=program_id, expected_version=1, now=NOON)  # noqa: E731
        assert refused(archive) == "program_runs"
    else:
        edit_program(program_id=program_id, draft=without, expected_version=1)
    assert offered(session, program_id) == ([world.facility_id] if code else [])


def test_a_program_is_switched_off_and_on_and_put_away_for_good(world, session):
    program_id = make(world)

    assert set_program_active(program_id=program_id, is_active=False, expected_version=1) == 2
    assert set_program_active(program_id=program_id, is_active=False, expected_version=1) == 2
    assert set_program_active(program_id=program_id, is_active=True, expected_version=2) == 3
    assert refused(lambda: set_program_active(program_id=program_id, is_active=False, expected_version=2)) == "stale"
    assert archive_program(program_id=program_id, expected_version=3, now=NOON) == 4
    assert archive_program(program_id=program_id, expected_version=3, now=NOON) == 4
    for act in (
        lambda: set_program_active(program_id=program_id, is_active=True, expected_version=4),
        lambda: edit_program(program_id=program_id, draft=draft(world, name="X"), expected_version=4),
    ):
        assert refused(act) == "program_archived"
    session.rollback()
    row = session.get_one(Program, program_id)
    assert (row.is_active, row.archived_at) == (False, NOON)


def test_a_room_has_a_name_of_its_own_and_stays_while_it_is_used(app, world, session):
    room_id = add_room(facility_id=world.facility_id, name="Kiln room")
    assert refused(lambda: add_room(facility_id=world.facility_id, name="Kiln room")) == "room_name_taken"
    assert refused(lambda: add_room(facility_id=999_999, name="Kiln room")) == "not_found"
    class_id = Classroom(app, world).make(room_id=room_id)

    assert refused(lambda: remove_room(room_id=room_id)) == "room_in_use"
    with write_transaction() as writing:
        writing.execute(update(ProgramClass).where(ProgramClass.id == class_id).values(room_id=None))
    remove_room(room_id=room_id)
    remove_room(room_id=room_id)
    session.rollback()
    assert session.get(Room, room_id) is None
