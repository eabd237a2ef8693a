"""What arrives after a session was calculated, and what nobody told: a leave that is missing, a room that ended."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.support.worlds.online.online_event import (
    END,
    HOUR,
    LATER,
    MINUTE,
    SOON,
    OnlineEvent,
    calculate,
    measured,
    reconcile,
    report,
    statuses,
)
from webapp.models import MeetingAttendance, MeetingSession
from webapp.queries.online.session_calculation import due_sessions, sessions_to_reconcile

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def online_event(app) -> OnlineEvent:
    return OnlineEvent(app)


def test_a_late_delivery_opens_the_calculation_again(online_event, session):
    ana = online_event.people[0]
    sid = online_event.room.joins(online_event.identity(0), 0)
    online_event.room.fold()
    calculate()
    assert measured(session, online_event.session_id)[ana] == (None, 0, Decimal("0.00"))
    assert report(session, online_event.session_id, ana) is None

    online_event.room.leaves(online_event.identity(0), sid, 40)
    online_event.room.fold()

    assert calculate(SOON + 5 * MINUTE).sessions == 1
    assert measured(session, online_event.session_id)[ana] == ("present", 2400, Decimal("66.67"))
    assert report(session, online_event.session_id, ana).status == "present"


def test_a_delivery_that_is_not_folded_yet_keeps_the_session_due(online_event):
    online_event.stays(0, 0, 60)
    calculate()
    online_event.room.stays(online_event.identity(1), 0, 60)

    assert calculate().sessions == 1
    assert len(due_sessions(SOON)) == 1
    online_event.room.fold()
    assert calculate().statuses == {"present": 2, "absent": 1}
    assert due_sessions(SOON) == []


def test_a_status_that_becomes_open_again_leaves_the_report(online_event, session):
    ana = online_event.people[0]
    online_event.stays(0, 0, 5)
    calculate()
    assert report(session, online_event.session_id, ana).status == "absent"

    online_event.room.joins(online_event.identity(0), 10)
    online_event.room.fold()
    calculate()

    assert report(session, online_event.session_id, ana).status is None


def test_the_reconciler_closes_what_nobody_left_and_says_so(online_event, session):
    online_event.room.joins(online_event.identity(0), 0)
    sid = online_event.room.joins(online_event.identity(1), 0)
    online_event.room.publishes(online_event.identity(1), sid, 50)
    online_event.room.fold()
    calculate()
    assert sessions_to_reconcile(END + HOUR) == []

    reconcile()

    session.rollback()
    rows = session.scalars(select(MeetingAttendance).order_by(MeetingAttendance.user_id)).all()
    assert [(row.status, row.seconds, row.needs_review) for row in rows] == [
        ("present", 3600, False),
        ("present", 3600, False),
        ("absent", 0, False),
    ]
    assert rows[0].note == "No leave was reported: closed at the scheduled end."
    assert rows[0].last_leave_at == END
    assert session.get_one(MeetingSession, online_event.session_id).reconciled_at == LATER
    assert sessions_to_reconcile(LATER) == []


def test_a_leave_that_comes_after_the_reconciler_replaces_what_it_assumed(online_event, session):
    sid = online_event.room.joins(online_event.identity(0), 0)
    online_event.room.fold()
    reconcile()

    online_event.room.leaves(online_event.identity(0), sid, 5)
    online_event.room.fold()
    calculate(LATER)

    assert measured(session, online_event.session_id)[online_event.people[0]] == ("absent", 300, Decimal("8.33"))


def test_a_room_that_was_closed_ends_what_was_open_unless_the_same_room_went_on(online_event, session):
    ana, ben, _ = online_event.people
    online_event.room.joins(online_event.identity(0), 0)
    online_event.room.is_closed(20)
    online_event.room.is_opened(21, "RM_second")
    online_event.room.joins(online_event.identity(1), 25)
    online_event.room.is_closed(40)
    online_event.room.is_opened(41, "RM_second")
    online_event.room.fold()

    reconcile()

    assert measured(session, online_event.session_id)[ana] == ("partial", 1200, Decimal("33.33"))
    assert measured(session, online_event.session_id)[ben] == ("late", 2100, Decimal("58.33"))


def test_what_stayed_open_in_an_earlier_session_of_the_room_does_not_reach_into_the_next(online_event, session):
    room = online_event.room.name
    next_one = online_event.session(END + 10 * MINUTE, END + 70 * MINUTE, room)
    online_event.room.joins(online_event.identity(0), 0)
    online_event.stays(1, 0, 130)

    reconcile(END + 3 * HOUR)

    ana, ben, cleo = online_event.people
    assert [measured(session, one)[ana][0] for one in (online_event.session_id, next_one)] == ["present", "absent"]
    assert [measured(session, one)[ben][1] for one in (online_event.session_id, next_one)] == [3600, 3600]
    assert measured(session, next_one)[cleo][0] == "absent"


def test_a_room_that_starts_anew_under_its_name_ends_the_stays_of_the_one_before(online_event, session):
    """The server was killed and started again: what it forgot to tell is closed by the new room, not by its end."""
    ana, ben, _ = online_event.people
    online_event.room.is_opened(0, "RM_killed")
    online_event.room.joins(f"u{ana}", 0)
    online_event.room.joins(f"u{ben}", 1)
    online_event.room.is_opened(14, "RM_again")
    sid = online_event.room.joins(f"u{ana}", 14)
    online_event.room.leaves(f"u{ana}", sid, 55)
    online_event.room.is_closed(56)
    online_event.room.fold()

    calculate()
    reconcile()

    found = measured(session, online_event.session_id)
    assert (found[ana][:2], found[ben][:2]) == (("present", 55 * 60), ("partial", 13 * 60))
    assert statuses(session, online_event.places) == ["checked_in", "confirmed", "confirmed"]
