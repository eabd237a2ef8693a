"""When a facility is closed: public holidays of its country and region, and days of its own."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from webapp.adapters.public_holidays import countries, holidays_of
from webapp.extensions import db
from webapp.models import ClosedDays, Facility
from webapp.queries.id_set import is_among


def days_off(session: Session, facility_id: int, first: date, last: date) -> dict[date, str]:
    """Each local date between the two (included) on which the facility is closed, and why; two statements.

    Its own words come before the holiday's.
    """
    facility = select(Facility.holiday_country, Facility.holiday_region).where(Facility.id == facility_id)
    found = session.execute(facility).one_or_none()
    named = _named_days_off(session, {facility_id: found or (None, None)}, first, last)
    return dict(sorted(named[facility_id].items()))


def dates_off(
    session: Session, facilities: Mapping[int, tuple[str | None, str | None]], first: date, last: date
) -> dict[int, list[date]]:
    """The same dates of several facilities whose holiday country and region are known, in order; one statement."""
    named = _named_days_off(session, facilities, first, last)
    return {facility_id: sorted(days) for facility_id, days in named.items()}


def _named_days_off(
    session: Session, facilities: Mapping[int, tuple[str | None, str | None]], first: date, last: date
) -> dict[int, dict[date, str]]:
    holidays = {
        one: holidays_of(one[0], one[1], first, last) if one[0] else {} for one in set(map(tuple, facilities.values()))
    }
    found = {facility_id: dict(holidays[tuple(whose)]) for facility_id, whose in facilities.items()}
    within = (
        is_among(session, ClosedDays.facility_id, sorted(facilities)),
        ClosedDays.last_on >= first,
        ClosedDays.first_on <= last,
    )
    closed = select(ClosedDays.facility_id, ClosedDays.first_on, ClosedDays.last_on, ClosedDays.reason).where(*within)
    for row in session.execute(closed.order_by(ClosedDays.id)):
        begin, end = max(row.first_on, first), min(row.last_on, last)
        own = {begin + timedelta(days=day): row.reason for day in range((end - begin).days + 1)}
        found[row.facility_id] |= own
    return found


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
