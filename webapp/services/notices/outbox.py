"""What people hear of the domain events of events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row
from sqlalchemy.orm import Session

from webapp.domain.domain_event import DomainEvent
from webapp.domain.enrollment import EnrollmentStatus as S
from webapp.domain.enrollment import Trigger
from webapp.domain.explanation import Explanation
from webapp.domain.notice import NotificationType as N
from webapp.domain.notice import Told, notice_of
from webapp.queries.ledger import EVENTS
from webapp.queries.notices.outbox import events_to_tell, ranks_of
from webapp.queries.places.outcome import explanations_of
from webapp.services.notices.invitation import invitation
from webapp.services.notices.letters import Letters
from webapp.services.notices.relay import Telling, relay


def relay_batch(*, now: datetime) -> int:
    """Hand over the oldest waiting domain events of events; how many there were."""
    return relay(_EVENTS, now=now)


@dataclass(frozen=True, slots=True)
class _Known:
    """What some mails say beside their row."""

    ranks: Mapping[int, int]
    explanations: Mapping[int, Explanation]

    def about(self, row: Row, kind: N) -> dict[str, object]:
        return {
            "rank": self.ranks.get(row.enrollment_id) if kind is N.WAITLISTED else None,
            "explanation": self.explanations.get(row.enrollment_id),
        }


def _mails(session: Session, rows: Sequence[tuple[Row, N]], now: datetime) -> list[dict[str, object]]:
    """A bounded number of statements, whatever the number of rows."""
    known = _Known(
        ranks_of(session, EVENTS, [row.enrollment_id for row, kind in rows if kind is N.WAITLISTED]),
        explanations_of(session, [row.enrollment_id for row, kind in rows if kind is N.NO_SHOW]),
    )
    letters = Letters(now)
    return [
        letters.write(
            kind, row, key=_EVENTS.key_of(row), **known.about(row, kind),
            calendar=invitation(row, kind, link=letters.url("participant.event", slug=row.slug), now=now),
        )
        for row, kind in rows
    ]  # fmt: skip


def _notice(row: Row) -> N | None:
    return notice_of(
        Told(
            kind=DomainEvent(row.kind),
            triggered_by=Trigger(row.triggered_by) if row.triggered_by else None,
            occurred_at=row.occurred_at,
            status=S(row.status),
            source=row.source,
            event_ends_at=row.effective_end_at,
            is_outdated=row.is_outdated,
        )
    )


_EVENTS = Telling(
    outbox=EVENTS.outbox, key="outbox", rows_of=events_to_tell, notice_of=_notice, mails_of=_mails,
    about=("event_id", "enrollment_id"), with_reason=frozenset({N.REJECTED, N.CANCELLED, N.CALLED_OFF}),
)  # fmt: skip
