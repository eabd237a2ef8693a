"""The automation made visible: what should run, what ran, what it changed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.domain.work.run import OPEN_RUN, RunStatus
from webapp.extensions import Model
from webapp.models.columns import BigId, StatusScope, UtcDateTime, one_of, partial_index


class CronJob(Model):
    """A periodic job and when it is next due. The row is the truth; Redis only nudges.

    Due times follow the product's clock; those of the row `tick` the machine's real time.
    """

    __tablename__ = "cron_jobs"

    uuid: Mapped[str] = mapped_column(String(36), primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    category: Mapped[str] = mapped_column(String(20), default="system")
    #: A cron expression in UTC, or `tick`: with every tick.
    schedule: Mapped[str] = mapped_column(String(60))
    next_run_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_run_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


_OPEN = "status IN ({})".format(", ".join(f"'{status}'" for status in OPEN_RUN))


class JobRun(Model):
    """One run: what it was for, how it went, what it changed. While open, also the claim on it.

    At most one worker at a time holds an unexpired lease. The lease only avoids double work;
    what makes double work harmless are locks and guarded moves. Lease times, and when it
    began and ended, are the machine's real time: a moved demo clock neither frees nor freezes.
    """

    __tablename__ = "job_runs"
    __table_args__ = (
        one_of("status", RunStatus, "status"),
        Index("ix_job_runs_name", "name", "id"),
        partial_index(
            "uq_job_runs_open_event", "name", "event_id", where=f"{_OPEN} AND event_id IS NOT NULL", unique=True
        ),
        # A handful among all that ever ran, and asked for with each look at the start page.
        partial_index("ix_job_runs_failed", "as_of_at", where="status = 'failed'"),
        partial_index("uq_job_runs_open", "name", where=f"{_OPEN} AND event_id IS NULL", unique=True),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    #: The event a run is about, where it is about one.
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"), index=True)
    #: The run that started this one (a sweep starts one run per event).
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("job_runs.id"), index=True)
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    #: Where only one facility was asked for. No foreign key: a run tells of what was.
    facility_id: Mapped[int | None] = mapped_column(BigId)
    #: A person asked for it: what has an hour of its own is done at any hour.
    by_hand: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str] = mapped_column(String(20), default=RunStatus.PENDING)
    #: Which try this is; a worker that died is not a try, see `takeovers`.
    attempt: Mapped[int] = mapped_column(default=0)
    #: How often somebody went on with it because the one who worked on it was gone.
    takeovers: Mapped[int] = mapped_column(default=0)
    holder: Mapped[str | None] = mapped_column(String(36))
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: The instant the job was asked to act for (the product's clock, or `--now`).
    as_of_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    error: Mapped[str | None] = mapped_column(Text)

    is_failed = StatusScope({RunStatus.FAILED})
