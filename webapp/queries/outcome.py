"""The evidence of one enrollment, and why its status is what it is."""

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from webapp.domain.enrollment import EnrollmentStatus as S
from webapp.domain.enrollment import TransitionKind, Trigger
from webapp.domain.explanation import CheckInFact, Evidence, Explanation, MoveFact, explain
from webapp.domain.refusal import Refused
from webapp.extensions import db
from webapp.models import CheckIn, CheckInReversal, Enrollment, EnrollmentTransition, Event, User
from webapp.queries.event import EventFacts, event_facts


def explanation_of(enrollment_id: int) -> Explanation:
    """Why that enrollment stands where it does: three statements. Raises `not_found`."""
    ahead = aliased(Enrollment)
    rank = (
        select(func.count())
        .where(
            ahead.event_id == Enrollment.event_id,
            ahead.status == S.WAITLISTED,
            ahead.waitlist_position <= Enrollment.waitlist_position,
        )
        .correlate(Enrollment)
        .scalar_subquery()
    )
    row = db.session.execute(
        event_facts()
        .join(Enrollment, Enrollment.event_id == Event.id)
        .add_columns(Enrollment.status.label("enrollment_status"), rank.label("rank"))
        .where(Enrollment.id == enrollment_id)
    ).one_or_none()
    if row is None:
        raise Refused("not_found")
    event, status = EventFacts(row), S(row.enrollment_status)
    evidence = Evidence(
        status=status,
        rule=event.rule,
        days=event.days,
        check_ins=_check_ins(enrollment_id),
        moves=_moves(enrollment_id),
        rank=row.rank if status is S.WAITLISTED else None,
    )
    return explain(evidence, event.timezone)


def _check_ins(enrollment_id: int) -> tuple[CheckInFact, ...]:
    rows = db.session.execute(
        select(
            CheckIn.local_on, CheckIn.method, CheckIn.desk, CheckIn.at,
            CheckInReversal.at.label("reversed_at"),
        )
        .outerjoin(CheckInReversal, CheckInReversal.check_in_id == CheckIn.id)
        .where(CheckIn.enrollment_id == enrollment_id)
        .order_by(CheckIn.id)
    )  # fmt: skip
    return tuple(
        CheckInFact(local_on=row.local_on, method=row.method, at=row.at, desk=row.desk, reversed_at=row.reversed_at)
        for row in rows
    )


def _moves(enrollment_id: int) -> tuple[MoveFact, ...]:
    trail = EnrollmentTransition
    rows = db.session.execute(
        select(
            trail.from_status, trail.to_status, trail.kind, trail.triggered_by, trail.reason, trail.at,
            func.coalesce(trail.actor_label, User.name, "").label("actor"),
        )
        .outerjoin(User, User.id == trail.actor_id)
        .where(trail.enrollment_id == enrollment_id)
        .order_by(trail.version)
    )  # fmt: skip
    return tuple(
        MoveFact(
            from_status=S(row.from_status) if row.from_status else None,
            to_status=S(row.to_status),
            kind=TransitionKind(row.kind),
            by=Trigger(row.triggered_by),
            actor=row.actor,
            reason=row.reason,
            at=row.at,
        )
        for row in rows
    )
