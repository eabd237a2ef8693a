"""A person at a facility: where they belong, what they have in its classes, and from where to where they were moved."""

from collections.abc import Sequence

from sqlalchemy import Row, and_, exists, select
from sqlalchemy.orm import aliased

from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus as E
from webapp.domain.classes.class_enrollment import left_as
from webapp.domain.classes.facility_move import PlaceEnd
from webapp.domain.classes.program_class import ClassStatus
from webapp.extensions import db
from webapp.models import ClassEnrollment, Facility, FacilityMove, FacilityPerson, ProgramClass, User
from webapp.queries.classes.class_people import rank_column

_FROM, _TO, _ACTOR = aliased(Facility), aliased(Facility), aliased(User)


def facility_person(facility_id: int, user_id: int) -> Row | None:
    """Somebody who belongs to the facility since `added_at`, or was moved away from it (no `added_at`); else None."""
    was_moved = exists().where(FacilityMove.user_id == user_id, FacilityMove.from_facility_id == facility_id)
    belongs = and_(FacilityPerson.user_id == User.id, FacilityPerson.facility_id == facility_id)
    return db.session.execute(
        select(User.id, User.name, User.email, FacilityPerson.added_at, FacilityPerson.deactivated_at)
        .outerjoin(FacilityPerson, belongs)
        .where(User.id == user_id, FacilityPerson.user_id.is_not(None) | was_moved)
    ).one_or_none()


def places_at_facility(facility_id: int, user_id: int) -> Sequence[Row]:
    """The person's places, and places in line, in classes of the facility that are not over, in the order of a move."""
    return db.session.execute(
        select(
            ClassEnrollment.id,
            ClassEnrollment.status,
            rank_column().label("rank"),
            ProgramClass.title,
            ProgramClass.status.label("class_status"),
            ProgramClass.starts_on,
            ProgramClass.ends_on,
        )
        .join(ProgramClass, ProgramClass.id == ClassEnrollment.class_id)
        .where(
            ClassEnrollment.user_id == user_id,
            ClassEnrollment.is_live,
            ProgramClass.facility_id == facility_id,
            ~ProgramClass.is_frozen,
        )
        .order_by(ClassEnrollment.class_id)
    ).all()


def ends_of(places: Sequence[Row]) -> list[tuple[PlaceEnd, str]]:
    """What a move would do to these places, each with the title of its class."""
    found = []
    for place in places:
        status = E(place.status)
        to_status = left_as(ClassStatus(place.class_status), status, while_running=E.TRANSFERRED)
        if to_status is not None:
            found.append((PlaceEnd(place.id, status, to_status), place.title))
    return found


def moves_of_person(user_id: int, organization_id: int) -> Sequence[Row]:
    """From where to where they were moved in this organization, by whom and why, newest first."""
    return db.session.execute(
        select(
            FacilityMove.at,
            FacilityMove.reason,
            FacilityMove.to_facility_id,
            _FROM.name.label("from_name"),
            _TO.name.label("to_name"),
            _ACTOR.name.label("actor_name"),
        )
        .join(_FROM, _FROM.id == FacilityMove.from_facility_id)
        .join(_TO, _TO.id == FacilityMove.to_facility_id)
        .join(_ACTOR, _ACTOR.id == FacilityMove.actor_id)
        .where(FacilityMove.user_id == user_id, _FROM.organization_id == organization_id)
        .order_by(FacilityMove.id.desc())
    ).all()


def other_facilities(organization_id: int, facility_id: int) -> list[tuple[int, str]]:
    """(id, name) of the organization's other facilities, by name."""
    query = select(Facility.id, Facility.name).where(
        Facility.organization_id == organization_id, Facility.id != facility_id
    )
    return [(row.id, row.name) for row in db.session.execute(query.order_by(Facility.name, Facility.id))]
