"""Which messages of organizers have to be sent."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select

from webapp.domain.notices.mailing import MailingStatus
from webapp.domain.work.run import RunStatus
from webapp.domain.work.schedule import SEND_MAILING
from webapp.extensions import db
from webapp.models import JobRun, Mailing

#: After a run was given up, the next one is opened not before this time is over.
_PATIENCE = timedelta(minutes=15)


def mailings_due(now: datetime) -> Sequence[int]:
    """Ids of events that have something to send, each once."""
    return db.session.scalars(select(Mailing.event_id).where(_is_due(now)).distinct().order_by(Mailing.event_id)).all()


def mailing_to_go_on(event_id: int, now: datetime) -> int | None:
    """The event's oldest message that is due, be it begun or not; None: there is none."""
    oldest = select(Mailing.id).where(_is_due(now), Mailing.event_id == event_id)
    return db.session.scalar(oldest.order_by(Mailing.send_at, Mailing.id).limit(1))


def gave_up_lately(event_id: int, real_now: datetime) -> bool:
    """Whether all tries of its last run failed, a moment ago."""
    failed = select(JobRun.id).where(
        JobRun.name == SEND_MAILING,
        JobRun.event_id == event_id,
        JobRun.status == RunStatus.FAILED,
        JobRun.finished_at > real_now - _PATIENCE,
        JobRun.finished_at <= real_now,
    )
    return db.session.execute(failed.limit(1)).first() is not None


def _is_due(now: datetime) -> ColumnElement[bool]:
    return Mailing.status.in_((MailingStatus.PLANNED, MailingStatus.SENDING)) & (Mailing.send_at <= now)
