"""Every invariant is broken on purpose, past all constraints, and has to be reported."""

import json
from dataclasses import dataclass

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.queries.breaks_of_activations import ACTIVATION_BREAKS, ACTIVATION_IDS
from tests.queries.breaks_of_classes import CLASS_BREAKS, CLASS_IDS
from tests.queries.breaks_of_notifications import NOTIFICATION_BREAKS
from tests.queries.breaks_of_privacy import PRIVACY_BREAKS
from tests.queries.breaks_of_program_classes import PROGRAM_CLASS_BREAKS, PROGRAM_CLASS_IDS
from tests.queries.breaks_of_prompts import PROMPT_BREAKS
from tests.queries.breaks_of_roll_call import ROLL_CALL_BREAKS
from tests.queries.breaks_of_sessions import SESSION_BREAKS
from tests.queries.breaks_of_stays import STAY_BREAKS
from tests.support.demo_database import lay_bare
from tests.support.world import NOON
from webapp.queries.audit import INVARIANTS


@dataclass(frozen=True)
class Break:
    """How an invariant is broken; `ids` are what its finding has to name."""

    invariant: str
    bare: tuple[str, ...]
    sql: tuple[str, ...]
    ids: tuple[str, ...]


def broken(invariant: str, sql: str, ids: str, *, bare: str = "") -> Break:
    return Break(invariant, tuple(bare.split()), tuple(sql.split(";")), tuple(ids.split()))


MESSAGE = (
    "INSERT INTO messages (id, dedupe_key, kind, user_id, recipient, subject, body, details, created_at,"
    " attempts, next_try_at, sent_at, dead_at)"
    " SELECT {id}, 'told-twice', 'news', id, 'ana@demo.test', 'x', 'x', 'null', created_at, 0, created_at,"
    " {times} FROM users WHERE id = {{ana}}"
)
TWO_MESSAGES = ";".join(MESSAGE.format(id=number, times="NULL, NULL") for number in (901, 902))
SENT_AND_DEAD = MESSAGE.format(id=903, times="created_at, created_at")

BREAKS = [
    # Seats and the queue
    broken(
        "seats_taken_counted", "UPDATE event_policies SET seats_taken = 11 WHERE event_id = {clay}", "event_id=clay"
    ),
    broken(
        "waiting_counted", "UPDATE event_policies SET waiting_count = 4 WHERE event_id = {clay}", "event_id=clay"
    ),
    broken(
        "never_oversold",
        "UPDATE event_policies SET capacity = 11 WHERE event_id = {clay}",
        "event_id=clay",
        bare="event_policies",
    ),
    broken(
        "last_ticket_is_highest",
        "UPDATE event_policies SET last_waitlist_position = 40 WHERE event_id = {clay}",
        "event_id=clay",
    ),
    broken(
        "tickets_unique",
        "UPDATE enrollments SET waitlist_position = {ticket} WHERE id = {waiting}",
        "event_id=clay",
        bare="enrollments",
    ),
    broken(
        "waiting_has_ticket",
        "UPDATE enrollments SET waitlist_position = NULL WHERE id = {waiting}",
        "event_id=clay enrollment_id=waiting",
        bare="enrollments",
    ),
    broken(
        "ranks_contiguous",
        "UPDATE enrollments SET waitlist_position = {ticket} WHERE id = {waiting}",
        "event_id=clay",
        bare="enrollments",
    ),
    broken(
        "one_live_enrollment",
        "UPDATE enrollments SET user_id = {ben} WHERE id = {waiting}",
        "event_id=clay user_id=ben",
        bare="enrollments",
    ),
    broken(
        "nobody_waits_beside_a_free_seat",
        "UPDATE event_policies SET capacity = 13 WHERE event_id = {clay}",
        "event_id=clay",
    ),
    broken(
        "pass_codes_unique",
        "UPDATE enrollments SET pass_code = 'AAAAAAAA' WHERE id IN ({seated}, {waiting})",
        "enrollment_id=seated",
        bare="enrollments",
    ),
    # The trail
    broken(
        "status_is_last_move",
        "UPDATE enrollments SET status = 'cancelled' WHERE id = {waiting}",
        "event_id=clay enrollment_id=waiting",
    ),
    broken(
        "status_is_last_move",
        "DELETE FROM enrollment_transitions WHERE enrollment_id = {waiting}",
        "event_id=clay enrollment_id=waiting",
        bare="enrollment_transitions",
    ),
    broken(
        "versions_without_gaps",
        "UPDATE enrollments SET version = 7 WHERE id = {waiting}",
        "event_id=clay enrollment_id=waiting",
    ),
    broken(
        "moves_chain",
        "UPDATE enrollment_transitions SET from_status = 'pending' WHERE enrollment_id = {waiting}",
        "event_id=clay enrollment_id=waiting",
        bare="enrollment_transitions",
    ),
    broken(
        "moves_legal",
        "UPDATE enrollment_transitions SET to_status = 'attended' WHERE enrollment_id = {waiting}",
        "event_id=clay enrollment_id=waiting",
        bare="enrollment_transitions",
    ),
    broken(
        "ended_stays_ended",
        "UPDATE enrollment_transitions SET from_status = 'cancelled' WHERE enrollment_id = {waiting}",
        "event_id=clay enrollment_id=waiting",
        bare="enrollment_transitions",
    ),
    broken(
        "corrections_have_a_reason",
        "UPDATE enrollment_transitions SET reason = '  ' WHERE id = {override}",
        "event_id=printing enrollment_id=corrected transition_id=override",
        bare="enrollment_transitions",
    ),
    broken(
        "corrections_by_an_admin",
        "UPDATE enrollment_transitions SET triggered_by = 'organizer' WHERE id = {override}",
        "event_id=printing enrollment_id=corrected transition_id=override",
        bare="enrollment_transitions",
    ),
    broken(
        "withdrawal_follows_its_override",
        "UPDATE enrollment_transitions SET kind = 'withdrawal' WHERE id = {override}",
        "event_id=printing enrollment_id=corrected transition_id=override",
        bare="enrollment_transitions",
    ),
    broken(
        "out_of_turn_has_a_reason",
        "UPDATE enrollment_transitions SET triggered_by = 'organizer', reason = NULL WHERE id = {promotion}",
        "event_id=clay enrollment_id=promoted transition_id=promotion",
        bare="enrollment_transitions",
    ),
    broken(
        "system_moves_by_the_system",
        "UPDATE enrollment_transitions SET actor_id = {ana} WHERE id = {promotion}",
        "event_id=clay enrollment_id=promoted transition_id=promotion",
        bare="enrollment_transitions",
    ),
    broken(
        "outcomes_by_the_system",
        "UPDATE enrollment_transitions SET triggered_by = 'admin' WHERE id = {outcome}",
        "event_id=printing enrollment_id=missed transition_id=outcome",
        bare="enrollment_transitions",
    ),
    broken(
        "somebody_acted",
        "UPDATE enrollment_transitions SET actor_id = NULL, actor_label = NULL WHERE id = {outcome}",
        "event_id=printing enrollment_id=missed transition_id=outcome",
        bare="enrollment_transitions",
    ),
    broken(
        "trail_in_its_event",
        "UPDATE enrollment_transitions SET event_id = {repair} WHERE id = {outcome}",
        "event_id=printing enrollment_id=missed transition_id=outcome",
        bare="enrollment_transitions",
    ),
    broken(
        "status_has_its_time",
        "UPDATE enrollments SET confirmed_at = NULL WHERE id = {seated}",
        "event_id=clay enrollment_id=seated",
    ),
    broken(
        "times_only_of_what_was",
        "UPDATE enrollments SET cancelled_at = changed_at WHERE id = {seated}",
        "event_id=clay enrollment_id=seated",
    ),
    # What is told
    broken(
        "every_move_is_told",
        "DELETE FROM outbox_events WHERE enrollment_id = {waiting}",
        "event_id=clay enrollment_id=waiting",
    ),
    broken(
        "moves_are_told_rightly",
        "UPDATE outbox_events SET kind = 'EnrollmentRejected' WHERE enrollment_id = {waiting}",
        "event_id=clay enrollment_id=waiting",
    ),
    broken(
        "corrections_tell_nothing",
        "INSERT INTO outbox_events (kind, event_id, enrollment_id, version, occurred_at)"
        " SELECT 'ParticipantAttended', event_id, enrollment_id, version, at"
        " FROM enrollment_transitions WHERE id = {override}",
        "event_id=printing enrollment_id=corrected",
    ),
    broken(
        "corrections_tell_nothing",
        "UPDATE outbox_events SET version = 9 WHERE enrollment_id = {waiting}",
        "event_id=clay enrollment_id=waiting",
    ),
    broken(
        "told_once",
        "INSERT INTO outbox_events SELECT * FROM outbox_events WHERE enrollment_id = {waiting}",
        "enrollment_id=waiting",
        bare="outbox_events",
    ),
    broken(
        "attended_once",
        "INSERT INTO outbox_events (kind, event_id, enrollment_id, version, occurred_at)"
        " SELECT kind, event_id, enrollment_id, version + 9, occurred_at FROM outbox_events"
        " WHERE enrollment_id = {attended} AND kind = 'ParticipantAttended'",
        "enrollment_id=attended",
    ),
    broken(
        "told_in_its_event",
        "UPDATE outbox_events SET event_id = {repair} WHERE enrollment_id = {waiting}",
        "event_id=clay enrollment_id=waiting",
    ),
    broken("messages_unique", TWO_MESSAGES, "", bare="messages"),
    broken("messages_sent_or_dead", SENT_AND_DEAD, ""),
    # Evidence
    broken(
        "checked_in_was_seen",
        "DELETE FROM check_ins WHERE enrollment_id = {there}",
        "event_id=camp enrollment_id=there",
        bare="check_ins",
    ),
    broken(
        "only_who_is_in_was_seen",
        "UPDATE check_ins SET enrollment_id = {absent} WHERE enrollment_id = {there}",
        "event_id=camp enrollment_id=absent",
        bare="check_ins",
    ),
    broken(
        "one_check_in_a_day",
        "UPDATE check_ins SET enrollment_id = {there} WHERE enrollment_id = {also_there}",
        "event_id=camp enrollment_id=there",
        bare="check_ins",
    ),
    broken(
        "reversed_after_it_was_made",
        "UPDATE check_in_reversals SET at = '2020-01-01 00:00:00.000000'",
        "event_id=camp enrollment_id=mistaken",
        bare="check_in_reversals",
    ),
    broken(
        "check_in_in_its_event",
        "UPDATE check_ins SET event_id = {repair} WHERE enrollment_id = {there}",
        "event_id=camp enrollment_id=there",
        bare="check_ins",
    ),
    broken(
        "check_ins_on_event_days",
        "UPDATE check_ins SET local_on = '2020-01-01' WHERE enrollment_id = {there}",
        "event_id=camp",
        bare="check_ins",
    ),
    broken(
        "outcome_follows_evidence",
        "DELETE FROM check_ins WHERE enrollment_id = {attended}",
        "event_id=printing enrollment_id=attended",
        bare="check_ins",
    ),
    # Events
    broken("event_has_policy", "DELETE FROM event_policies WHERE event_id = {lamps}", "event_id=lamps"),
    broken(
        "policy_complete",
        "UPDATE event_policies SET capacity = 0 WHERE event_id = {lamps}",
        "event_id=lamps",
        bare="event_policies",
    ),
    broken(
        "minimum_days_possible", "UPDATE event_policies SET minimum_days = 9 WHERE event_id = {camp}", "event_id=camp"
    ),
    broken(
        "effective_end_right", "UPDATE events SET effective_end_at = starts_at WHERE id = {camp}", "event_id=camp"
    ),
    broken("timezone_known", "UPDATE events SET timezone = 'Mars/Base' WHERE id = {camp}", "event_id=camp"),
    broken(
        "event_in_its_organization",
        "UPDATE events SET facility_id = {foreign_facility} WHERE id = {lamps}",
        "event_id=lamps facility_id=foreign_facility",
    ),
    broken(
        "completed_is_decided",
        "UPDATE enrollments SET status = 'confirmed' WHERE id = {missed}",
        "event_id=printing",
    ),
    broken("cancelled_is_empty", "UPDATE events SET status = 'cancelled' WHERE id = {repair}", "event_id=repair"),
    broken(
        "deleted_event_asks_nobody",
        "UPDATE events SET deleted_at = created_at WHERE id = {repair}",
        "event_id=repair",
        bare="events",
    ),
    broken("draft_is_empty", "UPDATE events SET status = 'draft' WHERE id = {repair}", "event_id=repair"),
    broken(
        "event_status_has_its_time",
        "UPDATE events SET completed_at = NULL WHERE id = {printing}",
        "event_id=printing",
        bare="events",
    ),
    broken(
        "outcome_after_the_end",
        "UPDATE enrollment_transitions SET at = '2020-01-01 00:00:00.000000' WHERE id = {outcome}",
        "event_id=printing enrollment_id=missed transition_id=outcome",
        bare="enrollment_transitions",
    ),
    # Accounts
    broken("one_system_account", "UPDATE users SET is_system = false WHERE id = 1", ""),
    broken(
        "addresses_unique", "UPDATE users SET email = 'ANA@demo.test' WHERE id = {ben}", "user_id=ana", bare="users"
    ),
    broken(
        "system_takes_no_place",
        "UPDATE enrollments SET user_id = 1 WHERE id = {waiting}",
        "event_id=clay enrollment_id=waiting",
    ),
    # What people are told
    *(broken(invariant, sql, ids, bare=bare) for invariant, sql, ids, bare in NOTIFICATION_BREAKS),
    # Prompts and answers
    *(broken(invariant, sql, ids, bare=bare) for invariant, sql, ids, bare in [*PROMPT_BREAKS, *STAY_BREAKS]),
    # Online sessions
    *(broken(invariant, sql, ids, bare=bare) for invariant, sql, ids, bare in SESSION_BREAKS),
    # Activations
    *(broken(invariant, sql, ids, bare=bare) for invariant, sql, ids, bare in ACTIVATION_BREAKS),
    # Programs, classes and their sessions
    *(broken(invariant, sql, ids, bare=bare) for invariant, sql, ids, bare in PROGRAM_CLASS_BREAKS),
    # Roll-call of classes
    *(broken(invariant, sql, ids, bare=bare) for invariant, sql, ids, bare in ROLL_CALL_BREAKS),
    # Deleted accounts
    *(broken(invariant, sql, ids, bare=bare) for invariant, sql, ids, bare in PRIVACY_BREAKS),
    *(broken(invariant, sql, ids, bare=bare) for invariant, sql, ids, bare in CLASS_BREAKS),
]

EVENTS = ("clay", "repair", "camp", "printing", "lamps")
PEOPLE = ("ana", "ben")
PLACES = {
    "waiting": ("clay", "ana"),
    "seated": ("clay", "ben"),
    "promoted": ("clay", "emile.lefevre"),
    "attended": ("printing", "ana"),
    "missed": ("printing", "zoe"),
    "corrected": ("printing", "mohamed"),
    "there": ("camp", "yusuf.kaya"),
    "also_there": ("camp", "ingrid.bakke"),
    "mistaken": ("camp", "bruno.teixeira"),
    "absent": ("camp", "runa.olsen"),
}
MOVES = {
    "override": ("corrected", "attended"),
    "promotion": ("promoted", "confirmed"),
    "outcome": ("missed", "no_show"),
}
EVENT = text("SELECT id FROM events WHERE request_id = :name")
PERSON = text("SELECT id FROM users WHERE email = :email")
PLACE = text("SELECT id FROM enrollments WHERE event_id = :event AND user_id = :user")
TICKET = text("SELECT waitlist_position FROM enrollments WHERE event_id = :event AND user_id = :user")
MOVE = text("SELECT max(id) FROM enrollment_transitions WHERE enrollment_id = :enrollment AND to_status = :status")
FOREIGN_FACILITY = text("SELECT id FROM facilities WHERE name = 'Galpão Sul'")


def picked(session: Session) -> dict[str, int]:
    """The rows of the demo world that the cases name."""

    def person(who: str) -> int:
        return session.scalar(PERSON, {"email": f"{who}@demo.test"})

    ids = {name: session.scalar(EVENT, {"name": f"demo-{name}"}) for name in EVENTS}
    ids |= {name: person(name) for name in PEOPLE}
    for name, (event, who) in PLACES.items():
        ids[name] = session.scalar(PLACE, {"event": ids[event], "user": person(who)})
    for name, (whose, status) in MOVES.items():
        ids[name] = session.scalar(MOVE, {"enrollment": ids[whose], "status": status})
    ids["ticket"] = session.scalar(TICKET, {"event": ids["clay"], "user": person("zoe")})
    ids |= CLASS_IDS | PROGRAM_CLASS_IDS | {"third": person("zoe")}
    ids |= {name: session.scalar(text(sql)) for name, sql in ACTIVATION_IDS.items()}
    ids["session"] = 901  # made by the cases themselves
    ids["foreign_facility"] = session.scalar(FOREIGN_FACILITY)
    return ids


@pytest.mark.parametrize("case", BREAKS, ids=lambda case: case.invariant)
def test_a_broken_invariant_is_reported_with_the_row_that_breaks_it(demo: Session, case: Break) -> None:
    ids = picked(demo)
    for table in case.bare:
        lay_bare(demo, table)
    for statement in case.sql:
        demo.execute(text(statement.format(**ids)))

    found = [
        finding
        for invariant in INVARIANTS
        for finding in invariant.findings(demo, NOON)
        if finding.invariant == case.invariant
    ]

    expected = {column: ids[name] for column, name in (pair.split("=") for pair in case.ids)}
    assert [{column: finding.ids.get(column) for column in expected} for finding in found] == [expected]
    assert json.loads(json.dumps(found[0].as_dict()))["wrong"] == found[0].wrong != ""


def test_every_invariant_has_a_case_that_breaks_it() -> None:
    assert {case.invariant for case in BREAKS} == {invariant.name for invariant in INVARIANTS}


def test_the_demo_world_breaks_nothing(demo: Session) -> None:
    assert [finding for invariant in INVARIANTS for finding in invariant.findings(demo, NOON)] == []
