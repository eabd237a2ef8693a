"""What every reader of outcomes asks of appeals: whether one about a place stands, and how many there are."""

from sqlalchemy import ColumnElement, ScalarSelect, select

from webapp.domain.events.appeal import AppealOutcome
from webapp.models import Appeal, Enrollment


def is_filed() -> ColumnElement[bool]:
    """What counts in reports: all but those that the person withdrew."""
    return Appeal.outcome != AppealOutcome.WITHDRAWN


def standing_appeal() -> ScalarSelect[str]:
    """The outcome of the one appeal about the `Enrollment` around it that is open or was answered."""
    stands = Appeal.outcome.not_in((AppealOutcome.WITHDRAWN, AppealOutcome.OVERTAKEN))
    found = select(Appeal.outcome).where(Appeal.enrollment_id == Enrollment.id, stands)
    return found.correlate(Enrollment).scalar_subquery()
