"""The pages of a table put together are the whole table in its order, from whichever end a page is found."""

from datetime import timedelta

import pytest

from tests.support.worlds.crowd import Guest, fill
from tests.support.worlds.world import NOON
from webapp.domain.asking.attendance_response import Answer
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.extensions import db
from webapp.models import AttendanceResponse, Enrollment
from webapp.queries.asking.responses import ResponseFilter, Said, response_rows, responses_page
from webapp.queries.places.roster import PAGE_SIZE, RosterFilter, RosterSort, ids_of_roster, roster_page
from webapp.services.unit_of_work import write_transaction

PEOPLE = 3 * PAGE_SIZE + 7
CROWD = [Guest(), Guest("waitlisted"), Guest("cancelled"), Guest("pending"), Guest("checked_in")]


@pytest.fixture
def event_id(app, world) -> int:
    """Many people in every status; every third says something."""
    event_id = world.event(capacity=PEOPLE)
    with app.app_context():
        fill(db.engine, event_id, [CROWD[number % len(CROWD)] for number in range(PEOPLE)], at=NOON)
        with write_transaction() as session:
            for number, enrollment in enumerate(session.query(Enrollment).order_by(Enrollment.id)):
                enrollment.changed_at = NOON + timedelta(minutes=number % 40)
                if number % 3 == 0:
                    said = Answer.ATTENDED if number % 2 else Answer.NOT_ATTENDED
                    session.add(
                        AttendanceResponse(
                            event_id=event_id,
                            user_id=enrollment.user_id,
                            answer=said,
                            answered_at=NOON,
                            changed_at=NOON,
                            created_at=NOON,
                        )
                    )
    return event_id


@pytest.mark.parametrize("sort", RosterSort)
@pytest.mark.parametrize(("status", "query"), [(None, ""), (S.WAITLISTED, ""), (None, "guest 1")])
def test_the_pages_of_the_enrollments(app_context, event_id, sort, status, query):
    pages, number = [], 1
    while True:
        page = roster_page(event_id, RosterFilter(status, query, sort, number))
        pages += [person.id for person in page.rows]
        if not page.has_next:
            break
        number += 1

    assert len(pages) > PAGE_SIZE or status
    assert pages == list(ids_of_roster(event_id, RosterFilter(status, query, sort)))


@pytest.mark.parametrize(("said", "query"), [(None, ""), (Said.NOTHING, ""), (None, "guest 1")])
def test_the_pages_of_the_answers(app_context, event_id, said, query):
    pages, number = [], 1
    while True:
        page = responses_page(event_id, ResponseFilter(said, query, number))
        pages += [person.user_id for person in page.rows]
        if not page.has_next:
            break
        number += 1

    assert len(pages) == page.total
    assert pages == [person.user_id for person in response_rows(event_id, ResponseFilter(said, query))]


def test_a_page_beyond_the_last_is_the_last(app_context, event_id):
    last = roster_page(event_id, RosterFilter(page=4))

    assert roster_page(event_id, RosterFilter(page=99)).rows == last.rows
    assert len(last.rows) == 7
