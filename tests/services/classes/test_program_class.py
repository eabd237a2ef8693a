"""A class from its form to its end: guards, versions, who moves up, what its moves do to people, and its trail."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from sqlalchemy import func, select

from tests.support.databases.statements import counted_statements
from tests.support.worlds.classes.classroom import Classroom, broken_class, queue, row_of, statuses
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON, World
from webapp.domain.classes.class_draft import ClassDraft
from webapp.domain.classes.program_class import FROZEN, LEGAL_MOVES, ClassStatus
from webapp.domain.permission import Actor, Role, Trigger
from webapp.domain.refusal import Refused
from webapp.models import ClassChange, ClassCompletion, ClassRule, ClassSession, ProgramClass
from webapp.services.classes.class_editing import create_class, edit_class
from webapp.services.classes.program import set_program_active
from webapp.services.classes.program_class import archive_class, delete_class, move_class, move_classes
from webapp.services.classes.room import add_room

pytestmark = pytest.mark.usefixtures("app_context")
ONE_DB = pytest.mark.only_db("postgres")
C = ClassStatus
ORLA = Actor(user_id=1, name="Orla")
STAFF = {"actor": ORLA, "by": Trigger.ORGANIZER, "now": NOON}


@pytest.fixture
def world(app) -> World:
    world = World(app)
    world.organization()
    return world


@pytest.fixture
def classroom(app, world) -> Classroom:
    return Classroom(app, world)


def draft(world, **changes) -> ClassDraft:
    usual = ClassDraft(
        title="Pottery, beginners",
        description="",
        facility_id=world.facility_id,
        instructor_id=None,
        room_id=None,
        capacity=20,
        has_waitlist=True,
        starts_on=date(2026, 6, 15),
        ends_on=date(2026, 7, 31),
        required_percent=80,
    )
    return replace(usual, **changes)


def stored(session, class_id: int) -> ClassDraft:
    session.rollback()
    row = session.execute(select(ProgramClass.__table__).where(ProgramClass.id == class_id)).one()
    session.rollback()
    return ClassDraft(**{name: getattr(row, name) for name in ClassDraft.__slots__})


def make(program_id: int, of: ClassDraft, request_id: str = "form-00000001") -> int:
    return create_class(program_id=program_id, draft=of, request_id=request_id, **STAFF)


def edit(class_id: int, to: ClassDraft, version: int = 1):
    return edit_class(class_id=class_id, draft=to, expected_version=version, **STAFF)


def move(class_id: int, to_status: C, **more):
    return move_class(class_id=class_id, to_status=to_status, **{"reason": "Clay ran out", **STAFF, **more})


def refused(act) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value


def changes(session, class_id: int) -> list[tuple]:
    session.rollback()
    rows = session.execute(
        select(ClassChange.version, ClassChange.kind, ClassChange.from_status, ClassChange.to_status)
        .where(ClassChange.class_id == class_id)
        .order_by(ClassChange.version)
    )
    return [tuple(row) for row in rows]


def row(session, class_id: int):
    session.rollback()
    return session.execute(select(ProgramClass.__table__).where(ProgramClass.id == class_id)).one_or_none()


@ONE_DB
def test_a_class_is_made_once_and_says_so_in_its_trail(world, classroom, session):
    program_id = classroom.program()
    class_id = make(program_id, draft(world))

    assert make(program_id, draft(world)) == class_id
    assert refused(lambda: make(program_id, draft(world, capacity=5))).code == "class_already_saved"
    assert changes(session, class_id) == [(1, "created", None, "scheduled")]
    assert (row(session, class_id).status, row(session, class_id).organization_id) == (
        "scheduled",
        world.organization_id,
    )


@ONE_DB
def test_what_a_class_cannot_be_is_refused_and_nothing_is_written(app, world, classroom, session):
    program_id, inactive = classroom.program(), classroom.program()
    set_program_active(program_id=inactive, is_active=False, expected_version=1)
    stranger = world.person("Stray")
    strange = World(app)
    strange.organization("Elsewhere")
    strange_room = add_room(facility_id=strange.facility_id, name="Attic")
    before = digest(session)

    for of, program, code in [
        (draft(world), inactive, "program_inactive"),
        (draft(world, facility_id=strange.facility_id), program_id, "program_not_offered_here"),
        (draft(world, room_id=strange_room), program_id, "room_elsewhere"),
        (draft(world, room_id=999_999), program_id, "room_elsewhere"),
        (draft(world, instructor_id=stranger), program_id, "instructor_unknown"),
        (draft(world, starts_on=date(2026, 8, 1)), program_id, "start_after_end"),
        (draft(world, ends_on=date(2029, 8, 1)), program_id, "class_too_long"),
        (draft(world), 999_999, "not_found"),
    ]:
        assert refused(lambda of=of, program=program: make(program, of)).code == code
    assert digest(session) == before


@ONE_DB
def test_an_edit_changes_once_and_a_stale_one_says_which_fields_it_would_have_changed(world, classroom, session):
    class_id = make(classroom.program(), draft(world))
    teacher = world.person("Mei Chen", role=Role.ORGANIZER)
    new = draft(world, title="Pottery, advanced", instructor_id=teacher)

    assert edit(class_id, new).version == 2
    assert edit(class_id, new).version == 2
    before = digest(session)
    stale = refused(lambda: edit(class_id, replace(new, capacity=3)))
    assert (stale.code, stale.facts["fields"]) == ("stale", ("capacity",))
    assert digest(session) == before
    assert changes(session, class_id)[1:] == [(2, "edited", "scheduled", "scheduled")]


@ONE_DB
@pytest.mark.parametrize("status", sorted(FROZEN))
def test_a_frozen_class_is_not_changed_any_more(classroom, session, status):
    class_id = classroom.make(status=status)
    before = digest(session)

    for act in (
        lambda: edit(class_id, replace(stored(session, class_id), title="Other")),
        lambda: move(class_id, C.ACTIVE),
        lambda: move(class_id, C.PAUSED),
    ):
        assert refused(act).code == "class_frozen"
    assert refused(lambda: delete_class(class_id=class_id, expected_version=1, **STAFF)).code == "class_not_deletable"
    assert digest(session) == before


def test_more_places_let_people_move_up_in_the_same_transaction(classroom, session):
    class_id = classroom.make(capacity=2)
    people = classroom.people(5)
    for user_id in people:
        classroom.enrolls(class_id, user_id)

    too_few = refused(lambda: edit(class_id, replace(stored(session, class_id), capacity=1)))
    assert (too_few.code, too_few.facts["taken"]) == ("class_capacity_below", 2)
    edited = edit(class_id, replace(stored(session, class_id), capacity=4))

    assert len(edited.promoted) == 2
    assert statuses(session, class_id) == {"enrolled": 4, "waitlisted": 1}
    assert [user_id for user_id, _ in queue(session, class_id)] == people[4:]
    assert broken_class(session, class_id) == []


@ONE_DB
def test_dates_hold_every_session_and_a_used_class_stays_at_its_facility(world, classroom, session):
    class_id = classroom.make(starts_on=date(2026, 6, 15), ends_on=date(2026, 7, 31))
    classroom.meets(class_id, NOON.replace(month=7, day=30))
    of = stored(session, class_id)
    before = digest(session)

    outside = refused(lambda: edit(class_id, replace(of, ends_on=date(2026, 7, 29))))
    assert (outside.code, outside.facts["sessions"]) == ("sessions_outside_dates", 1)
    assert refused(lambda: edit(class_id, replace(of, facility_id=999_999))).code == "facility_fixed"
    assert refused(lambda: edit(class_id, replace(of, starts_on=date(2026, 9, 1)))).code == "start_after_end"
    assert digest(session) == before
    assert edit(class_id, replace(of, ends_on=date(2026, 7, 30))).version == 2


@ONE_DB
@pytest.mark.parametrize(("from_status", "to_status"), product(C, C))
def test_every_move_of_the_table_is_written_and_every_other_one_named(classroom, session, from_status, to_status):
    class_id = classroom.make(status=from_status)
    before = digest(session)

    if (from_status, to_status) in LEGAL_MOVES:
        assert move(class_id, to_status).version == 2
        assert row(session, class_id).status == to_status
        assert changes(session, class_id) == [(2, "moved", from_status, to_status)]
        after = digest(session)
        assert move(class_id, to_status).changed is False
        assert digest(session) == after
    elif from_status is to_status:
        assert move(class_id, to_status).changed is False
        assert digest(session) == before
    else:
        expected = "class_frozen" if from_status in FROZEN else "illegal_class_move"
        assert refused(lambda: move(class_id, to_status)).code == expected
        assert digest(session) == before


def test_activating_by_hand_stamps_who_is_enrolled_and_was_not_stamped_before(classroom, session):
    class_id = classroom.make(capacity=2)
    places = [classroom.enrolls(class_id, user_id) for user_id in classroom.people(3)]

    assert move(class_id, C.ACTIVE).people == 2

    rows = [row_of(session, place.enrollment_id) for place in places]
    assert [(one.enrolled_at, one.updated_by_id == 1) for one in rows[:2]] == [(NOON, True)] * 2
    assert rows[2].enrolled_at is None
    move(class_id, C.PAUSED, now=NOON + timedelta(days=1))
    move(class_id, C.ACTIVE, now=NOON + timedelta(days=2))
    assert row_of(session, places[0].enrollment_id).enrolled_at == NOON
    assert row(session, class_id).activated_at == NOON


def test_completing_and_cancelling_a_class_does_the_same_to_its_people_at_once(classroom, session):
    completing, cancelling = classroom.make(capacity=2, status="active"), classroom.make(capacity=2)
    for class_id in (completing, cancelling):
        for user_id in classroom.people(3):
            classroom.enrolls(class_id, user_id)

    assert move(completing, C.COMPLETED).people == 3
    assert refused(lambda: move(cancelling, C.CANCELLED, reason=" ")).code == "reason_required"
    assert move(cancelling, C.CANCELLED).people == 3

    assert statuses(session, completing) == {"completed": 2, "cancelled": 1}
    assert statuses(session, cancelling) == {"cancelled": 3}
    assert session.scalar(select(func.count()).select_from(ClassCompletion)) == 2
    assert broken_class(session, completing) == broken_class(session, cancelling) == []
    assert (row(session, completing).completed_at, row(session, cancelling).cancelled_at) == (NOON, NOON)


@ONE_DB
def test_a_stale_move_is_refused(classroom, session):
    class_id = classroom.make(status="active")
    before = digest(session)

    assert refused(lambda: move(class_id, C.PAUSED, expected_version=7)).code == "stale"
    assert refused(lambda: move(999_999, C.PAUSED)).code == "not_found"
    assert digest(session) == before


@ONE_DB
def test_several_classes_move_each_for_itself(classroom, session):
    active = [classroom.make(status="active") for _ in range(3)]
    others = [classroom.make(status=status) for status in ("scheduled", "completed", "paused")]

    results = move_classes(class_ids=[*active, *others, 999_999], to_status=C.PAUSED, **STAFF)

    assert [result.class_id for result in results] == [*active, *others, 999_999]
    assert [result.moved.changed if result.moved else result.refused.code for result in results] == [
        True,
        True,
        True,
        "illegal_class_move",
        "class_frozen",
        False,
        "not_found",
    ]
    assert [row(session, class_id).status for class_id in (*active, *others)] == [
        "paused",
        "paused",
        "paused",
        "scheduled",
        "completed",
        "paused",
    ]
    no_reason = lambda: move_classes(class_ids=active, to_status=C.CANCELLED, **STAFF)  # noqa: E731
    assert refused(no_reason).code == "reason_required"
    assert refused(lambda: move_classes(class_ids=[1] * 101, to_status=C.PAUSED, **STAFF)).code == "too_many_classes"


@ONE_DB
def test_completing_costs_the_same_for_few_and_for_many(app, classroom):
    counts = []
    for people, capacity in ((3, 2), (20, 15)):
        class_id = classroom.make(capacity=capacity, status="active")
        for user_id in classroom.people(people):
            classroom.enrolls(class_id, user_id)
        with counted_statements(app) as seen:
            move(class_id, C.COMPLETED)
        counts.append(len(seen))

    assert counts[0] == counts[1]


@ONE_DB
def test_a_finished_class_is_archived_and_another_one_is_not(classroom, session):
    done, runs = classroom.make(status="cancelled"), classroom.make(status="active")
    archive = lambda class_id, version=1: archive_class(class_id=class_id, expected_version=version, **STAFF)  # noqa: E731

    assert refused(lambda: archive(runs)).code == "class_not_archivable"
    assert refused(lambda: archive(done, 9)).code == "stale"
    assert (archive(done), archive(done)) == (2, 2)
    assert changes(session, done) == [(2, "archived", "cancelled", "cancelled")]
    assert row(session, done).archived_at == NOON


@ONE_DB
def test_a_class_that_nobody_was_ever_in_is_deleted_with_its_sessions_and_its_trail_stays(classroom, session):
    class_id, kept = classroom.make(), classroom.make()
    classroom.meets(class_id, NOON.replace(day=20))
    classroom.enrolls(kept, classroom.people(1)[0])

    found = refused(lambda: delete_class(class_id=kept, expected_version=1, **STAFF))
    assert (found.code, found.facts) == ("class_not_deletable", {"enrollments": 1})
    assert refused(lambda: delete_class(class_id=class_id, expected_version=2, **STAFF)).code == "stale"
    delete_class(class_id=class_id, expected_version=1, **STAFF)

    assert refused(lambda: delete_class(class_id=class_id, expected_version=1, **STAFF)).code == "not_found"
    assert row(session, class_id) is None
    assert [session.scalar(select(func.count()).select_from(table)) for table in (ClassSession, ClassRule)] == [0, 0]
    assert changes(session, class_id) == [(2, "deleted", "scheduled", "scheduled")]
