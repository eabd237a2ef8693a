"""Who stands in the standby line of an event: one condition, and one order, for every statement and page that asks."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, exists, func, select
from sqlalchemy.orm import Session

from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.standby import Standing, in_order
from webapp.extensions import db
from webapp.models import Enrollment, Party, StandbyArrival, User
from webapp.queries.row_types import AnyRow


def is_their_arrival() -> ColumnElement[bool]:
    """The row of `StandbyArrival` by which the `Enrollment` stands in the line."""
    return and_(
        StandbyArrival.enrollment_id == Enrollment.id,
        StandbyArrival.version == Enrollment.version,
        StandbyArrival.left_at.is_(None),
    )


def has_arrived() -> ColumnElement[bool]:
    """Whether the `Enrollment` around it stands in the line: arrived since its last move, and did not leave."""
    return exists().where(is_their_arrival()).correlate(Enrollment)


def line_rows(session: Session, event_id: int) -> Sequence[AnyRow]:
    """Who stands in the line, in no order, with names and the time of arrival. One statement."""
    return session.execute(
        select(
            Enrollment.id,
            Enrollment.version,
            Enrollment.status,
            Enrollment.source,
            Enrollment.waitlist_position,
            StandbyArrival.id.label("arrival_id"),
            StandbyArrival.at,
            User.name,
            case((~Party.may_split, Party.id)).label("party_id"),
        )
        .join(StandbyArrival, is_their_arrival())
        .join(User, User.id == Enrollment.user_id)
        .outerjoin(Party, Party.id == Enrollment.party_id)
        .where(StandbyArrival.event_id == event_id, Enrollment.may_stand_by)
    ).all()


def standing_of(row: AnyRow) -> Standing:
    """One of `line_rows` as the rule sees it."""
    return Standing(row.id, row.version, S(row.status), row.source, row.arrival_id, row.waitlist_position, row.party_id)


def line_of_event(session: Session, event_id: int) -> list[Standing]:
    """Who stands in the line, in the order in which they get in. One statement."""
    return in_order(standing_of(row) for row in line_rows(session, event_id))


def places_in_standby(event_id: int) -> dict[int, int]:
    """The position (from 1) of everybody in the line, by enrollment id; one statement."""
    line = line_of_event(db.session(), event_id)
    return {one.enrollment_id: position for position, one in enumerate(line, start=1)}


def people_in_standby(event_id: int) -> ScalarSelect[int]:
    """How many stand in the line, for a statement that asks other things as well."""
    return (
        select(func.count())
        .select_from(StandbyArrival)
        .join(Enrollment, and_(is_their_arrival(), Enrollment.may_stand_by))
        .where(StandbyArrival.event_id == event_id)
        .scalar_subquery()
    )
