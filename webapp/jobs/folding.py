"""Folding with every tick: the stays of rooms in which something happened."""

from webapp import clock
from webapp.domain.schedule import FOLD_ROOMS
from webapp.jobs.outbox import visibly
from webapp.services.online.folding import Folded, fold_due_rooms


def fold_rooms() -> Folded | None:
    """Bring the stays of all rooms up to what was told; None if it failed."""
    return visibly(FOLD_ROOMS.name, lambda: fold_due_rooms(now=clock.now()))
