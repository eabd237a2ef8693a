"""How the constraints of held places and of appeals are broken; `test_constraints` does it."""

from datetime import timedelta

from tests.support.worlds.world import NOON
from webapp.models import Appeal, GuestHold, PlaceOffer, StandbyArrival


def hold_row(ids, **changes) -> dict:
    usual = {
        "event_id": ids["event"], "address": "ana@post.example", "has_seat": True, "created_at": NOON,
        "held_until": NOON + timedelta(minutes=30), "outcome": "open", "ended_at": None,
    }  # fmt: skip
    return {**usual, **changes}


def arrival_row(ids, **changes) -> dict:
    usual = {"event_id": ids["event"], "enrollment_id": ids["enrollment"], "version": 1, "at": NOON}
    return {**usual, **changes}


def offer_row(ids, **changes) -> dict:
    usual = {
        "event_id": ids["event"], "enrollment_id": ids["enrollment"], "offered_at": NOON, "is_last": False,
        "held_until": NOON + timedelta(hours=6), "outcome": "open", "ended_at": None,
    }  # fmt: skip
    return {**usual, **changes}


def appeal_row(ids, **changes) -> dict:
    usual = {
        "event_id": ids["event"], "enrollment_id": ids["enrollment"], "filed_at": NOON, "filed_by_id": ids["user"],
        "words": "", "decided_until": NOON + timedelta(days=28), "outcome": "open", "ended_at": None, "answer": "",
    }  # fmt: skip
    return {**usual, **changes}


#: As `test_constraints.WRONG_ROW`.
WRONG_ROW = {
    "ck_appeals_outcome": (Appeal, lambda ids: appeal_row(ids, outcome="lost", ended_at=NOON)),
    "ck_appeals_ended_has_time": (Appeal, lambda ids: appeal_row(ids, outcome="lapsed")),
    "ck_appeals_decided_by_somebody": (Appeal, lambda ids: appeal_row(ids, outcome="declined", ended_at=NOON)),
    "ck_appeals_open_for_some_time": (Appeal, lambda ids: appeal_row(ids, decided_until=NOON)),
    "ck_guest_holds_outcome": (GuestHold, lambda ids: hold_row(ids, outcome="lost", ended_at=NOON)),
    "ck_guest_holds_ended_has_time": (GuestHold, lambda ids: hold_row(ids, outcome="expired")),
    "ck_place_offers_outcome": (PlaceOffer, lambda ids: offer_row(ids, outcome="lost", ended_at=NOON)),
    "ck_place_offers_ended_has_time": (PlaceOffer, lambda ids: offer_row(ids, outcome="expired")),
    "ck_standby_arrivals_left_has_time": (StandbyArrival, lambda ids: arrival_row(ids, left_by_id=ids["user"])),
    "ck_place_offers_held_for_some_time": (PlaceOffer, lambda ids: offer_row(ids, held_until=NOON)),
}

#: As `test_constraints.TWICE`.
TWICE = {
    "uq_appeals_enrollment": (Appeal, appeal_row, appeal_row),
    "uq_guest_holds_open": (GuestHold, hold_row, hold_row),
    "uq_place_offers_open": (PlaceOffer, offer_row, offer_row),
    "uq_standby_arrivals_standing": (StandbyArrival, arrival_row, arrival_row),
    "uq_standby_arrivals_request": (
        StandbyArrival,
        lambda ids: arrival_row(ids, request_id="tap-1"),
        lambda ids: arrival_row(ids, request_id="tap-1", version=2),
    ),
}
