"""Holidays of a facility: whose they are, and days on which it is closed besides."""

from datetime import date, timedelta

from sqlalchemy import delete, func, insert, select, update

from webapp.adapters.public_holidays import require_country
from webapp.domain.refusal import Refused
from webapp.models import ClosedDays, Facility
from webapp.services.organizations.facility import lock_facility
from webapp.services.row_count import rows_changed
from webapp.services.unit_of_work import write_transaction

#: Of one facility; and the longest time that one of them lasts.
MOST_CLOSED, LONGEST_CLOSED = 200, timedelta(days=366)
_CLOSED = ClosedDays.__table__


def set_holidays(*, facility_id: int, country: str | None, region: str | None) -> None:
    """Say whose public holidays count there (None: nobody's). Raises Refused: `unknown_country`, `unknown_region`."""
    if country is not None:
        require_country(country, region)
    with write_transaction() as session:
        values = {"holiday_country": country, "holiday_region": region if country else None}
        session.execute(update(Facility).where(Facility.id == facility_id).values(values))


def close_on(*, facility_id: int, first_on: date, last_on: date, reason: str) -> None:
    """Close it from a local date to another one. What is planned there stays; the same again changes nothing.

    Raises Refused: `not_found`, `closed_end_before_start`, `closed_too_long`, `closed_too_many` (fact `most`).
    """
    if last_on < first_on:
        raise Refused("closed_end_before_start")
    if last_on - first_on >= LONGEST_CLOSED:
        raise Refused("closed_too_long")
    with write_transaction() as session:
        lock_facility(session, facility_id)
        same = (_CLOSED.c.facility_id == facility_id, _CLOSED.c.first_on == first_on, _CLOSED.c.last_on == last_on)
        if rows_changed(session, update(_CLOSED).where(*same).values(reason=reason)):
            return
        count = session.scalar(select(func.count()).where(_CLOSED.c.facility_id == facility_id)) or 0
        if count >= MOST_CLOSED:
            raise Refused("closed_too_many", most=MOST_CLOSED)
        row = {"facility_id": facility_id, "first_on": first_on, "last_on": last_on, "reason": reason}
        session.execute(insert(_CLOSED).values(row))


def open_again(*, facility_id: int, closed_id: int) -> None:
    """It is not closed then after all; gone already: nothing happens."""
    own = (_CLOSED.c.id == closed_id, _CLOSED.c.facility_id == facility_id)
    with write_transaction() as session:
        session.execute(delete(_CLOSED).where(*own))
