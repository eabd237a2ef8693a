"""Planning sessions, and saying who a guest was: once, under the event's lock, and nothing else changes."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.support.worlds.online.online_event import (
    END,
    HOUR,
    LATER,
    MINUTE,
    START,
    OnlineEvent,
    calculate,
    measured,
    plan_session,
    reconcile,
    report,
)
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON, World
from webapp.domain.events.event_draft import EventDraft
from webapp.domain.online.meeting_session import SessionDraft
from webapp.domain.permission import SYSTEM
from webapp.domain.refusal import Refused
from webapp.models import Event, IdentityMatch, IdentityMatchChange, MeetingSession
from webapp.queries.audit import broken_invariants
from webapp.queries.events.event import event_by_id
from webapp.queries.online.late_evidence import match_changes
from webapp.queries.online.session_calculation import due_sessions
from webapp.queries.online.session_owner import SessionOwner
from webapp.services.events.closure import close_event
from webapp.services.events.event_editing import edit_event
from webapp.services.events.event_lifecycle import cancel_event
from webapp.services.online.identity_match import match_identity, unmatch_identity
from webapp.services.online.meeting_session import cancel_session, create_sessions, edit_session

pytestmark = pytest.mark.usefixtures("app_context")
DAY = timedelta(days=1)
REQUEST = "form-00000001"


@pytest.fixture
def event_id(world) -> int:
    return world.event(starts_at=START, ends_at=START + 2 * DAY)


def draft(day: int = 0, room: str = "", **changes) -> SessionDraft:
    starts_at = START + day * DAY
    return replace(SessionDraft("Talk", "event", starts_at, starts_at + HOUR, room), **changes)


def plan(world: World, event_id: int, *drafts: SessionDraft, request_id: str = REQUEST, now=NOON) -> list[int]:
    return create_sessions(event_id=event_id, drafts=drafts, actor=SYSTEM, request_id=request_id, now=now)


def row(session, session_id: int):
    session.rollback()
    return session.execute(select(MeetingSession.__table__).where(MeetingSession.id == session_id)).one()


def refused(session, act, *args, **kwargs) -> str:
    """The code of the refusal; and nothing was written."""
    before = digest(session)
    with pytest.raises(Refused) as info:
        act(*args, **kwargs)
    assert digest(session) == before
    return info.value.code


def test_a_series_is_planned_once_each_session_in_a_room_of_its_own(world, event_id, session):
    ids = plan(world, event_id, draft(0), draft(1), draft(2))
    before = digest(session)

    assert plan(world, event_id, draft(0), draft(1), draft(2)) == ids
    assert digest(session) == before
    assert [(row(session, one).room_name, row(session, one).starts_at) for one in ids] == [
        (f"session-{one}", START + n * DAY) for n, one in enumerate(ids)
    ]


def test_a_form_that_was_sent_before_with_other_values_is_refused(world, event_id, session):
    plan(world, event_id, draft())
    assert refused(session, plan, world, event_id, draft(title="Walk")) == "request_id_reused"


@pytest.mark.parametrize(
    ("changes", "now", "code"),
    [
        ({"ends_at": START}, NOON, "session_end_not_after_start"),
        ({"ends_at": START + 13 * HOUR}, NOON, "session_too_long"),
        ({"starts_at": START - DAY, "ends_at": START - DAY + HOUR}, NOON, "session_outside_event"),
        ({"kind": "party"}, NOON, "unknown_choice"),
        ({}, START + HOUR, "session_in_past"),
    ],
)
def test_what_cannot_be_planned_is_refused(world, event_id, session, changes, now, code):
    assert refused(session, plan, world, event_id, draft(**changes), now=now) == code


def test_a_session_that_runs_already_can_still_be_written_down(world, event_id):
    assert len(plan(world, event_id, draft(), now=START + HOUR - MINUTE)) == 1


@pytest.mark.parametrize("end", ["called off", "closed"])
def test_nothing_is_planned_for_an_event_that_is_finished(world, use_cases, session, end):
    event_id = world.event(starts_at=START, ends_at=START + 2 * DAY)
    if end == "called off":
        cancel_event(event_id=event_id, reason="Rain", actor=SYSTEM, now=NOON)
    else:
        use_cases.enrolls(event_id, world.person())
        close_event(event_id=event_id, now=START + 3 * DAY)
    assert refused(session, plan, world, event_id, draft(2)) in {"event_frozen", "closure_begun"}


def test_a_room_is_one_sessions_at_a_time_and_one_organizations_for_good(world, event_id, session):
    [first] = plan(world, event_id, draft(room="studio"))
    overlapping = draft(room="studio", starts_at=START + HOUR - MINUTE, ends_at=START + 2 * HOUR)
    other = world.event(starts_at=START, ends_at=START + 2 * DAY)
    assert refused(session, plan, world, other, overlapping, request_id="form-00000002") == "room_taken"

    assert plan(
        world, other, draft(room="studio", starts_at=START + HOUR, ends_at=START + 2 * HOUR), request_id="form-00000003"
    )
    world.organization("Harbour Crew")
    theirs = world.event(starts_at=START, ends_at=START + 2 * DAY)
    assert refused(session, plan, world, theirs, draft(2, room="studio"), request_id="form-00000004") == "room_taken"
    cancel_session(session_id=first, actor=SYSTEM, expected_version=1, now=NOON)
    assert plan(world, event_id, draft(room="studio"), request_id="form-00000005")


def test_an_edit_is_made_once_and_only_from_the_latest_version(world, event_id, session):
    [session_id] = plan(world, event_id, draft(room="studio"))
    changed = draft(1, title="Walk")

    assert edit_session(session_id=session_id, draft=changed, expected_version=1, now=NOON) == 2
    before = digest(session)
    assert edit_session(session_id=session_id, draft=changed, expected_version=1, now=NOON) == 2
    assert digest(session) == before
    assert (row(session, session_id).title, row(session, session_id).room_name) == ("Walk", f"session-{session_id}")
    asked = {"session_id": session_id, "expected_version": 1}
    assert refused(session, edit_session, draft=draft(title="Run"), now=NOON, **asked) == "stale"
    assert refused(session, cancel_session, actor=SYSTEM, now=NOON, **asked) == "stale"


@pytest.mark.parametrize("now", [START, START + 2 * HOUR])
def test_what_has_begun_stays_as_it_is(world, event_id, session, now):
    [session_id] = plan(world, event_id, draft())
    asked = {"session_id": session_id, "expected_version": 1, "now": now}
    assert refused(session, edit_session, draft=draft(title="Run"), **asked) == "session_started"
    assert refused(session, cancel_session, actor=SYSTEM, **asked) == "session_started"


def test_calling_off_twice_is_calling_off_once(world, event_id, session):
    [session_id] = plan(world, event_id, draft())
    cancel_session(session_id=session_id, actor=SYSTEM, expected_version=1, now=NOON)
    before = digest(session)
    cancel_session(session_id=session_id, actor=SYSTEM, expected_version=1, now=NOON)
    assert digest(session) == before
    assert row(session, session_id).cancelled_by_id == SYSTEM.user_id
    assert (
        refused(session, edit_session, session_id=session_id, draft=draft(title="Run"), expected_version=2, now=NOON)
        == "session_cancelled"
    )


# ---- who was that?


@pytest.fixture
def online_event(app) -> OnlineEvent:
    online_event = OnlineEvent(app)
    online_event.room.stays("moms-ipad", 0, 60)
    online_event.room.fold()
    calculate()
    reconcile()
    return online_event


def match(online_event: OnlineEvent, person: int = 0, identity: str = "moms-ipad", **more):
    owner, actor = SessionOwner(online_event.event_id, None), online_event.world.actor(online_event.people[2])
    return match_identity(
        owner=owner,
        identity=identity,
        user_id=online_event.people[person],
        actor=actor,
        now=LATER,
        **{"reason": "She told me on the phone", **more},
    )


def unmatch(online_event: OnlineEvent, **more):
    ask = {"owner": SessionOwner(online_event.event_id, None), "identity": "moms-ipad", "reason": "It was her brother"}
    return unmatch_identity(**{**ask, "actor": online_event.world.actor(online_event.people[2]), "now": LATER, **more})


def test_a_match_makes_the_time_count_and_taking_it_back_makes_it_count_no_more(online_event, session):
    ana = online_event.people[0]
    assert match(online_event) == [online_event.session_id]
    assert [one.id for one in due_sessions(LATER)] == [online_event.session_id]
    calculate(LATER)
    assert measured(session, online_event.session_id)[ana][:2] == ("present", 3600)
    assert list(broken_invariants(LATER)) == []
    before = digest(session)
    assert match(online_event) == []
    assert digest(session) == before

    assert unmatch(online_event) == [online_event.session_id]
    calculate(LATER)
    assert report(session, online_event.session_id, ana).status == "absent"
    before = digest(session)
    assert unmatch(online_event) == []
    assert digest(session) == before


@pytest.mark.parametrize(
    ("identity", "code"),
    [
        ("nobody", "identity_unknown"),
        ("", "identity_unknown"),
        ("x" * 300, "identity_unknown"),
    ],
)
def test_only_who_came_can_be_matched(online_event, session, identity, code):
    assert refused(session, match, online_event, identity=identity) == code


def test_an_accounts_own_name_says_itself_who_it_is(online_event, session):
    online_event.stays(1, 0, 60)
    assert refused(session, match, online_event, identity=online_event.identity(1)) == "identity_known"


def test_nobody_without_a_place_is_matched_and_nobody_is_matched_twice(online_event, session):
    stranger = online_event.world.person()
    ask = {"owner": SessionOwner(online_event.event_id, None), "identity": "moms-ipad"}
    ask |= {"actor": online_event.world.actor(stranger), "now": LATER, "reason": "I know"}
    assert refused(session, match_identity, user_id=stranger, **ask) == "not_on_roster"
    match(online_event)
    assert refused(session, match, online_event, person=1) == "identity_matched"
    session.rollback()
    assert session.scalars(select(IdentityMatch.user_id)).all() == [online_event.people[0]]


def test_a_called_off_event_matches_nobody(online_event, session):
    session.execute(update(Event).where(Event.id == online_event.event_id).values(status="cancelled"))
    session.commit()
    assert refused(session, match, online_event) == "event_frozen"
    assert refused(session, unmatch, online_event) == "event_frozen"


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_a_match_says_why_and_so_does_taking_it_back(online_event, session, reason):
    assert refused(session, match, online_event, reason=reason) in {"text_missing", "text_too_long"}
    match(online_event)
    assert refused(session, unmatch, online_event, reason=reason) in {"text_missing", "text_too_long"}


def test_matches_and_what_was_taken_back_are_in_the_trail_with_who_and_why(online_event, session):
    match(online_event)
    unmatch(online_event)
    ana, cleo = online_event.people[0], online_event.people[2]
    row = IdentityMatchChange
    rows = session.execute(select(row.identity, row.user_id, row.is_match, row.reason, row.actor_id).order_by(row.id))
    assert [tuple(one) for one in rows] == [
        ("moms-ipad", ana, True, "She told me on the phone", cleo),
        ("moms-ipad", ana, False, "It was her brother", cleo),
    ]
    assert [one.is_match for one in match_changes(online_event.event_id, None, online_event.room.name)] == [False, True]


def draft_of(online_event: OnlineEvent, session, **changes) -> tuple[EventDraft, int]:
    """What the event's form says now, with changes; and its version."""
    session.rollback()
    facts = event_by_id(online_event.event_id)
    stored = {f.name: getattr(facts, f.name) for f in fields(EventDraft)}
    return EventDraft(**{**stored, **changes}), facts.version


def edit(online_event: OnlineEvent, session, *, now=NOON, **changes) -> None:
    draft, version = draft_of(online_event, session, **changes)
    edit_event(event_id=online_event.event_id, draft=draft, expected_version=version, now=now)


def times_of(session, online_event: OnlineEvent) -> list[tuple]:
    session.rollback()
    query = select(MeetingSession.starts_at, MeetingSession.ends_at).order_by(MeetingSession.id)
    return [tuple(row) for row in session.execute(query)]


def test_sessions_that_have_not_begun_move_with_their_event(online_event, session):
    online_event.session(START + 20 * MINUTE, END + 10 * MINUTE, room="hall")
    edit(online_event, session, starts_at=START + timedelta(days=3), ends_at=END + timedelta(days=3))
    moved = [(START, END), (START + 20 * MINUTE, END + 10 * MINUTE)]
    assert times_of(session, online_event) == [(a + timedelta(days=3), b + timedelta(days=3)) for a, b in moved]
    assert list(broken_invariants(NOON)) == []


@pytest.mark.only_db("sqlite")
def test_they_keep_their_time_on_the_wall_when_the_clocks_change(online_event, session):
    """From summer to winter time: noon UTC is 14:00 there in June and 13:00 in November."""
    winter = START + timedelta(days=150, hours=1)
    edit(online_event, session, starts_at=winter, ends_at=winter + (END - START))
    assert times_of(session, online_event) == [(winter, winter + (END - START))]


@pytest.mark.only_db("sqlite")
def test_what_has_begun_or_was_called_off_stays(online_event, session):
    gone = online_event.session(START + 20 * MINUTE, END)
    session.execute(update(MeetingSession).where(MeetingSession.id == gone).values(cancelled_at=NOON))
    session.commit()
    before = times_of(session, online_event)
    edit(online_event, session, now=START, starts_at=START + 10 * MINUTE)
    assert times_of(session, online_event) == before


def test_an_event_that_would_not_hold_its_sessions_is_not_changed(online_event, session):
    online_event.session(START + 30 * MINUTE, END + HOUR)
    assert refused(session, edit, online_event, session, ends_at=END - 10 * MINUTE) == "sessions_outside_event"


@pytest.mark.only_db("sqlite")
def test_a_room_that_is_taken_at_the_new_time_refuses_the_move(online_event, session):
    online_event.session(START, END, room="hall")
    other = online_event.world.event("Other", starts_at=START + timedelta(days=3), ends_at=END + timedelta(days=3))
    plan_session(other, START + timedelta(days=3), END + timedelta(days=3), "hall")
    later = {"starts_at": START + timedelta(days=3), "ends_at": END + timedelta(days=3)}
    assert refused(session, edit, online_event, session, **later) == "room_taken"
