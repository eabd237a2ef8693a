"""When a facility is closed: public holidays of its country and region, and days of its own."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from webapp.adapters.public_holidays import countries, holidays_of
from webapp.extensions import db
from webapp.models import ClosedDays, Facility


def days_off(session: Session, facility_id: int, first: date, last: date) -> dict[date, str]:
    """Each local date between the two (included) on which the facility is closed, and why; two statements.

    Its own words come before the holiday's.
    """
    country = session.execute(
        select(Facility.holiday_country, Facility.holiday_region).where(Facility.id == facility_id)
    ).one_or_none()
    found: dict[date, str] = {}
    if country is not None and country.holiday_country:
        found |= holidays_of(country.holiday_country, country.holiday_region, first, last)
    within = (ClosedDays.facility_id == facility_id, ClosedDays.last_on >= first, ClosedDays.first_on <= last)
    for row in session.execute(select(ClosedDays.first_on, ClosedDays.last_on, ClosedDays.reason).where(*within)):
        begin, end = max(row.first_on, first), min(row.last_on, last)
        found |= {begin + timedelta(days=day): row.reason for day in range((end - begin).days + 1)}
    return dict(sorted(found.items()))


def days_off_for_reader(facility_id: int, first: date, last: date) -> dict[date, str]:
    """`days_off` for a page."""
    return days_off(db.session(), facility_id, first, last)


def closed_days_of(facility_id: int, today: date) -> Sequence[Row]:
    """Its own closed days that are not over, in order: `id, first_on, last_on, why`."""
    own = select(ClosedDays.id, ClosedDays.first_on, ClosedDays.last_on, ClosedDays.reason.label("why"))
    own = own.where(ClosedDays.facility_id == facility_id, ClosedDays.last_on >= today)
    return db.session.execute(own.order_by(ClosedDays.first_on, ClosedDays.id)).all()


def holiday_country_of(facility_id: int) -> tuple[str | None, str | None]:
    """Country and region whose public holidays count at a facility."""
    row = db.session.execute(
        select(Facility.holiday_country, Facility.holiday_region).where(Facility.id == facility_id)
    ).one()
    return row.holiday_country, row.holiday_region


def holiday_regions() -> dict[str, tuple[tuple[str, str], ...]]:
    """Every country whose public holidays are known, with its regions."""
    return countries()
