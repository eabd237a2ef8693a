"""Measuring online sessions from a shell."""

import pytest
from sqlalchemy import select

from tests.support.worlds.online.online_event import END, OnlineEvent, measured
from tests.support.worlds.rows import digest
from webapp.models import MeetingSession
from webapp.services.unit_of_work import end_reading

SOON = "2026-06-11T13:06Z"
pytestmark = pytest.mark.only_db("sqlite")


@pytest.fixture
def online_event(app) -> OnlineEvent:
    with app.app_context():
        online_event = OnlineEvent(app)
        online_event.room.stays(online_event.identity(0), 0, 60)
        online_event.room.joins(online_event.identity(1), 0)
        end_reading()
    return online_event


def test_it_folds_calculates_and_says_what_came_of_it(flask, online_event, session):
    result = flask("attendance", "calculate", "--now", SOON)

    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "1 session calculated, 5 rows changed.",
        "People: 1 present, 1 absent, 1 to review.",
        "Online check-ins: 1 made, 0 undone.",
    ]
    assert {row[0] for row in measured(session, online_event.session_id).values()} == {"present", "absent", None}


def test_again_nothing_is_due_and_forced_nothing_changes(flask, online_event, session):
    flask("attendance", "calculate", "--now", SOON)
    before = digest(session)

    assert flask("attendance", "calculate", "--now", SOON).stdout == "0 sessions calculated, 0 rows changed.\n"
    forced = flask("attendance", "calculate", online_event.session_id, "--force", "--now", "2026-06-11T15:00Z")
    assert forced.stdout.splitlines()[0] == "1 session calculated, 0 rows changed."
    assert digest(session) == before


def test_only_a_kind_or_only_the_last_days(flask, online_event):
    assert flask("attendance", "calculate", "--type", "quran", "--now", SOON).stdout.startswith("0 sessions")
    assert flask("attendance", "calculate", "--days", "1", "--now", "2026-06-20T00:00Z").stdout.startswith("0 sessions")
    assert flask("attendance", "calculate", "--days", "30", "--now", "2026-06-20T00:00Z").stdout.startswith("1 session")


def test_a_session_that_fails_is_named_and_the_command_fails(flask, online_event, session):
    session.execute(MeetingSession.__table__.update().values(kind="seance"))
    session.commit()

    result = flask("attendance", "calculate", "--now", SOON)

    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "0 sessions calculated, 0 rows changed.",
        f"session {online_event.session_id} failed: Refused: unknown_choice",
    ]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("99",), "there is no session 99"),
        (("x",), "SESSION must be a whole number"),
        (("1", "--now", "2026-06-11T13:05Z"), "can be calculated 5 minutes after its end, 2026-06-11T13:00:00Z"),
        (("--days", "0"), "--days must be a whole number from 1 to 3660"),
        (("--now", "tomorrow"), "is no instant"),
        (("--type", "seance"), "is not one of"),
    ],
)
def test_what_cannot_be_is_one_clear_line(flask, online_event, session, words, complaint):
    before = digest(session)
    result = flask("attendance", "calculate", *words)

    assert result.exit_code == 2
    assert complaint in result.stderr
    assert digest(session) == before


def test_a_session_called_off_is_refused(flask, online_event, session):
    session.execute(MeetingSession.__table__.update().values(cancelled_at=END))
    session.commit()
    assert "was called off" in flask("attendance", "calculate", online_event.session_id).stderr
    assert session.scalar(select(MeetingSession.calculated_at)) is None
