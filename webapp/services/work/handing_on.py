"""Open runs that nobody works on: who is asked to, and what is left to the queue."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, update

from webapp.domain.work.job import LONGEST_PICKUP, PICKUP
from webapp.domain.work.run import OPEN_RUN, WAITING_RUN, RunStatus
from webapp.models import JobRun
from webapp.queries.id_set import is_among
from webapp.queries.row_types import AnyRow
from webapp.queries.work.run import has_run
from webapp.services.unit_of_work import write_transaction

_RUN = JobRun.__table__


@dataclass(frozen=True, slots=True)
class RunToHandOn:
    """An open run that nobody works on; `was_lost` where somebody had been asked to."""

    id: int
    name: str
    event_id: int | None
    was_lost: bool


@dataclass(frozen=True, slots=True)
class InQueue:
    """The runs that wait in Redis, and those that a worker has taken from there."""

    waiting: frozenset[int] = frozenset()
    taken: frozenset[int] = frozenset()


def runs_to_hand_on(*, real_now: datetime, look: Callable[[], InQueue]) -> list[RunToHandOn]:
    """Open runs that somebody has to be asked to work on.

    That are new ones, those whose pause after a failure is over, those whose worker is gone, and those
    that the queue has lost; `look` says what is there, and that is left to it. Whoever asks takes
    care of them for a while, so that two who ask at once do not both.
    """
    if not has_run(_may_wait_for_nobody(real_now)):
        return []
    # Before the rows: what is taken from the queue after this counts as waiting there.
    queue = look()
    with write_transaction() as session:
        rows = session.execute(
            select(_RUN.c.id, _RUN.c.name, _RUN.c.event_id, _RUN.c.status, _RUN.c.leased_until)
            .where(_may_wait_for_nobody(real_now))
            .order_by(_RUN.c.id)
            .with_for_update(skip_locked=True)
        ).all()
        waiting = [row.id for row in rows if row.id in queue.waiting]
        found = [row for row in rows if row.id not in queue.waiting and not _is_on_its_way(row, queue, real_now)]
        # A running one keeps its lease: it is over, and whoever gets there first claims it.
        asked = [*waiting, *(row.id for row in found)]
        if asked:
            session.execute(
                update(_RUN)
                .where(is_among(session, _RUN.c.id, asked), _RUN.c.status.in_(WAITING_RUN))
                .values(leased_until=real_now, status=RunStatus.PENDING)
            )
    return [RunToHandOn(row.id, row.name, row.event_id, was_lost=_was_lost(row)) for row in found]


def _may_wait_for_nobody(real_now: datetime) -> ColumnElement[bool]:
    """Nobody was asked yet, or who was asked is silent."""
    is_silent = or_(
        _RUN.c.leased_until.is_(None),
        and_(_RUN.c.status == RunStatus.PENDING, _RUN.c.leased_until <= real_now - PICKUP),
        and_(_RUN.c.status != RunStatus.PENDING, _RUN.c.leased_until <= real_now),
    )
    return and_(_RUN.c.status.in_(OPEN_RUN), is_silent)


def _is_on_its_way(row: AnyRow, queue: InQueue, real_now: datetime) -> bool:
    """Not in the queue any more, and a worker claims it in a moment."""
    if row.leased_until is None or row.status != RunStatus.PENDING:
        return False
    asked_at: datetime = row.leased_until
    return asked_at > real_now - (LONGEST_PICKUP if row.id in queue.taken else 2 * PICKUP)


def _was_lost(row: AnyRow) -> bool:
    """Whether somebody was asked before, and it is neither a failure nor a first time."""
    return row.status == RunStatus.RUNNING or (row.status == RunStatus.PENDING and row.leased_until is not None)
