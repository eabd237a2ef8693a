"""How long a helper's link opens a desk."""

from datetime import datetime, timedelta

#: How long after the effective end a helper can still finish.
HELPER_GRACE = timedelta(hours=6)


def helper_link_ends_at(effective_end_at: datetime) -> datetime:
    """When the links to the desk of an event end by themselves; exclusive."""
    return effective_end_at + HELPER_GRACE
