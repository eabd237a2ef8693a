"""The relay of classes: domain events become mails and lines of the notification centre, each event once."""

from datetime import datetime

from sqlalchemy import Row, update
from sqlalchemy.orm import Session

from webapp.domain.class_enrollment import ClassEnrollmentStatus
from webapp.domain.class_event import ClassDomainEvent
from webapp.domain.class_notice import ClassTold, class_notice_of
from webapp.domain.enrollment import Trigger
from webapp.domain.notice import Channel, Frequency, wants
from webapp.domain.notice import NotificationType as N
from webapp.domain.program_class import ClassStatus
from webapp.models import ClassOutboxEvent
from webapp.queries.class_outbox import (
    class_events_to_tell,
    class_ranks_of,
    is_waiting_class_event,
    waiting_class_event_ids,
)
from webapp.queries.id_set import is_among
from webapp.services.due_work import note_work
from webapp.services.letters import Letters
from webapp.services.messages import write_messages
from webapp.services.notification import notify
from webapp.services.outbox import BATCH
from webapp.services.unit_of_work import nudge_after_commit, write_transaction

#: Staff said why, and the person reads it; of the others the trail's own words are for staff.
WITH_REASON = frozenset({N.CLASS_CANCELLED, N.CLASS_CALLED_OFF, N.CLASS_ENDED})


def relay_class_batch(*, now: datetime) -> int:
    """`services.outbox.relay_batch` for classes: the oldest waiting domain events; how many there were."""
    if not is_waiting_class_event():
        return 0
    with write_transaction() as session:
        ids = waiting_class_event_ids(session, limit=BATCH)
        if not ids:
            return 0
        session.execute(
            update(ClassOutboxEvent).where(is_among(session, ClassOutboxEvent.id, ids)).values(dispatched_at=now)
        )
        rows = [(row, kind) for row in class_events_to_tell(session, ids) if (kind := _kind(row)) is not None]
        notify(session, [_line(row, kind, now) for row, kind in rows if _wants(row, kind, Channel.PAGE)])
        if write_messages(session, _mails(session, [one for one in rows if _wants(*one, Channel.MAIL)], now)):
            nudge_after_commit(session, "send-messages")
        note_work(session, "relay-outbox", now)
    return len(ids)


def _kind(row: Row) -> N | None:
    return class_notice_of(
        ClassTold(
            kind=ClassDomainEvent(row.kind),
            triggered_by=Trigger(row.triggered_by),
            status=ClassEnrollmentStatus(row.status),
            class_status=ClassStatus(row.class_status),
        )
    )


def _wants(row: Row, kind: N, channel: Channel) -> bool:
    return wants(kind, Frequency(row.frequency), channel)


def _key(row: Row) -> str:
    """One line and one mail per domain event."""
    return f"class-outbox:{row.id}"


def _line(row: Row, kind: N, now: datetime) -> dict[str, object]:
    return {
        "dedupe_key": _key(row), "user_id": row.user_id, "type": kind, "title": row.title, "created_at": now,
        "class_enrollment_id": row.class_enrollment_id, "text": _reason(row, kind),
    }  # fmt: skip


def _mails(session: Session, rows: list[tuple[Row, N]], now: datetime) -> list[dict[str, object]]:
    """A bounded number of statements, whatever the number of rows."""
    waiting = [row.class_enrollment_id for row, kind in rows if kind is N.CLASS_WAITLISTED]
    ranks, letters = class_ranks_of(session, waiting), Letters(now)
    return [
        letters.write(
            "class_news", row, key=_key(row), news=kind.value, rank=ranks.get(row.class_enrollment_id),
            reason=_reason(row, kind),
        )
        | {"kind": kind, "class_id": row.class_id}
        for row, kind in rows
    ]  # fmt: skip


def _reason(row: Row, kind: N) -> str:
    return (row.reason or "") if kind in WITH_REASON else ""
