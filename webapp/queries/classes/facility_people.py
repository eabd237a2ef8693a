"""Facilities and the people who belong to them."""

from collections.abc import Sequence

from sqlalchemy import Row, func, select

from webapp.domain.permission import Reach
from webapp.extensions import db
from webapp.models import Facility, FacilityPerson, Organization, User
from webapp.queries.classes.class_people import page_by_name
from webapp.queries.page import Page
from webapp.queries.reach import within
from webapp.queries.word_search import matches_words


def facilities_with_people(reach: Reach) -> Sequence[Row]:
    """Facilities that are reached, each with `active` and `deactivated` people. One statement."""
    is_active = FacilityPerson.deactivated_at.is_(None)
    return db.session.execute(
        select(
            Facility.id,
            Facility.name,
            Facility.address,
            Organization.name.label("organization_name"),
            func.count(FacilityPerson.user_id).filter(is_active).label("active"),
            func.count(FacilityPerson.user_id).filter(~is_active).label("deactivated"),
        )
        .join(Organization, Organization.id == Facility.organization_id)
        .outerjoin(FacilityPerson, FacilityPerson.facility_id == Facility.id)
        .where(within(reach, Facility.organization_id, Facility.id))
        .group_by(Facility.id, Facility.name, Facility.address, Organization.name)
        .order_by(Organization.name, Facility.name, Facility.id)
    ).all()


def facility_by_id(facility_id: int) -> Row | None:
    """A facility with its organization, or None."""
    return db.session.execute(
        select(
            Facility.id,
            Facility.name,
            Facility.timezone,
            Facility.organization_id,
            Organization.name.label("organization_name"),
        )
        .join(Organization, Organization.id == Facility.organization_id)
        .where(Facility.id == facility_id)
    ).one_or_none()


def facility_people_page(facility_id: int, query: str, page: int) -> Page[Row]:
    """A page of the people of a facility by name, active or not; two statements."""
    people = (
        select(User.id, User.name, User.email, FacilityPerson.added_at, FacilityPerson.deactivated_at)
        .join(FacilityPerson, FacilityPerson.user_id == User.id)
        .where(FacilityPerson.facility_id == facility_id, matches_words(User.search_text, query))
    )
    return page_by_name(people, page)
