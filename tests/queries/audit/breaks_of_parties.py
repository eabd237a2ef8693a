"""How the invariants of people who came together are broken: name, statements, ids, tables laid bare."""

_PARTY = (
    "INSERT INTO parties (id, event_id, leader_id, most, may_split, created_at)"
    " SELECT 901, event_id, {{{leader}}}, {most}, FALSE, enrolled_at FROM enrollments WHERE id = {{waiting}}"
)
_LED_BY_ANA = _PARTY.format(leader="ana", most=4)
_KNOWN = "UPDATE event_policies SET has_parties = TRUE WHERE event_id = {clay}"
_HEAD = "UPDATE enrollments SET party_id = 901 WHERE id IN ({waiting}, {%s})"

PARTY_BREAKS = [
    (
        "parties_wait_for_seats",
        "UPDATE event_policies SET has_parties = TRUE, capacity = 13 WHERE event_id = {clay}",
        "event_id=clay",
        "",
    ),
    (
        "party_is_of_the_event",
        f"{_LED_BY_ANA};UPDATE enrollments SET party_id = 901 WHERE id = {{waiting}}",
        "event_id=clay enrollment_id=waiting",
        "",
    ),
    (
        "party_led_by_one_of_them",
        f"{_KNOWN};{_PARTY.format(leader='ben', most=4)}",
        "event_id=clay party_id=session user_id=ben",
        "",
    ),
    (
        "party_not_too_large",
        f"{_KNOWN};{_PARTY.format(leader='ana', most=1)};{_HEAD % 'seated'}",
        "event_id=clay party_id=session",
        "",
    ),
    (
        "party_waits_in_order",
        f"{_KNOWN};{_LED_BY_ANA};{_HEAD % 'waiting'};"
        "UPDATE enrollments SET party_id = 901 WHERE event_id = {clay} AND waitlist_position = {ticket};"
        "UPDATE enrollments SET waitlist_position = 5000 WHERE id = {waiting}",
        "event_id=clay enrollment_id=waiting",
        "",
    ),
    (
        "party_placed_whole",
        f"{_KNOWN};{_LED_BY_ANA};{_HEAD % 'promoted'}",
        "event_id=clay enrollment_id=waiting",
        "",
    ),
]
