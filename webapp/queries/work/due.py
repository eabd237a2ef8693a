"""What should have been done by now, and how late it is. The usual answer is nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from webapp.domain.work.job import EVERY_TICK, TICK
from webapp.domain.work.run import OPEN_RUN
from webapp.domain.work.schedule import ACTIVATE_CLASSES
from webapp.extensions import db
from webapp.models import (
    Appeal,
    ClassOutboxEvent,
    CronJob,
    Event,
    GuestHold,
    JobRun,
    MeetingSession,
    Message,
    OutboxEvent,
    PlaceOffer,
    ResetRequest,
    ScheduledAttendancePrompt,
)
from webapp.queries.asking.prompt_sending import is_due as is_due_prompt
from webapp.queries.classes.activation import classes_waiting
from webapp.queries.events.closure import is_due
from webapp.queries.online.session_calculation import sessions_due, sessions_orphaned
from webapp.queries.places.appeals import is_due as is_due_appeal
from webapp.queries.places.guest_hold import is_due as is_due_hold
from webapp.queries.places.offers import is_due as is_due_offer

_SESSION = (
    MeetingSession.ends_at.label("since"),
    MeetingSession.id.label("session_id"),
    MeetingSession.event_id,
)


@dataclass(frozen=True, slots=True)
class DueWork:
    """Work that waits: since when it is due (aware UTC), and how late that is in whole seconds."""

    what: str
    since: datetime
    late_seconds: int
    facts: dict[str, object]

    def as_dict(self) -> dict[str, object]:
        due_at = f"{self.since:%Y-%m-%dT%H:%M:%SZ}"
        return {"due": self.what, **self.facts, "due_at": due_at, "late_seconds": self.late_seconds}


def last_tick_at() -> datetime | None:
    """When somebody last ticked, in real time."""
    return db.session.scalar(select(CronJob.last_run_at).where(CronJob.name == TICK))


def due_work(now: datetime, real_now: datetime) -> Iterator[DueWork]:
    """Everything that is due: `now` is the product's clock, `real_now` the machine's (leases, ticks)."""
    yield from _rows("close-event", now, _events_over(now))
    yield from _rows("calculate-session", now, _sessions_uncalculated(now))
    yield from _rows("reconcile-session", now, _sessions_open(now))
    yield from _classes_waiting(now)
    yield from _rows("periodic-job", now, _jobs_late(now))
    yield from _rows("tick", real_now, _silent_tick(real_now))
    yield from _rows("run", real_now, _runs_left(real_now))
    yield from _counted("outbox-events", now, _undispatched(OutboxEvent))
    yield from _counted("class-outbox-events", now, _undispatched(ClassOutboxEvent))
    yield from _counted("prompts", now, _unasked(now))
    yield from _counted("guest-holds", now, _holds_due(now))
    yield from _counted("offers", now, _offers_due(now))
    yield from _counted("appeals", now, _appeals_due(now))
    yield from _counted("password-links", now, _links_unwritten())
    yield from _counted("messages", max(now, real_now), _unsent(max(now, real_now)))


def _events_over(now: datetime) -> Select:
    return (
        select(Event.effective_end_at.label("since"), Event.id.label("event_id"), Event.slug)
        .where(is_due(now))
        .order_by(Event.effective_end_at, Event.id)
    )


def _sessions_uncalculated(now: datetime) -> Select:
    return sessions_due(now).with_only_columns(*_SESSION)


def _sessions_open(now: datetime) -> Select:
    return sessions_orphaned(now).with_only_columns(*_SESSION)


def _classes_waiting(now: datetime) -> Iterator[DueWork]:
    """Classes whose five-o'clock has come, by facility."""
    for facility, classes in classes_waiting(now):
        facts = {"facility_id": facility.id, "date": f"{facility.morning.local_on}", "classes": classes}
        yield _due(ACTIVATE_CLASSES.name, now, facility.morning.at, facts)


def _jobs_late(now: datetime) -> Select:
    """A job with times of its own; the others go with the tick, or by the clocks of facilities."""
    return select(CronJob.next_run_at.label("since"), CronJob.name).where(
        CronJob.next_run_at <= now, CronJob.schedule != EVERY_TICK, CronJob.name != ACTIVATE_CLASSES.name
    )


def _silent_tick(real_now: datetime) -> Select:
    return select(CronJob.next_run_at.label("since")).where(CronJob.name == TICK, CronJob.next_run_at <= real_now)


def _runs_left(real_now: datetime) -> Select:
    """Open runs that nobody holds at the moment."""
    since = func.coalesce(JobRun.leased_until, JobRun.created_at)
    return (
        select(since.label("since"), JobRun.id.label("run_id"), JobRun.name, JobRun.event_id, JobRun.status)
        .where(JobRun.status.in_(OPEN_RUN), since <= real_now)
        .order_by(JobRun.id)
    )


def _undispatched(outbox: type[OutboxEvent] | type[ClassOutboxEvent]) -> Select:
    return select(func.min(outbox.occurred_at).label("since"), func.count()).where(outbox.dispatched_at.is_(None))


def _unasked(now: datetime) -> Select:
    return select(func.min(ScheduledAttendancePrompt.due_at).label("since"), func.count()).where(is_due_prompt(now))


def _holds_due(now: datetime) -> Select:
    return select(func.min(GuestHold.held_until).label("since"), func.count()).where(is_due_hold(now))


def _offers_due(now: datetime) -> Select:
    return select(func.min(PlaceOffer.held_until).label("since"), func.count()).where(is_due_offer(now))


def _appeals_due(now: datetime) -> Select:
    return select(func.min(Appeal.decided_until).label("since"), func.count()).where(is_due_appeal(now))


def _links_unwritten() -> Select:
    return select(func.min(ResetRequest.requested_at).label("since"), func.count())


def _unsent(latest: datetime) -> Select:
    return select(func.min(Message.next_try_at).label("since"), func.count()).where(
        Message.sent_at.is_(None), Message.dead_at.is_(None), Message.next_try_at <= latest
    )


def _rows(what: str, now: datetime, query: Select) -> Iterator[DueWork]:
    for row in db.session.execute(query):
        facts = {name: value for name, value in row._mapping.items() if name != "since" and value is not None}
        yield _due(what, now, row.since, facts)


def _counted(what: str, now: datetime, query: Select) -> Iterator[DueWork]:
    """`query` selects since when and how many."""
    since, count = db.session.execute(query).one()
    if count:
        yield _due(what, now, since, {"count": count})


def _due(what: str, now: datetime, since: datetime, facts: dict[str, object]) -> DueWork:
    return DueWork(what, since, max(0, int((now - since).total_seconds())), facts)
