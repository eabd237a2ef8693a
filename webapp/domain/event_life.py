"""The life of an event: what it is, what it can become, and what each state allows.

draft -> published -> completed; draft or published -> cancelled. `docs/rules.md` repeats it for readers.
"""

from datetime import datetime
from enum import StrEnum

from webapp.domain.refusal import Refused


class EventStatus(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


E = EventStatus

#: Only its words change any more.
FROZEN = frozenset({E.COMPLETED, E.CANCELLED})
#: It will take place, takes place or took place.
TAKES_PLACE = frozenset({E.PUBLISHED, E.COMPLETED})

LEGAL_MOVES: frozenset[tuple[E, E]] = frozenset(
    {
        (E.DRAFT, E.PUBLISHED),
        (E.DRAFT, E.CANCELLED),
        (E.PUBLISHED, E.COMPLETED),
        (E.PUBLISHED, E.CANCELLED),
    }
)


def can_become(status: str, to_status: E) -> bool:
    """Whether an event in that status may be moved there."""
    return (E(status), to_status) in LEGAL_MOVES


def require_publishable(status: str, effective_end_at: datetime, now: datetime) -> None:
    """Refuse what is no draft (`event_not_draft`), and times that lie in the past (`event_over`)."""
    if not can_become(status, E.PUBLISHED):
        raise Refused("event_not_draft", event_status=status)
    if effective_end_at <= now:
        raise Refused("event_over", ended_at=effective_end_at)


def is_deletable(status: str) -> bool:
    """Whether nobody counts on it: what is published is called off first."""
    return status != E.PUBLISHED


def was_never_public(status: str, published_at: datetime | None) -> bool:
    """Whether it exists for its staff only: a draft, or one that was called off as a draft."""
    return status == E.DRAFT or (status == E.CANCELLED and published_at is None)
