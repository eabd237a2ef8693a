"""Folding with every tick: the stays of rooms in which something happened."""

from webapp import clock, queueing
from webapp.domain.work.schedule import FOLD_ROOMS
from webapp.jobs.outbox import visibly
from webapp.services.online.folding import BATCH, Folded, fold_due_rooms

#: Batches of rooms in one go, so that a tick that waits behind it is not late.
_A_FEW = 4


def fold_rooms(batches: int = _A_FEW) -> Folded | None:
    """Bring the stays of rooms up to what was told, and ask for the rest; None if it failed."""
    return visibly(FOLD_ROOMS.name, lambda: _fold(batches))


def _fold(batches: int) -> Folded:
    folded = fold_due_rooms(now=clock.now(), batches=batches)
    if folded.rooms >= batches * BATCH:
        queueing.nudge(FOLD_ROOMS.name)
    return folded
