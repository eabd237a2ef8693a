"""The trail: every status is what its moves made of it, and every move was allowed."""

from webapp.domain.places.enrollment import LEGAL_MOVES, OVERRIDES, REOPENINGS
from webapp.queries.audit.invariant import Invariant
from webapp.queries.audit.offering import of_both

_ALLOWED = sorted(
    [f"move:{before or 'none'}>{after}" for before, after in LEGAL_MOVES]
    + [f"override:{before}>{after}" for before, after in OVERRIDES]
    + [f"withdrawal:{after}>{before}" for before, after in OVERRIDES]
    + [f"reopening:{after}>{before}" for after, before in REOPENINGS]
)

_OF_BOTH = (
    Invariant(
        "status_is_last_move",
        "it is {status}, but its last move led to {led_to}",
        """
        SELECT e.{key}, e.id AS enrollment_id, e.status, coalesce(t.to_status, 'nothing') AS led_to
        FROM {enrollments} e LEFT JOIN {transitions} t
          ON t.enrollment_id = e.id
         AND t.version = (SELECT max(l.version) FROM {transitions} l WHERE l.enrollment_id = e.id)
        WHERE t.to_status IS NULL OR t.to_status <> e.status
        """,
    ),
    Invariant(
        "versions_without_gaps",
        "its version is {version}, but its {moves} moves are numbered {lowest} to {highest}",
        """
        SELECT e.{key}, e.id AS enrollment_id, e.version, count(t.id) AS moves,
               min(t.version) AS lowest, max(t.version) AS highest
        FROM {enrollments} e LEFT JOIN {transitions} t ON t.enrollment_id = e.id
        GROUP BY e.{key}, e.id, e.version
        HAVING count(t.id) <> e.version OR count(DISTINCT t.version) <> e.version
            OR coalesce(min(t.version), 0) <> 1 OR coalesce(max(t.version), 0) <> e.version
        """,
    ),
    Invariant(
        "moves_chain",
        "move {version} begins at {from_word}, but the one before ended at {before_word}",
        """
        SELECT {key}, enrollment_id, transition_id, version, from_word, before_word
        FROM (SELECT {key}, enrollment_id, id AS transition_id, version,
                     coalesce(from_status, 'none') AS from_word,
                     coalesce(lag(to_status) OVER (PARTITION BY enrollment_id ORDER BY version, id), 'none')
                     AS before_word
              FROM {transitions}) chain
        WHERE from_word <> before_word
        """,
    ),
    Invariant(
        "system_moves_by_the_system",
        "it was triggered by {triggered_by}, but the actor is user {actor}",
        """
        SELECT {key}, enrollment_id, id AS transition_id, triggered_by, actor_id AS actor
        FROM {transitions}
        WHERE (triggered_by = 'system') <> (coalesce(actor_id, 0) = :system)
        """,
    ),
)

INVARIANTS = (
    *of_both(_OF_BOTH),
    Invariant(
        "moves_legal",
        "{move} is not a legal move",
        """
        SELECT event_id, enrollment_id, id AS transition_id,
               kind || ':' || coalesce(from_status, 'none') || '>' || to_status AS move
        FROM enrollment_transitions
        WHERE kind || ':' || coalesce(from_status, 'none') || '>' || to_status NOT IN :allowed
        """,
        {"allowed": _ALLOWED},
    ),
    Invariant(
        "ended_stays_ended",
        "it was {from_status} and was moved to {to_status}",
        """
        SELECT event_id, enrollment_id, id AS transition_id, from_status, to_status
        FROM enrollment_transitions WHERE from_status IN ('cancelled', 'rejected')
          -- Who left the line comes back into it, by themselves.
          AND NOT (from_status = 'cancelled' AND to_status = 'waitlisted' AND triggered_by = 'user')
        """,
    ),
    Invariant(
        "corrections_have_a_reason",
        "this {kind} has no reason",
        """
        SELECT event_id, enrollment_id, id AS transition_id, kind FROM enrollment_transitions
        WHERE kind <> 'move' AND trim(coalesce(reason, '')) = ''
        """,
    ),
    Invariant(
        "corrections_by_an_admin",
        "this {kind} was made by {triggered_by}",
        """
        SELECT event_id, enrollment_id, id AS transition_id, kind, triggered_by FROM enrollment_transitions
        WHERE kind <> 'move' AND (triggered_by <> 'admin' OR actor_id IS NULL)
        """,
    ),
    Invariant(
        "withdrawal_follows_its_override",
        "this withdrawal does not undo the override before it",
        """
        SELECT w.event_id, w.enrollment_id, w.id AS transition_id
        FROM enrollment_transitions w LEFT JOIN enrollment_transitions o
          ON o.enrollment_id = w.enrollment_id AND o.version = w.version - 1
        WHERE w.kind = 'withdrawal'
          AND (o.id IS NULL OR o.kind <> 'override' OR o.from_status <> w.to_status)
        """,
    ),
    Invariant(
        "out_of_turn_has_a_reason",
        "somebody was let in before others by {triggered_by} without a reason",
        """
        SELECT event_id, enrollment_id, id AS transition_id, triggered_by FROM enrollment_transitions
        WHERE from_status = 'waitlisted' AND to_status = 'confirmed' AND triggered_by <> 'system'
          AND trim(coalesce(reason, '')) = ''
        """,
    ),
    Invariant(
        "outcomes_by_the_system",
        "{to_status} was decided by {triggered_by}",
        """
        SELECT event_id, enrollment_id, id AS transition_id, to_status, triggered_by
        FROM enrollment_transitions
        WHERE kind = 'move' AND (to_status = 'undecided' OR to_status IN ('attended', 'no_show')
               AND from_status <> 'undecided') AND triggered_by <> 'system'
        """,
    ),
    Invariant(
        "undecided_is_explained",
        "it was moved from {from_status} to {to_status} without a reason, or by the participant",
        """
        SELECT event_id, enrollment_id, id AS transition_id, from_status, to_status
        FROM enrollment_transitions
        WHERE (to_status = 'undecided' OR from_status = 'undecided')
          AND (trim(coalesce(reason, '')) = '' OR triggered_by = 'user')
        """,
    ),
    Invariant(
        "somebody_acted",
        "nobody is named as the one who moved it",
        """
        SELECT event_id, enrollment_id, id AS transition_id FROM enrollment_transitions
        WHERE actor_id IS NULL AND trim(coalesce(actor_label, '')) = ''
        """,
    ),
    Invariant(
        "trail_in_its_event",
        "the move belongs to another event than its enrollment",
        """
        SELECT e.event_id, t.enrollment_id, t.id AS transition_id
        FROM enrollment_transitions t JOIN enrollments e ON e.id = t.enrollment_id
        WHERE t.event_id <> e.event_id
        """,
    ),
    Invariant(
        "status_has_its_time",
        "it is {status} without the time at which that was reached",
        """
        SELECT event_id, id AS enrollment_id, status FROM enrollments
        WHERE (status = 'confirmed' AND confirmed_at IS NULL)
           OR (status = 'checked_in' AND (checked_in_at IS NULL OR confirmed_at IS NULL))
           OR (status = 'attended' AND attended_at IS NULL)
           OR (status = 'no_show' AND no_show_at IS NULL)
           OR (status = 'undecided' AND (undecided_at IS NULL OR confirmed_at IS NULL))
           OR (status = 'released' AND (released_at IS NULL OR confirmed_at IS NULL))
           OR (status = 'cancelled' AND cancelled_at IS NULL)
           OR (status = 'rejected' AND rejected_at IS NULL)
        """,
    ),
    Invariant(
        "times_only_of_what_was",
        "it is {status}, but has the time of a status it never had or that was taken back",
        """
        SELECT event_id, id AS enrollment_id, status FROM enrollments
        WHERE (status IN ('pending', 'waitlisted', 'rejected')
               AND (confirmed_at IS NOT NULL OR checked_in_at IS NOT NULL))
           OR (status = 'confirmed' AND checked_in_at IS NOT NULL)
           OR (status = 'no_show' AND attended_at IS NOT NULL)
           OR (status = 'released' AND (checked_in_at IS NOT NULL OR no_show_at IS NOT NULL))
           OR (status IN ('confirmed', 'checked_in', 'attended') AND released_at IS NOT NULL)
           OR (status = 'undecided' AND (attended_at IS NOT NULL OR no_show_at IS NOT NULL))
           OR (status <> 'cancelled' AND cancelled_at IS NOT NULL)
           OR (status <> 'rejected' AND rejected_at IS NOT NULL)
        """,
    ),
)
