"""A calculation that fails, is cut off, or runs twice at once leaves the rows of one."""

import threading

import pytest
from sqlalchemy import text

from tests.support.worlds.online.online_event import (
    HOUR,
    MINUTE,
    SOON,
    OnlineEvent,
    calculate,
    last,
    measured,
    statuses,
)
from tests.support.worlds.rows import broken
from webapp.models import MeetingSession
from webapp.queries.online.session_calculation import due_sessions, has_retry_due
from webapp.services.online import session_attendance
from webapp.services.online.session_attendance import calculate_sessions

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def online_event(app) -> OnlineEvent:
    return OnlineEvent(app)


def break_stay(session, identity: str) -> None:
    """A stay as no folding writes it: its beginning cannot be read."""
    wrong = "'infinity'" if session.get_bind().dialect.name == "postgresql" else "'garbage'"
    before = "'-infinity'" if session.get_bind().dialect.name == "postgresql" else "'2026-06-11 12:00:00.000000'"
    session.execute(
        text(f"UPDATE stays SET seen_at = {wrong}, joined_at = {before} WHERE identity = :identity"),
        {"identity": identity},
    )
    session.commit()


def test_a_broken_record_does_not_stop_the_others_and_is_tried_three_times_a_minute_apart(online_event, session):
    other = online_event.session()
    online_event.stays(0, 0, 60)
    online_event.stays(1, 0, 60)
    break_stay(session, online_event.identity(1))

    done = calculate()

    ana, ben, cleo = online_event.people
    assert list(done.failed) == [online_event.session_id]
    assert {user: row[0] for user, row in measured(session, online_event.session_id).items()} == {
        ana: "present",
        ben: None,
        cleo: "absent",
    }
    assert len(measured(session, other)) == 3
    assert statuses(session, online_event.places) == ["checked_in", "confirmed", "confirmed"]
    for tries in (1, 2, 3):
        row = session.get_one(MeetingSession, online_event.session_id, populate_existing=True)
        assert (row.calculated_at, row.calculation_tries) == (None, tries)
        assert "Error" in row.calculation_error
        session.rollback()
        now = SOON + (tries - 1) * MINUTE
        assert not has_retry_due(now + 59 * MINUTE / 60)
        assert has_retry_due(now + MINUTE) == (tries < 3)
        calculate(now + MINUTE)
    assert due_sessions(SOON + HOUR) == []

    online_event.room.publishes(online_event.identity(0), "PA_late", 61)
    online_event.room.fold()
    session.execute(text("UPDATE stays SET seen_at = left_at, joined_at = left_at"))
    session.commit()
    assert calculate(SOON + HOUR).failed == {}
    row = session.get_one(MeetingSession, online_event.session_id, populate_existing=True)
    assert (row.calculation_tries, row.calculation_error) == (0, None)


def test_a_session_that_cannot_be_calculated_at_all_stops_no_other(online_event, session):
    strange = online_event.session(kind="seance")

    done = calculate()

    assert (done.sessions, list(done.failed)) == (1, [strange])
    assert len(measured(session, online_event.session_id)) == 3


def test_two_who_calculate_at_once_write_the_rows_of_one(app, online_event, session):
    online_event.stays(0, 0, 60)
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
    assert len(measured(session, online_event.session_id)) == 3
    assert statuses(session, online_event.places) == ["checked_in", "confirmed", "confirmed"]
    assert broken(session, online_event.event_id) == []


@pytest.mark.parametrize("chunks_done", [0, 1])
def test_a_calculation_cut_off_goes_on_where_it_was(app, online_event, session, monkeypatch, chunks_done):
    monkeypatch.setattr(session_attendance, "CHUNK", 1)
    session.execute(text("UPDATE event_policies SET online_counts = false"))
    session.commit()
    other = online_event.session()
    beats = []

    def die(_session, _counts) -> None:
        beats.append(1)
        if len(beats) > chunks_done:
            raise session_attendance.ClaimLost(1)

    with pytest.raises(session_attendance.ClaimLost):
        last(calculate_sessions(due_sessions(SOON), now=SOON, beat=die))
    assert [len(measured(session, one)) for one in (online_event.session_id, other)] == [3 * chunks_done, 0]

    assert calculate().sessions == 2 - chunks_done
    assert [len(measured(session, one)) for one in (online_event.session_id, other)] == [3, 3]
