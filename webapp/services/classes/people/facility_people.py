"""Who belongs to a facility: those may be enrolled in its classes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from webapp.domain.refusal import Refused
from webapp.models import FacilityPerson
from webapp.services.accounts.households import Whom, people_listed
from webapp.services.accounts.people_by_address import ids_by_address
from webapp.services.insertion import insert_rows_unless_there
from webapp.services.row_count import rows_changed
from webapp.services.unit_of_work import write_transaction

_PERSON = FacilityPerson.__table__


@dataclass(frozen=True, slots=True)
class Added:
    """How many people were added, and how many belonged to the facility before."""

    new: int
    already: int


def add_to_facility(*, facility_id: int, names: Mapping[Whom, str], now: datetime) -> Added:
    """Add people as a list means them, all or none.

    Who is new gets a row with that name. An account keeps its own name, and whoever was deactivated stays that.
    A fixed number of statements.
    Raises Refused: `people_unknown` (fact `addresses`) where an address is unknown and its name empty.
    """
    with write_transaction() as session:
        known = ids_by_address(session, [whom.address for whom in names])
        unknown = [whom.address for whom, name in names.items() if whom.address not in known and not name]
        if unknown:
            raise Refused("people_unknown", addresses=tuple(unknown))
        people = people_listed(session, names, now=now)
        rows = [{"facility_id": facility_id, "user_id": user_id, "added_at": now} for user_id in people.values()]
        new = insert_rows_unless_there(session, _PERSON, rows, _PERSON.c.user_id) if rows else ()
    return Added(len(new), len(people) - len(new))


def deactivate_person(*, facility_id: int, user_id: int, now: datetime) -> bool:
    """Nobody enrolls them in classes of the facility any more; places they have stay. False if that was so.

    Raises `not_found`.
    """
    return _set(facility_id, user_id, now)


def reactivate_person(*, facility_id: int, user_id: int) -> bool:
    """They may be enrolled again; False if they could be. Raises `not_found`."""
    return _set(facility_id, user_id, None)


def _set(facility_id: int, user_id: int, deactivated_at: datetime | None) -> bool:
    own = (_PERSON.c.facility_id == facility_id, _PERSON.c.user_id == user_id)
    with write_transaction() as session:
        if session.scalar(select(_PERSON.c.user_id).where(*own)) is None:
            raise Refused("not_found")
        differs = (
            _PERSON.c.deactivated_at.is_not(None) if deactivated_at is None else _PERSON.c.deactivated_at.is_(None)
        )
        changed = rows_changed(session, update(_PERSON).where(*own, differs).values(deactivated_at=deactivated_at))
    return changed == 1
