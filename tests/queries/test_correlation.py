"""The watch over all statements of the tests: what it finds, and what it lets pass."""

import pytest
from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from tests.support.databases.correlation import doubled_tables
from webapp.models import Enrollment, Event, MeetingAttendance, MeetingSession, SessionReport


def of_session(report):
    """Sessions with somebody measured and not reported: three statements in one another."""
    measured = exists().where(MeetingAttendance.session_id == MeetingSession.id, ~report)
    return select(MeetingSession.id).where(measured)


REPORTED = exists().where(
    SessionReport.session_id == MeetingSession.id, SessionReport.user_id == MeetingAttendance.user_id
)
OTHER = aliased(Enrollment)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (of_session(REPORTED), ["meeting_sessions"]),
        (of_session(REPORTED.correlate(MeetingSession, MeetingAttendance)), []),
        (of_session(exists().where(SessionReport.session_id == MeetingAttendance.session_id)), []),
        (select(Event.id).where(Event.id.in_(select(Enrollment.event_id).where(Enrollment.user_id == 7))), []),
        (select(Enrollment.id).where(exists().where(OTHER.user_id == Enrollment.user_id)), []),
        (
            select(Event.id)
            .join(Enrollment)
            .where(Event.id.in_(select(Enrollment.event_id).where(Enrollment.user_id == 7).correlate(None))),
            [],
        ),
    ],
)
def test_a_subquery_that_is_not_tied_to_the_row_it_means_is_found(query, found):
    assert doubled_tables(str(query)) == found


def test_a_subquery_of_from_reads_its_tables_for_itself():
    people = "SELECT a.id FROM (SELECT e.id FROM enrollments, users) AS a JOIN enrollments ON enrollments.id = a.id"
    assert doubled_tables(people) == []
    assert doubled_tables("SELECT 1 FROM users WHERE EXISTS (SELECT 1 FROM enrollments, users WHERE 1 = 1)") == [
        "users"
    ]
