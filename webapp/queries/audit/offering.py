"""Events and classes keep seats, a queue and a trail in tables with the same columns: a rule of both is said once."""

from collections.abc import Iterable, Iterator

from webapp.domain.permission import SYSTEM_USER_ID
from webapp.queries.audit.invariant import Invariant
from webapp.queries.ledger import CLASSES, EVENTS, Ledger

#: Seats held for guests and by offers, where `p` is the policy of an event.
_HELD_OF_EVENT = (
    "((SELECT count(*) FROM guest_holds h WHERE h.event_id = p.event_id AND h.outcome = 'open' AND h.has_seat)"
    " + (SELECT count(*) FROM place_offers o WHERE o.event_id = p.event_id AND o.outcome = 'open'))"
)


def of_both(rules: Iterable[Invariant]) -> Iterator[Invariant]:
    """Each rule about events and about classes; the name of the latter begins with `class_`.

    Its SQL names `{counters}` (with `{own_id}`), `{enrollments}`, `{transitions}` and their `{key}`, `{held}` (seats
    held for guests and by offers, where `p` is the row of counters), and may ask for `:seated`, `:live` and `:system`.
    """
    for rule in rules:
        yield _said_of(EVENTS, rule.name, rule)
        yield _said_of(CLASSES, f"class_{rule.name}", rule)


def _said_of(ledger: Ledger, name: str, rule: Invariant) -> Invariant:
    sql = rule.sql.format(
        key=ledger.key,
        counters=ledger.counters.name,
        own_id=ledger.own_id.name,
        enrollments=ledger.enrollments.name,
        transitions=ledger.transitions.name,
        held=_HELD_OF_EVENT if ledger is EVENTS else "0",
    )
    values = {"seated": sorted(ledger.seated), "live": sorted(ledger.live), "system": SYSTEM_USER_ID}
    return Invariant(name, rule.wrong, sql, {one: value for one, value in values.items() if f":{one}" in sql})
