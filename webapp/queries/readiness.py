"""Whether the installation can do its work, and when it last did."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import Table, func, select

from webapp.extensions import db
from webapp.queries.ledger import CLASSES, EVENTS
from webapp.queries.work.due import last_tick_at

#: The tick comes every few seconds; this long without one means nobody works.
LONGEST_SILENCE = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class Readiness:
    ready: bool
    database: str
    last_tick_at: str | None
    outbox_waiting: int

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def readiness(real_now: datetime) -> Readiness:
    """Database reachable and a tick within `LONGEST_SILENCE` (the machine's own time)."""
    last_tick = last_tick_at()
    waiting = sum(_waiting(ledger.outbox) for ledger in (EVENTS, CLASSES))
    fresh = last_tick is not None and real_now - last_tick <= LONGEST_SILENCE
    return Readiness(
        ready=fresh,
        database="ok",
        last_tick_at=last_tick.isoformat() if last_tick else None,
        outbox_waiting=waiting,
    )


def _waiting(outbox: Table) -> int:
    """Domain events of one kind of offering that nobody handed on yet."""
    return db.session.scalar(select(func.count()).select_from(outbox).where(outbox.c.dispatched_at.is_(None))) or 0
