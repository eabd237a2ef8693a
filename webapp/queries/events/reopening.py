"""What an event's closing wrote about people, as far as nobody decided otherwise since."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.domain.events.reopening import Reopened
from webapp.domain.permission import Trigger
from webapp.domain.places.enrollment import CLOSED, DECIDABLE, EnrollmentStatus, TransitionKind
from webapp.models import Enrollment, EnrollmentTransition
from webapp.queries.ledger import is_last_move
from webapp.queries.row_types import AnyRow, AnySelect


def outcomes_of_closing(session: Session, event_id: int) -> Sequence[AnyRow]:
    """The enrollments (`id`, `status`, and `before`: what stood before) whose last move was the closing's."""
    return session.execute(
        _closed(event_id)
        .add_columns(Enrollment.id, Enrollment.status, EnrollmentTransition.from_status.label("before"))
        .order_by(Enrollment.id)
    ).all()


def what_reopening_does(session: Session, event_id: int) -> Reopened:
    """How many outcomes would go back; two statements."""
    rows = session.execute(_closed(event_id).add_columns(Enrollment.status, func.count()).group_by(Enrollment.status))
    going_back: dict[str, int] = {status: people for status, people in rows}
    decided = select(func.count()).where(Enrollment.event_id == event_id, Enrollment.is_closed)
    kept = (session.scalar(decided) or 0) - sum(going_back.values())
    return Reopened(
        **{str(status): going_back.get(status, 0) for status in EnrollmentStatus if status in CLOSED}, kept=kept
    )


def _closed(event_id: int) -> AnySelect:
    return (
        select()
        .select_from(Enrollment)
        .join(EnrollmentTransition, is_last_move())
        .where(
            Enrollment.event_id == event_id,
            Enrollment.is_closed,
            EnrollmentTransition.kind == TransitionKind.MOVE,
            EnrollmentTransition.triggered_by == Trigger.SYSTEM,
            EnrollmentTransition.from_status.in_(sorted(DECIDABLE)),
        )
    )
