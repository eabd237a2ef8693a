"""Whether it is five o'clock somewhere: the tick asks, and opens the run that does it."""

from datetime import datetime, timedelta

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from webapp.domain.work.run import OpenedRun, RunStatus
from webapp.domain.work.schedule import ACTIVATE_CLASSES
from webapp.extensions import db
from webapp.models import CronJob, JobRun
from webapp.queries.classes.activation import facilities_due, first_morning_after, zones_in_use
from webapp.queries.work.run import has_run
from webapp.services.unit_of_work import write_transaction
from webapp.services.work.opening import open_runs

#: After a run was given up, the next one is opened not before this time is over.
_PATIENCE = timedelta(minutes=15)


def start_activation(*, now: datetime, real_now: datetime) -> list[OpenedRun]:
    """Open a run if the last five-o'clock of some facility was not done; at most one is open.

    Which facilities, the run finds for itself: asked late or twice it does the same once. The
    job's next time is kept true to the facilities there are.
    """
    due = facilities_due(now)
    next_at = first_morning_after(now, zones_in_use())
    if due and not _gave_up_lately(real_now):
        with write_transaction() as session:
            runs = open_runs(session, ACTIVATE_CLASSES.name, now=now, real_now=real_now)
            if runs:
                _note(session, last_run_at=now, next_run_at=next_at)
        return [OpenedRun(run_id, ACTIVATE_CLASSES.name) for run_id, _ in runs]
    known = db.session.scalar(select(CronJob.next_run_at).where(CronJob.name == ACTIVATE_CLASSES.name))
    if known is not None and known != next_at and not due:
        with write_transaction() as session:
            _note(session, next_run_at=next_at)
    return []


def _note(session: Session, **values: datetime) -> None:
    session.execute(update(CronJob).where(CronJob.name == ACTIVATE_CLASSES.name).values(**values))


def _gave_up_lately(real_now: datetime) -> bool:
    return has_run(
        and_(
            JobRun.name == ACTIVATE_CLASSES.name,
            JobRun.status == RunStatus.FAILED,
            ~JobRun.by_hand,
            JobRun.finished_at > real_now - _PATIENCE,
            JobRun.finished_at <= real_now,
        )
    )
