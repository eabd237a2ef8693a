"""Whether the installation can do its work, and when it last did."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from webapp.extensions import db
from webapp.models import CronJob, OutboxEvent

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
    last_tick = db.session.scalar(select(CronJob.last_run_at).where(CronJob.name == "tick"))
    waiting = db.session.scalar(
        select(func.count()).select_from(OutboxEvent).where(OutboxEvent.dispatched_at.is_(None))
    )
    fresh = last_tick is not None and real_now - last_tick <= LONGEST_SILENCE
    return Readiness(
        ready=fresh,
        database="ok",
        last_tick_at=last_tick.isoformat() if last_tick else None,
        outbox_waiting=waiting or 0,
    )
