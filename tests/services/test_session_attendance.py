"""Calculating online sessions: the same rows whoever calculates, however often, and whatever arrives meanwhile."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import insert, select, text, update

from tests.support.evening import (
    END,
    HOUR,
    LATER,
    MINUTE,
    SOON,
    START,
    Evening,
    calculate,
    last,
    measured,
    reconcile,
    report,
    statuses,
)
from tests.support.rows import broken, digest
from tests.support.statements import counted_statements
from tests.support.video_room import VideoRoom
from webapp.domain.permission import Role
from webapp.models import (
    Enrollment,
    IdentityMatch,
    MeetingAttendance,
    MeetingSession,
)
from webapp.queries.online.session_calculation import due_sessions, has_retry_due, sessions_to_reconcile
from webapp.services.online import session_attendance
from webapp.services.online.session_attendance import (
    Calculated,
    calculate_sessions,
    reopen_sessions,
)
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def evening(app) -> Evening:
    return Evening(app)


def test_everybody_with_a_place_has_a_record_also_who_never_came(evening, session):
    evening.stays(0, 0, 60)
    evening.stays(1, 30, 55)

    done = calculate()

    ana, ben, cleo = evening.people
    assert measured(session, evening.session_id) == {
        ana: ("present", 3600, Decimal("100.00")),
        ben: ("partial", 1500, Decimal("41.67")),
        cleo: ("absent", 0, Decimal("0.00")),
    }
    assert (done.sessions, done.statuses) == (1, {"present": 1, "partial": 1, "absent": 1})
    line = report(session, evening.session_id, ben)
    assert (line.entered_at, line.left_at, line.minutes) == (START + 30 * MINUTE, START + 55 * MINUTE, 25)
    assert (line.status, line.is_late, line.late_minutes, line.is_automatic) == ("partial", True, 30, True)


def test_a_session_is_calculated_from_five_minutes_after_its_end_until_seven_days(evening):
    week = timedelta(days=7)
    for now, is_due in (
        (END + 5 * MINUTE, False), (END + 5 * MINUTE + MINUTE / 60, True),
        (END + week - MINUTE / 60, True), (END + week, False),
    ):  # fmt: skip
        assert [row.id for row in due_sessions(now)] == ([evening.session_id] if is_due else [])


def test_calculating_twice_asks_once_and_writes_nothing(app, evening, session):
    evening.stays(0, 0, 60)
    calculate()
    before = digest(session)

    with counted_statements(app) as statements:
        assert calculate(SOON + 5 * MINUTE) == Calculated()

    assert len(statements) == 1
    assert digest(session) == before


def test_forced_it_measures_anew_and_still_writes_nothing_that_is_the_same(evening, session):
    evening.stays(0, 0, 60)
    rows = due_sessions(SOON)
    calculate()
    before = digest(session)

    done = last(calculate_sessions(rows, now=SOON + HOUR, is_forced=True))

    assert (done.sessions, done.changed) == (1, 0)
    assert digest(session) == before


def test_as_many_statements_for_two_sessions_as_for_twenty(app, evening):
    evening.stays(0, 0, 60)
    calculate()
    counts = []
    for number in (2, 20):
        for _ in range(number):
            VideoRoom(app, f"session-{evening.session()}", START).stays(evening.identity(0), 0, 50)
        evening.room.fold()
        with counted_statements(app) as statements:
            calculate()
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_a_late_delivery_opens_the_calculation_again(evening, session):
    ana = evening.people[0]
    sid = evening.room.joins(evening.identity(0), 0)
    evening.room.fold()
    calculate()
    assert measured(session, evening.session_id)[ana] == (None, 0, Decimal("0.00"))
    assert report(session, evening.session_id, ana) is None

    evening.room.leaves(evening.identity(0), sid, 40)
    evening.room.fold()

    assert calculate(SOON + 5 * MINUTE).sessions == 1
    assert measured(session, evening.session_id)[ana] == ("present", 2400, Decimal("66.67"))
    assert report(session, evening.session_id, ana).status == "present"


def test_a_delivery_that_is_not_folded_yet_keeps_the_session_due(evening):
    evening.stays(0, 0, 60)
    calculate()
    evening.room.stays(evening.identity(1), 0, 60)

    assert calculate().sessions == 1
    assert len(due_sessions(SOON)) == 1
    evening.room.fold()
    assert calculate().statuses == {"present": 2, "absent": 1}
    assert due_sessions(SOON) == []


def test_a_status_that_becomes_open_again_leaves_the_report(evening, session):
    ana = evening.people[0]
    evening.stays(0, 0, 5)
    calculate()
    assert report(session, evening.session_id, ana).status == "absent"

    evening.room.joins(evening.identity(0), 10)
    evening.room.fold()
    calculate()

    assert report(session, evening.session_id, ana).status is None


def test_the_reconciler_closes_what_nobody_left_and_says_so(evening, session):
    evening.room.joins(evening.identity(0), 0)
    sid = evening.room.joins(evening.identity(1), 0)
    evening.room.publishes(evening.identity(1), sid, 50)
    evening.room.fold()
    calculate()
    assert sessions_to_reconcile(END + HOUR) == []

    reconcile()

    session.rollback()
    rows = session.scalars(select(MeetingAttendance).order_by(MeetingAttendance.user_id)).all()
    assert [(row.status, row.seconds, row.needs_review) for row in rows] == [
        ("present", 3600, False), ("present", 3600, False), ("absent", 0, False),
    ]  # fmt: skip
    assert rows[0].note == "No leave was reported: closed at the scheduled end."
    assert rows[0].last_leave_at == END
    assert session.get_one(MeetingSession, evening.session_id).reconciled_at == LATER
    assert sessions_to_reconcile(LATER) == []


def test_a_leave_that_comes_after_the_reconciler_replaces_what_it_assumed(evening, session):
    sid = evening.room.joins(evening.identity(0), 0)
    evening.room.fold()
    reconcile()

    evening.room.leaves(evening.identity(0), sid, 5)
    evening.room.fold()
    calculate(LATER)

    assert measured(session, evening.session_id)[evening.people[0]] == ("absent", 300, Decimal("8.33"))


def test_a_room_that_was_closed_ends_what_was_open_unless_the_same_room_went_on(evening, session):
    ana, ben, _ = evening.people
    evening.room.joins(evening.identity(0), 0)
    evening.room.is_closed(20)
    evening.room.is_opened(21, "RM_second")
    evening.room.joins(evening.identity(1), 25)
    evening.room.is_closed(40)
    evening.room.is_opened(41, "RM_second")
    evening.room.fold()

    reconcile()

    assert measured(session, evening.session_id)[ana] == ("partial", 1200, Decimal("33.33"))
    assert measured(session, evening.session_id)[ben] == ("late", 2100, Decimal("58.33"))


def test_what_stayed_open_in_an_earlier_session_of_the_room_does_not_reach_into_the_next(evening, session):
    room = evening.room.name
    next_one = evening.session(END + 10 * MINUTE, END + 70 * MINUTE, room)
    evening.room.joins(evening.identity(0), 0)
    evening.stays(1, 0, 130)

    reconcile(END + 3 * HOUR)

    ana, ben, cleo = evening.people
    assert [measured(session, one)[ana][0] for one in (evening.session_id, next_one)] == ["present", "absent"]
    assert [measured(session, one)[ben][1] for one in (evening.session_id, next_one)] == [3600, 3600]
    assert measured(session, next_one)[cleo][0] == "absent"


def test_somebody_without_a_place_is_measured_apart_and_an_unknown_identity_only_when_matched(evening, session):
    guest = evening.world.person("Gast")
    evening.room.stays(f"u{guest}", 0, 60)
    evening.room.stays("u987654321", 0, 60)
    evening.room.stays("phone of cleo", 0, 45)
    evening.room.fold()
    calculate()
    assert set(measured(session, evening.session_id)) == {*evening.people, guest}
    assert report(session, evening.session_id, guest) is None
    session.rollback()
    enrolled = dict(session.execute(select(MeetingAttendance.user_id, MeetingAttendance.is_enrolled)).all())
    assert enrolled == {**dict.fromkeys(evening.people, True), guest: False}

    cleo = evening.people[2]
    with write_transaction() as writing:
        match = {"event_id": evening.event_id, "identity": "phone of cleo", "user_id": cleo, "matched_by_id": guest,
                 "matched_at": SOON}  # fmt: skip
        writing.execute(insert(IdentityMatch).values(match))
        reopen_sessions(writing, [evening.session_id])
    calculate()

    assert measured(session, evening.session_id)[cleo] == ("present", 2700, Decimal("75.00"))


def test_a_new_place_gets_a_record_and_one_given_up_loses_an_empty_one(evening, session, app):
    calculate()
    late_comer = evening.world.person()
    session.execute(update(Enrollment).where(Enrollment.id == evening.places[2]).values(user_id=late_comer))
    session.commit()

    assert calculate().sessions == 1
    assert set(measured(session, evening.session_id)) == {*evening.people[:2], late_comer}
    assert report(session, evening.session_id, evening.people[2]) is None


def test_sessions_that_were_called_off_or_whose_event_was_are_left_alone(evening, session):
    session.execute(update(MeetingSession).values(cancelled_at=START))
    session.commit()
    assert (due_sessions(SOON), sessions_to_reconcile(LATER)) == ([], [])


# Failing


def break_stay(session, identity: str) -> None:
    """A stay as no folding writes it: its beginning cannot be read."""
    wrong = "'infinity'" if session.get_bind().dialect.name == "postgresql" else "'garbage'"
    before = "'-infinity'" if session.get_bind().dialect.name == "postgresql" else "'2026-06-11 12:00:00.000000'"
    session.execute(
        text(f"UPDATE stays SET seen_at = {wrong}, joined_at = {before} WHERE identity = :identity"),
        {"identity": identity},
    )
    session.commit()


def test_a_broken_record_does_not_stop_the_others_and_is_tried_three_times_a_minute_apart(evening, session):
    other = evening.session()
    evening.stays(0, 0, 60)
    evening.stays(1, 0, 60)
    break_stay(session, evening.identity(1))

    done = calculate()

    ana, ben, cleo = evening.people
    assert list(done.failed) == [evening.session_id]
    assert {user: row[0] for user, row in measured(session, evening.session_id).items()} == {
        ana: "present", ben: None, cleo: "absent",
    }  # fmt: skip
    assert len(measured(session, other)) == 3
    assert statuses(session, evening.places) == ["checked_in", "confirmed", "confirmed"]
    for tries in (1, 2, 3):
        row = session.get_one(MeetingSession, evening.session_id, populate_existing=True)
        assert (row.calculated_at, row.calculation_tries) == (None, tries)
        assert "Error" in row.calculation_error
        session.rollback()
        now = SOON + (tries - 1) * MINUTE
        assert not has_retry_due(now + 59 * MINUTE / 60)
        assert has_retry_due(now + MINUTE) == (tries < 3)
        calculate(now + MINUTE)
    assert due_sessions(SOON + HOUR) == []

    evening.room.publishes(evening.identity(0), "PA_late", 61)
    evening.room.fold()
    session.execute(text("UPDATE stays SET seen_at = left_at, joined_at = left_at"))
    session.commit()
    assert calculate(SOON + HOUR).failed == {}
    row = session.get_one(MeetingSession, evening.session_id, populate_existing=True)
    assert (row.calculation_tries, row.calculation_error) == (0, None)


def test_a_session_that_cannot_be_calculated_at_all_stops_no_other(evening, session):
    strange = evening.session(kind="seance")

    done = calculate()

    assert (done.sessions, list(done.failed)) == (1, [strange])
    assert len(measured(session, evening.session_id)) == 3


# At the same time


def test_two_who_calculate_at_once_write_the_rows_of_one(app, evening, session):
    evening.stays(0, 0, 60)
    rows, start, done = due_sessions(SOON), threading.Barrier(2), []

    def work() -> None:
        with app.app_context():
            start.wait(10)
            done.append(last(calculate_sessions(rows, now=SOON)).sessions)

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)

    assert sorted(done) == [0, 1]
    assert len(measured(session, evening.session_id)) == 3
    assert statuses(session, evening.places) == ["checked_in", "confirmed", "confirmed"]
    assert broken(session, evening.event_id) == []


@pytest.mark.parametrize("chunks_done", [0, 1])
def test_a_calculation_cut_off_goes_on_where_it_was(app, evening, session, monkeypatch, chunks_done):
    monkeypatch.setattr(session_attendance, "CHUNK", 1)
    session.execute(text("UPDATE event_policies SET online_counts = false"))
    session.commit()
    other = evening.session()
    beats = []

    def die(_session, _counts) -> None:
        beats.append(1)
        if len(beats) > chunks_done:
            raise session_attendance.ClaimLost(1)

    with pytest.raises(session_attendance.ClaimLost):
        last(calculate_sessions(due_sessions(SOON), now=SOON, beat=die))
    assert [len(measured(session, one)) for one in (evening.session_id, other)] == [3 * chunks_done, 0]

    assert calculate().sessions == 2 - chunks_done
    assert [len(measured(session, one)) for one in (evening.session_id, other)] == [3, 3]


def test_roles_do_not_matter_for_measuring(evening, session):
    organizer = evening.world.person("Orla", role=Role.ORGANIZER)
    evening.room.stays(f"u{organizer}", 0, 60)
    evening.room.fold()
    calculate()
    assert measured(session, evening.session_id)[organizer][0] == "present"
