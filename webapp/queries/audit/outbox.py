"""What is told: every move once, corrections never, no mail twice."""

from webapp.domain.places.domain_event import DomainEvent, event_of_move
from webapp.domain.places.enrollment import LEGAL_MOVES, TransitionKind
from webapp.queries.audit.invariant import Invariant

_TOLD = sorted(
    f"{before or 'none'}>{after}={event_of_move(before, after, TransitionKind.MOVE)}" for before, after in LEGAL_MOVES
)
#: Their versions are below zero: of the event, or counted down by who tells.
_OF_NO_MOVE = [
    DomainEvent.EVENT_CHANGED.value,
    DomainEvent.PLACE_OPENED.value,
    DomainEvent.PLACE_OFFERED.value,
    DomainEvent.OFFER_EXPIRED.value,
    DomainEvent.LAST_CALL.value,
    DomainEvent.APPEAL_GRANTED.value,
    DomainEvent.APPEAL_DECLINED.value,
    DomainEvent.APPEAL_LAPSED.value,
]

INVARIANTS = (
    Invariant(
        "every_move_is_told",
        "the move to {to_status} has no domain event",
        """
        SELECT t.event_id, t.enrollment_id, t.id AS transition_id, t.to_status
        FROM enrollment_transitions t
        LEFT JOIN outbox_events o ON o.enrollment_id = t.enrollment_id AND o.version = t.version
        WHERE t.kind = 'move' AND o.id IS NULL
        """,
    ),
    Invariant(
        "moves_are_told_rightly",
        "{from_word} to {to_status} is told as {kind}",
        """
        SELECT t.event_id, t.enrollment_id, t.id AS transition_id, o.id AS outbox_id, o.kind,
               coalesce(t.from_status, 'none') AS from_word, t.to_status
        FROM enrollment_transitions t
        JOIN outbox_events o ON o.enrollment_id = t.enrollment_id AND o.version = t.version
        WHERE t.kind = 'move'
          AND coalesce(t.from_status, 'none') || '>' || t.to_status || '=' || o.kind NOT IN :told
        """,
        {"told": _TOLD},
    ),
    Invariant(
        "corrections_tell_nothing",
        "{kind} is told of a correction or of no move at all",
        """
        SELECT o.event_id, o.enrollment_id, o.id AS outbox_id, o.kind
        FROM outbox_events o
        LEFT JOIN enrollment_transitions t ON t.enrollment_id = o.enrollment_id AND t.version = o.version
        WHERE o.version > 0 AND (t.id IS NULL OR t.kind NOT IN ('move', 'reopening'))
        """,
    ),
    Invariant(
        "changes_are_told_of_the_event",
        "{kind} is told of version {version}, which the event never had",
        """
        SELECT o.event_id, o.enrollment_id, o.id AS outbox_id, o.kind, o.version
        FROM outbox_events o LEFT JOIN events v ON v.id = o.event_id
        WHERE (o.kind IN :told_of_no_move) <> (o.version < 0)
           OR (o.kind = 'EventChanged' AND (v.id IS NULL OR -o.version > v.version))
        """,
        {"told_of_no_move": _OF_NO_MOVE},
    ),
    Invariant(
        "told_once",
        "move {version} is told {counted} times",
        """
        SELECT enrollment_id, version, count(*) AS counted FROM outbox_events
        GROUP BY enrollment_id, version HAVING count(*) > 1
        """,
    ),
    Invariant(
        "attended_once",
        "ParticipantAttended is told {counted} times",
        """
        SELECT o.enrollment_id, count(*) AS counted FROM outbox_events o WHERE o.kind = 'ParticipantAttended'
        GROUP BY o.enrollment_id
        -- Once more each time that it was taken back.
        HAVING count(*) > 1 AND count(*) > 1 + (SELECT count(*) FROM outbox_events b
                                                WHERE b.enrollment_id = o.enrollment_id AND b.kind = 'OutcomeTakenBack')
        """,
    ),
    Invariant(
        "told_in_its_event",
        "{kind} belongs to another event than its enrollment",
        """
        SELECT e.event_id, o.enrollment_id, o.id AS outbox_id, o.kind
        FROM outbox_events o JOIN enrollments e ON e.id = o.enrollment_id WHERE o.event_id <> e.event_id
        """,
    ),
    Invariant(
        "messages_unique",
        "{counted} messages have the key {dedupe_key}",
        """
        SELECT min(id) AS message_id, dedupe_key, count(*) AS counted FROM messages
        GROUP BY dedupe_key HAVING count(*) > 1
        """,
    ),
    Invariant(
        "messages_sent_or_dead",
        "the message is both sent and given up",
        "SELECT id AS message_id FROM messages WHERE sent_at IS NOT NULL AND dead_at IS NOT NULL",
    ),
)
