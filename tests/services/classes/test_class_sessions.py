"""Sessions: planned by a rule, changed alone and together, put back, and never two in one room or with one teacher."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from tests.support.databases.statements import counted_statements
from tests.support.worlds.classes.classroom import Classroom
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON, World
from webapp.domain.classes.session_change import SessionChange
from webapp.domain.permission import SYSTEM, Actor, Role
from webapp.domain.recurrence import Scope, SessionPlan, parse_rule
from webapp.domain.refusal import Refused
from webapp.models import ClassAttendance, ClassSession, ClassSessionChange
from webapp.queries.classes.class_sessions import person_clashes
from webapp.services.classes.class_sessions import Chosen, change_sessions, plan_sessions, undo_change
from webapp.services.classes.room import add_room
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("app_context")
ONE_DB = pytest.mark.only_db("postgres")
MONDAY, LAST = date(2026, 6, 15), date(2026, 12, 18)


@pytest.fixture
def world(app) -> World:
    world = World(app)
    world.organization()
    return world


@pytest.fixture
def classroom(app, world) -> Classroom:
    return Classroom(app, world)


@pytest.fixture
def orla(world) -> Actor:
    return Actor(user_id=world.person("Orla", role=Role.ORGANIZER), name="Orla")


def make(classroom, title="Pottery", **columns) -> int:
    return classroom.make(title, starts_on=MONDAY, ends_on=LAST, **columns)


def plan(class_id, rule="FREQ=WEEKLY;COUNT=4", *, on=MONDAY, at=time(18, 30), minutes=90, room=None, teacher=None):
    of = SessionPlan(parse_rule(rule), on, at, minutes, room, teacher)
    return plan_sessions(class_id=class_id, plan=of, actor=SYSTEM, now=NOON)


def sessions(session, class_id) -> list[ClassSession]:
    session.rollback()
    query = select(ClassSession.__table__).where(ClassSession.class_id == class_id)
    rows = session.execute(query.order_by(ClassSession.rule_on, ClassSession.id)).all()
    session.rollback()
    return rows


def change(class_id, row, orla, *, scope=Scope.THIS, cancels=False, reason="Holiday", now=NOON, **values):
    chosen = Chosen(row.id, row.version, scope)
    of = SessionChange(values, cancels=cancels)
    return change_sessions(class_id=class_id, chosen=chosen, change=of, reason=reason, actor=orla, now=now)


def undo(class_id, done, orla, reason="It was wrong"):
    return undo_change(class_id=class_id, batch=done.batch, reason=reason, actor=orla, now=NOON)


def refused(act) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value


def local_hours(rows, zone="Europe/Berlin") -> list[str]:
    return [f"{row.starts_at.astimezone(ZoneInfo(zone)):%m-%d %H:%M}" for row in rows]


def test_a_rule_plans_the_same_hour_before_and_after_the_clocks_move(classroom, session):
    class_id = make(classroom)

    dates = plan(class_id, "FREQ=WEEKLY", on=date(2026, 10, 5))

    rows = sessions(session, class_id)
    assert [row.local_on for row in rows] == list(dates) == [row.rule_on for row in rows]
    assert local_hours(rows)[2:4] == ["10-19 18:30", "10-26 18:30"]
    assert [row.starts_at.astimezone(UTC).hour for row in rows[2:4]] == [16, 17]
    assert {row.ends_at - row.starts_at for row in rows} == {timedelta(minutes=90)}


@ONE_DB
def test_an_hour_that_the_clocks_skip_is_refused_and_nothing_is_written(classroom, session, orla):
    """Sunday 28 March 2027, 02:30 in Berlin: as for an event's sessions, planned or moved there."""
    class_id = classroom.make(starts_on=date(2027, 3, 1), ends_on=date(2027, 5, 1))
    plan(class_id, "FREQ=DAILY;COUNT=1", on=date(2027, 3, 27), at=time(2, 30))
    before = digest(session)
    one = sessions(session, class_id)[0]

    weekly = refused(lambda: plan(class_id, on=date(2027, 3, 21), at=time(2, 30), minutes=60))
    moved = refused(lambda: change(class_id, one, orla, local_on=date(2027, 3, 28)))

    assert [one.code for one in (weekly, moved)] == ["time_skipped"] * 2
    assert digest(session) == before


def test_a_plan_sent_twice_meets_itself(classroom, session):
    class_id = make(classroom)
    plan(class_id)
    before = digest(session)

    assert refused(lambda: plan(class_id)).code == "sessions_overlap_themselves"
    assert digest(session) == before
    plan(make(classroom), "FREQ=DAILY;COUNT=3", minutes=1440)


@ONE_DB
def test_what_cannot_be_planned_is_refused_and_nothing_is_written(app, world, classroom, session):
    class_id, frozen = make(classroom), make(classroom, status="cancelled")
    strange = World(app)
    strange.organization("Elsewhere")
    strange_room = add_room(facility_id=strange.facility_id, name="Attic")
    stray = world.person("Stray")
    before = digest(session)

    for code, act in [
        ("class_frozen", lambda: plan(frozen)),
        ("not_found", lambda: plan(999_999)),
        ("rule_before_class", lambda: plan(class_id, on=MONDAY - timedelta(days=1))),
        ("rule_before_class", lambda: plan(class_id, on=LAST + timedelta(days=1))),
        ("rrule_beyond_class", lambda: plan(class_id, "FREQ=WEEKLY;COUNT=100")),
        ("rrule_beyond_class", lambda: plan(class_id, "FREQ=WEEKLY;UNTIL=20270101")),
        ("minutes_out_of_range", lambda: plan(class_id, minutes=0)),
        ("room_elsewhere", lambda: plan(class_id, room=strange_room)),
        ("instructor_unknown", lambda: plan(class_id, teacher=stray)),
        ("no_sessions", lambda: plan(class_id, "FREQ=WEEKLY;UNTIL=20260101")),
    ]:
        assert refused(act).code == code
    assert digest(session) == before


def test_rooms_and_teachers_are_taken_by_one_session_at_a_time_and_touching_ends_are_fine(world, classroom, session):
    room = add_room(facility_id=world.facility_id, name="Kiln room")
    mei = world.person("Mei Chen", role=Role.ORGANIZER)
    first, second = make(classroom, "Pottery"), make(classroom, "Weaving")
    plan(first, room=room, teacher=mei)
    before = digest(session)

    found = refused(lambda: plan(second, at=time(19, 59), minutes=30, room=room))
    assert (found.code, found.facts) == (
        "room_clash",
        {
            "room": "Kiln room",
            "title": "Pottery",
            "at": datetime(2026, 6, 15, 16, 30, tzinfo=UTC),
            "timezone": "Europe/Berlin",
        },
    )
    found = refused(lambda: plan(second, "FREQ=DAILY", at=time(17), minutes=91, teacher=mei))
    assert (found.code, found.facts["instructor"], found.facts["title"]) == ("instructor_clash", "Mei Chen", "Pottery")
    assert digest(session) == before
    plan(second, at=time(20), minutes=30, room=room, teacher=mei)
    plan(second, at=time(18), minutes=30, room=room, teacher=mei)
    assert len(sessions(session, second)) == 8


@ONE_DB
def test_a_teacher_is_one_person_at_all_facilities_and_strangers_classes_are_not_named(app, world, classroom, session):
    mei = world.person("Mei Chen", role=Role.ORGANIZER)
    plan(make(classroom), teacher=mei)
    own, own_place = world.organization_id, world.facility_id
    world.organization("Elsewhere", "Pacific/Auckland")
    with write_transaction() as writing:
        world.join_team(writing, mei, Role.ORGANIZER)
    there = make(classroom, "Secret")
    found = refused(lambda: plan(there, "FREQ=DAILY;COUNT=30", at=time(4), minutes=60, teacher=mei))
    assert (found.code, found.facts) == ("instructor_clash", {"instructor": "Mei Chen"})
    world.organization_id, world.facility_id = own, own_place


@ONE_DB
def test_what_was_cancelled_is_in_nobodys_way(world, classroom, session, orla):
    room = add_room(facility_id=world.facility_id, name="Kiln room")
    first, second = make(classroom), make(classroom)
    plan(first, room=room)
    done = change(first, sessions(session, first)[0], orla, scope=Scope.ALL, cancels=True)
    plan(second, room=room)
    before = digest(session)

    assert refused(lambda: undo(first, done, orla)).code == "room_clash"
    assert digest(session) == before
    third = make(classroom)
    classroom.stands(second, "cancelled")
    plan(third, room=room)


def test_a_change_of_one_is_written_with_its_reason_and_put_back(world, classroom, session, orla):
    room = add_room(facility_id=world.facility_id, name="Kiln room")
    class_id = make(classroom)
    plan(class_id)
    rows = sessions(session, class_id)
    was = digest(session, leaving_out=frozenset({"class_session_changes", "class_sessions"}))

    done = change(class_id, rows[1], orla, local_on=date(2026, 6, 24), at=time(9), minutes=60, room_id=room)

    after = sessions(session, class_id)
    assert local_hours(after) == ["06-15 18:30", "06-24 09:00", "06-29 18:30", "07-06 18:30"]
    assert (after[1].rule_on, after[1].reason, after[1].version, after[1].room_id, done.sessions) == (
        date(2026, 6, 22),
        "Holiday",
        2,
        room,
        1,
    )
    undo(class_id, done, orla)
    back = sessions(session, class_id)
    assert [tuple(row)[:-1] for row in back] == [tuple(row)[:-1] for row in rows]
    assert refused(lambda: undo(class_id, done, orla)).code == "change_undone"
    assert digest(session, leaving_out=frozenset({"class_session_changes", "class_sessions"})) == was


@pytest.mark.parametrize(("scope", "changed"), [(Scope.THIS, 1), (Scope.FROM_HERE, 3), (Scope.ALL, 4)])
def test_this_from_here_and_all_change_together_and_are_put_back_together(
    app, classroom, session, orla, scope, changed
):
    class_id = make(classroom)
    plan(class_id)
    other = plan(class_id, "FREQ=WEEKLY;COUNT=2", at=time(8))
    rows = sessions(session, class_id)
    one = [row for row in rows if row.local_on == date(2026, 6, 22)][0]

    with counted_statements(app) as seen:
        done = change(class_id, one, orla, scope=scope, at=time(19), minutes=60)

    assert done.sessions == changed
    moved = [row for row in sessions(session, class_id) if row.version == 2]
    assert {text[-5:] for text in local_hours(moved)} == {"19:00"}
    assert len(seen) <= 18
    assert undo(class_id, done, orla).sessions == changed
    assert {text[-5:] for text in local_hours(sessions(session, class_id))} == {"18:30", "08:00"}
    assert len(other) == 2


@ONE_DB
def test_all_leaves_out_what_has_begun_and_what_was_cancelled(classroom, session, orla):
    class_id = make(classroom, status="active")
    plan(class_id)
    rows = sessions(session, class_id)
    change(class_id, rows[2], orla, cancels=True)

    done = change(class_id, rows[3], orla, scope=Scope.ALL, now=rows[0].starts_at, at=time(19))

    assert done.sessions == 2
    assert [row.version for row in sessions(session, class_id)] == [1, 2, 2, 2]


@ONE_DB
def test_what_cannot_be_changed_is_refused_and_nothing_is_written(world, classroom, session, orla):
    class_id, other = make(classroom), make(classroom)
    plan(class_id)
    rows = sessions(session, class_id)
    done = change(class_id, rows[3], orla, cancels=True)
    person = classroom.people(1)[0]
    with write_transaction() as writing:
        writing.add(
            ClassAttendance(session_id=rows[0].id, user_id=person, status="present", marked_by_id=1, marked_at=NOON)
        )
    cancelled = sessions(session, class_id)[3]
    before = digest(session)

    for code, act in [
        ("reason_required", lambda: change(class_id, rows[1], orla, cancels=True, reason=" ")),
        ("not_found", lambda: change(other, rows[1], orla, cancels=True)),
        ("stale", lambda: change(class_id, rows[3], orla, cancels=True)),
        ("class_session_cancelled", lambda: change(class_id, cancelled, orla, cancels=True)),
        ("nothing_changed_here", lambda: change(class_id, rows[1], orla, at=time(18, 30), minutes=90)),
        ("nothing_changed_here", lambda: change(class_id, rows[1], orla)),
        ("class_session_outside", lambda: change(class_id, rows[1], orla, local_on=LAST + timedelta(days=1))),
        ("class_session_marked", lambda: change(class_id, rows[0], orla, at=time(9))),
        ("class_session_marked", lambda: change(class_id, rows[0], orla, scope=Scope.FROM_HERE, cancels=True)),
        ("minutes_out_of_range", lambda: change(class_id, rows[1], orla, minutes=2000)),
        ("room_elsewhere", lambda: change(class_id, rows[1], orla, room_id=999_999)),
        ("instructor_unknown", lambda: change(class_id, rows[1], orla, instructor_id=person)),
        ("sessions_overlap_themselves", lambda: change(class_id, rows[1], orla, local_on=date(2026, 6, 29))),
        ("not_found", lambda: undo(other, done, orla)),
        ("reason_required", lambda: undo(class_id, done, orla, reason="")),
    ]:
        assert refused(act).code == code
    assert digest(session) == before
    assert change(class_id, rows[0], orla, instructor_id=orla.user_id).sessions == 1


@ONE_DB
def test_a_change_before_another_one_is_not_put_back_alone(classroom, session, orla):
    class_id = make(classroom)
    plan(class_id)
    first = change(class_id, sessions(session, class_id)[0], orla, at=time(9))
    second = change(class_id, sessions(session, class_id)[0], orla, at=time(10))

    assert refused(lambda: undo(class_id, first, orla)).code == "changed_since"
    undo(class_id, second, orla)
    assert refused(lambda: undo(class_id, first, orla)).code in {"change_undone", "changed_since"}
    assert local_hours(sessions(session, class_id))[0] == "06-15 09:00"
    session.rollback()
    lines = session.execute(select(ClassSessionChange.version, ClassSessionChange.is_undo)).all()
    assert [tuple(line) for line in lines] == [(2, False), (3, False), (4, True)]


def test_people_clash_where_another_of_their_classes_meets_at_the_same_time(app, classroom, session, orla):
    pottery, weaving, choir = make(classroom, "Pottery"), make(classroom, "Weaving"), make(classroom, "Choir")
    plan(pottery)
    plan(weaving, at=time(19))
    plan(choir, at=time(17))  # ends when pottery begins
    both, one, none = classroom.people(3)
    for user_id, class_id in [(both, weaving), (both, choir), (one, choir)]:
        classroom.enrolls(class_id, user_id)
    session.rollback()

    with counted_statements(app) as seen:
        found = person_clashes(session, [both, one, none], pottery)

    assert len(seen) == 2
    assert list(found) == [both]
    (clash,) = found[both]
    assert (clash.title, clash.sessions, clash.starts_at) == ("Weaving", 4, datetime(2026, 6, 15, 17, tzinfo=UTC))
    assert clash.weekdays == (0,)
    session.rollback()
    for row in sessions(session, weaving):
        change(weaving, row, orla, cancels=True)
    session.rollback()
    assert person_clashes(session, [both], pottery) == {}
    assert person_clashes(session, [], pottery) == {}


@ONE_DB
def test_planning_costs_the_same_for_few_and_many_sessions(app, classroom):
    counts = []
    for number in (2, 180):
        class_id = make(classroom)
        with counted_statements(app) as seen:
            plan(class_id, f"FREQ=DAILY;COUNT={number}")
        counts.append(len(seen))

    assert counts[0] == counts[1]
