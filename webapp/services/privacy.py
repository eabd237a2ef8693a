"""What a person lets others see: usually, and of one event."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from webapp.domain.privacy import Sharing
from webapp.models import RecordPrivacy, User
from webapp.services.insertion import insert_unless_there

_CHOICE = RecordPrivacy.__table__


def set_record_privacy(
    session: Session, *, user_id: int, event_id: int, on_profile: bool, to_organizations: bool, now: datetime
) -> None:
    """Keep what others may see of this person's record of this event.

    A choice that only repeats the person's usual one, where nothing else was chosen before, is none:
    such a record goes on following the usual one. A choice once made stays. The caller has made
    sure that it is their record.
    """
    wanted = Sharing(on_profile=on_profile, to_organizations=to_organizations)
    theirs = (_CHOICE.c.event_id == event_id, _CHOICE.c.user_id == user_id)
    is_chosen = session.scalar(select(_CHOICE.c.event_id).where(*theirs)) is not None
    if not is_chosen and wanted == _usual_sharing(session, user_id):
        return
    values = {"on_profile": on_profile, "to_organizations": to_organizations, "changed_at": now}
    row = insert_unless_there(session, _CHOICE).values(event_id=event_id, user_id=user_id, **values)
    # Insert, then update: of two at the same time the later one holds.
    if session.execute(row).rowcount == 0:
        session.execute(update(_CHOICE).where(*theirs).values(**values))


def _usual_sharing(session: Session, user_id: int) -> Sharing:
    row = session.execute(
        select(User.records_on_profile, User.records_to_organizations).where(User.id == user_id)
    ).one()
    return Sharing(row.records_on_profile, row.records_to_organizations)
