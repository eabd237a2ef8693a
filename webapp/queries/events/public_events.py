"""Events that anybody may see."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select

from webapp.domain.event_life import EventStatus
from webapp.extensions import db
from webapp.models import Event

#: A sitemap holds 50,000 addresses at most.
_MOST_LISTED = 40_000


def is_public() -> ColumnElement[bool]:
    """Whether it was ever published and not deleted; what was called off afterwards is still to be seen."""
    return (Event.published_at.is_not(None)) & (Event.status != EventStatus.DRAFT) & Event.deleted_at.is_(None)


def public_event_slugs() -> Sequence[str]:
    """Their names in addresses, the latest first."""
    newest = (Event.starts_at.desc(), Event.id.desc())
    return db.session.scalars(select(Event.slug).where(is_public()).order_by(*newest).limit(_MOST_LISTED)).all()
