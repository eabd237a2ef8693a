"""How the constraints of held places, appeals and no-shows are broken; `test_constraints` does it."""

from datetime import timedelta

from tests.support.worlds.world import NOON
from webapp.models import Appeal, EventListEntry, GuestHold, NoShowExcuse, NoShowRule, PlaceOffer, StandbyArrival


def hold_row(ids, **changes) -> dict:
    usual = {
        "event_id": ids["event"], "address": "ana@post.example", "has_seat": True, "created_at": NOON,
        "held_until": NOON + timedelta(minutes=30), "outcome": "open", "ended_at": None,
    }  # fmt: skip
    return {**usual, **changes}


def arrival_row(ids, **changes) -> dict:
    usual = {"event_id": ids["event"], "enrollment_id": ids["enrollment"], "version": 1, "at": NOON}
    return {**usual, **changes}


def entry_row(ids, **changes) -> dict:
    usual = {"event_id": ids["event"], "kind": "domain", "value": "studio.example", "added_at": NOON}
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


def rule_row(ids, **changes) -> dict:
    usual = {
        "organization_id": ids["organization"], "strikes": 3, "fade_days": 180, "consequence": "warned", "hours": None,
        "late_counts": False, "since": NOON, "changed_at": NOON, "changed_by_id": ids["user"],
    }  # fmt: skip
    return {**usual, **changes}


def excuse_row(ids, **changes) -> dict:
    usual = {
        "enrollment_id": ids["enrollment"], "reason": "ill", "in_time": True, "words": "", "given_by_id": ids["user"],
        "given_at": NOON, "withdrawn_at": None, "withdrawn_by_id": None,
    }  # fmt: skip
    return {**usual, **changes}


#: As `test_constraints.WRONG_ROW`.
WRONG_ROW = {
    "ck_no_show_rules_consequence": (NoShowRule, lambda ids: rule_row(ids, consequence="shot")),
    "ck_no_show_rules_counts_something": (NoShowRule, lambda ids: rule_row(ids, strikes=0)),
    "ck_no_show_rules_later_has_hours": (NoShowRule, lambda ids: rule_row(ids, hours=3)),
    "ck_no_show_excuses_reason": (NoShowExcuse, lambda ids: excuse_row(ids, reason="lazy")),
    "ck_no_show_excuses_withdrawn_by_somebody": (NoShowExcuse, lambda ids: excuse_row(ids, withdrawn_at=NOON)),
    "ck_appeals_outcome": (Appeal, lambda ids: appeal_row(ids, outcome="lost", ended_at=NOON)),
    "ck_appeals_ended_has_time": (Appeal, lambda ids: appeal_row(ids, outcome="lapsed")),
    "ck_appeals_decided_by_somebody": (Appeal, lambda ids: appeal_row(ids, outcome="declined", ended_at=NOON)),
    "ck_appeals_open_for_some_time": (Appeal, lambda ids: appeal_row(ids, decided_until=NOON)),
    "ck_event_list_entries_kind": (EventListEntry, lambda ids: entry_row(ids, kind="friends", value=None)),
    "ck_event_list_entries_words_are_written": (EventListEntry, lambda ids: entry_row(ids, value=None)),
    "ck_event_list_entries_facility_is_named": (
        EventListEntry,
        lambda ids: entry_row(ids, kind="facility", value=None),
    ),
    "ck_event_list_entries_class_is_named": (EventListEntry, lambda ids: entry_row(ids, kind="class", value=None)),
    "ck_guest_holds_outcome": (GuestHold, lambda ids: hold_row(ids, outcome="lost", ended_at=NOON)),
    "ck_guest_holds_ended_has_time": (GuestHold, lambda ids: hold_row(ids, outcome="expired")),
    "ck_place_offers_outcome": (PlaceOffer, lambda ids: offer_row(ids, outcome="lost", ended_at=NOON)),
    "ck_place_offers_ended_has_time": (PlaceOffer, lambda ids: offer_row(ids, outcome="expired")),
    "ck_standby_arrivals_left_has_time": (StandbyArrival, lambda ids: arrival_row(ids, left_by_id=ids["user"])),
    "ck_place_offers_held_for_some_time": (PlaceOffer, lambda ids: offer_row(ids, held_until=NOON)),
}

#: As `test_constraints.TWICE`.
TWICE = {
    "uq_no_show_excuses_standing": (NoShowExcuse, excuse_row, excuse_row),
    "uq_event_list_entries_value": (EventListEntry, entry_row, entry_row),
    "uq_event_list_entries_facility": (
        EventListEntry,
        lambda ids: entry_row(ids, kind="facility", value=None, facility_id=ids["facility"]),
        lambda ids: entry_row(ids, kind="facility", value=None, facility_id=ids["facility"]),
    ),
    "uq_event_list_entries_class": (
        EventListEntry,
        lambda ids: entry_row(ids, kind="class", value=None, class_id=ids["class"]),
        lambda ids: entry_row(ids, kind="class", value=None, class_id=ids["class"]),
    ),
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
