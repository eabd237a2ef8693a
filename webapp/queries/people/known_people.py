"""The people an organization knows, found by the beginnings of their names and addresses."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, or_, select

from webapp.domain.text import search_words
from webapp.extensions import db
from webapp.models import Enrollment, Event, Facility, FacilityPerson, User
from webapp.queries.word_search import matches_words

#: More are no help to choose from.
MOST_SUGGESTED = 8
#: Whoever types letters that fit more of them types another one.
_MOST_SORTED = 200
#: Fewer letters fit nearly everybody.
_FEWEST_LETTERS = 2


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody with an account and an address."""

    name: str
    email: str


def known_people(organization_id: int, query: str, *, not_at: int | None = None) -> list[KnownPerson]:
    """Whom of those it knows somebody may mean who typed this, by name: at most `MOST_SUGGESTED`, in one statement.

    An organization knows who ever enrolled in one of its events and who belongs to one of its facilities: of these
    its staff see the addresses anyway. `not_at` leaves out who is active at that facility.
    """
    if sum(map(len, search_words(query))) < _FEWEST_LETTERS:
        return []
    fitting = select(User.name, User.email, User.sort_name, User.id).where(
        User.email.is_not(None),
        User.disabled_at.is_(None),
        User.anonymized_at.is_(None),
        matches_words(User.search_text, query),
        or_(_was_enrolled(organization_id), _belongs(Facility.organization_id == organization_id)),
    )
    if not_at is not None:
        fitting = fitting.where(~_belongs(Facility.id == not_at, FacilityPerson.deactivated_at.is_(None)))
    # Sorted are those that were found, not all who have a name: a database would walk through the names instead.
    found = fitting.limit(_MOST_SORTED).subquery()
    people = select(found.c.name, found.c.email).order_by(found.c.sort_name, found.c.id).limit(MOST_SUGGESTED)
    return [KnownPerson(name, email) for name, email in db.session.execute(people)]


def _was_enrolled(organization_id: int) -> ColumnElement[bool]:
    return exists().where(
        Enrollment.user_id == User.id, Event.id == Enrollment.event_id, Event.organization_id == organization_id
    )


def _belongs(*where: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(FacilityPerson.user_id == User.id, Facility.id == FacilityPerson.facility_id, *where)
