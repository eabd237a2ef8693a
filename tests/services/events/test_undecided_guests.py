"""People in the room whom nobody matched: closing waits for them, and leaves undecided who may have been one."""

import pytest
from sqlalchemy import select

from tests.support.worlds.online.online_event import (
    END,
    LATER,
    SOON,
    START,
    OnlineEvent,
    calculate,
    reconcile,
    statuses,
)
from tests.support.worlds.online.undecided import CAP, OVER, closes, due
from tests.support.worlds.rows import broken
from webapp.domain.permission import Role
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.models import RoomGuest
from webapp.queries.events.closure import due_event_ids, rehearse
from webapp.queries.online.session_owner import SessionOwner
from webapp.services.online.identity_match import match_identity
from webapp.services.unit_of_work import end_reading

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def online_event(app) -> OnlineEvent:
    return OnlineEvent(app)


def guest(online_event: OnlineEvent, come: float = 0, go: float = 60, identity: str = "guest-1") -> None:
    online_event.room.stays(identity, come, go)
    online_event.room.fold()


def match(online_event: OnlineEvent, at: int = 2, *, now=SOON, identity: str = "guest-1") -> None:
    organizer = online_event.world.person("Orla", role=Role.ORGANIZER)
    match_identity(
        owner=SessionOwner(online_event.event_id, None),
        identity=identity,
        user_id=online_event.people[at],
        reason="She told me",
        actor=online_event.world.actor(organizer, Role.ORGANIZER),
        now=now,
    )


def test_closing_waits_for_a_guest_who_may_have_been_somebody_and_counts_them_once_matched(online_event, session):
    online_event.stays(0, 0, 60)
    guest(online_event)
    calculate()
    reconcile()
    assert not due(LATER)

    match(online_event)
    calculate()

    assert due(LATER)
    closes(online_event, LATER)
    assert statuses(session, online_event.places) == ["attended", "no_show", "attended"]


def test_a_guest_whom_nobody_matched_leaves_undecided_who_may_have_been_them(online_event, session):
    """One was seen all the time, one for 20 minutes: with the guest's 30 that is enough. The third needs more."""
    online_event.stays(0, 0, 60)
    online_event.stays(1, 0, 20)
    guest(online_event, 25, 55)
    calculate()
    reconcile()
    assert not due(CAP)
    assert closes(online_event).counts == {"attended": 1, "no_show": 1, "undecided": 1}
    assert statuses(session, online_event.places) == ["attended", "undecided", "no_show"]


def test_a_guest_who_was_there_too_briefly_to_matter_holds_nothing_up(online_event):
    guest(online_event, 0, 29)
    calculate()
    assert due(SOON)


def test_matching_afterwards_settles_everybody(online_event, session):
    guest(online_event)
    calculate()
    reconcile()
    closes(online_event)
    assert statuses(session, online_event.places) == ["undecided"] * 3
    match(online_event, now=OVER)
    calculate(OVER)
    assert statuses(session, online_event.places) == ["no_show", "no_show", "attended"]
    assert broken(session, online_event.event_id) == []


def test_a_phone_may_have_been_anybody_and_can_be_matched(online_event, session):
    call = {"kind": "SIP", "participant_sid": "PA_call", "name": "+4930123467"}
    sid = online_event.room.joins("sip_+4930123467", 0, **call)
    online_event.room.leaves("sip_+4930123467", sid, 60, kind="SIP", name="+4930123467")
    online_event.room.fold()
    calculate()
    reconcile()
    assert session.execute(select(RoomGuest.identity, RoomGuest.name)).one() == ("phone:PA_call", "Phone ending in 67")
    closes(online_event)
    assert statuses(session, online_event.places) == ["undecided"] * 3
    match(online_event, now=OVER, identity="phone:PA_call")
    calculate(OVER)
    assert statuses(session, online_event.places) == ["no_show", "no_show", "attended"]
    assert broken(session, online_event.event_id) == []


def test_guests_of_another_session_or_event_hold_nothing_up(online_event):
    other = online_event.elsewhere(START, END)
    online_event.room.name = f"session-{other}"
    guest(online_event)
    calculate()
    end_reading()
    assert online_event.event_id in due_event_ids(SOON)


def test_the_rehearsal_says_the_same_before_the_closing(online_event):
    online_event.stays(0, 0, 60)
    online_event.stays(1, 0, 20)
    guest(online_event, 25, 55)
    calculate()
    reconcile()
    shown = rehearse(online_event.event_id)
    assert shown.counts == {S.ATTENDED: 1, S.NO_SHOW: 1, S.UNDECIDED: 1}
    assert [one.outcome for one in shown.people.rows] == [S.ATTENDED, S.UNDECIDED, S.NO_SHOW]
    for outcome, at in ((S.ATTENDED, 0), (S.UNDECIDED, 1), (S.NO_SHOW, 2)):
        people = rehearse(online_event.event_id, outcome=outcome).people.rows
        assert [one.enrollment_id for one in people] == [online_event.places[at]]
