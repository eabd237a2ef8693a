"""Jobs and their runs in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint
from flask.blueprints import BlueprintSetupState

from webapp.domain.work.job import TRIES, PeriodicJob
from webapp.domain.work.run import RunStatus
from webapp.domain.work.schedule import CLOSE_EVENT, IMPORT_PEOPLE, SCHEDULE, SEND_MAILING
from webapp.languages.job_counts import counted
from webapp.languages.words import N_, gettext, n_
from webapp.queries.readiness import LONGEST_SILENCE
from webapp.queries.work.run import PeriodicState
from webapp.views.words.formatting import plural
from webapp.views.words.instants import ago

#: Status -> (word, tone, icon).
_STATES = {
    "pending": (N_("Waiting"), "wait", "clock"),
    "running": (N_("Running"), "brand", "again"),
    "succeeded": (N_("Done"), "ok", "yes"),
    "retrying": (N_("Will retry"), "wait", "again"),
    "failed": (N_("Failed"), "no", "warn"),
    "late": (N_("Late"), "wait", "warn"),
    "new": (N_("Not run yet"), "mute", "clock"),
}
_WAITING = {
    "send-messages": n_("{n} email queued", "{n} emails queued"),
    "send-prompts": n_("{n} follow-up question scheduled", "{n} follow-up questions scheduled"),
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
        return gettext("Close event")
    if name == IMPORT_PEOPLE:
        return gettext("Import people")
    if name == SEND_MAILING:
        return gettext("Send messages")
    return next((gettext(job.title) for job in SCHEDULE if job.name == name), name)


def job_about(name: str) -> str:
    """What that job is for, in one sentence."""
    return next((gettext(job.about) for job in SCHEDULE if job.name == name), "")


def run_state(run: Any) -> tuple[str, str, str]:
    """The badge of a run: (word, tone, icon). A sweep is failed where a run it started is."""
    if run.status == RunStatus.SUCCEEDED and run.started_failed:
        return _STATES["failed"]
    return _STATES[run.status]


def run_result(run: Any) -> str:
    """12 events, 340 changes, 2.1 s; Nothing to do; Failed after 4 tries"""
    if run.status == RunStatus.PENDING:
        return gettext("Waiting for a worker")
    if run.status == RunStatus.RETRYING:
        return gettext("Failed, will retry (try {attempt} of {tries})", attempt=run.attempt, tries=TRIES)
    if run.status == RunStatus.FAILED:
        return gettext("Failed after {tries}", tries=plural(run.attempt, "{n} try", "{n} tries"))
    done = counted(run.counts)
    if run.started:
        done = [
            plural(run.started, "{n} event", "{n} events"),
            plural(run.started_changes, "{n} change", "{n} changes"),
        ]
        done += counted({"empty_events": run.counts.get("empty_events", 0)})
        if run.started_failed:
            done.append(gettext("{started_failed} failed", started_failed=run.started_failed))
    if run.status == RunStatus.RUNNING:
        return ", ".join([*done, gettext("still running")]) if done else gettext("Still running")
    return ", ".join([*done, took(run)]) if done else gettext("Nothing to do")


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
    ticked = ago(ticked_at, real_now) if ticked_at else gettext("never")
    return [
        _timed_row(job, states.get(job.name), now)
        if job.is_timed
        else _ticking_row(job, states.get(job.name), ticked, is_silent=is_silent)
        for job in SCHEDULE
    ]


def _ticking_row(job: PeriodicJob, state: PeriodicState | None, ticked: str, *, is_silent: bool) -> PeriodicRow:
    if state is None:
        return PeriodicRow(job, gettext("never"), gettext(job.often), "", _STATES["new"], None)
    run, waiting = state.last_run, _waiting(job, state)
    if is_silent:
        words = gettext(
            "Last run {ticked}, expected {often}. {waiting}.", ticked=ticked, often=gettext(job.often), waiting=waiting
        )
        return PeriodicRow(job, ticked, gettext(job.often), words, _STATES["late"], None)
    # Only failures leave a row: one that work was done after, or that nothing waits for, is history.
    is_open = state.waiting and (state.last_run_at is None or run is None or run.as_of_at >= state.last_run_at)
    failed = run if is_open and run is not None and run.status == RunStatus.FAILED else None
    badge = _STATES["failed" if failed else "succeeded"]
    return PeriodicRow(job, ticked, gettext(job.often), waiting, badge, failed.id if failed else None)


def _timed_row(job: PeriodicJob, state: PeriodicState | None, now: datetime) -> PeriodicRow:
    if state is None:
        return PeriodicRow(job, gettext("never"), gettext(job.often), "", _STATES["new"], None)
    run = state.last_run
    by_hand_at = run.as_of_at if run is not None and run.as_of_at <= now else None
    last_at = max((at for at in (state.last_run_at, by_hand_at) if at is not None), default=None)
    last = ago(last_at, now) if last_at else gettext("never")
    late = state.is_late(job.cron, now)
    if late and last_at:
        result = gettext("Last run {last}, expected {often}.", last=last, often=gettext(job.often))
    else:
        result = run_result(run) if run else ""
    badge = _STATES["late"] if late else run_state(run) if run else _STATES["new"]
    return PeriodicRow(job, last, ago(state.next_run_at, now), result, badge, run.id if run else None)


def _waiting(job: PeriodicJob, state: PeriodicState) -> str:
    words = _WAITING.get(job.name, n_("{n} event waiting", "{n} events waiting"))
    parts = [plural(state.waiting, *words)] if state.waiting else [gettext("Nothing waiting")]
    if state.failed:
        parts.append(plural(state.failed, "{n} email failed", "{n} emails failed"))
    return ", ".join(parts)


def register_job_words(blueprint: Blueprint) -> None:
    """Give templates the words of this module."""

    @blueprint.record
    def _register(setup: BlueprintSetupState) -> None:
        words = {write.__name__: write for write in (job_title, job_about, run_state, run_result, counted, took)}
        setup.app.jinja_env.globals.update(words, most_tries=TRIES)
