"""Telling the organizers that a closed event has outcomes which only people can decide."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.notices.notice import NotificationType
from webapp.models import Membership
from webapp.queries.events.closure import undecided_people
from webapp.services.notices.notification import notify
from webapp.services.places.seats import LockedEvent


def ask_organizers_to_settle(session: Session, locked: LockedEvent, *, now: datetime) -> None:
    """One line for everybody on the staff of the locked event's organization, once per event.

    Its text is kept in English; `languages.kept_texts` says it to whoever reads it, and when.
    """
    people = undecided_people(session, locked.id) if locked.row.online_counts else 0
    if not people:
        return
    staff = session.scalars(select(Membership.user_id).where(Membership.organization_id == locked.row.organization_id))
    notify(
        session,
        [
            {
                "dedupe_key": f"to_settle:{locked.id}:{user_id}",
                "user_id": user_id,
                "type": NotificationType.TO_SETTLE,
                "title": locked.row.title,
                "event_id": locked.id,
                "text": "1 outcome is undecided." if people == 1 else f"{people} outcomes are undecided.",
                "created_at": now,
            }
            for user_id in staff
        ],
    )
