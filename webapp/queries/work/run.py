"""What ran, what is waiting to run, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Row, Select, SQLColumnExpression, and_, exists, func, literal, or_, select, true
from sqlalchemy.orm import aliased

from webapp.adapters.cron import period_of
from webapp.domain.places.enrollment import CLOSED
from webapp.domain.work.job import TICK, is_late
from webapp.domain.work.run import RunStatus
from webapp.domain.work.schedule import RELAY_OUTBOX, SEND_MESSAGES, SEND_PROMPTS, TIDY
from webapp.extensions import db
from webapp.models import ClassOutboxEvent, CronJob, Event, JobRun, Message, OutboxEvent, User
from webapp.queries.asking.prompt import is_open
from webapp.queries.page import Page, cut

PAGE_SIZE = 25
#: How long, and of how many, it is told that a run about an event was given up.
LOOKS_BACK = timedelta(days=14)
MOST_GIVEN_UP = 20


@dataclass(frozen=True, slots=True)
class PeriodicState:
    """One periodic job: when it ran and will run, its last run on the record, what waits for it.

    `failed` counts what was given up (mails).
    """

    name: str
    next_run_at: datetime
    last_run_at: datetime | None
    last_run: Row | None
    waiting: int = 0
    failed: int = 0

    def is_late(self, cron: str, now: datetime) -> bool:
        """Whether it was silent for two of the periods of that expression."""
        return is_late(self.last_run_at, self.next_run_at, period_of(cron, now), now)


def has_run(condition: ColumnElement[bool]) -> bool:
    """Whether any run is like that."""
    return bool(db.session.scalar(select(exists().where(condition))))


def has_live_lease(real_now: datetime) -> bool:
    """Whether somebody works on a run at this moment."""
    return has_run(and_(JobRun.status == RunStatus.RUNNING, JobRun.leased_until > real_now))


def job_with_uuid(uuid: str) -> str | None:
    """The name of the periodic job with that id, or None."""
    return db.session.scalar(select(CronJob.name).where(CronJob.uuid == uuid))


def job_ids() -> list[tuple[str, str]]:
    """Id and name of every periodic job, by name; the tick itself is none."""
    rows = db.session.execute(select(CronJob.uuid, CronJob.name).where(CronJob.name != TICK).order_by(CronJob.name))
    return [(row.uuid, row.name) for row in rows]


def periodic_states() -> dict[str, PeriodicState]:
    """Every periodic job by name; three statements."""
    newest = select(func.max(JobRun.id)).where(JobRun.event_id.is_(None)).group_by(JobRun.name)
    last_runs = {row.name: row for row in db.session.execute(_runs().where(JobRun.id.in_(newest)))}
    waiting = db.session.execute(
        select(
            select(func.count()).where(OutboxEvent.dispatched_at.is_(None)).scalar_subquery().label("events"),
            select(func.count())
            .where(ClassOutboxEvent.dispatched_at.is_(None))
            .scalar_subquery()
            .label("class_events"),
            select(func.count())
            .where(Message.sent_at.is_(None), Message.dead_at.is_(None))
            .scalar_subquery()
            .label("messages"),
            select(func.count()).where(Message.dead_at.is_not(None)).scalar_subquery().label("dead"),
            select(func.count()).where(is_open).scalar_subquery().label("prompts"),
        )
    ).one()
    waits = {
        RELAY_OUTBOX.name: (waiting.events + waiting.class_events, 0),
        SEND_PROMPTS.name: (waiting.prompts, 0),
        SEND_MESSAGES.name: (waiting.messages, waiting.dead),
    }
    return {
        row.name: PeriodicState(
            row.name, row.next_run_at, row.last_run_at, last_runs.get(row.name), *waits.get(row.name, (0, 0))
        )
        for row in db.session.execute(select(CronJob.name, CronJob.next_run_at, CronJob.last_run_at))
    }


def runs_page(organization_ids: Sequence[int] | None, *, status: str | None = None, page: int = 1) -> Page[Row]:
    """Runs that changed or tried something, newest first.

    Runs about an event are shown to its organization alone; None is the operator, who sees all.
    """
    shown = [_is_visible(organization_ids), _is_of_interest()]
    if status is not None:
        shown.append(JobRun.status == status)
    total = db.session.scalar(select(func.count(JobRun.id)).outerjoin(Event, Event.id == JobRun.event_id).where(*shown))
    rows = db.session.execute(cut(_runs().where(*shown).order_by(JobRun.id.desc()), page, PAGE_SIZE)).all()
    return Page(rows, total or 0, page, PAGE_SIZE)


def run_by_id(run_id: int, organization_ids: Sequence[int] | None) -> Row | None:
    """That run if they may see it, or None."""
    return db.session.execute(_runs().where(JobRun.id == run_id, _is_visible(organization_ids))).one_or_none()


def runs_started_by(run_id: int, organization_ids: Sequence[int] | None, *, limit: int = 200) -> list[Row]:
    """The runs, one per event, that this run started."""
    return list(
        db.session.execute(
            _runs().where(JobRun.parent_id == run_id, _is_visible(organization_ids)).order_by(JobRun.id).limit(limit)
        )
    )


def runs_given_up(organization_ids: Sequence[int] | None, now: datetime) -> Sequence[Row]:
    """Runs about events that failed in the last 14 days and that no later one followed, the latest first.

    `id, name, event_id, title`. One statement.
    """
    later = aliased(JobRun)
    is_followed = exists().where(later.event_id == JobRun.event_id, later.name == JobRun.name, later.id > JobRun.id)
    return db.session.execute(
        select(JobRun.id, JobRun.name, JobRun.event_id, Event.title)
        .join(Event, Event.id == JobRun.event_id)
        .where(JobRun.is_failed, JobRun.as_of_at > now - LOOKS_BACK)
        .where(_is_visible(organization_ids), ~is_followed)
        .order_by(JobRun.id.desc())
        .limit(MOST_GIVEN_UP)
    ).all()


def _runs() -> Select:
    """Runs with the event's title and zone, who started them, and what the runs they started came to."""
    child = aliased(JobRun)

    def of_children(what: SQLColumnExpression[int], *condition: ColumnElement[bool]) -> ColumnElement[int]:
        return select(what).where(child.parent_id == JobRun.id, *condition).correlate(JobRun).scalar_subquery()

    outcomes = [func.coalesce(child.counts[status.value].as_integer(), 0) for status in sorted(CLOSED)]
    changes = sum(outcomes, literal(0))

    return (
        select(
            JobRun.id,
            JobRun.name,
            JobRun.event_id,
            JobRun.parent_id,
            JobRun.status,
            JobRun.attempt,
            JobRun.takeovers,
            JobRun.as_of_at,
            JobRun.created_at,
            JobRun.started_at,
            JobRun.finished_at,
            JobRun.leased_until,
            JobRun.counts,
            JobRun.error,
            JobRun.facility_id,
            JobRun.by_hand,
            Event.title.label("event_title"),
            Event.slug.label("event_slug"),
            Event.timezone,
            User.name.label("started_by"),
            of_children(func.count()).label("started"),
            of_children(func.count(), child.status == RunStatus.FAILED).label("started_failed"),
            of_children(func.coalesce(func.sum(changes), 0)).label("started_changes"),
        )
        .outerjoin(Event, Event.id == JobRun.event_id)
        .outerjoin(User, User.id == JobRun.started_by_id)
    )


def found_something() -> ColumnElement[bool]:
    """Whether a run that starts no others changed something."""
    counted = ("reminders", "empty_events", "prompts", "silent", "sessions", "sessions_failed", "classes")
    return or_(*(func.coalesce(JobRun.counts[name].as_integer(), 0) > 0 for name in counted))


def _is_visible(organization_ids: Sequence[int] | None) -> ColumnElement[bool]:
    """Runs about a deleted event are shown to nobody."""
    theirs = true() if organization_ids is None else Event.organization_id.in_(organization_ids)
    return or_(JobRun.event_id.is_(None), and_(Event.deleted_at.is_(None), theirs))


def _is_of_interest() -> ColumnElement[bool]:
    """Not the sweeps that found nothing, many an hour."""
    child = aliased(JobRun)
    return or_(
        JobRun.event_id.is_not(None),
        JobRun.status != RunStatus.SUCCEEDED,
        JobRun.started_by_id.is_not(None),
        JobRun.by_hand,
        exists().where(child.parent_id == JobRun.id),
        found_something(),
        and_(JobRun.name == TIDY.name, JobRun.event_id.is_(None)),
    )
