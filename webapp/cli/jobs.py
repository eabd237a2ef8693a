"""`jobs`: run what runs by itself by hand, and the programs that run it for ever."""

from datetime import datetime

import click
from flask import Flask
from flask.cli import AppGroup
from flask.globals import app_ctx

from webapp import clock
from webapp.cli.refusals import Complaint, complaining
from webapp.domain.instant_text import parse_instant
from webapp.domain.numbers import MAX_ID, parse_whole
from webapp.domain.work.schedule import ACTIVATE_CLASSES, CLOSE_EVENTS, SCHEDULE
from webapp.jobs.by_hand import Summary, run_by_hand
from webapp.jobs.family import everybody, keep_working, workers
from webapp.jobs.scheduler import schedule_for_ever
from webapp.jobs.sweeper import sweep_for_ever
from webapp.queries.classes.facility_people import facility_by_id
from webapp.queries.events.event import event_by_id
from webapp.queries.work.due import due_work
from webapp.queries.work.run import job_ids, job_with_uuid, periodic_states

_NAMES = tuple(job.name for job in SCHEDULE)

group = AppGroup("jobs", help="Run, list and work on scheduled jobs.")


@group.command("run")
@click.argument("name", required=False)
@click.option("--event", "event_text", help="Only this event (its id).")
@click.option("--facility", "facility_text", help="Only this facility (its id).")
@click.option("--job-id", help="The job by its id, a UUID, as `jobs list --ids` shows it.")
@click.option("--now", "now_text", help="Run as of this time, for example 2026-06-14T23:15Z.")
@complaining
def run(
    name: str | None, event_text: str | None, facility_text: str | None, job_id: str | None, now_text: str | None
) -> None:
    """Run one job here and now, and say what it did. Safe to repeat."""
    name = _job_name(name, job_id)
    for text, option, only in (
        (event_text, "--event", CLOSE_EVENTS),
        (facility_text, "--facility", ACTIVATE_CLASSES),
    ):
        if text is not None and name != only.name:
            raise Complaint(f"{option} can only be used with {only.name}")
    event_id = None if event_text is None else _event_id(event_text)
    facility_id = None if facility_text is None else _facility_id(facility_text)
    now = clock.now() if now_text is None else parse_instant(now_text)
    summary = run_by_hand(name, now=now, event_id=event_id, facility_id=facility_id)
    _say(summary)
    if summary.failed:
        raise SystemExit(1)


@group.command("list")
@click.option("--ids", is_flag=True, help="Show only the id of each job, for --job-id.")
def list_jobs(ids: bool) -> None:
    """Every job, when it ran and when it will run next."""
    if ids:
        for uuid, name in job_ids():
            click.echo(f"{uuid} {name}")
        return
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


@group.command("start")
def start() -> None:
    """Everything that works behind the page, until stopped: workers, rq-scheduler and the sweeper."""
    keep_working(_app(), everybody())


@group.command("work")
def work() -> None:
    """Only the workers, one for each queue."""
    keep_working(_app(), workers())


@group.command("schedule")
def schedule() -> None:
    """Only rq-scheduler."""
    schedule_for_ever(_app())


@group.command("sweep")
def sweep() -> None:
    """Only the sweeper: it keeps the tick alive, and does its work while no one else does."""
    sweep_for_ever(_app())


def _app() -> Flask:
    return app_ctx.app


def _job_name(name: str | None, job_id: str | None) -> str:
    """The job that was named, by its name, its id, or both if they agree."""
    if job_id is not None:
        found = job_with_uuid(job_id)
        if found not in _NAMES:
            raise Complaint(f"there is no job with the id {job_id!r}")
        if name not in {None, found}:
            raise Complaint(f"the id {job_id} belongs to {found}, not to {name}")
        return found
    if name not in _NAMES:
        named = f"there is no job {name!r}" if name else "name a job or give its --job-id"
        raise Complaint(f"{named}: use {', '.join(_NAMES)}")
    return name


def _facility_id(text: str) -> int:
    facility_id = parse_whole(text, low=1, high=MAX_ID, field="--facility")
    if facility_by_id(facility_id) is None:
        raise Complaint(f"there is no facility {facility_id}")
    return facility_id


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
