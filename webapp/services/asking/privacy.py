"""What a person lets others see: usually, of one event, and under which address."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from webapp.domain.people.handle import clean_handle, new_handle
from webapp.domain.people.privacy import Sharing
from webapp.domain.refusal import Refused
from webapp.models import RecordPrivacy, User
from webapp.queries.people.history import records_with_ids
from webapp.services.insertion import insert_unless_there
from webapp.services.unit_of_work import write_transaction

_CHOICE = RecordPrivacy.__table__


def set_record_privacy(session: Session, *, user_id: int, event_id: int, sharing: Sharing, now: datetime) -> None:
    """Keep what others may see of this person's record of this event.

    A choice that only repeats the person's usual one, where nothing else was chosen before, is none:
    such a record goes on following the usual one. A choice once made stays. The caller has made
    sure that it is their record.
    """
    theirs = (_CHOICE.c.event_id == event_id, _CHOICE.c.user_id == user_id)
    is_chosen = session.scalar(select(_CHOICE.c.event_id).where(*theirs)) is not None
    if not is_chosen and sharing == _usual_sharing(session, user_id):
        return
    values = {"on_profile": sharing.on_profile, "to_organizations": sharing.to_organizations, "changed_at": now}
    row = insert_unless_there(session, _CHOICE).values(event_id=event_id, user_id=user_id, **values)
    # Insert, then update: of two at the same time the later one holds.
    if session.scalar(row.returning(_CHOICE.c.event_id)) is None:
        session.execute(update(_CHOICE).where(*theirs).values(**values))


def _usual_sharing(session: Session, user_id: int) -> Sharing:
    row = session.execute(
        select(User.records_on_profile, User.records_to_organizations).where(User.id == user_id)
    ).one()
    return Sharing(row.records_on_profile, row.records_to_organizations)


def choose_sharing(
    *, user_id: int, usual: Sharing | None = None, records: Mapping[int, Sharing] | None = None, now: datetime
) -> None:
    """Keep what a person chose: usually (where given), and for these events (by id).

    All of it or nothing. Raises `not_found` for an event that is not in their history.
    """
    chosen = records or {}
    with write_transaction() as session:
        if set(records_with_ids(user_id, list(chosen), now)) != set(chosen):
            raise Refused("not_found")
        for event_id, sharing in sorted(chosen.items()):
            set_record_privacy(session, user_id=user_id, event_id=event_id, sharing=sharing, now=now)
        if usual is not None:
            session.execute(
                update(User)
                .where(User.id == user_id)
                .values(records_on_profile=usual.on_profile, records_to_organizations=usual.to_organizations)
            )


def choose_handle(*, user_id: int, text: str) -> str:
    """Give the person's profile that address, and return it as it is stored; an old one ends.

    Raises `handle_invalid`, `handle_reserved`, `handle_taken`.
    """
    return _keep_handle(user_id, clean_handle(text))


def draw_handle(*, user_id: int) -> str:
    """Give the person's profile an address that nobody can guess, and return it."""
    return _keep_handle(user_id, new_handle())


def drop_handle(*, user_id: int) -> None:
    """End the person's public profile: there is none without an address."""
    with write_transaction() as session:
        session.execute(update(User).where(User.id == user_id).values(handle=None))


def _keep_handle(user_id: int, handle: str) -> str:
    try:
        with write_transaction() as session:
            session.execute(update(User).where(User.id == user_id).values(handle=handle))
    except IntegrityError:
        raise Refused("handle_taken", handle=handle) from None
    return handle
