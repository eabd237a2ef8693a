"""Evidence that comes after an outcome was decided is kept beside it, and changes nothing."""

import pytest
from sqlalchemy import select, text

from tests.support.worlds.online.online_event import (
    HOUR,
    LATER,
    SOON,
    START,
    OnlineEvent,
    calculate,
    reconcile,
    statuses,
)
from tests.support.worlds.online.undecided import OVER, closes
from tests.support.worlds.rows import broken
from webapp.domain.online.presence import StaffMark
from webapp.models import Enrollment, LateFact
from webapp.queries.places.outcome import explanation_of

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def online_event(app) -> OnlineEvent:
    return OnlineEvent(app)


def test_an_outcome_that_late_evidence_contradicts_stays_and_is_listed(online_event, session):
    """Closed at its limit; the leave of somebody was lost, and the reconciler came later."""
    online_event.room.joins(online_event.identity(0), 0)
    online_event.room.fold()
    closes(online_event)  # never calculated: nobody was at work
    assert statuses(session, online_event.places) == ["undecided"] * 3

    session.execute(text("UPDATE enrollments SET status = 'no_show', no_show_at = undecided_at"))
    session.execute(text("UPDATE enrollments SET undecided_at = NULL"))
    session.commit()
    calculate(OVER)
    reconcile(OVER)
    assert statuses(session, online_event.places) == ["no_show"] * 3
    assert session.execute(select(LateFact.enrollment_id, LateFact.outcome)).all() == [
        (online_event.places[0], "attended")
    ]


def test_a_mark_after_the_closing_contradicts_both_ways_and_its_withdrawal_ends_that(online_event, session):
    online_event.stays(0, 0, 60)
    calculate()
    closes(online_event, SOON)
    assert statuses(session, online_event.places) == ["attended", "no_show", "no_show"]
    online_event.marks(0, StaffMark.ABSENT_UNEXCUSED, now=LATER)
    online_event.marks(1, StaffMark.PRESENT, now=LATER)
    session.rollback()
    facts = select(LateFact.enrollment_id, LateFact.outcome).order_by(LateFact.enrollment_id)
    assert [tuple(row) for row in session.execute(facts)] == [
        (online_event.places[0], "no_show"),
        (online_event.places[1], "attended"),
    ]
    assert statuses(session, online_event.places) == ["attended", "no_show", "no_show"]
    codes = [sentence.code for sentence in explanation_of(online_event.places[1]).sentences]
    assert "late_attended" in codes
    assert broken(session, online_event.event_id) == []

    online_event.marks(1, StaffMark.ABSENT_EXCUSED, now=LATER, seen=2)
    session.rollback()
    assert [tuple(row) for row in session.execute(facts)] == [(online_event.places[0], "no_show")]


def test_nothing_is_listed_of_another_event_or_person(online_event, session):
    online_event.stays(0, 0, 60)
    calculate()
    closes(online_event, SOON)
    other = online_event.elsewhere(START - 3 * HOUR, START - 2 * HOUR)
    online_event.marks(1, StaffMark.PRESENT, session_id=other, now=LATER)
    session.rollback()
    assert session.scalars(select(LateFact.enrollment_id)).all() == []
    assert session.scalar(select(Enrollment.status).where(Enrollment.id == online_event.places[1])) == "no_show"
