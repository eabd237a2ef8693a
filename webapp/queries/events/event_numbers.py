"""One event in numbers."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from webapp.domain.events.appeal import AppealOutcome
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.extensions import db
from webapp.models import Appeal, CheckIn, CheckInReversal, Enrollment
from webapp.queries.events.appeal import is_filed


@dataclass(frozen=True, slots=True)
class EventNumbers:
    """People of one event by status, how many were checked in on a given day, and appeals by what became of them."""

    people: dict[S, int]
    checked_in_on_day: int
    appeals: dict[AppealOutcome, int]

    @property
    def filed(self) -> int:
        """All appeals that the person did not withdraw."""
        return sum(self.appeals.values())


def event_numbers(event_id: int, day: date) -> EventNumbers:
    """Three statements, whatever the number of people. `day` is a local date of the event."""
    rows = db.session.execute(
        select(Enrollment.status, func.count()).where(Enrollment.event_id == event_id).group_by(Enrollment.status)
    )
    people = {S(status): count for status, count in rows}
    there = db.session.scalar(
        select(func.count())
        .select_from(CheckIn)
        .outerjoin(CheckInReversal, CheckInReversal.check_in_id == CheckIn.id)
        .where(CheckIn.event_id == event_id, CheckIn.local_on == day, CheckInReversal.check_in_id.is_(None))
    )
    filed = select(Appeal.outcome, func.count()).where(Appeal.event_id == event_id, is_filed()).group_by(Appeal.outcome)
    appeals = {AppealOutcome(outcome): count for outcome, count in db.session.execute(filed)}
    return EventNumbers(
        {status: people.get(status, 0) for status in S},
        there or 0,
        {outcome: appeals.get(outcome, 0) for outcome in AppealOutcome if outcome is not AppealOutcome.WITHDRAWN},
    )
