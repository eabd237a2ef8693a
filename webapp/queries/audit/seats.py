"""Seats, the queue and the standby line: counters equal the counts, nobody is in twice, nobody waits in vain."""

from webapp.domain.places.enrollment import SEATED
from webapp.queries.audit.invariant import Invariant
from webapp.queries.audit.offering import of_both

_OF_BOTH = (
    Invariant(
        "seats_taken_counted",
        "seats_taken is {kept}, but {counted} seats are taken or held",
        """
        SELECT p.{own_id} AS {key}, p.seats_taken AS kept, count(e.id) + {held} AS counted
        FROM {counters} p LEFT JOIN {enrollments} e ON e.{key} = p.{own_id} AND e.status IN :seated
        GROUP BY p.{own_id}, p.seats_taken HAVING count(e.id) + {held} <> p.seats_taken
        """,
    ),
    Invariant(
        "waiting_counted",
        "waiting_count is {kept}, but {counted} enrollments wait",
        """
        SELECT p.{own_id} AS {key}, p.waiting_count AS kept, count(e.id) AS counted
        FROM {counters} p LEFT JOIN {enrollments} e ON e.{key} = p.{own_id} AND e.status = 'waitlisted'
        GROUP BY p.{own_id}, p.waiting_count HAVING count(e.id) <> p.waiting_count
        """,
    ),
    Invariant(
        "never_oversold",
        "{counted} enrollments hold one of {capacity} seats, and {over} beyond them",
        """
        SELECT p.{own_id} AS {key}, p.capacity, p.seats_over AS over, count(*) AS counted
        FROM {counters} p JOIN {enrollments} e ON e.{key} = p.{own_id} AND e.status IN :seated
        GROUP BY p.{own_id}, p.capacity, p.seats_over HAVING count(*) + {held} > p.capacity + p.seats_over
        """,
    ),
    Invariant(
        "seats_over_counted",
        "seats_over is {over}, but {taken} of {capacity} seats are taken",
        """
        SELECT {own_id} AS {key}, seats_over AS over, seats_taken AS taken, coalesce(capacity, 0) AS capacity
        FROM {counters}
        WHERE seats_over <> CASE WHEN seats_taken > capacity THEN seats_taken - capacity ELSE 0 END
        """,
    ),
    Invariant(
        # Who it was, who decided and why stands in the trail of each.
        "over_on_purpose",
        "{over} seats are taken beyond the capacity, and only {given} were given so with a reason",
        """
        SELECT p.{own_id} AS {key}, p.seats_over AS over, count(e.id) AS given
        FROM {counters} p LEFT JOIN {enrollments} e ON e.{key} = p.{own_id} AND e.over_capacity
             AND (e.status IN :seated OR e.status IN :live)
             AND EXISTS (SELECT 1 FROM {transitions} t
                         WHERE t.enrollment_id = e.id AND trim(coalesce(t.reason, '')) <> '')
        WHERE p.seats_over > 0
        GROUP BY p.{own_id}, p.seats_over HAVING count(e.id) < p.seats_over
        """,
    ),
    Invariant(
        # The number within its lane.
        "last_ticket_is_highest",
        "last_waitlist_position is {kept}, but the highest ticket is {highest}",
        """
        SELECT p.{own_id} AS {key}, p.last_waitlist_position AS kept,
               coalesce(max(e.waitlist_position % 1000000000), 0) AS highest
        FROM {counters} p LEFT JOIN {enrollments} e ON e.{key} = p.{own_id}
        GROUP BY p.{own_id}, p.last_waitlist_position
        HAVING coalesce(max(e.waitlist_position % 1000000000), 0) <> p.last_waitlist_position
        """,
    ),
    Invariant(
        "tickets_unique",
        "{counted} enrollments have the waitlist ticket {ticket}",
        """
        SELECT {key}, waitlist_position AS ticket, count(*) AS counted FROM {enrollments}
        WHERE waitlist_position IS NOT NULL
        GROUP BY {key}, waitlist_position HAVING count(*) > 1
        """,
    ),
    Invariant(
        "one_live_enrollment",
        "one person has {counted} live enrollments at once",
        """
        SELECT {key}, user_id, count(*) AS counted FROM {enrollments} WHERE status IN :live
        GROUP BY {key}, user_id HAVING count(*) > 1
        """,
    ),
)

INVARIANTS = (
    *of_both(_OF_BOTH),
    Invariant(
        "waiting_has_ticket",
        "it waits without a ticket",
        """
        SELECT event_id, id AS enrollment_id FROM enrollments
        WHERE status = 'waitlisted' AND waitlist_position IS NULL
        """,
    ),
    Invariant(
        # The rank a person sees is the number of tickets up to their own.
        "ranks_contiguous",
        "the ranks of {waiting} waiting people are not 1 to {waiting}",
        """
        SELECT event_id, count(*) AS waiting
        FROM (SELECT event_id, count(waitlist_position) OVER
                     (PARTITION BY event_id ORDER BY waitlist_position) AS place
              FROM enrollments WHERE status = 'waitlisted') ranked
        GROUP BY event_id
        HAVING count(DISTINCT place) <> count(*) OR min(place) <> 1 OR max(place) <> count(*)
        """,
    ),
    Invariant(
        # A change dated after the start means that the demo's clock was set back since.
        "nobody_waits_beside_a_free_seat",
        "{waiting} people wait, but only {taken} of {capacity} seats are taken",
        """
        SELECT v.id AS event_id, p.capacity,
               sum(CASE WHEN e.status = 'waitlisted' THEN 1 ELSE 0 END) - coalesce(max(o.seats), 0) AS waiting,
               sum(CASE WHEN e.status IN :seated THEN 1 ELSE 0 END)
                   + coalesce(max(h.seats), 0) + coalesce(max(o.seats), 0) AS taken
        FROM events v JOIN event_policies p ON p.event_id = v.id JOIN enrollments e ON e.event_id = v.id
        LEFT JOIN (SELECT event_id, count(*) AS seats FROM guest_holds WHERE outcome = 'open' AND has_seat
                   GROUP BY event_id) h ON h.event_id = v.id
        LEFT JOIN (SELECT event_id, count(*) AS seats FROM place_offers WHERE outcome = 'open'
                   GROUP BY event_id) o ON o.event_id = v.id
        WHERE v.status = 'published' AND coalesce(p.last_call_at, v.starts_at) > :now AND NOT p.has_parties
        GROUP BY v.id, v.starts_at, p.capacity
        HAVING sum(CASE WHEN e.status = 'waitlisted' THEN 1 ELSE 0 END) > coalesce(max(o.seats), 0)
           AND (p.capacity IS NULL
                OR sum(CASE WHEN e.status IN :seated THEN 1 ELSE 0 END)
                   + coalesce(max(h.seats), 0) + coalesce(max(o.seats), 0) < p.capacity)
           AND max(e.changed_at) < v.starts_at
        """,
        {"seated": sorted(SEATED)},
    ),
    Invariant(
        "offers_counted",
        "seats_offered is {kept}, but {counted} offers are open",
        """
        SELECT p.event_id, p.seats_offered AS kept, count(o.id) AS counted
        FROM event_policies p LEFT JOIN place_offers o ON o.event_id = p.event_id AND o.outcome = 'open'
        GROUP BY p.event_id, p.seats_offered HAVING count(o.id) <> p.seats_offered
        """,
    ),
    Invariant(
        "offered_to_who_waits",
        "a place is held for them, but they are {status}",
        """
        SELECT e.event_id, e.id AS enrollment_id, e.status FROM place_offers o
        JOIN enrollments e ON e.id = o.enrollment_id
        WHERE o.outcome = 'open' AND (e.status <> 'waitlisted' OR e.event_id <> o.event_id)
        """,
    ),
    Invariant(
        # Who had their last offer waits no longer.
        "nobody_waits_after_the_last_offer",
        "{times} offers ran out, and they still wait",
        """
        SELECT e.event_id, e.id AS enrollment_id, count(*) AS times FROM place_offers o
        JOIN enrollments e ON e.id = o.enrollment_id
        WHERE o.outcome = 'expired' AND o.is_last AND e.status = 'waitlisted'
        GROUP BY e.event_id, e.id
        """,
    ),
    Invariant(
        # Before, free seats belong to who waits, in order; a change of the policy may give seats that nobody asked for.
        "line_waits_for_no_free_seat",
        "{waiting} people stand in the standby line beside {free} free places",
        # Who came together may need more of them, and then holds up the others where nobody is passed.
        """
        SELECT event_id, count(*) AS waiting, free FROM (
            SELECT v.id AS event_id, p.capacity - p.seats_taken AS free, p.parties_pass AS passes,
                   count(*) OVER (
                       PARTITION BY v.id, e.status, CASE WHEN coalesce(y.may_split, true) THEN -e.id ELSE y.id END
                   ) AS people
            FROM events v JOIN event_policies p ON p.event_id = v.id
            JOIN enrollments e ON e.event_id = v.id AND e.status IN ('waitlisted', 'released')
            JOIN standby_arrivals a ON a.enrollment_id = e.id AND a.version = e.version AND a.left_at IS NULL
            LEFT JOIN parties y ON y.id = e.party_id
            WHERE v.status = 'published' AND p.standby_minutes IS NOT NULL AND p.seats_taken < p.capacity
              AND coalesce(p.last_call_at, v.starts_at) <= a.at AND v.effective_end_at > :now) line
        GROUP BY event_id, free, passes HAVING max(people) <= free OR (passes AND min(people) <= free)
        """,
    ),
    Invariant(
        # One for one: whoever lost a place did so for somebody who stood at the door.
        "released_seat_was_given",
        "{released} places were released, and the standby line got only {given}",
        """
        SELECT event_id, released, given FROM (
            SELECT t.event_id,
                   sum(CASE WHEN t.from_status = 'confirmed' AND t.to_status = 'released' THEN 1 ELSE 0 END)
                       AS released,
                   sum(CASE WHEN t.to_status = 'confirmed' AND a.enrollment_id IS NOT NULL THEN 1 ELSE 0 END) AS given
            FROM enrollment_transitions t
            LEFT JOIN (SELECT DISTINCT enrollment_id, version FROM standby_arrivals) a
              ON a.enrollment_id = t.enrollment_id AND a.version = t.version - 1
            WHERE t.to_status IN ('released', 'confirmed') GROUP BY t.event_id) counted
        WHERE released > given
        """,
    ),
    Invariant(
        "pass_codes_unique",
        "{counted} enrollments have the same pass code",
        """
        SELECT min(id) AS enrollment_id, count(*) AS counted FROM enrollments
        GROUP BY pass_code HAVING count(*) > 1
        """,
    ),
)
