"""How the invariants of deliveries and stays are broken; `test_audit` does it."""

_DELIVERY = (
    "INSERT INTO webhook_deliveries (delivery_id, key_name, kind, room_name, number, participant_sid, identity,"
    " is_attendee, sent_at, received_at, payload)"
    " SELECT '{id}', 'APIkey', '{kind}', 'broken', {number}, 'PA_1', 'u1', TRUE, created_at, created_at, '{payload}'"
    " FROM users WHERE id = {{ana}}"
)
_ROOM = (
    "INSERT INTO meeting_rooms (name, deliveries, folded, last_delivery_at)"
    " SELECT 'broken', {deliveries}, {folded}, created_at FROM users WHERE id = {{ana}}"
)
_STAY = (
    "INSERT INTO stays (room_name, participant_sid, identity, joined_at, joined_by, seen_at)"
    " SELECT 'broken', 'PA_1', 'u1', created_at, '{joined_by}', created_at FROM users WHERE id = {{ana}}"
)
_SESSION = (
    "INSERT INTO meeting_sessions (id, event_id, kind, title, room_name, starts_at, ends_at, created_at, version,"
    " calculation_tries)"
    " SELECT 901, id, 'event', 'x', '', starts_at, effective_end_at, created_at, 1, 0 FROM events WHERE id = {printing}"
)


def _told(id: str = "EV_1", number: int = 1, kind: str = "participant_joined", payload: str = "x") -> str:
    return _DELIVERY.format(id=id, number=number, kind=kind, payload=payload)


def _room(deliveries: int, folded: int) -> str:
    return _ROOM.format(deliveries=deliveries, folded=folded)


#: (invariant, statements, ids that its finding names, tables whose constraints are in the way)
STAY_BREAKS = [
    ("room_counts_its_deliveries", ";".join([_told(), _room(2, 0)]), "", ""),
    ("room_counts_its_deliveries", _told(), "", ""),
    ("room_counts_its_deliveries", _room(1, 0), "", ""),
    ("deliveries_numbered_without_gaps", ";".join([_told(), _told("EV_2", 3), _room(2, 0)]), "", ""),
    ("deliveries_unique", ";".join([_told(), _told("EV_1", 2), _room(2, 0)]), "", "webhook_deliveries"),
    ("deliveries_hold_no_secrets", ";".join([_told(payload='"turnPassword"'), _room(1, 0)]), "", ""),
    # A stay that was not folded, one that differs, one that no delivery tells of, one of no room.
    ("stays_match_their_log", ";".join([_told(), _room(1, 1)]), "", ""),
    ("stays_match_their_log", ";".join([_told(), _room(1, 1), _STAY.format(joined_by="leave")]), "", ""),
    ("stays_match_their_log", ";".join([_told(), _room(1, 0), _STAY.format(joined_by="join")]), "", ""),
    ("stays_match_their_log", _STAY.format(joined_by="join"), "", ""),
    ("session_has_its_room", _SESSION, "event_id=printing", ""),
]
