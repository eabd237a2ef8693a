"""Working on a run: claimed by one worker, renewed while it works, ended or tried again."""

import traceback
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, insert, or_, select, update
from sqlalchemy.orm import Session

from webapp.domain.work.job import LEASE, MOST_TAKEOVERS, Retry, retry_after
from webapp.domain.work.run import WAITING_RUN, RunStatus
from webapp.models import JobRun
from webapp.services.error_words import in_words
from webapp.services.row_count import rows_changed
from webapp.services.unit_of_work import write_transaction

_RUN = JobRun.__table__
#: Enough to find the line that failed; the rest is in the log.
_LONGEST_ERROR = 4000


class ClaimLost(Exception):
    """Somebody else went on with this run because we were silent for too long."""


@dataclass(frozen=True, slots=True)
class ClaimedRun:
    """A run that this worker may work on. `counts` is what earlier workers of it did."""

    id: int
    name: str
    event_id: int | None
    as_of_at: datetime
    attempt: int
    holder: str
    counts: dict[str, int]
    facility_id: int | None = None
    by_hand: bool = False


def claim_run(*, run_id: int, holder: str, real_now: datetime) -> ClaimedRun | None:
    """Begin a try of a waiting run, or go on with one whose worker is gone; None if it is taken or over."""
    with write_transaction() as session:
        row = session.execute(
            update(_RUN)
            .where(_RUN.c.id == run_id, _is_free(real_now))
            .values(
                status=RunStatus.RUNNING,
                holder=holder,
                leased_until=real_now + LEASE,
                attempt=_RUN.c.attempt + case((_RUN.c.status == RunStatus.RUNNING, 0), else_=1),
                takeovers=_RUN.c.takeovers + case((_RUN.c.status == RunStatus.RUNNING, 1), else_=0),
                started_at=func.coalesce(_RUN.c.started_at, real_now),
            )
            .returning(*_RUN.c)
        ).one_or_none()
        if row is None:
            return None
        if row.takeovers > MOST_TAKEOVERS:
            _end(session, row.id, RunStatus.FAILED, real_now, error="Every worker that took this up was ended")
            return None
        return ClaimedRun(
            row.id,
            row.name,
            row.event_id,
            row.as_of_at,
            row.attempt,
            holder,
            dict(row.counts),
            row.facility_id,
            row.by_hand,
        )


def renew_claim(session: Session, claim: ClaimedRun, *, counts: dict[str, int], real_now: datetime) -> None:
    """Inside the transaction of a piece of work: still ours, and this much is done. Raises ClaimLost."""
    renewed = rows_changed(
        session,
        update(_RUN)
        .where(_RUN.c.id == claim.id, _RUN.c.holder == claim.holder, _RUN.c.status == RunStatus.RUNNING)
        .values(leased_until=real_now + LEASE, counts=total(claim, counts)),
    )
    if renewed != 1:
        raise ClaimLost(claim.id)


def total(claim: ClaimedRun, counts: dict[str, int]) -> dict[str, int]:
    """What was done by this and by earlier workers of the run."""
    names = dict.fromkeys([*claim.counts, *counts])
    return {name: claim.counts.get(name, 0) + counts.get(name, 0) for name in names}


def finish_run(claim: ClaimedRun, *, counts: dict[str, int], real_now: datetime) -> None:
    """The run did what it was for."""
    with write_transaction() as session:
        _end(session, claim.id, RunStatus.SUCCEEDED, real_now, holder=claim.holder, counts=total(claim, counts))


def fail_run(claim: ClaimedRun, error: BaseException, *, real_now: datetime) -> Retry:
    """This try failed: keep why, and say when the next one is due."""
    retry = retry_after(claim.attempt, real_now)
    with write_transaction() as session:
        if retry.at is None:
            _end(session, claim.id, RunStatus.FAILED, real_now, holder=claim.holder, error=_told(error))
        else:
            session.execute(
                update(_RUN)
                .where(_RUN.c.id == claim.id, _RUN.c.holder == claim.holder)
                .values(status=RunStatus.RETRYING, holder=None, leased_until=retry.at, error=_told(error))
            )
    return retry


def note_failure(*, name: str, error: BaseException, now: datetime, real_now: datetime) -> None:
    """Make a failure visible that no run was open for; the same one again counts as another try."""
    words = _told(error)
    with write_transaction() as session:
        latest = session.execute(
            select(_RUN.c.id, _RUN.c.status, _RUN.c.error)
            .where(_RUN.c.name == name)
            .order_by(_RUN.c.id.desc())
            .limit(1)
        ).one_or_none()
        if latest is not None and (latest.status, latest.error) == (RunStatus.FAILED, words):
            again = {"attempt": _RUN.c.attempt + 1, "finished_at": real_now, "as_of_at": now}
            session.execute(update(_RUN).where(_RUN.c.id == latest.id).values(again))
            return
        session.execute(
            insert(_RUN).values(
                name=name,
                status=RunStatus.FAILED,
                attempt=1,
                takeovers=0,
                as_of_at=now,
                created_at=real_now,
                started_at=real_now,
                finished_at=real_now,
                counts={},
                error=words,
                by_hand=False,
            )
        )


def _is_free(real_now: datetime) -> ColumnElement[bool]:
    gone = and_(_RUN.c.status == RunStatus.RUNNING, _RUN.c.leased_until <= real_now)
    return or_(_RUN.c.status.in_(WAITING_RUN), gone)


def _end(
    session: Session, run_id: int, status: RunStatus, real_now: datetime, *, holder: str | None = None, **values: object
) -> None:
    mine = _RUN.c.id == run_id if holder is None else and_(_RUN.c.id == run_id, _RUN.c.holder == holder)
    session.execute(
        update(_RUN).where(mine).values(status=status, finished_at=real_now, holder=None, leased_until=None, **values)
    )


def _told(error: BaseException) -> str:
    """The error and where it happened."""
    where = "".join(traceback.format_tb(error.__traceback__)[-6:])
    return f"{in_words(error)}\n\n{where}".rstrip()[:_LONGEST_ERROR]
