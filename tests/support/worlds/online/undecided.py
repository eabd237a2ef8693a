"""An evening that is closed, or waits for its closing, while it is not known who was there."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.worlds.online.online_event import END, HOUR, MINUTE, START, OnlineEvent
from webapp.models import OutboxEvent
from webapp.queries.events.closure import due_event_ids
from webapp.services.events.closure import Closed, close_event
from webapp.services.online.session_join import note_token
from webapp.services.unit_of_work import end_reading, write_transaction

CAP = END + 2 * HOUR
OVER = CAP + MINUTE


def lets_in(online_event: OnlineEvent, at: int = 0) -> None:
    """Somebody pressed Join and got a token."""
    with write_transaction() as session:
        note_token(
            session,
            session_id=online_event.session_id,
            user_id=online_event.people[at],
            as_host=False,
            now=START - MINUTE,
        )


def due(now: datetime) -> bool:
    """Whether closing would find an event to close."""
    end_reading()
    return bool(due_event_ids(now))


def closes(online_event: OnlineEvent, now: datetime = OVER) -> Closed:
    """Closing, by default when it waits no longer."""
    closed = close_event(event_id=online_event.event_id, now=now)
    end_reading()
    return closed


def told(session: Session, online_event: OnlineEvent) -> list[tuple]:
    """(enrollment, kind) of what other systems hear of outcomes, in order."""
    session.rollback()
    query = select(OutboxEvent.enrollment_id, OutboxEvent.kind).where(OutboxEvent.event_id == online_event.event_id)
    wanted = ("ParticipantUndecided", "ParticipantAttended", "ParticipantNoShow")
    return [tuple(row) for row in session.execute(query.where(OutboxEvent.kind.in_(wanted)).order_by(OutboxEvent.id))]
