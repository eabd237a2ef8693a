"""An event edited as its form would do it: everything as it is stored, but for what is changed."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.worlds.rows import stored_draft
from tests.support.worlds.world import NOON
from webapp.domain.permission import SYSTEM, Actor
from webapp.models import Event
from webapp.services.events.event_editing import Edited, edit_event


def edit(
    session: Session, event_id: int, *, now: datetime = NOON, actor: Actor = SYSTEM, seen: str | None = None, **changes
) -> Edited:
    """Save the event's form with these fields changed; `actor` and `seen` as `edit_event` takes them."""
    draft = replace(stored_draft(session, event_id), **changes)
    version = session.scalar(select(Event.version).where(Event.id == event_id))
    session.rollback()
    return edit_event(event_id=event_id, draft=draft, expected_version=version, now=now, actor=actor, seen=seen)
