"""An event with online sessions is closed when they are measured, and at the latest two hours after its end."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, text, update

from tests.support.evening import END, HOUR, LATER, MINUTE, SOON, START, Evening, calculate, reconcile, statuses
from webapp.domain.attention import EventCondition, needs_attention
from webapp.domain.presence import Mark
from webapp.models import MeetingSession, SessionReport
from webapp.queries.due import due_work
from webapp.queries.events.closure import due_event_ids
from webapp.services.events.closure import close_event
from webapp.services.unit_of_work import end_reading

CAP = END + 2 * HOUR
SECOND = timedelta(seconds=1)
pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def evening(app) -> Evening:
    return Evening(app)


def due(now) -> list[int]:
    end_reading()
    return list(due_event_ids(now))


def test_closure_waits_for_the_calculation_and_then_takes_what_it_found(evening, session):
    evening.stays(0, 0, 60)
    assert due(SOON) == []
    assert close_event(event_id=evening.event_id, now=SOON).moved == 0

    calculate()

    assert due(SOON) == [evening.event_id]
    close_event(event_id=evening.event_id, now=SOON)
    assert statuses(session, evening.places) == ["attended", "no_show", "no_show"]


def test_it_waits_for_all_sessions(evening):
    other = evening.session(END + HOUR / 2, END + HOUR)
    calculate()
    assert due(SOON) == []
    calculate(END + HOUR + 6 * MINUTE)
    assert due(END + HOUR + 6 * MINUTE) == [evening.event_id]
    assert other


def test_it_waits_for_the_reconciler_where_a_status_hangs_on_a_leave(evening, session):
    evening.room.joins(evening.identity(0), 0)
    evening.room.fold()
    calculate()
    assert due(LATER) == []

    reconcile()

    assert due(LATER) == [evening.event_id]
    close_event(event_id=evening.event_id, now=LATER)
    assert statuses(session, evening.places) == ["attended", "no_show", "no_show"]


def test_a_mark_ends_the_wait_for_a_leave(evening, session):
    evening.room.joins(evening.identity(0), 0)
    evening.room.fold()
    calculate()
    values = {"session_id": evening.session_id, "user_id": evening.people[0], "marked_status": Mark.PARTIAL,
              "marked_at": SOON, "fields": {}}  # fmt: skip
    session.execute(insert(SessionReport).values(values))
    session.commit()
    assert due(SOON) == [evening.event_id]


def test_what_is_told_after_the_calculation_makes_it_wait_again_but_not_once_it_has_begun(evening, session):
    calculate()
    evening.room.joins(evening.identity(0), 10)
    assert due(SOON) == []

    session.execute(text("UPDATE enrollments SET status = 'no_show' WHERE id = :id"), {"id": evening.places[2]})
    session.commit()
    assert due(SOON) == [evening.event_id]


def test_it_waits_no_longer_than_two_hours_after_the_end(evening, session):
    assert due(CAP) == []
    assert due(CAP + SECOND) == [evening.event_id]
    assert close_event(event_id=evening.event_id, now=CAP).moved == 0
    assert close_event(event_id=evening.event_id, now=CAP + SECOND).moved == 3


def test_a_session_that_was_called_off_is_not_waited_for(evening, session):
    session.execute(update(MeetingSession).values(cancelled_at=START))
    session.commit()
    assert due(SOON) == [evening.event_id]


def test_what_is_due_names_the_session_first_and_then_the_event(evening):
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
    facts = {"status": "published", "starts_at": START, "effective_end_at": END, "capacity": None, "taken": 3,
             "waiting": 0, "pending": 0, "undecided": True, "closing_failed": False}  # fmt: skip
    plain, online = EventCondition(**facts), EventCondition(**facts, has_sessions=True)
    assert [code for code, _ in needs_attention(plain, END + HOUR)] == ["not_closed"]
    assert needs_attention(online, CAP + 20 * MINUTE) == []
    assert [code for code, _ in needs_attention(online, CAP + 21 * MINUTE)] == ["not_closed"]
