"""What is known of one person who wants to enroll in an event that does not let in everybody."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, or_, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.places.access import Comer, asks_for_list, is_link
from webapp.domain.places.access_list import EntryKind
from webapp.extensions import db
from webapp.models import ClassEnrollment, Enrollment, Event, EventListEntry, EventPolicy, FacilityPerson, User
from webapp.models.columns import BigId
from webapp.queries.events.event import StoredEvent
from webapp.queries.parameters import READER, built_once, unseen

_CARER = aliased(User)


def _owns(account: Any) -> ColumnElement[bool]:
    """Whether the entry is the proved address of that account, or its domain."""
    is_it = or_(
        and_(EventListEntry.kind == EntryKind.ADDRESS, EventListEntry.value == account.email),
        and_(EventListEntry.kind == EntryKind.DOMAIN, account.email.like("%@" + EventListEntry.value)),
    )
    return and_(account.address_proved_at.is_not(None), is_it)


def _belongs() -> ColumnElement[bool]:
    """Whether the entry is a facility or a class of theirs. An address that nobody proved owns nothing."""
    at_facility = exists().where(
        FacilityPerson.facility_id == EventListEntry.facility_id,
        FacilityPerson.user_id == User.id,
        FacilityPerson.deactivated_at.is_(None),
    )
    in_class = exists().where(
        ClassEnrollment.class_id == EventListEntry.class_id,
        ClassEnrollment.user_id == User.id,
        ClassEnrollment.has_place,
    )
    is_theirs = or_(User.email.is_(None), User.address_proved_at.is_not(None))
    return and_(is_theirs, or_(at_facility, in_class))


def _known_of(event_id: Any) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Whether the reader is on the list of that event, and whether they are enrolled in it.

    Of two accounts an entry can fit: the reader's own, and that of who looks after them.
    """
    entry = (
        select(EventListEntry.id)
        .select_from(User)
        .outerjoin(_CARER, _CARER.id == User.managed_by_id)
        .join(EventListEntry, EventListEntry.event_id == event_id)
        .where(User.id == READER, or_(_owns(User), _owns(_CARER), _belongs()))
    )
    own = exists().where(Enrollment.event_id == event_id, Enrollment.user_id == READER, Enrollment.is_live)
    return exists(entry).label("is_listed"), own.label("is_in")


_COMER = built_once(select(*_known_of(unseen(bindparam("event", type_=BigId)))))
_COMERS = built_once(
    select(Event.id, *_known_of(Event.id)).where(Event.id.in_(bindparam("events", type_=BigId, expanding=True)))
)


def comer_of(session: Session, event: StoredEvent, user_id: int | None, links: Collection[str] = ()) -> Comer:
    """What is known of that person; `links`: the tokens they came by.

    One statement, and none where everybody may enroll.
    """
    has_link = is_link(event.link_token, links)
    if user_id is None or not _asks(event, has_link=has_link):
        return Comer(has_link=has_link)
    row = session.connection().execute(_COMER, {"event": event.id, "reader": user_id}).one()
    return Comer(has_link=has_link, is_listed=bool(row.is_listed), is_in=bool(row.is_in))


def comers_of(events: Sequence[StoredEvent], user_id: int | None, links: Collection[str] = ()) -> dict[int, Comer]:
    """The same for several events, by id: one statement, and none where all of them let in everybody."""
    known = {event.id: Comer(has_link=is_link(event.link_token, links)) for event in events}
    asking = [event.id for event in events if _asks(event, has_link=known[event.id].has_link)]
    if user_id is None or not asking:
        return known
    for row in db.session.connection().execute(_COMERS, {"events": asking, "reader": user_id}):
        known[row.id] = replace(known[row.id], is_listed=bool(row.is_listed), is_in=bool(row.is_in))
    return known


def _asks(event: StoredEvent, *, has_link: bool) -> bool:
    """Whether more has to be known of who comes."""
    return asks_for_list(event.who_may, event.list_opens_at) or (event.link_token is not None and not has_link)


def slug_of_link(token: str) -> str | None:
    """The event which that link leads to now; None: it leads nowhere (any more)."""
    return db.session.scalar(
        select(Event.slug)
        .join(EventPolicy, EventPolicy.event_id == Event.id)
        .where(EventPolicy.link_token == token, Event.deleted_at.is_(None))
    )
