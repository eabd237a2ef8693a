"""How the constraints of held places are broken; `test_constraints` does it."""

from datetime import timedelta

from tests.support.worlds.world import NOON
from webapp.models import GuestHold


def hold_row(ids, **changes) -> dict:
    usual = {
        "event_id": ids["event"], "address": "ana@post.example", "has_seat": True, "created_at": NOON,
        "held_until": NOON + timedelta(minutes=30), "outcome": "open", "ended_at": None,
    }  # fmt: skip
    return {**usual, **changes}


#: As `test_constraints.WRONG_ROW`.
WRONG_ROW = {
    "ck_guest_holds_outcome": (GuestHold, lambda ids: hold_row(ids, outcome="lost", ended_at=NOON)),
    "ck_guest_holds_ended_has_time": (GuestHold, lambda ids: hold_row(ids, outcome="expired")),
}

#: As `test_constraints.TWICE`.
TWICE = {"uq_guest_holds_open": (GuestHold, hold_row, hold_row)}
