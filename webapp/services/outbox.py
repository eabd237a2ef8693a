"""The relay: domain events become mails and lines of the notification centre, each event once, in the
transaction that ticks it off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, update
from sqlalchemy.orm import Session

from webapp.domain.domain_event import DomainEvent
from webapp.domain.enrollment import EnrollmentStatus as S
from webapp.domain.enrollment import Trigger
from webapp.domain.explanation import Explanation
from webapp.domain.notice import Channel, Frequency, Told, notice_of, wants
from webapp.domain.notice import NotificationType as N
from webapp.models import OutboxEvent
from webapp.queries.id_set import is_among
from webapp.queries.outbox import events_to_tell, is_waiting_event, ranks_of, waiting_event_ids
from webapp.queries.outcome import explanations_of
from webapp.services.due_work import note_work
from webapp.services.invitation import invitation
from webapp.services.letters import Letters
from webapp.services.messages import write_messages
from webapp.services.notification import notify
from webapp.services.unit_of_work import nudge_after_commit, write_transaction

#: Domain events per transaction: few enough that nobody waits long for the database meanwhile.
BATCH = 150
#: The organizer said why; of the others the trail's own words are for the crew.
_WITH_REASON = frozenset({N.REJECTED, N.CANCELLED, N.CALLED_OFF})


def relay_batch(*, now: datetime) -> int:
    """Hand over the oldest waiting domain events with what they cause; how many there were.

    Two at once take different ones; cut off in between, nothing happened. Whether a person wants
    to hear of it is asked here, so that what they said a moment ago holds.
    """
    if not is_waiting_event():
        return 0
    with write_transaction() as session:
        ids = waiting_event_ids(session, limit=BATCH)
        if not ids:
            return 0
        session.execute(
            update(OutboxEvent).where(is_among(session, OutboxEvent.id, ids)).values(dispatched_at=now)
        )
        rows = [(row, kind) for row in events_to_tell(session, ids) if (kind := _kind(row)) is not None]
        notify(session, [_line(row, kind, now) for row, kind in rows if _wants(row, kind, Channel.PAGE)])
        if write_messages(session, _mails(session, [one for one in rows if _wants(*one, Channel.MAIL)], now)):
            nudge_after_commit(session, "send-messages")
        note_work(session, "relay-outbox", now)
    return len(ids)


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
        ranks_of(session, [row.enrollment_id for row, kind in rows if kind is N.WAITLISTED]),
        explanations_of(session, [row.enrollment_id for row, kind in rows if kind is N.NO_SHOW]),
    )
    letters = Letters(now)
    return [
        letters.write(
            kind, row, key=_key(row), **known.about(row, kind),
            calendar=invitation(row, kind, link=letters.url("participant.event", slug=row.slug), now=now),
        )
        for row, kind in rows
    ]  # fmt: skip


def _kind(row: Row) -> N | None:
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


def _wants(row: Row, kind: N, channel: Channel) -> bool:
    return wants(kind, Frequency(row.frequency), channel)


def _key(row: Row) -> str:
    """One line and one mail per domain event."""
    return f"outbox:{row.id}"


def _line(row: Row, kind: N, now: datetime) -> dict[str, object]:
    return {
        "dedupe_key": _key(row), "user_id": row.user_id, "type": kind, "event_id": row.event_id,
        "enrollment_id": row.enrollment_id, "title": row.title, "created_at": now,
        "text": row.reason if kind in _WITH_REASON else "",
    }  # fmt: skip
