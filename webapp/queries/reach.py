"""What of events, classes and facilities a permission reaches, as a condition in a statement."""

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, exists, or_

from webapp.domain.classes.program_class import SessionStatus
from webapp.domain.permission import Reach
from webapp.models import ClassSession, ProgramClass

Column = SQLColumnExpression[int]


def within(reach: Reach, organization: Column, facility: Column) -> ColumnElement[bool]:
    """Whether a row belongs to one of those organizations or facilities."""
    return _of(reach.organizations, reach.facilities, organization, facility)


def class_within(reach: Reach) -> ColumnElement[bool]:
    """Whether a class of `ProgramClass` does, or is one that this person teaches."""
    columns = (ProgramClass.organization_id, ProgramClass.facility_id)
    anyone = within(reach, *columns)
    if reach.teacher_id is None:
        return anyone
    own = _of(reach.taught_organizations, reach.taught_facilities, *columns)
    return or_(anyone, and_(own, taught_by(reach.teacher_id)))


def taught_by(user_id: int) -> ColumnElement[bool]:
    """Whether they teach the class of `ProgramClass`, or one session of it that was not cancelled."""
    a_session = exists().where(
        ClassSession.class_id == ProgramClass.id,
        ClassSession.instructor_id == user_id,
        ClassSession.status == SessionStatus.SCHEDULED,
    )
    return or_(ProgramClass.instructor_id == user_id, a_session.correlate(ProgramClass))


def _of(
    organizations: frozenset[int], facilities: frozenset[int], organization: Column, facility: Column
) -> ColumnElement[bool]:
    whole = organization.in_(sorted(organizations))
    return or_(whole, facility.in_(sorted(facilities))) if facilities else whole
