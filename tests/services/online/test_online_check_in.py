"""Online presence as a check-in: once a day, where the policy counts it, taken back with the status, until closure."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.support.worlds.online.online_event import (
    HOUR,
    LATER,
    MINUTE,
    SOON,
    START,
    OnlineEvent,
    calculate,
    measured,
    reconcile,
    report,
    statuses,
)
from tests.support.worlds.rows import broken, stored_draft
from tests.support.worlds.use_cases import UseCases
from webapp.models import CheckIn, CheckInReversal, Enrollment, Event, MeetingAttendance
from webapp.queries.audit import broken_invariants
from webapp.queries.places.outcome import explanation_of
from webapp.services.events.closure import close_event
from webapp.services.events.event_editing import edit_event
from webapp.services.places.enrollment import Placed
from webapp.services.unit_of_work import end_reading
from webapp.views.words.explaining import explanation_sentences

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def online_event(app) -> OnlineEvent:
    return OnlineEvent(app)


def check_ins(session) -> list[tuple]:
    session.rollback()
    query = select(CheckIn.enrollment_id, CheckIn.local_on, CheckIn.method, CheckInReversal.reason)
    joined = query.outerjoin(CheckInReversal, CheckInReversal.check_in_id == CheckIn.id)
    return [tuple(row) for row in session.execute(joined.order_by(CheckIn.id))]


def test_present_and_late_people_are_checked_in_once_for_the_local_date(app, session):
    online_event = OnlineEvent(app, timezone="Pacific/Auckland")
    online_event.stays(0, 0, 60)
    online_event.stays(1, 20, 60)
    online_event.stays(2, 0, 20)
    online_event.session()
    online_event.room.fold()

    done = calculate()

    day = datetime(2026, 6, 12, tzinfo=UTC).date()  # noon UTC is midnight in Auckland
    assert check_ins(session) == [(place, day, "online", None) for place in online_event.places[:2]]
    assert done.checked_in == 2
    assert statuses(session, online_event.places) == ["checked_in", "checked_in", "confirmed"]
    assert broken(session, online_event.event_id) == []


def test_nothing_is_checked_in_where_the_policy_does_not_count_it(app, session):
    online_event = OnlineEvent(app, online_counts=False)
    online_event.stays(0, 0, 60)
    calculate()
    assert check_ins(session) == []


def test_a_place_given_while_the_event_runs_counts_what_somebody_was_there_before(app, session):
    """They sat in the room already, and it was calculated; the event is not over yet."""
    online_event = OnlineEvent(app, ends_at=START + 3 * HOUR)
    guest = online_event.world.person("Gerd Guest")
    online_event.room.stays(f"u{guest}", 0, 60)
    online_event.room.fold()
    calculate()
    assert report(session, online_event.session_id, guest) is None

    placed = online_event.use_cases.walks_in(online_event.event_id, guest, START + 2 * HOUR)
    assert close_event(event_id=online_event.event_id, now=START + 3 * HOUR + MINUTE).moved == 0
    calculate(START + 2 * HOUR + 5 * MINUTE)

    assert report(session, online_event.session_id, guest).status == "present"
    assert [line[0] for line in check_ins(session)] == [placed.enrollment_id]
    assert statuses(session, [placed.enrollment_id]) == ["checked_in"]
    assert close_event(event_id=online_event.event_id, now=START + 3 * HOUR + MINUTE).moved == 4
    assert broken(session, online_event.event_id) == []


def test_a_place_given_weeks_after_a_session_counts_it_while_the_event_runs(app, session):
    online_event = OnlineEvent(app, ends_at=START + timedelta(days=30))
    guest = online_event.world.person("Gerd Guest")
    online_event.room.stays(f"u{guest}", 0, 60)
    online_event.room.fold()
    calculate()
    later = START + timedelta(days=20)
    online_event.use_cases.walks_in(online_event.event_id, guest, later)
    calculate(later + 5 * MINUTE)
    assert report(session, online_event.session_id, guest).status == "present"


def test_a_place_given_back_after_the_session_is_none_in_its_report(app, session):
    online_event = OnlineEvent(app, ends_at=START + 3 * HOUR)
    online_event.stays(0, 0, 60)
    online_event.stays(1, 0, 2)
    calculate()
    for at in (1, 2):
        online_event.use_cases.is_cancelled_by_organizer(
            Placed(online_event.places[at], "confirmed"), "A mistake", START + 2 * HOUR
        )
    calculate(START + 2 * HOUR)
    rows = select(MeetingAttendance.user_id, MeetingAttendance.is_enrolled).order_by(MeetingAttendance.user_id)
    assert [tuple(row) for row in session.execute(rows)] == [
        (online_event.people[0], True),
        (online_event.people[1], False),
    ]


def test_who_was_checked_in_at_a_desk_that_day_is_not_checked_in_again(app, session):
    online_event = OnlineEvent(app)
    use_cases = UseCases(app, online_event.world)
    placed = use_cases.enrolls(online_event.event_id, online_event.world.person())
    use_cases.is_checked_in(online_event.event_id, placed, now=START + MINUTE)
    user_id = session.scalar(select(Enrollment.user_id).where(Enrollment.id == placed.enrollment_id))
    online_event.room.stays(f"u{user_id}", 0, 60)
    online_event.room.fold()

    assert calculate().checked_in == 0
    assert [row[2] for row in check_ins(session)] == ["manual"]


def test_a_check_in_is_taken_back_when_the_status_is_lost_and_made_again_when_it_returns(online_event, session):
    place = online_event.places[0]
    sid = online_event.room.joins(online_event.identity(0), 0)
    online_event.room.fold()
    reconcile()
    assert statuses(session, [place]) == ["checked_in"]

    online_event.room.leaves(online_event.identity(0), sid, 5)
    online_event.room.fold()
    assert calculate(LATER).taken_back == 1
    assert statuses(session, [place]) == ["confirmed"]
    assert check_ins(session)[0][3].startswith("The online session was measured again")

    online_event.stays(0, 5, 60)
    assert calculate(LATER).checked_in == 1
    assert statuses(session, [place]) == ["checked_in"]
    assert broken(session, online_event.event_id) == []


def test_a_clock_that_steps_back_between_two_calculations_leaves_nothing_broken(online_event, session):
    sid = online_event.room.joins(online_event.identity(0), 0)
    online_event.room.fold()
    reconcile()
    online_event.room.leaves(online_event.identity(0), sid, 5)
    online_event.room.fold()
    assert calculate(LATER - MINUTE).taken_back == 1
    online_event.stays(0, 5, 60)
    assert calculate(LATER - 2 * MINUTE).checked_in == 1

    assert len(check_ins(session)) == 2
    assert list(broken_invariants(LATER)) == []


def test_after_closure_nothing_is_checked_in_or_taken_back(online_event, session):
    online_event.stays(0, 0, 60)
    calculate()
    reconcile()
    close_event(event_id=online_event.event_id, now=LATER + HOUR)
    assert statuses(session, online_event.places) == ["attended", "no_show", "no_show"]
    before = check_ins(session)

    online_event.stays(1, 0, 60)
    assert calculate(LATER + HOUR).sessions == 1

    assert check_ins(session) == before
    assert measured(session, online_event.session_id)[online_event.people[1]][0] == "present"


def test_whether_presence_counts_can_be_decided_after_the_calculation(app, session):
    online_event = OnlineEvent(app, online_counts=False)
    online_event.stays(0, 0, 60)
    calculate()
    for counts, status in ((True, "checked_in"), (False, "confirmed"), (True, "checked_in")):
        draft = replace(stored_draft(session, online_event.event_id), online_counts=counts)
        version = session.get_one(Event, online_event.event_id, populate_existing=True).version
        edit_event(event_id=online_event.event_id, draft=draft, expected_version=version, now=SOON)
        assert statuses(session, online_event.places) == [status, "confirmed", "confirmed"]
    assert [row[3] is None for row in check_ins(session)] == [False, True]
    assert [finding.as_dict() for finding in broken_invariants(SOON)] == []


def test_why_somebody_is_checked_in_names_the_online_session(online_event):
    sid = online_event.room.joins(online_event.identity(0), 0)
    online_event.room.fold()
    reconcile()

    def said() -> list[str]:
        end_reading()
        return explanation_sentences(explanation_of(online_event.places[0]), reader="crew", now=LATER)

    assert "Checked in for taking part in an online session on Thu 11 June." in said()
    online_event.room.leaves(online_event.identity(0), sid, 5)
    online_event.room.fold()
    calculate(LATER)
    assert "A check-in for the online session on Thu 11 June was undone when the session was measured again." in said()
