"""Runs are opened here: one at most for each job and event."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.work.run import OPEN_RUN, RunStatus
from webapp.models import JobRun
from webapp.services.insertion import insert_unless_there
from webapp.services.unit_of_work import nudge_after_commit, write_transaction

_RUN = JobRun.__table__


def open_runs(
    session: Session,
    name: str,
    *,
    event_ids: list[int] | None = None,
    parent_id: int | None = None,
    started_by_id: int | None = None,
    facility_id: int | None = None,
    by_hand: bool = False,
    for_a_worker: bool = False,
    now: datetime,
    real_now: datetime,
) -> list[tuple[int, int | None]]:
    """Open one run, or one per event: `(run id, event id)`. Where one is open already, none.

    `for_a_worker`: whoever opens it asks nobody to work on it, so the next tick does.
    """
    usual: dict[str, object] = {
        "name": name,
        "parent_id": parent_id,
        "started_by_id": started_by_id,
        "facility_id": facility_id,
        "by_hand": by_hand,
        "status": RunStatus.PENDING,
        "attempt": 0,
        "takeovers": 0,
        "leased_until": None if for_a_worker else real_now,
        "as_of_at": now,
        "created_at": real_now,
        "counts": {},
    }
    rows = [{**usual, "event_id": event_id} for event_id in (event_ids if event_ids is not None else [None])]
    if not rows:
        return []
    opening = insert_unless_there(session, _RUN).returning(_RUN.c.id, _RUN.c.event_id)
    return [tuple(row) for row in session.execute(opening, rows)]


def open_run(
    *,
    name: str,
    event_id: int | None = None,
    started_by_id: int | None = None,
    facility_id: int | None = None,
    by_hand: bool = False,
    now: datetime,
    real_now: datetime,
    for_a_worker: bool = False,
) -> tuple[int, bool]:
    """The open run of that job (for that event), and whether it was opened just now.

    `facility_id` and `by_hand` are kept with a new one. `for_a_worker`: whoever opens it does not
    work on it, so the next tick asks a worker to.
    """
    with write_transaction() as session:
        while True:
            opened = open_runs(
                session,
                name,
                event_ids=None if event_id is None else [event_id],
                started_by_id=started_by_id,
                facility_id=facility_id,
                by_hand=by_hand,
                for_a_worker=for_a_worker,
                now=now,
                real_now=real_now,
            )
            if opened:
                if for_a_worker:
                    nudge_after_commit(session, "tick")
                return opened[0][0], True
            # One that was open a moment ago may be over by now; then there is room for ours.
            there = _open_run_of(session, name, event_id)
            if there is not None:
                return there, False


def _open_run_of(session: Session, name: str, event_id: int | None) -> int | None:
    return session.scalar(
        select(_RUN.c.id).where(
            _RUN.c.name == name,
            _RUN.c.event_id.is_(None) if event_id is None else _RUN.c.event_id == event_id,
            _RUN.c.status.in_(OPEN_RUN),
        )
    )
