"""The evidence of enrollments, and why their status is what it is."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.domain.events.explanation import CheckInFact, Evidence, Explanation, MoveFact, explain
from webapp.domain.permission import Trigger
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.enrollment import TransitionKind
from webapp.domain.refusal import Refused
from webapp.extensions import db
from webapp.models import CheckIn, CheckInReversal, Enrollment, EnrollmentTransition, Event, LateFact, User
from webapp.queries.events.event import event_facts, facts_of
from webapp.queries.id_set import is_among
from webapp.queries.ledger import rank_in_line
from webapp.queries.standby_line import has_arrived


def explanation_of(enrollment_id: int) -> Explanation:
    """Why that enrollment stands where it does: three statements. Raises `not_found`."""
    explanations = explanations_of(db.session(), [enrollment_id])
    if enrollment_id not in explanations:
        raise Refused("not_found")
    return explanations[enrollment_id]


def explanations_of(session: Session, enrollment_ids: Sequence[int]) -> dict[int, Explanation]:
    """The explanations of those enrollments, by id: three statements, whatever their number."""
    if not enrollment_ids:
        return {}
    rows = session.execute(
        event_facts()
        .join(Enrollment, Enrollment.event_id == Event.id)
        .add_columns(
            Enrollment.id.label("enrollment_id"),
            Enrollment.status.label("enrollment_status"),
            rank_in_line().label("rank"),
            LateFact.outcome.label("late_outcome"),
            LateFact.found_at.label("late_at"),
            has_arrived().label("stands_by"),
        )
        .outerjoin(LateFact, LateFact.enrollment_id == Enrollment.id)
        .where(is_among(session, Enrollment.id, enrollment_ids))
    ).all()
    check_ins, moves = _check_ins(session, enrollment_ids), _moves(session, enrollment_ids)
    return {row.enrollment_id: _explained(row, check_ins[row.enrollment_id], moves[row.enrollment_id]) for row in rows}


def _explained(row, check_ins: Sequence[CheckInFact], moves: Sequence[MoveFact]) -> Explanation:
    event, status = facts_of(row), S(row.enrollment_status)
    evidence = Evidence(
        status=status,
        rule=event.rule,
        days=event.days,
        check_ins=tuple(check_ins),
        moves=tuple(moves),
        rank=row.rank if status is S.WAITLISTED else None,
        late_outcome=S(row.late_outcome) if row.late_outcome else None,
        late_at=row.late_at,
        stands_by=bool(row.stands_by),
    )
    return explain(evidence, event.timezone)


def _check_ins(session: Session, enrollment_ids: Sequence[int]) -> Mapping[int, list[CheckInFact]]:
    rows = session.execute(
        select(
            CheckIn.enrollment_id,
            CheckIn.local_on,
            CheckIn.method,
            CheckIn.desk,
            CheckIn.at,
            CheckInReversal.at.label("reversed_at"),
        )
        .outerjoin(CheckInReversal, CheckInReversal.check_in_id == CheckIn.id)
        .where(is_among(session, CheckIn.enrollment_id, enrollment_ids))
        .order_by(CheckIn.id)
    )
    found = defaultdict(list)
    for row in rows:
        found[row.enrollment_id].append(
            CheckInFact(local_on=row.local_on, method=row.method, at=row.at, desk=row.desk, reversed_at=row.reversed_at)
        )
    return found


def _moves(session: Session, enrollment_ids: Sequence[int]) -> Mapping[int, list[MoveFact]]:
    trail = EnrollmentTransition
    rows = session.execute(
        select(
            trail.enrollment_id,
            trail.from_status,
            trail.to_status,
            trail.kind,
            trail.triggered_by,
            trail.reason,
            trail.at,
            func.coalesce(trail.actor_label, User.name, "").label("actor"),
        )
        .outerjoin(User, User.id == trail.actor_id)
        .where(is_among(session, trail.enrollment_id, enrollment_ids))
        .order_by(trail.version)
    )
    found = defaultdict(list)
    for row in rows:
        found[row.enrollment_id].append(
            MoveFact(
                from_status=S(row.from_status) if row.from_status else None,
                to_status=S(row.to_status),
                kind=TransitionKind(row.kind),
                by=Trigger(row.triggered_by),
                actor=row.actor,
                reason=row.reason,
                at=row.at,
            )
        )
    return found
