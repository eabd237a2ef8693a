"""One movement of a hand or a scanner at a desk."""

from dataclasses import dataclass, replace
from datetime import datetime

from webapp.domain.permission import Actor


@dataclass(frozen=True, slots=True)
class Tap:
    """Sent twice, it counts once."""

    request_id: str
    desk: str
    now: datetime
    device_at: datetime | None = None

    def at_desk_of(self, actor: Actor) -> "Tap":
        """The same tap at the desk of whoever acts: a helper's link names it."""
        return replace(self, desk=actor.desk_name) if actor.desk_name else self
