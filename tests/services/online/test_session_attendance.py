"""Calculating online sessions: who has a record, when it is due, and the same rows however often."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import insert, select, update

from tests.support.databases.statements import counted_statements
from tests.support.worlds.online.online_event import (
    END,
    HOUR,
    LATER,
    MINUTE,
    SOON,
    START,
    OnlineEvent,
    calculate,
    last,
    measured,
    report,
)
from tests.support.worlds.online.video_room import VideoRoom
from tests.support.worlds.rows import digest
from webapp.domain.permission import Role
from webapp.models import Enrollment, IdentityMatch, MeetingAttendance, MeetingSession
from webapp.queries.online.session_calculation import due_sessions, sessions_to_reconcile
from webapp.services.online.session_attendance import Calculated, calculate_sessions, reopen_sessions
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def online_event(app) -> OnlineEvent:
    return OnlineEvent(app)


def test_everybody_with_a_place_has_a_record_also_who_never_came(online_event, session):
    online_event.stays(0, 0, 60)
    online_event.stays(1, 30, 55)

    done = calculate()

    ana, ben, cleo = online_event.people
    assert measured(session, online_event.session_id) == {
        ana: ("present", 3600, Decimal("100.00")),
        ben: ("partial", 1500, Decimal("41.67")),
        cleo: ("absent", 0, Decimal("0.00")),
    }
    assert (done.sessions, done.statuses) == (1, {"present": 1, "partial": 1, "absent": 1})
    line = report(session, online_event.session_id, ben)
    assert (line.entered_at, line.left_at, line.minutes) == (START + 30 * MINUTE, START + 55 * MINUTE, 25)
    assert (line.status, line.is_late, line.late_minutes, line.is_automatic) == ("partial", True, 30, True)


def test_a_session_is_calculated_from_five_minutes_after_its_end_until_seven_days(online_event):
    week = timedelta(days=7)
    for now, is_due in (
        (END + 5 * MINUTE, False),
        (END + 5 * MINUTE + MINUTE / 60, True),
        (END + week - MINUTE / 60, True),
        (END + week, False),
    ):
        assert [row.id for row in due_sessions(now)] == ([online_event.session_id] if is_due else [])


def test_who_gets_a_place_after_the_calculation_has_a_record_whatever_other_sessions_say_of_them(online_event, session):
    """They have a record in an earlier session already: that one says nothing about this one."""
    late = online_event.world.person("Lena Late")
    elsewhere = online_event.elsewhere(START - 3 * HOUR, START - 2 * HOUR, also=[late])
    calculate()
    assert late in measured(session, elsewhere)
    assert late not in measured(session, online_event.session_id)

    session.execute(update(Enrollment).where(Enrollment.id == online_event.places[2]).values(user_id=late))
    session.commit()

    assert [row.id for row in due_sessions(SOON)] == [online_event.session_id]
    calculate()
    assert measured(session, online_event.session_id)[late] == ("absent", 0, Decimal("0.00"))


def test_calculating_twice_asks_once_and_writes_nothing(app, online_event, session):
    online_event.stays(0, 0, 60)
    calculate()
    before = digest(session)

    with counted_statements(app) as statements:
        assert calculate(SOON + 5 * MINUTE) == Calculated()

    assert len(statements) == 1
    assert digest(session) == before


def test_forced_it_measures_anew_and_still_writes_nothing_that_is_the_same(online_event, session):
    online_event.stays(0, 0, 60)
    rows = due_sessions(SOON)
    calculate()
    before = digest(session)

    done = last(calculate_sessions(rows, now=SOON + HOUR, is_forced=True))

    assert (done.sessions, done.changed) == (1, 0)
    assert digest(session) == before


def test_as_many_statements_for_two_sessions_as_for_twenty(app, online_event):
    online_event.stays(0, 0, 60)
    calculate()
    counts = []
    for number in (2, 20):
        for _ in range(number):
            VideoRoom(app, f"session-{online_event.session()}", START).stays(online_event.identity(0), 0, 50)
        online_event.room.fold()
        with counted_statements(app) as statements:
            calculate()
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_somebody_without_a_place_is_measured_apart_and_an_unknown_identity_only_when_matched(online_event, session):
    guest = online_event.world.person("Gast")
    online_event.room.stays(f"u{guest}", 0, 60)
    online_event.room.stays("u987654321", 0, 60)
    online_event.room.stays("phone of cleo", 0, 45)
    online_event.room.fold()
    calculate()
    assert set(measured(session, online_event.session_id)) == {*online_event.people, guest}
    assert report(session, online_event.session_id, guest) is None
    session.rollback()
    enrolled = dict(session.execute(select(MeetingAttendance.user_id, MeetingAttendance.is_enrolled)).all())
    assert enrolled == {**dict.fromkeys(online_event.people, True), guest: False}

    cleo = online_event.people[2]
    with write_transaction() as writing:
        match = {
            "event_id": online_event.event_id,
            "identity": "phone of cleo",
            "user_id": cleo,
            "matched_by_id": guest,
            "matched_at": SOON,
        }
        writing.execute(insert(IdentityMatch).values(match))
        reopen_sessions(writing, [online_event.session_id])
    calculate()

    assert measured(session, online_event.session_id)[cleo] == ("present", 2700, Decimal("75.00"))


def test_a_new_place_gets_a_record_and_one_given_up_loses_an_empty_one(online_event, session, app):
    calculate()
    late_comer = online_event.world.person()
    session.execute(update(Enrollment).where(Enrollment.id == online_event.places[2]).values(user_id=late_comer))
    session.commit()

    assert calculate().sessions == 1
    assert set(measured(session, online_event.session_id)) == {*online_event.people[:2], late_comer}
    assert report(session, online_event.session_id, online_event.people[2]) is None


def test_sessions_that_were_called_off_or_whose_event_was_are_left_alone(online_event, session):
    session.execute(update(MeetingSession).values(cancelled_at=START))
    session.commit()
    assert (due_sessions(SOON), sessions_to_reconcile(LATER)) == ([], [])


def test_roles_do_not_matter_for_measuring(online_event, session):
    organizer = online_event.world.person("Orla", role=Role.ORGANIZER)
    online_event.room.stays(f"u{organizer}", 0, 60)
    online_event.room.fold()
    calculate()
    assert measured(session, online_event.session_id)[organizer][0] == "present"
