"""What closure cannot know is undecided: a video server that told nothing though somebody was let in."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.worlds.online.online_event import (
    END,
    HOUR,
    MINUTE,
    SOON,
    START,
    OnlineEvent,
    calculate,
    reconcile,
    statuses,
)
from tests.support.worlds.online.undecided import CAP, OVER, closes, due, lets_in, told
from tests.support.worlds.rows import broken
from tests.support.worlds.use_cases import UseCases
from webapp.domain.online.presence import StaffMark
from webapp.models import EnrollmentTransition, EventPolicy, MeetingAttendance, MeetingSession

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def online_event(app) -> OnlineEvent:
    return OnlineEvent(app)


def seats(session, online_event: OnlineEvent) -> int:
    session.rollback()
    return session.scalar(select(EventPolicy.seats_taken).where(EventPolicy.event_id == online_event.event_id))


def test_a_room_that_told_nothing_though_somebody_was_let_in_is_waited_for_and_then_nobody_is_absent(
    online_event, session
):
    lets_in(online_event)
    calculate()
    reconcile()
    row = session.execute(select(MeetingSession.doubt, MeetingSession.calculated_at)).one()
    assert row.doubt == "silent"
    record = MeetingAttendance
    assert session.execute(select(record.status, record.needs_review).distinct()).all() == [(None, True)]
    assert not due(CAP)

    closed = closes(online_event)

    assert closed.counts == {"attended": 0, "no_show": 0, "undecided": 3}
    assert closed.completed
    assert statuses(session, online_event.places) == ["undecided"] * 3
    assert seats(session, online_event) == 3
    assert [kind for _, kind in told(session, online_event)] == ["ParticipantUndecided"] * 3
    reasons = session.scalars(select(EnrollmentTransition.reason).where(EnrollmentTransition.to_status == "undecided"))
    assert set(reasons) == {"Cannot be decided: the video server told us nothing about an online session"}
    assert broken(session, online_event.event_id) == []


def test_without_a_token_nobody_can_have_been_there(online_event, session):
    calculate()
    assert due(SOON)
    closes(online_event, SOON)
    assert statuses(session, online_event.places) == ["no_show"] * 3


def test_a_room_that_told_of_others_is_not_silent(online_event, session):
    lets_in(online_event)
    online_event.stays(1, 0, 60)
    calculate()
    assert due(SOON)
    closes(online_event, SOON)
    assert statuses(session, online_event.places) == ["no_show", "attended", "no_show"]


def test_who_was_seen_elsewhere_is_decided_by_that(app, session):
    online_event = OnlineEvent(app)
    UseCases(app, online_event.world).is_checked_in(online_event.event_id, online_event.placed(0), START + MINUTE)
    lets_in(online_event)
    calculate()
    closes(online_event)
    assert statuses(session, online_event.places) == ["attended", "undecided", "undecided"]


def test_a_silent_session_says_nothing_where_online_presence_does_not_count(app, session):
    online_event = OnlineEvent(app, online_counts=False)
    lets_in(online_event)
    calculate()
    closes(online_event)
    assert statuses(session, online_event.places) == ["no_show"] * 3


def test_what_cannot_change_the_result_leaves_nobody_undecided(app, session):
    """Two days are asked for, one of them was silent, and nobody was there on the other one."""
    online_event = OnlineEvent(app, ends_at=END + timedelta(days=1), attendance_requirement="all_days")
    lets_in(online_event)
    calculate()
    closes(online_event, OVER + timedelta(days=1))
    assert statuses(session, online_event.places) == ["no_show"] * 3


def test_late_webhooks_settle_what_was_undecided(online_event, session):
    lets_in(online_event)
    calculate()
    closes(online_event)
    online_event.room.stays(online_event.identity(0), 0, 60)
    online_event.room.fold()

    done = calculate(OVER + HOUR)

    assert done.settled == 3
    assert statuses(session, online_event.places) == ["attended", "no_show", "no_show"]
    assert [kind for _, kind in told(session, online_event)][3:] == [
        "ParticipantAttended",
        "ParticipantNoShow",
        "ParticipantNoShow",
    ]
    assert seats(session, online_event) == 1
    assert broken(session, online_event.event_id) == []
    assert calculate(OVER + HOUR).settled == 0


def test_a_mark_settles_the_person_it_is_about(online_event, session):
    lets_in(online_event)
    calculate()
    closes(online_event)
    online_event.marks(0, StaffMark.PRESENT, now=OVER)
    online_event.marks(1, StaffMark.ABSENT_EXCUSED, now=OVER)
    assert statuses(session, online_event.places) == ["attended", "no_show", "undecided"]
    assert broken(session, online_event.event_id) == []


def test_marks_before_the_closing_leave_nothing_open(online_event, session):
    lets_in(online_event)
    calculate()
    for at, mark in enumerate((StaffMark.PRESENT, StaffMark.ABSENT_UNEXCUSED, StaffMark.PARTIAL)):
        online_event.marks(at, mark)
    assert due(SOON)
    closes(online_event, SOON)
    assert statuses(session, online_event.places) == ["attended", "no_show", "no_show"]
