"""Two weeks later: who was asked and stayed silent is recorded as such, once, and nobody else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.worlds.prompting import DAY, END, HOUR, Asking
from tests.support.worlds.rows import digest, stored_draft
from tests.support.worlds.world import NOON
from webapp.domain.asking.prompt import ANSWER_WINDOW
from webapp.models import AttendanceResponse, Event, ScheduledAttendancePrompt
from webapp.services.asking import answers_closing
from webapp.services.asking.answers_closing import close_answers
from webapp.services.events.event_editing import edit_event
from webapp.services.unit_of_work import end_reading

MOMENT = timedelta(microseconds=1)
OVER = END + ANSWER_WINDOW + MOMENT
pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def asking(app, world, session) -> Asking:
    return Asking(app, world, session)


def close(now=OVER) -> int:
    end_reading()
    return close_answers(now=now)["silent"]


def asked(asking, event_id) -> int:
    """Somebody whose first prompt was sent."""
    user_id = asking.person()
    asking.change(ScheduledAttendancePrompt, asking.planned(event_id, user_id), sent_at=NOON)
    return user_id


def test_who_was_asked_and_said_nothing_is_recorded_as_unknown(asking, session):
    event_id = asking.event()
    silent, talking, still_open, ended = (asked(asking, event_id) for _ in range(4))
    asking.answered(event_id, talking, "not_attended")
    asking.change(ScheduledAttendancePrompt, asking.prompt(event_id, still_open).id, sent_at=None)
    asking.change(
        ScheduledAttendancePrompt,
        asking.prompt(event_id, ended).id,
        sent_at=None,
        ended_at=NOON,
        ended_because="opted_out",
    )

    assert close() == 1

    assert asking.answers(event_id) == {silent: "unknown", talking: "not_attended"}
    row = session.query(AttendanceResponse).filter_by(user_id=silent).one()
    assert (row.answered_at, row.changed_at, row.created_at) == (None, OVER, OVER)
    prompt = asking.prompt(event_id, still_open)
    assert (prompt.ended_at, prompt.ended_because) == (OVER, "window_over")


def test_closing_twice_changes_nothing(asking, session):
    event_id = asking.event()
    asked(asking, event_id)
    close()
    before = digest(session)
    assert close(OVER + DAY) == 0
    assert digest(session) == before


def test_nobody_is_recorded_before_the_last_instant_has_passed(asking):
    event_id = asking.event()
    asked(asking, event_id)
    assert close(END + ANSWER_WINDOW) == 0
    assert asking.answers(event_id) == {}
    assert close(END + ANSWER_WINDOW + MOMENT) == 1


@pytest.mark.parametrize("columns", [{"status": "cancelled"}, {"status": "completed", "deleted_at": NOON}])
def test_of_an_event_that_is_gone_nobody_is_recorded(asking, columns):
    event_id = asking.event()
    asked(asking, event_id)
    asking.change(Event, event_id, **columns)
    assert close() == 0
    assert asking.answers(event_id) == {}


def test_a_first_run_years_later_records_all_of_it(asking, session):
    event_ids = [asking.event(end=END - n * 40 * DAY) for n in range(3)]
    nobody_asked = asking.event()
    for event_id in event_ids:
        asked(asking, event_id)

    assert close(NOON + 1000 * DAY) == 3

    assert [list(asking.answers(event_id).values()) for event_id in event_ids] == [["unknown"]] * 3
    closed = session.query(Event.answers_closed_at).filter(Event.id.in_([*event_ids, nobody_asked])).distinct().all()
    assert closed == [(NOON + 1000 * DAY,)]


def test_people_are_recorded_in_chunks_and_a_run_that_was_cut_off_is_continued(asking, monkeypatch):
    event_id = asking.event()
    people = {asked(asking, event_id) for _ in range(5)}
    monkeypatch.setattr(answers_closing, "CHUNK", 2)
    beats = []

    def beat(_session, counts) -> None:
        beats.append(counts["silent"])
        if len(beats) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        close_answers(now=OVER, beat=beat)
    assert len(asking.answers(event_id)) == 4

    assert close() == 1
    assert set(asking.answers(event_id)) == people


def test_an_event_whose_end_is_moved_is_closed_again(asking, session):
    event_id = asking.event()
    close()
    moved = OVER + DAY
    end_reading()
    draft = replace(stored_draft(session, event_id), ends_at=moved)
    edit_event(event_id=event_id, draft=draft, expected_version=1, now=OVER)
    user_id = asked(asking, event_id)

    assert close(moved + ANSWER_WINDOW) == 0
    assert close(moved + ANSWER_WINDOW + HOUR) == 1
    assert asking.answers(event_id) == {user_id: "unknown"}
