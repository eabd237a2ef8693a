"""What people hear of the domain events of classes."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus
from webapp.domain.classes.class_event import ClassDomainEvent
from webapp.domain.classes.program_class import ClassStatus
from webapp.domain.notices.class_notice import ClassTold, class_notice_of
from webapp.domain.notices.notice import NotificationType as N
from webapp.domain.permission import Trigger
from webapp.queries.ledger import CLASSES
from webapp.queries.notices.class_outbox import class_events_to_tell
from webapp.queries.notices.outbox import ranks_of
from webapp.queries.row_types import AnyRow
from webapp.services.letters import Letters
from webapp.services.notices.relay import NewsSource, relay


def relay_class_batch(*, now: datetime) -> int:
    """Hand over the oldest waiting domain events of classes; how many there were."""
    return relay(_CLASSES, now=now)


def _notice(row: AnyRow, _now: datetime) -> N | None:
    return class_notice_of(
        ClassTold(
            kind=ClassDomainEvent(row.kind),
            triggered_by=Trigger(row.triggered_by),
            status=ClassEnrollmentStatus(row.status),
            class_status=ClassStatus(row.class_status),
        )
    )


def _mails(session: Session, rows: Sequence[tuple[AnyRow, N]], now: datetime) -> list[dict[str, object]]:
    """A bounded number of statements, whatever the number of rows."""
    waiting = [row.class_enrollment_id for row, kind in rows if kind is N.CLASS_WAITLISTED]
    ranks, letters = ranks_of(session, CLASSES, waiting), Letters(now)
    return [
        letters.write(
            "class_news",
            row,
            key=_CLASSES.key_of(row),
            news=kind.value,
            rank=ranks.get(row.class_enrollment_id),
            reason=_CLASSES.reason_of(row, kind),
        )
        | {"kind": kind, "class_id": row.class_id}
        for row, kind in rows
    ]


_CLASSES = NewsSource(
    outbox=CLASSES.outbox,
    key="class-outbox",
    rows_of=class_events_to_tell,
    notice_of=_notice,
    mails_of=_mails,
    about=("class_enrollment_id",),
    with_reason=frozenset({N.CLASS_CANCELLED, N.CLASS_CALLED_OFF, N.CLASS_ENDED}),
)
