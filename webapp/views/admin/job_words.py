"""Jobs and their runs in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from webapp.domain.job import TRIES, PeriodicJob
from webapp.domain.job_counts import counted
from webapp.domain.schedule import CLOSE_EVENT, SCHEDULE
from webapp.queries.job_run import PeriodicState
from webapp.queries.readiness import LONGEST_SILENCE
from webapp.views.formatting import plural
from webapp.views.instants import ago

#: Status -> (word, tone, icon).
_STATES = {
    "pending": ("Waiting", "wait", "clock"),
    "running": ("Running", "brand", "again"),
    "succeeded": ("Done", "ok", "yes"),
    "retrying": ("Will retry", "wait", "again"),
    "failed": ("Failed", "no", "warn"),
    "late": ("Late", "wait", "warn"),
    "new": ("Not run yet", "mute", "clock"),
}
_WAITING = {
    "send-messages": ("mail waits", "mails wait"),
    "send-prompts": ("prompt waits for its time", "prompts wait for their time"),
}


@dataclass(frozen=True, slots=True)
class PeriodicRow:
    """One line of the schedule as the page shows it."""

    job: PeriodicJob
    last: str
    next: str
    result: str
    state: tuple[str, str, str]
    run_id: int | None


def job_title(name: str) -> str:
    """Close events"""
    if name == CLOSE_EVENT:
        return "Close event"
    return next((job.title for job in SCHEDULE if job.name == name), name)


def job_about(name: str) -> str:
    """What that job is for, in one sentence."""
    return next((job.about for job in SCHEDULE if job.name == name), "")


def run_state(run: Any) -> tuple[str, str, str]:
    """The badge of a run: (word, tone, icon). A sweep is failed where a run it started is."""
    if run.status == "succeeded" and run.started_failed:
        return _STATES["failed"]
    return _STATES[run.status]


def run_result(run: Any) -> str:
    """12 events, 340 changes, 2.1 s; Nothing to do; Failed after 4 tries"""
    if run.status == "pending":
        return "Waits for a worker"
    if run.status == "retrying":
        return f"Failed, will retry (try {run.attempt} of {TRIES})"
    if run.status == "failed":
        return f"Failed after {plural(run.attempt, 'try', 'tries')}"
    done = counted(run.counts)
    if run.started:
        done = [plural(run.started, "event", "events"), plural(run.started_changes, "change", "changes")]
        if run.started_failed:
            done.append(f"{run.started_failed} failed")
    if run.status == "running":
        return ", ".join([*done, "still running"]) if done else "Still running"
    return ", ".join([*done, took(run)]) if done else "Nothing to do"


def took(run: Any) -> str:
    """2.1 s"""
    if run.started_at is None or run.finished_at is None:
        return ""
    seconds = max((run.finished_at - run.started_at).total_seconds(), 0)
    return f"{seconds:.1f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def periodic_rows(
    states: Mapping[str, PeriodicState], now: datetime, *, ticked_at: datetime | None, real_now: datetime
) -> list[PeriodicRow]:
    """The schedule, each line with the state of its job. Ticks go by the machine's own clock."""
    is_silent = ticked_at is None or real_now - ticked_at > LONGEST_SILENCE
    ticked = ago(ticked_at, real_now) if ticked_at else "never"
    return [
        _timed_row(job, states.get(job.name), now)
        if job.is_timed
        else _ticking_row(job, states.get(job.name), ticked, is_silent=is_silent)
        for job in SCHEDULE
    ]


def _ticking_row(job: PeriodicJob, state: PeriodicState | None, ticked: str, *, is_silent: bool) -> PeriodicRow:
    if state is None:
        return PeriodicRow(job, "never", job.often, "", _STATES["new"], None)
    run, waiting = state.last_run, _waiting(job, state)
    if is_silent:
        words = f"Last run {ticked}, expected {job.often}. {waiting}."
        return PeriodicRow(job, ticked, job.often, words, _STATES["late"], None)
    # Only failures leave a row: one that work was done after, or that nothing waits for, is history.
    is_open = state.waiting and (state.last_run_at is None or run is None or run.as_of_at >= state.last_run_at)
    has_failed = bool(is_open and run is not None and run.status == "failed")
    badge = _STATES["failed" if has_failed else "succeeded"]
    return PeriodicRow(job, ticked, job.often, waiting, badge, run.id if has_failed else None)


def _timed_row(job: PeriodicJob, state: PeriodicState | None, now: datetime) -> PeriodicRow:
    if state is None:
        return PeriodicRow(job, "never", job.often, "", _STATES["new"], None)
    run = state.last_run
    by_hand_at = run.as_of_at if run is not None and run.as_of_at <= now else None
    last_at = max((at for at in (state.last_run_at, by_hand_at) if at is not None), default=None)
    last = ago(last_at, now) if last_at else "never"
    late = state.is_late(job.cron, now)
    if late and last_at:
        result = f"Last run {last}, expected {job.often}."
    else:
        result = run_result(run) if run else ""
    badge = _STATES["late"] if late else run_state(run) if run else _STATES["new"]
    return PeriodicRow(job, last, ago(state.next_run_at, now), result, badge, run.id if run else None)


def _waiting(job: PeriodicJob, state: PeriodicState) -> str:
    words = _WAITING.get(job.name, ("event waits", "events wait"))
    parts = [plural(state.waiting, *words)] if state.waiting else ["Nothing waits"]
    if state.failed:
        parts.append(f"{plural(state.failed, 'mail', 'mails')} given up")
    return ", ".join(parts)


def register_job_words(blueprint: Blueprint) -> None:
    """Give templates the words of this module."""

    @blueprint.record
    def _register(setup: BlueprintSetupState) -> None:
        words = {write.__name__: write for write in (job_title, job_about, run_state, run_result, counted, took)}
        setup.app.jinja_env.globals.update(words, most_tries=TRIES)
