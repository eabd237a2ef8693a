"""What nobody answered in time: held places, appeals; the last call of a waitlist, and places for a standby line."""

from webapp import clock
from webapp.domain.work.schedule import RELEASE_HOLDS
from webapp.jobs.outbox import visibly
from webapp.services.events.appeal_decision import lapse_appeals
from webapp.services.places.guest_hold import release_due_holds
from webapp.services.places.line.sweep import expire_offers, tell_last_calls
from webapp.services.places.standby.release import release_due_places

#: Events in one go, so that a tick that waits behind it is not late; the next tick goes on.
_A_FEW = 50


def release_holds() -> int | None:
    """Free seats that are due, and ask or let in who waits; in how many events, None if it failed."""
    return visibly(RELEASE_HOLDS.name, _release_all)


def _release_all() -> int:
    now = clock.now()
    parts = (release_due_holds, expire_offers, tell_last_calls, release_due_places, lapse_appeals)
    return sum(one(now=now, most=_A_FEW) for one in parts)
