"""Online presence as a check-in: once a day, where the policy counts it, taken back with the status, until closure."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from tests.support.evening import HOUR, LATER, MINUTE, SOON, START, Evening, calculate, measured, reconcile, statuses
from tests.support.rows import broken, stored_draft
from tests.support.story import Story
from webapp.models import CheckIn, CheckInReversal, Enrollment, Event
from webapp.queries.audit import broken_invariants
from webapp.queries.places.outcome import explanation_of
from webapp.services.events.closure import close_event
from webapp.services.events.event_editing import edit_event
from webapp.services.unit_of_work import end_reading
from webapp.views.explaining import explanation_sentences

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def evening(app) -> Evening:
    return Evening(app)


def check_ins(session) -> list[tuple]:
    session.rollback()
    query = select(CheckIn.enrollment_id, CheckIn.local_on, CheckIn.method, CheckInReversal.reason)
    joined = query.outerjoin(CheckInReversal, CheckInReversal.check_in_id == CheckIn.id)
    return [tuple(row) for row in session.execute(joined.order_by(CheckIn.id))]


def test_present_and_late_people_are_checked_in_once_for_the_local_date(app, session):
    evening = Evening(app, timezone="Pacific/Auckland")
    evening.stays(0, 0, 60)
    evening.stays(1, 20, 60)
    evening.stays(2, 0, 20)
    evening.session()
    evening.room.fold()

    done = calculate()

    day = datetime(2026, 6, 12, tzinfo=UTC).date()  # noon UTC is midnight in Auckland
    assert check_ins(session) == [(place, day, "online", None) for place in evening.places[:2]]
    assert done.checked_in == 2
    assert statuses(session, evening.places) == ["checked_in", "checked_in", "confirmed"]
    assert broken(session, evening.event_id) == []


def test_nothing_is_checked_in_where_the_policy_does_not_count_it(app, session):
    evening = Evening(app, online_counts=False)
    evening.stays(0, 0, 60)
    calculate()
    assert check_ins(session) == []


def test_who_was_checked_in_at_a_desk_that_day_is_not_checked_in_again(app, session):
    evening = Evening(app)
    story = Story(app, evening.world)
    placed = story.enrolls(evening.event_id, evening.world.person())
    story.is_checked_in(evening.event_id, placed, now=START + MINUTE)
    user_id = session.scalar(select(Enrollment.user_id).where(Enrollment.id == placed.enrollment_id))
    evening.room.stays(f"u{user_id}", 0, 60)
    evening.room.fold()

    assert calculate().checked_in == 0
    assert [row[2] for row in check_ins(session)] == ["manual"]


def test_a_check_in_is_taken_back_when_the_status_is_lost_and_made_again_when_it_returns(evening, session):
    place = evening.places[0]
    sid = evening.room.joins(evening.identity(0), 0)
    evening.room.fold()
    reconcile()
    assert statuses(session, [place]) == ["checked_in"]

    evening.room.leaves(evening.identity(0), sid, 5)
    evening.room.fold()
    assert calculate(LATER).taken_back == 1
    assert statuses(session, [place]) == ["confirmed"]
    assert check_ins(session)[0][3].startswith("The online session was measured anew")

    evening.stays(0, 5, 60)
    assert calculate(LATER).checked_in == 1
    assert statuses(session, [place]) == ["checked_in"]
    assert broken(session, evening.event_id) == []


def test_after_closure_nothing_is_checked_in_or_taken_back(evening, session):
    evening.stays(0, 0, 60)
    calculate()
    reconcile()
    close_event(event_id=evening.event_id, now=LATER + HOUR)
    assert statuses(session, evening.places) == ["attended", "no_show", "no_show"]
    before = check_ins(session)

    evening.stays(1, 0, 60)
    assert calculate(LATER + HOUR).sessions == 1

    assert check_ins(session) == before
    assert measured(session, evening.session_id)[evening.people[1]][0] == "present"


def test_whether_presence_counts_can_be_decided_after_the_calculation(app, session):
    evening = Evening(app, online_counts=False)
    evening.stays(0, 0, 60)
    calculate()
    for counts, status in ((True, "checked_in"), (False, "confirmed"), (True, "checked_in")):
        draft = replace(stored_draft(session, evening.event_id), online_counts=counts)
        version = session.get_one(Event, evening.event_id, populate_existing=True).version
        edit_event(event_id=evening.event_id, draft=draft, expected_version=version, now=SOON)
        assert statuses(session, evening.places) == [status, "confirmed", "confirmed"]
    assert [row[3] is None for row in check_ins(session)] == [False, True]
    assert [finding.as_dict() for finding in broken_invariants(SOON)] == []


def test_why_somebody_is_checked_in_names_the_online_session(evening):
    sid = evening.room.joins(evening.identity(0), 0)
    evening.room.fold()
    reconcile()

    def said() -> list[str]:
        end_reading()
        return explanation_sentences(explanation_of(evening.places[0]), reader="crew", now=LATER)

    assert "Checked in for taking part in an online session on Thu 11 June." in said()
    evening.room.leaves(evening.identity(0), sid, 5)
    evening.room.fold()
    calculate(LATER)
    assert "A check-in for the online session on Thu 11 June was taken back when it was measured anew." in said()
