"""`jobs`: run what runs by itself by hand, and the two programs that run it for ever."""

from datetime import datetime

import click
from flask import current_app
from flask.cli import AppGroup

from webapp import clock
from webapp.cli.refusals import Complaint, complaining
from webapp.domain.instant_text import parse_instant
from webapp.domain.numbers import MAX_ID, parse_whole
from webapp.domain.schedule import CLOSE_EVENTS, SCHEDULE
from webapp.jobs.by_hand import Summary, run_by_hand
from webapp.jobs.sweeper import sweep_for_ever
from webapp.jobs.worker import work_for_ever
from webapp.queries.due import due_work
from webapp.queries.event import event_by_id
from webapp.queries.job_run import periodic_states

group = AppGroup("jobs", help="What runs by itself: run it by hand, list it, work on it.")


@group.command("run")
@click.argument("name")
@click.option("--event", "event_text", help="Only this event (its id).")
@click.option("--now", "now_text", help="Act for this instant, e.g. 2026-06-14T23:15Z.")
@complaining
def run(name: str, event_text: str | None, now_text: str | None) -> None:
    """Run one job here and now, and say what it did. Safe to repeat."""
    if name not in {job.name for job in SCHEDULE}:
        raise Complaint(f"there is no job {name!r}: use {', '.join(job.name for job in SCHEDULE)}")
    if event_text is not None and name != CLOSE_EVENTS.name:
        raise Complaint(f"--event goes with {CLOSE_EVENTS.name} only")
    event_id = None if event_text is None else _event_id(event_text)
    now = clock.now() if now_text is None else parse_instant(now_text)
    summary = run_by_hand(name, now=now, event_id=event_id)
    _say(summary)
    if summary.failed:
        raise SystemExit(1)


@group.command("list")
def list_jobs() -> None:
    """Every job, when it ran and when it will run next."""
    states = periodic_states()
    for job in SCHEDULE:
        state = states.get(job.name)
        last = _written(state.last_run_at) if state else "never"
        next_time = _written(state.next_run_at) if state and job.is_timed else job.often
        click.echo(f"{job.name:<17} {job.often:<22} last {last:<21} next {next_time}")


@group.command("due")
def due() -> None:
    """What should have been done by now, one line each; nothing is the usual answer."""
    late = False
    for work in due_work(clock.now(), clock.real_now()):
        late = True
        facts = "".join(f" {name}={fact}" for name, fact in work.facts.items())
        click.echo(f"{work.what}{facts}: due since {_written(work.since)}, {work.late_seconds} s late")
    if not late:
        click.echo("Nothing is due.")


@group.command("work")
def work() -> None:
    """Work on the queue until stopped (a worker process)."""
    work_for_ever(current_app._get_current_object())  # type: ignore[attr-defined]


@group.command("sweep")
def sweep() -> None:
    """Keep the tick alive, and do its work while nobody else does (a process of its own)."""
    sweep_for_ever(current_app._get_current_object())  # type: ignore[attr-defined]


def _event_id(text: str) -> int:
    event_id = parse_whole(text, low=1, high=MAX_ID, field="--event")
    if event_by_id(event_id) is None:
        raise Complaint(f"there is no event {event_id}")
    return event_id


def _say(summary: Summary) -> None:
    for line in summary.lines:
        click.echo(line)


def _written(instant: datetime | None) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}" if instant else "never"
