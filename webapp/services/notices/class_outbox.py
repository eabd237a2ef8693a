"""What people hear of the domain events of classes."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Row
from sqlalchemy.orm import Session

from webapp.domain.class_enrollment import ClassEnrollmentStatus
from webapp.domain.class_event import ClassDomainEvent
from webapp.domain.class_notice import ClassTold, class_notice_of
from webapp.domain.enrollment import Trigger
from webapp.domain.notice import NotificationType as N
from webapp.domain.program_class import ClassStatus
from webapp.queries.ledger import CLASSES
from webapp.queries.notices.class_outbox import class_events_to_tell
from webapp.queries.notices.outbox import ranks_of
from webapp.services.notices.letters import Letters
from webapp.services.notices.relay import Telling, relay


def relay_class_batch(*, now: datetime) -> int:
    """Hand over the oldest waiting domain events of classes; how many there were."""
    return relay(_CLASSES, now=now)


def _notice(row: Row) -> N | None:
    return class_notice_of(
        ClassTold(
            kind=ClassDomainEvent(row.kind),
            triggered_by=Trigger(row.triggered_by),
            status=ClassEnrollmentStatus(row.status),
            class_status=ClassStatus(row.class_status),
        )
    )


def _mails(session: Session, rows: Sequence[tuple[Row, N]], now: datetime) -> list[dict[str, object]]:
    """A bounded number of statements, whatever the number of rows."""
    waiting = [row.class_enrollment_id for row, kind in rows if kind is N.CLASS_WAITLISTED]
    ranks, letters = ranks_of(session, CLASSES, waiting), Letters(now)
    return [
        letters.write(
            "class_news", row, key=_CLASSES.key_of(row), news=kind.value, rank=ranks.get(row.class_enrollment_id),
            reason=_CLASSES.reason_of(row, kind),
        )
        | {"kind": kind, "class_id": row.class_id}
        for row, kind in rows
    ]  # fmt: skip


_CLASSES = Telling(
    outbox=CLASSES.outbox, key="class-outbox", rows_of=class_events_to_tell, notice_of=_notice, mails_of=_mails,
    about=("class_enrollment_id",), with_reason=frozenset({N.CLASS_CANCELLED, N.CLASS_CALLED_OFF, N.CLASS_ENDED}),
)  # fmt: skip
