"""What is due is asked of the database: periodic jobs, closures, and whether anybody ticks."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.adapters.cron import next_time, period_of
from webapp.domain.work.job import EVERY_TICK, TICK, TICK_SECONDS, PeriodicJob
from webapp.domain.work.run import OpenedRun
from webapp.extensions import db
from webapp.models import CronJob
from webapp.queries.events.closure import due_event_ids
from webapp.services.insertion import insert_unless_there
from webapp.services.row_count import rows_changed
from webapp.services.unit_of_work import write_transaction
from webapp.services.work.opening import open_runs

#: A second tick within this time has nothing to do.
_CLOSE_TOGETHER = timedelta(seconds=TICK_SECONDS / 2)


def note_tick(real_now: datetime) -> bool:
    """Leave the time of this tick; False when another one was here a moment ago."""
    with write_transaction() as session:
        noted = rows_changed(
            session,
            update(CronJob)
            .where(CronJob.name == TICK)
            # A time in the future is of a machine clock that was set back since.
            .where((CronJob.last_run_at <= real_now - _CLOSE_TOGETHER) | (CronJob.last_run_at > real_now))
            .values(last_run_at=real_now, next_run_at=real_now + timedelta(seconds=TICK_SECONDS)),
        )
        if noted == 1:
            return True
        first = _insert_missing(session, [_row(TICK, EVERY_TICK, real_now + timedelta(seconds=TICK_SECONDS), real_now)])
        return bool(first)


def start_due_jobs(jobs: Sequence[PeriodicJob], *, now: datetime, real_now: datetime) -> list[OpenedRun]:
    """Open a run of every job whose time has come; a job never seen before begins with its next time.

    Each time is claimed once, whoever asks and however often. A due time further away than
    one period is of a clock that was moved back: it is reckoned anew.
    """
    known = dict(db.session.execute(select(CronJob.name, CronJob.next_run_at)).all())
    missing = [job for job in jobs if job.name not in known]
    # Times of facilities' own clocks are asked for in `activation_start`.
    timed = [job for job in jobs if job.is_timed and not job.is_local and job.name in known]
    due = [job for job in timed if known[job.name] <= now]
    astray = [job for job in timed if _is_astray(job, known[job.name], now)]
    if not (missing or due or astray):
        return []
    opened = []
    with write_transaction() as session:
        _insert_missing(session, [_row(job.name, job.cron, _next(job, now)) for job in missing])
        for job in astray:
            _set_next(session, job, known[job.name], next_run_at=_next(job, now))
        for job in due:
            if _set_next(session, job, known[job.name], next_run_at=_next(job, now), last_run_at=now):
                runs = open_runs(session, job.name, now=now, real_now=real_now)
                opened += [OpenedRun(run_id, job.name) for run_id, _ in runs]
    return opened


def start_closures(
    *,
    name: str,
    now: datetime,
    real_now: datetime,
    parent_id: int | None = None,
    started_by_id: int | None = None,
    event_id: int | None = None,
) -> list[OpenedRun]:
    """Open one run for every event that has to be closed and has none (or for that event alone)."""
    event_ids = list(due_event_ids(now, event_id=event_id))
    if not event_ids:
        return []
    with write_transaction() as session:
        opened = open_runs(
            session,
            name,
            event_ids=event_ids,
            parent_id=parent_id,
            started_by_id=started_by_id,
            now=now,
            real_now=real_now,
        )
    return [OpenedRun(run_id, name, event) for run_id, event in opened]


def note_work(session: Session, name: str, now: datetime) -> None:
    """That a job which runs with the tick did something."""
    session.execute(update(CronJob).where(CronJob.name == name).values(last_run_at=now))


def _is_astray(job: PeriodicJob, next_run_at: datetime, now: datetime) -> bool:
    return next_run_at > now and next_run_at - now > period_of(job.cron, now)


def _next(job: PeriodicJob, now: datetime) -> datetime:
    return next_time(job.cron, now) if job.is_timed else now


def _set_next(session: Session, job: PeriodicJob, seen: datetime, **values: datetime) -> bool:
    moved = rows_changed(
        session, update(CronJob).where(CronJob.name == job.name, CronJob.next_run_at == seen).values(**values)
    )
    return moved == 1


def _row(name: str, schedule: str, next_run_at: datetime, last_run_at: datetime | None = None) -> dict[str, object]:
    return {
        "uuid": str(uuid4()),
        "name": name,
        "category": "system",
        "schedule": schedule,
        "next_run_at": next_run_at,
        "last_run_at": last_run_at,
    }


def _insert_missing(session: Session, rows: list[dict[str, object]]) -> list[str]:
    if not rows:
        return []
    table = CronJob.__table__
    statement = insert_unless_there(session, table).returning(table.c.name)
    return [row.name for row in session.execute(statement, rows)]
