"""Prompts from a shell, for any instant: what was done in words, nothing twice, and what is overdue."""

import json
from datetime import UTC, datetime

import pytest

from tests.support.worlds.prompting import Asking
from tests.support.worlds.rows import digest

pytestmark = pytest.mark.only_db("sqlite")
END = datetime(2026, 6, 14, 20, tzinfo=UTC)


@pytest.fixture
def asking(app, world, session) -> Asking:
    return Asking(app, world, session)


def test_from_the_end_of_an_event_to_the_end_of_its_answers(flask, asking, session):
    event_id = asking.event(end=END)
    people = [asking.viewed(event_id) for _ in range(3)]

    def run(name: str, now: str) -> str:
        result = flask("jobs", "run", name, "--now", now)
        assert result.exit_code == 0, result.output
        return result.stdout

    assert run("schedule-prompts", "2026-06-14T20:59Z") == "schedule-prompts: nothing to do.\n"
    assert run("schedule-prompts", "2026-06-15T00:00Z") == "schedule-prompts: 3 follow-up questions scheduled.\n"
    assert run("schedule-prompts", "2026-06-15T00:00Z") == "schedule-prompts: nothing to do.\n"
    assert "prompts count=3: due since 2026-06-14T21:00:00Z" in flask("jobs", "due").stdout
    due = [json.loads(line) for line in flask("ops", "due").stdout.splitlines()]
    assert [(one["due"], one["count"]) for one in due if one["due"] == "prompts"] == [("prompts", 3)]

    assert run("send-prompts", "2026-06-15T00:00Z") == "3 follow-up questions sent, 0 put off, 0 no longer needed.\n"
    assert asking.is_asked_once(event_id, 3)
    before = digest(session, leaving_out=frozenset({"cron_jobs", "job_runs"}))
    assert run("send-prompts", "2026-06-16T00:00Z") == "0 follow-up questions sent, 0 put off, 0 no longer needed.\n"
    assert digest(session, leaving_out=frozenset({"cron_jobs", "job_runs"})) == before
    assert "prompts" not in flask("jobs", "due").stdout

    assert run("close-answers", "2026-06-28T20:00Z") == "close-answers: nothing to do.\n"
    assert run("close-answers", "2026-06-28T20:01Z") == "close-answers: 3 recorded as no answer.\n"
    assert run("close-answers", "2026-06-28T20:01Z") == "close-answers: nothing to do.\n"
    assert asking.answers(event_id) == dict.fromkeys(people, "unknown")


def test_an_event_goes_with_closing_alone(flask, asking):
    result = flask("jobs", "run", "schedule-prompts", "--event", "1")
    assert result.exit_code == 2
    assert "--event can only be used with close-events" in result.output
