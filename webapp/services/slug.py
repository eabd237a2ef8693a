"""The readable names in addresses: of events, series and organizations, whatever script their own names are in.

Why it is so: docs/decisions/101-addresses-in-every-script.md.
"""

import re
import secrets
from collections.abc import Collection
from string import ascii_lowercase, digits
from typing import Any

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from webapp.adapters.latin import in_latin
from webapp.domain.text import fold
from webapp.models import Event, EventSeries, FormerSlug, Organization

#: Leaves room for the number that makes a slug unique.
_LONGEST = 70
_OPAQUE = 8


def slug_words(name: str) -> str:
    """`Ateliê Sul` as `atelie-sul`, `東京` as `dongjing`; empty where nothing can be read out."""
    words = re.findall(r"[a-z0-9]+", fold(in_latin(name)))
    return "-".join(words)[:_LONGEST].strip("-")


def free_event_slug(session: Session, title: str, *, event_id: int | None = None) -> str:
    """`clay`, or the next of `clay-2`, `clay-3`, ... that no other event has or had."""
    base = _base(title)
    taken = _like(session, Event.slug, base) | _like(session, FormerSlug.slug, base)
    if event_id is not None:
        taken -= set(session.scalars(select(FormerSlug.slug).where(FormerSlug.event_id == event_id)))
    return _first_free(base, taken)


def free_series_slug(session: Session, title: str) -> str:
    """The same of a series."""
    base = _base(title)
    return _first_free(base, _like(session, EventSeries.slug, base))


def free_organization_slug(session: Session, name: str) -> str:
    """The same of an organization."""
    base = _base(name)
    return _first_free(base, _like(session, Organization.slug, base))


def keep_former_slug(session: Session, *, event_id: int, former: str, slug: str) -> None:
    """The event is found by `slug` from now on, and by `former` still."""
    session.execute(delete(FormerSlug).where(FormerSlug.slug == slug))
    session.execute(insert(FormerSlug).values(slug=former, event_id=event_id))


def _base(name: str) -> str:
    return slug_words(name) or "".join(secrets.choice(ascii_lowercase + digits) for _ in range(_OPAQUE))


def _like(session: Session, column: InstrumentedAttribute[str], base: str) -> set[Any]:
    return set(
        session.scalars(select(column).where(or_(column == base, column.startswith(f"{base}-", autoescape=True))))
    )


def _first_free(base: str, taken: Collection[str]) -> str:
    if base not in taken:
        return base
    return next(slug for n in range(2, len(taken) + 3) if (slug := f"{base}-{n}") not in taken)
