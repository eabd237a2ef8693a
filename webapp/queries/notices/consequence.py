"""What follows from a corrected outcome: the person's own rate at that organization, and an appeal that it answers."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.events.appeal import AppealOutcome
from webapp.models import Appeal, Enrollment, Event
from webapp.queries.id_set import is_among


@dataclass(frozen=True, slots=True)
class Follows:
    """`attended` of `decided` places of the person at events of that organization, as their history counts them.

    `answers_appeal`: the person had appealed, and this was decided in another way.
    """

    attended: int
    decided: int
    answers_appeal: bool


def what_follows(session: Session, enrollment_ids: Sequence[int]) -> dict[int, Follows]:
    """By enrollment; one statement, none for nobody. To be asked after the move."""
    if not enrollment_ids:
        return {}
    own, event = aliased(Enrollment), aliased(Event)
    overtaken = exists().where(
        Appeal.enrollment_id == own.id, Appeal.outcome == AppealOutcome.OVERTAKEN, Appeal.ended_at == own.changed_at
    )
    rows = session.execute(
        select(
            own.id,
            func.sum(case((Enrollment.is_attended, 1), else_=0)).label("attended"),
            func.sum(case((Enrollment.is_decided, 1), else_=0)).label("decided"),
            overtaken.label("answers_appeal"),
        )
        .join(event, event.id == own.event_id)
        .join(Enrollment, Enrollment.user_id == own.user_id)
        .join(Event, Event.id == Enrollment.event_id)
        .where(is_among(session, own.id, enrollment_ids))
        .where(Event.organization_id == event.organization_id, Event.deleted_at.is_(None))
        .group_by(own.id, own.changed_at)
    )
    return {row.id: Follows(int(row.attended), int(row.decided), bool(row.answers_appeal)) for row in rows}
