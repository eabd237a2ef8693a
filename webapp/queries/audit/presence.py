"""Evidence at the door, check-ins and arrivals, and that the outcomes follow from it."""

from collections.abc import Iterator, Mapping

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from webapp.domain.event_life import EventStatus
from webapp.domain.events.closure import AttendanceRequirement, AttendanceRule
from webapp.domain.permission import Trigger
from webapp.domain.places.enrollment import TransitionKind
from webapp.models import CheckIn, CheckInReversal, Enrollment, EnrollmentTransition, Event, EventPolicy
from webapp.queries.audit.invariant import ComputedInvariant, Invariant, days_of

#: Events whose people are looked at by one statement.
_EVENTS_AT_ONCE = 200


def _check_ins_on_other_days(session: Session) -> Iterator[Mapping[str, object]]:
    """Live check-ins by event and date, held against the event's days in its own zone."""
    rows = session.execute(
        select(
            Event.id.label("event_id"),
            Event.starts_at,
            Event.ends_at,
            Event.timezone,
            CheckIn.local_on,
            func.count().label("counted"),
        )
        .join(CheckIn, CheckIn.event_id == Event.id)
        .outerjoin(CheckInReversal, CheckInReversal.check_in_id == CheckIn.id)
        .where(CheckInReversal.check_in_id.is_(None))
        .group_by(Event.id, Event.starts_at, Event.ends_at, Event.timezone, CheckIn.local_on)
    )
    for row in rows:
        days = days_of(row)
        if days and row.local_on not in days:
            yield {"event_id": row.event_id, "counted": row.counted, "local_on": row.local_on.isoformat()}


def _outcomes_against_evidence(session: Session) -> Iterator[Mapping[str, object]]:
    """What closure decided, held against the living check-ins and the event's requirement."""
    required = {row.id: _required_days(row) for row in session.execute(_CLOSED)}
    ids = list(required)
    for at in range(0, len(ids), _EVENTS_AT_ONCE):
        chosen = ids[at : at + _EVENTS_AT_ONCE]
        enough = case(required, value=Enrollment.event_id)
        present = func.count(CheckIn.local_on.distinct())
        rows = session.execute(
            _DECIDED.where(Enrollment.event_id.in_(chosen))
            .add_columns(present.label("present"), enough.label("required"))
            .having((present >= enough) != (Enrollment.is_attended))
        )
        yield from (row._asdict() for row in rows)


_CLOSED = (
    select(
        Event.id,
        Event.starts_at,
        Event.ends_at,
        Event.timezone,
        EventPolicy.attendance_requirement,
        EventPolicy.minimum_days,
    )
    .join(EventPolicy, EventPolicy.event_id == Event.id)
    .where(Event.status == EventStatus.COMPLETED)
    .order_by(Event.id)
)
#: What closure itself decided and nobody corrected since, with the living check-ins.
_DECIDED = (
    select(Enrollment.event_id, Enrollment.id.label("enrollment_id"), Enrollment.status)
    .join(
        EnrollmentTransition,
        (EnrollmentTransition.enrollment_id == Enrollment.id)
        & (EnrollmentTransition.version == Enrollment.version)
        & (EnrollmentTransition.kind == TransitionKind.MOVE)
        & (EnrollmentTransition.triggered_by == Trigger.SYSTEM),
    )
    .outerjoin(
        CheckIn,
        (CheckIn.enrollment_id == Enrollment.id)
        & ~select(CheckInReversal.check_in_id).where(CheckInReversal.check_in_id == CheckIn.id).exists(),
    )
    .where(Enrollment.is_decided)
    .group_by(Enrollment.event_id, Enrollment.id, Enrollment.status)
)


def _required_days(row) -> int:
    total = len(days_of(row)) or 1
    return AttendanceRule(AttendanceRequirement(row.attendance_requirement), row.minimum_days, total).required_days


INVARIANTS = (
    Invariant(
        "standby_of_who_had_no_seat",
        "arrival {arrival} puts somebody into the standby line who was {was} then",
        """
        SELECT a.event_id, a.enrollment_id, a.id AS arrival, coalesce(t.to_status, 'nothing') AS was
        FROM standby_arrivals a JOIN enrollments e ON e.id = a.enrollment_id
        LEFT JOIN enrollment_transitions t ON t.enrollment_id = a.enrollment_id AND t.version = a.version
        WHERE coalesce(t.to_status, 'nothing') NOT IN ('waitlisted', 'released') OR e.event_id <> a.event_id
        """,
    ),
    Invariant(
        "released_was_absent",
        "the place was released, but check-in {check_in_id} stands",
        """
        SELECT e.event_id, e.id AS enrollment_id, c.id AS check_in_id
        FROM enrollments e JOIN check_ins c ON c.enrollment_id = e.id
        LEFT JOIN check_in_reversals r ON r.check_in_id = c.id
        WHERE e.status = 'released' AND r.check_in_id IS NULL
        """,
    ),
    Invariant(
        "released_and_did_not_come",
        "the event is completed, and somebody who never came is still released",
        """
        SELECT e.event_id, e.id AS enrollment_id FROM enrollments e JOIN events v ON v.id = e.event_id
        WHERE v.status = 'completed' AND e.status = 'released'
          AND NOT EXISTS (SELECT 1 FROM standby_arrivals a WHERE a.enrollment_id = e.id AND a.version = e.version
                          AND a.left_at IS NULL)
        """,
    ),
    Invariant(
        "checked_in_was_seen",
        "it is checked in without a check-in that stands",
        """
        SELECT e.event_id, e.id AS enrollment_id FROM enrollments e
        WHERE e.status = 'checked_in'
          AND NOT EXISTS (SELECT 1 FROM check_ins c WHERE c.enrollment_id = e.id AND NOT EXISTS
               (SELECT 1 FROM check_in_reversals r WHERE r.check_in_id = c.id))
        """,
    ),
    Invariant(
        "only_who_is_in_was_seen",
        "it is {status}, but has {counted} check-ins that stand",
        """
        SELECT e.event_id, e.id AS enrollment_id, e.status, count(*) AS counted
        FROM enrollments e JOIN check_ins c ON c.enrollment_id = e.id
        WHERE e.status NOT IN ('checked_in', 'attended', 'no_show', 'undecided')
          AND NOT EXISTS (SELECT 1 FROM check_in_reversals r WHERE r.check_in_id = c.id)
        GROUP BY e.event_id, e.id, e.status
        """,
    ),
    Invariant(
        "one_check_in_a_day",
        "{counted} check-ins stand for {local_on}",
        """
        SELECT min(c.event_id) AS event_id, c.enrollment_id, CAST(c.local_on AS VARCHAR) AS local_on,
               count(*) AS counted
        FROM check_ins c
        WHERE NOT EXISTS (SELECT 1 FROM check_in_reversals r WHERE r.check_in_id = c.id)
        GROUP BY c.enrollment_id, c.local_on HAVING count(*) > 1
        """,
    ),
    # By sequence: the clocks of those who wrote the two may disagree.
    Invariant(
        "taken_back_before_the_next",
        "it is number {number} of {local_on}, and {counted} before it were taken back",
        """
        SELECT c.event_id, c.enrollment_id, c.id AS check_in_id, c.sequence AS number,
               CAST(c.local_on AS VARCHAR) AS local_on, count(r.check_in_id) AS counted
        FROM check_ins c
        LEFT JOIN check_ins d ON d.enrollment_id = c.enrollment_id AND d.local_on = c.local_on AND d.id < c.id
        LEFT JOIN check_in_reversals r ON r.check_in_id = d.id
        GROUP BY c.event_id, c.enrollment_id, c.id, c.sequence, c.local_on
        HAVING count(r.check_in_id) <> c.sequence
        """,
    ),
    Invariant(
        "check_in_in_its_event",
        "the check-in or its reversal belongs to another event than its enrollment",
        """
        SELECT e.event_id, e.id AS enrollment_id, c.id AS check_in_id
        FROM check_ins c JOIN enrollments e ON e.id = c.enrollment_id
        LEFT JOIN check_in_reversals r ON r.check_in_id = c.id
        WHERE c.event_id <> e.event_id OR r.event_id <> e.event_id
        """,
    ),
    Invariant(
        "late_fact_contradicts",
        "it is {status}, and late evidence is kept that says {outcome}",
        """
        SELECT e.event_id, e.id AS enrollment_id, e.status, l.outcome
        FROM late_facts l JOIN enrollments e ON e.id = l.enrollment_id
        WHERE e.status NOT IN ('attended', 'no_show') OR e.status = l.outcome OR l.event_id <> e.event_id
        """,
    ),
    ComputedInvariant(
        "check_ins_on_event_days",
        "{counted} check-ins are for {local_on}, which is no day of the event",
        _check_ins_on_other_days,
    ),
    ComputedInvariant(
        "outcome_follows_evidence",
        "it is {status} with check-ins on {present} days, and {required} are asked for",
        _outcomes_against_evidence,
    ),
)
