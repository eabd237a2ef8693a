"""Deleting an event: nobody finds it any more, and what happened in it stays on the record."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from webapp.domain.asking.prompt import PromptEnd
from webapp.domain.events.event_deletion import require_deletable, require_title_typed
from webapp.domain.permission import Actor
from webapp.models import Event, EventTemplate, HelperLink, Notification, ScheduledAttendancePrompt
from webapp.queries.asking.prompt import is_open
from webapp.services.notices.mailings.planning import withdraw_all
from webapp.services.places.guest_hold import end_all_holds
from webapp.services.places.open_appeals import end_appeals_of_event
from webapp.services.places.seats import lock_event, save_counters
from webapp.services.unit_of_work import write_transaction


def delete_event(*, event_id: int, typed_title: str, actor: Actor, now: datetime) -> None:
    """Delete a draft, an event that was called off, or one that is over and closed.

    Trail, check-ins and answers stay; nothing more is asked of anybody, and the desk's links end.
    Raises Refused: `not_found` (deleted before), `event_still_published`, `title_missing`, `title_differs`.
    """
    with write_transaction() as session:
        locked = lock_event(session, event_id)
        require_deletable(locked.row.status)
        require_title_typed(typed_title, locked.row.title)
        end_all_holds(session, locked, now=now)
        save_counters(session, locked)
        session.execute(update(Event).where(Event.id == event_id).values(deleted_at=now, deleted_by_id=actor.user_id))
        session.execute(delete(EventTemplate).where(EventTemplate.event_id == event_id))
        end_appeals_of_event(session, event_id, now=now)
        withdraw_all(session, event_id, actor=actor, now=now)
        _end_prompts(session, event_id, now)
        _end_helper_links(session, event_id, now)


def _end_prompts(session: Session, event_id: int, now: datetime) -> None:
    """Planned ones are not sent; those that were sent wait for nothing any more."""
    prompt = ScheduledAttendancePrompt.__table__
    session.execute(
        update(prompt)
        .where(prompt.c.event_id == event_id, is_open)
        .values(ended_at=now, ended_because=PromptEnd.EVENT_GONE)
    )
    asked = (Notification.event_id == event_id, Notification.prompt_number.is_not(None))
    session.execute(update(Notification).where(*asked, Notification.read_at.is_(None)).values(read_at=now))


def _end_helper_links(session: Session, event_id: int, now: datetime) -> None:
    living = (HelperLink.event_id == event_id, HelperLink.revoked_at.is_(None))
    session.execute(update(HelperLink).where(*living).values(revoked_at=now))
