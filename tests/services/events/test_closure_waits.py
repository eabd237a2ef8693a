"""An event with online sessions is closed when they are measured, and at the latest two hours after its end."""

from datetime import timedelta

import pytest
from sqlalchemy import text, update

from tests.support.worlds.online.online_event import (
    END,
    HOUR,
    LATER,
    MINUTE,
    SOON,
    START,
    OnlineEvent,
    calculate,
    reconcile,
    statuses,
)
from tests.support.worlds.online.video_room import VideoRoom
from webapp.domain.events.attention import EventCondition, needs_attention
from webapp.domain.online.presence import StaffMark
from webapp.models import MeetingSession
from webapp.queries.events.closure import due_event_ids
from webapp.queries.work.due import due_work
from webapp.services.events.closure import close_event
from webapp.services.unit_of_work import end_reading

CAP = END + 2 * HOUR
SECOND = timedelta(seconds=1)
pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def online_event(app) -> OnlineEvent:
    return OnlineEvent(app)


def due(now) -> list[int]:
    end_reading()
    return list(due_event_ids(now))


def test_closure_waits_for_the_calculation_and_then_takes_what_it_found(online_event, session):
    online_event.stays(0, 0, 60)
    assert due(SOON) == []
    assert close_event(event_id=online_event.event_id, now=SOON).moved == 0

    calculate()

    assert due(SOON) == [online_event.event_id]
    close_event(event_id=online_event.event_id, now=SOON)
    assert statuses(session, online_event.places) == ["attended", "no_show", "no_show"]


def test_it_waits_for_all_sessions(online_event):
    other = online_event.session(END + HOUR / 2, END + HOUR)
    calculate()
    assert due(SOON) == []
    calculate(END + HOUR + 6 * MINUTE)
    assert due(END + HOUR + 6 * MINUTE) == [online_event.event_id]
    assert other


def test_it_waits_for_the_reconciler_where_a_status_hangs_on_a_leave(online_event, session):
    online_event.room.joins(online_event.identity(0), 0)
    online_event.room.fold()
    calculate()
    assert due(LATER) == []

    reconcile()

    assert due(LATER) == [online_event.event_id]
    close_event(event_id=online_event.event_id, now=LATER)
    assert statuses(session, online_event.places) == ["attended", "no_show", "no_show"]


def test_a_mark_ends_the_wait_for_a_leave(online_event):
    online_event.room.joins(online_event.identity(0), 0)
    online_event.room.fold()
    calculate()
    online_event.marks(0, StaffMark.PARTIAL)
    assert due(SOON) == [online_event.event_id]


@pytest.mark.parametrize("elsewhere", ["another event", "another session"])
def test_a_mark_in_any_other_session_does_not_end_the_wait(online_event, session, elsewhere):
    """The same person, marked elsewhere: here their status hangs on a leave as before."""
    if elsewhere == "another event":
        other = online_event.elsewhere(START - 3 * HOUR, START - 2 * HOUR)
    else:
        other = online_event.session(START, START + HOUR / 2)
    online_event.room.joins(online_event.identity(0), 0)
    online_event.room.fold()
    calculate()
    online_event.marks(0, StaffMark.PARTIAL, session_id=other)

    assert online_event.event_id not in due(LATER)
    assert close_event(event_id=online_event.event_id, now=LATER).moved == 0

    reconcile()

    assert close_event(event_id=online_event.event_id, now=LATER).moved == 3
    assert statuses(session, online_event.places) == ["attended", "no_show", "no_show"]


def test_what_is_told_after_the_calculation_makes_it_wait_again_but_not_once_it_has_begun(online_event, session):
    calculate()
    online_event.room.joins(online_event.identity(0), 10)
    assert due(SOON) == []

    session.execute(text("UPDATE enrollments SET status = 'no_show' WHERE id = :id"), {"id": online_event.places[2]})
    session.commit()
    assert due(SOON) == [online_event.event_id]


def test_it_waits_no_longer_than_two_hours_after_the_end(online_event, session):
    assert due(CAP) == []
    assert due(CAP + SECOND) == [online_event.event_id]
    assert close_event(event_id=online_event.event_id, now=CAP).moved == 0
    assert close_event(event_id=online_event.event_id, now=CAP + SECOND).moved == 3


def test_the_two_hours_count_from_the_end_of_a_session_that_runs_over(online_event, session):
    """A leave is lost: the reconciler comes an hour after the session's end, so closure has to be there after it."""
    over = online_event.session(START, END + 15 * MINUTE)
    VideoRoom(online_event.world.app, f"session-{over}", START).joins(online_event.identity(0), 0)
    online_event.room.fold()
    calculate(END + 21 * MINUTE)

    assert due(CAP + SECOND) == []
    assert due(CAP + 15 * MINUTE) == []
    assert close_event(event_id=online_event.event_id, now=CAP + SECOND).moved == 0
    assert due(CAP + 15 * MINUTE + SECOND) == [online_event.event_id]

    reconcile(END + HOUR + 16 * MINUTE)
    assert close_event(event_id=online_event.event_id, now=CAP + SECOND).moved == 3
    assert statuses(session, online_event.places) == ["attended", "no_show", "no_show"]


def test_a_session_that_was_called_off_is_not_waited_for(online_event, session):
    session.execute(update(MeetingSession).values(cancelled_at=START))
    session.commit()
    assert due(SOON) == [online_event.event_id]


def test_what_is_due_names_the_session_first_and_then_the_event(online_event):
    def waiting() -> list[tuple]:
        end_reading()
        found = due_work(LATER, LATER)
        return [(work.what, work.since) for work in found if work.what not in {"outbox-events", "periodic-job"}]

    assert waiting() == [("calculate-session", END), ("reconcile-session", END)]
    calculate()
    assert waiting() == [("close-event", END), ("reconcile-session", END)]
    reconcile()
    assert waiting() == [("close-event", END)]


@pytest.mark.only_db("sqlite")
def test_an_organizer_is_not_alarmed_while_it_waits():
    facts = {
        "status": "published",
        "starts_at": START,
        "effective_end_at": END,
        "capacity": None,
        "taken": 3,
        "unasked": 0,
        "promotes_until": START,
        "pending": 0,
        "undecided": True,
        "closing_failed": False,
    }
    plain, online = EventCondition(**facts), EventCondition(**facts, sessions_end_at=END - HOUR)
    runs_over = EventCondition(**facts, sessions_end_at=END + 30 * MINUTE)
    assert [code for code, _ in needs_attention(plain, END + HOUR)] == ["not_closed"]
    assert needs_attention(online, CAP + 20 * MINUTE) == []
    assert [code for code, _ in needs_attention(online, CAP + 21 * MINUTE)] == ["not_closed"]
    assert needs_attention(runs_over, CAP + 50 * MINUTE) == []
    assert [code for code, _ in needs_attention(runs_over, CAP + 51 * MINUTE)] == ["not_closed"]
