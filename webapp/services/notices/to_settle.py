"""Telling the organizers that a closed event has outcomes which only people can decide."""

from datetime import datetime

from sqlalchemy.orm import Session

from webapp.domain.notices.notice import NotificationType
from webapp.domain.permission import Permission
from webapp.queries.events.closure import undecided_people
from webapp.queries.organizations.team import members_who_may
from webapp.services.notices.notification import notify
from webapp.services.places.seats import LockedEvent


def ask_organizers_to_settle(session: Session, locked: LockedEvent, *, now: datetime) -> None:
    """One line for everybody who may settle them, once per event.

    Its text is kept in English; `languages.kept_texts` says it to whoever reads it, and when.
    """
    people = undecided_people(session, locked.id) if locked.row.online_counts else 0
    if not people:
        return
    staff = members_who_may(session, Permission.SETTLE_OUTCOME, locked.row.organization_id, locked.row.facility_id)
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
