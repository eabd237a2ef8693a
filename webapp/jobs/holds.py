"""Ending what was held for guests who did not confirm in time."""

from webapp import clock
from webapp.domain.work.schedule import RELEASE_HOLDS
from webapp.jobs.outbox import visibly
from webapp.services.places.guest_hold import release_due_holds

#: Events in one go, so that a tick that waits behind it is not late; the next tick goes on.
_A_FEW = 50


def release_holds() -> int | None:
    """Free seats that are due, and let in who waits; in how many events, None if it failed."""
    return visibly(RELEASE_HOLDS.name, lambda: release_due_holds(now=clock.now(), most=_A_FEW))
