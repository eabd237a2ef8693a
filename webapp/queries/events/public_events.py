"""Events that anybody may see."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select

from webapp.domain.event_life import EventStatus
from webapp.domain.places.access import WhoMay
from webapp.extensions import db
from webapp.models import Event, EventPolicy, Organization

#: A sitemap holds 50,000 addresses at most.
_MOST_LISTED, _MOST_ORGANIZATIONS = 40_000, 9_000


def is_public() -> ColumnElement[bool]:
    """Whether it was ever published and not deleted; what was called off afterwards is still to be seen."""
    return (Event.published_at.is_not(None)) & (Event.status != EventStatus.DRAFT) & Event.deleted_at.is_(None)


def is_listed() -> ColumnElement[bool]:
    """Whether lists of events name it: not what only people with its link enroll in; those are few."""
    unlisted = select(EventPolicy.event_id).where(
        EventPolicy.who_may == WhoMay.LINK, EventPolicy.link_token.is_not(None)
    )
    return Event.id.not_in(unlisted.correlate(None))


def is_of_open_organization() -> ColumnElement[bool]:
    """Whether the organization of an event is not suspended; those that are, are few."""
    suspended = select(Organization.id).where(Organization.suspended_at.is_not(None))
    return Event.organization_id.not_in(suspended.correlate(None))


def public_organization_slugs() -> Sequence[str]:
    """Of organizations that have something to see: a public event, or a word about themselves."""
    has_event = select(Event.id).where(Event.organization_id == Organization.id, is_public(), is_listed()).exists()
    shown = has_event | (Organization.description != "")
    is_open = Organization.suspended_at.is_(None)
    query = select(Organization.slug).where(shown, is_open).order_by(Organization.slug).limit(_MOST_ORGANIZATIONS)
    return db.session.scalars(query).all()


def public_event_slugs() -> Sequence[str]:
    """Their names in addresses, the latest first."""
    newest = (Event.starts_at.desc(), Event.id.desc())
    query = (
        select(Event.slug)
        .where(is_public(), is_listed(), is_of_open_organization())
        .order_by(*newest)
        .limit(_MOST_LISTED)
    )
    return db.session.scalars(query).all()
