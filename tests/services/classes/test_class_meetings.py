"""Sessions of a class held online: their online side follows them, and its report fills in roll-call."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from tests.support.databases.statements import counted_statements
from tests.support.worlds.classes.classroom import Classroom
from tests.support.worlds.online.online_class import LATER, SOON, OnlineClass
from tests.support.worlds.online.online_event import START, measured, reconcile
from tests.support.worlds.online.video_room import VideoRoom
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.domain.classes.class_draft import ClassDraft
from webapp.domain.classes.session_change import SessionChange
from webapp.domain.online.presence import StaffMark
from webapp.domain.permission import Actor, Grant, Role, Trigger
from webapp.domain.recurrence import Scope, SessionPlan, parse_rule
from webapp.domain.refusal import Refused
from webapp.models import ClassSession, MeetingSession, ProgramClass, RoomGuest
from webapp.queries.audit import broken_invariants
from webapp.queries.online.session_calculation import due_sessions
from webapp.queries.people.take_out import take_out
from webapp.services.classes.class_editing import edit_class
from webapp.services.classes.class_sessions import Chosen, change_sessions, plan_sessions, undo_change
from webapp.services.classes.program_class import delete_class
from webapp.services.leaving.account_deletion import delete_account
from webapp.services.online.identity_match import match_identity, unmatch_identity
from webapp.services.online.session_mark import mark_presence, withdraw_mark

pytestmark = pytest.mark.usefixtures("app_context")
POSTGRES = pytest.mark.only_db("postgres")
MONDAY, LAST = date(2026, 6, 15), date(2026, 12, 18)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def classroom(app, world) -> Classroom:
    return Classroom(app, world)


@pytest.fixture
def orla(world) -> Actor:
    world.organization()
    user_id = world.person("Orla", role=Role.ORGANIZER)
    return Actor(user_id=user_id, name="Orla", grants={world.organization_id: [Grant(Role.ORGANIZER)]})


def make(classroom, **columns) -> int:
    return classroom.make("Pottery", starts_on=MONDAY, ends_on=LAST, **columns)


def plan(class_id, actor, kind="academic", now=NOON):
    of = SessionPlan(parse_rule("FREQ=WEEKLY;COUNT=3"), MONDAY, time(18, 30), 60, None, None, kind)
    return plan_sessions(class_id=class_id, plan=of, actor=actor, now=now)


def change(session, class_id, orla, *, scope=Scope.THIS, number=0, now=NOON, cancels=False, **values):
    session.rollback()
    row = session.scalars(select(ClassSession).where(ClassSession.class_id == class_id).order_by(ClassSession.id))
    one = row.all()[number]
    return change_sessions(
        class_id=class_id,
        chosen=Chosen(one.id, one.version, scope),
        change=SessionChange(values, cancels=cancels),
        reason="So it is",
        actor=orla,
        now=now,
    )


def sides(session) -> list[MeetingSession]:
    session.rollback()
    return session.scalars(select(MeetingSession).order_by(MeetingSession.id)).all()


def held(session) -> list[bool]:
    return [one.cancelled_at is None for one in sides(session)]


def refused(session, act, *args, **kwargs) -> str:
    """The code of the refusal; and nothing was written."""
    before = digest(session)
    with pytest.raises(Refused) as info:
        act(*args, **kwargs)
    assert digest(session) == before
    return info.value.code


def test_planned_online_every_session_has_a_room_of_its_own(classroom, orla, session):
    class_id = make(classroom)
    plan(class_id, orla)
    sessions = session.scalars(select(ClassSession).order_by(ClassSession.id)).all()
    assert [(one.class_session_id, one.title, one.kind, one.starts_at, one.ends_at) for one in sides(session)] == [
        (one.id, "Pottery", "academic", one.starts_at, one.ends_at) for one in sessions
    ]
    assert [one.room_name for one in sides(session)] == [f"session-{one.id}" for one in sides(session)]
    assert [one.created_by_id for one in sides(session)] == [orla.user_id] * 3
    assert list(broken_invariants(NOON)) == []


@POSTGRES
def test_what_has_begun_when_it_is_planned_is_not_held_online(classroom, orla, session):
    plan(make(classroom), orla, now=NOON + 5 * DAY + 5 * HOUR)
    assert [one.starts_at.date() for one in sides(session)] == [MONDAY + 7 * DAY, MONDAY + 14 * DAY]


def test_the_online_side_follows_every_change_and_its_undo(classroom, orla, session):
    class_id = make(classroom)
    plan(class_id, orla, kind=None)
    assert sides(session) == []
    change(session, class_id, orla, scope=Scope.ALL, online_kind="academic")
    rooms = [one.room_name for one in sides(session)]
    change(session, class_id, orla, scope=Scope.FROM_HERE, number=1, minutes=90, online_kind="quran")
    assert [(one.ends_at - one.starts_at, one.kind) for one in sides(session)] == [
        (HOUR, "academic"),
        (90 * MINUTE, "quran"),
        (90 * MINUTE, "quran"),
    ]
    cancelled = change(session, class_id, orla, number=2, cancels=True)
    assert held(session) == [True, True, False]
    undo_change(class_id=class_id, batch=cancelled.batch, reason="After all", actor=orla, now=NOON)
    assert held(session) == [True, True, True]
    change(session, class_id, orla, online_kind=None)
    assert held(session) == [False, True, True]
    change(session, class_id, orla, online_kind="academic")
    assert (held(session), [one.room_name for one in sides(session)]) == ([True] * 3, rooms)
    assert list(broken_invariants(NOON)) == []


def test_a_change_costs_the_same_for_three_sessions_and_for_thirty(app, classroom, orla, session):
    costs = []
    for number in (3, 30):
        class_id = make(classroom)
        rule = parse_rule(f"FREQ=DAILY;COUNT={number}")
        at = time(8) if number == 3 else time(20)
        plan_sessions(class_id=class_id, plan=SessionPlan(rule, MONDAY, at, 60, None, None), actor=orla, now=NOON)
        with counted_statements(app) as seen:
            change(session, class_id, orla, scope=Scope.ALL, online_kind="academic")
        costs.append(len(seen))
    assert costs[0] == costs[1]


@POSTGRES
def test_being_online_is_settled_when_the_session_begins(classroom, orla, session):
    class_id = make(classroom)
    plan(class_id, orla)
    begun = sides(session)[0].starts_at
    ask = {"scope": Scope.THIS, "now": begun}
    assert refused(session, change, session, class_id, orla, online_kind=None, **ask) == "session_started"
    assert refused(session, change, session, class_id, orla, online_kind="quran", **ask) == "session_started"
    assert refused(session, change, session, class_id, orla, online_kind="event") == "unknown_choice"
    change(session, class_id, orla, scope=Scope.ALL, now=begun, online_kind=None)
    assert held(session) == [True, False, False]


@POSTGRES
def test_an_online_side_is_called_what_its_class_is_called(classroom, orla, session, world):
    class_id = make(classroom)
    plan(class_id, orla)
    row = session.get(ProgramClass, class_id)
    draft = ClassDraft(
        "Pottery, wheel",
        row.description,
        row.facility_id,
        None,
        None,
        row.capacity,
        row.has_waitlist,
        row.starts_on,
        row.ends_on,
        row.required_percent,
    )
    edit_class(class_id=class_id, draft=draft, expected_version=row.version, actor=orla, by=Trigger.ORGANIZER, now=NOON)
    assert {one.title for one in sides(session)} == {"Pottery, wheel"}


@POSTGRES
def test_a_class_goes_with_its_rooms_unless_somebody_was_told_of_in_one(app, classroom, orla, session):
    kept, gone = make(classroom), make(classroom)
    plan(kept, orla)
    plan(gone, orla)
    one = sides(session)[0]
    VideoRoom(app, one.room_name, one.starts_at).joins("somebody", 0)
    ask = {"expected_version": 1, "actor": orla, "by": Trigger.ORGANIZER, "now": NOON}
    assert refused(session, delete_class, class_id=kept, **ask) == "class_not_deletable"
    delete_class(class_id=gone, **ask)
    assert len(sides(session)) == 3


@pytest.fixture
def online_class(classroom, orla) -> OnlineClass:
    return OnlineClass(classroom, orla)


def test_who_was_there_is_measured_and_fills_in_roll_call(online_class, session):
    ana, ben, cleo = online_class.people
    online_class.stays(f"u{ana}", 0, 60)
    online_class.stays(f"u{ben}", 30, 50)
    online_class.calculates()
    assert {user: row[0] for user, row in measured(session, online_class.meeting_id).items()} == {
        ana: "present",
        ben: "partial",
        cleo: "absent",
    }
    assert online_class.roll_call(session) == {ana: ("present", 60, True), ben: ("partial", 20, True)}
    before = digest(session)
    online_class.calculates()
    assert (digest(session), due_sessions(SOON)) == (before, [])
    assert list(broken_invariants(SOON)) == []


def test_a_match_counts_in_all_sessions_of_the_class_and_can_be_taken_back(online_class, session):
    ana, stranger = online_class.people[0], online_class.world.person()
    online_class.stays("moms-ipad", 0, 60)
    online_class.calculates()
    match = {
        "owner": online_class.owner,
        "identity": "moms-ipad",
        "actor": online_class.actor,
        "now": SOON,
        "reason": "Asked her",
    }
    assert refused(session, match_identity, user_id=stranger, **match) == "not_on_roster"
    assert match_identity(user_id=ana, **match) == [online_class.meeting_id]
    assert match_identity(user_id=ana, **match) == []
    online_class.calculates()
    assert online_class.roll_call(session) == {ana: ("present", 60, True)}
    assert unmatch_identity(**match) == [online_class.meeting_id]
    online_class.calculates()
    assert online_class.roll_call(session) == {}
    online_class.stands("cancelled")
    assert refused(session, match_identity, user_id=ana, **match) == "class_frozen"


def test_a_mark_in_the_report_is_roll_call_at_once_and_survives_measuring(online_class, session):
    ana = online_class.people[0]
    online_class.calculates()
    ask = {"session_id": online_class.meeting_id, "user_id": ana, "actor": online_class.actor, "now": SOON}
    marked = mark_presence(status=StaffMark.PRESENT, reason="Camera off", request_id="one", **ask)
    assert online_class.roll_call(session) == {ana: ("present", 60, True)}
    online_class.stays(f"u{ana}", 0, 10)
    online_class.calculates()
    assert online_class.roll_call(session) == {ana: ("present", 60, True)}
    withdraw_mark(reason="No", request_id="two", seen_mark_id=marked.mark_id, **ask)
    assert online_class.roll_call(session) == {ana: ("partial", 10, True)}
    nobody = Actor(user_id=online_class.people[1], name="Ben")
    again = {**ask, "actor": nobody, "status": StaffMark.PRESENT, "reason": "x", "request_id": "three"}
    assert refused(session, mark_presence, **again) == "not_found"
    assert list(broken_invariants(SOON)) == []


@POSTGRES
def test_somebody_who_left_the_class_before_is_not_expected(classroom, online_class, session, world):
    ben = online_class.people[1]
    late = classroom.people(1)[0]
    classroom.enrolls(online_class.class_id, late, now=START + 30 * MINUTE)
    online_class.stays(f"u{ben}", 0, 60)
    online_class.calculates()
    reconcile(LATER)
    assert set(measured(session, online_class.meeting_id)) == {*online_class.people, late}


@POSTGRES
def test_who_goes_takes_the_name_they_had_in_a_room_of_the_class(online_class, session):
    ana = online_class.people[0]
    online_class.room.joins("moms-ipad", 2, participant_sid="PA_ipad", name="Ana's iPad")
    online_class.room.leaves("moms-ipad", "PA_ipad", 60)
    online_class.room.fold()
    online_class.calculates()
    said = {"actor": online_class.actor, "now": SOON, "reason": "Her mother told me"}
    match_identity(owner=online_class.owner, identity="moms-ipad", user_id=ana, **said)
    online_class.calculates()
    told = {part.name: list(rows) for part, rows in take_out(ana)}
    assert [row["class_title"] for row in told["online_attendance"]] == ["Pottery"]
    assert [(row["class_title"], row["event_title"]) for row in told["online_identities"]] == [("Pottery", None)]
    assert session.query(RoomGuest).count() == 1
    session.rollback()
    delete_account(user_id=ana, password="", signed_in_at=SOON, now=SOON, real_now=SOON)
    assert session.query(RoomGuest).count() == 0
    assert list(broken_invariants(SOON)) == []
