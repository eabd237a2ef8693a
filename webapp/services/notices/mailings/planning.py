"""An organizer writes to people of an event: planned, changed, withdrawn, and tried on oneself.

Why it is so: docs/decisions/137-messages-of-organizers.md.
"""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from webapp.domain.notices.mailing import (
    MailingDraft,
    MailingStatus,
    require_mailing,
    require_planned,
    require_recipients,
)
from webapp.domain.notices.relative_time import due_at
from webapp.domain.permission import Actor
from webapp.domain.refusal import Refused
from webapp.domain.work.schedule import SEND_MAILING
from webapp.models import Mailing
from webapp.queries.events.event import StoredEvent
from webapp.queries.notices.mailings.audience import count_audience, count_beyond
from webapp.queries.row_types import AnyRow
from webapp.services.notices.mailings.following import columns_of
from webapp.services.notices.mailings.letters import MailingLetters
from webapp.services.notices.messages import write_messages
from webapp.services.places.seats import lock_event
from webapp.services.row_count import rows_changed
from webapp.services.unit_of_work import nudge_after_commit, write_transaction
from webapp.services.work.opening import open_runs

_MAILING = Mailing.__table__


def plan_mailing(
    *, event_id: int, draft: MailingDraft, actor: Actor, request_id: str, now: datetime, real_now: datetime
) -> int:
    """Send a message, now or at its time; its id. The same form sent twice is one message.

    Raises Refused: `not_found`, what `require_mailing` refuses, `no_recipients`, `beyond_the_day`, `reminder_in_past`.
    """
    require_mailing(draft, now)
    with write_transaction() as session:
        event = lock_event(session, event_id).row
        known = select(_MAILING.c.id).where(_MAILING.c.event_id == event_id, _MAILING.c.request_id == request_id)
        known_id: int | None = session.scalar(known)
        if known_id is not None:
            return known_id
        _require_people(event_id, draft, now)
        row = {
            "event_id": event_id,
            "created_by_id": actor.user_id,
            "status": MailingStatus.PLANNED,
            "request_id": request_id,
            "version": 1,
            "created_at": now,
            **dict.fromkeys(("people", "mails", "lines", "no_address", "gone"), 0),
            **_columns(draft, event, now),
        }
        new_id: int = session.scalars(insert(_MAILING).values(row).returning(_MAILING.c.id)).one()
        _start_at_once(session, event_id, draft, now, real_now)
        return new_id


def change_mailing(
    *, mailing_id: int, draft: MailingDraft, expected_version: int, now: datetime, real_now: datetime
) -> None:
    """Say something else, to others or at another time, as long as it is planned.

    Raises Refused: `not_found`, `stale`, `mailing_under_way`, `mailing_over`, and what `plan_mailing` refuses.
    """
    require_mailing(draft, now)
    with write_transaction() as session:
        # The event first, as everywhere.
        event = lock_event(session, _event_of(session, mailing_id)).row
        row = _lock(session, mailing_id)
        require_planned(row.status)
        if row.version != expected_version:
            raise Refused("stale")
        _require_people(row.event_id, draft, now, besides_id=mailing_id)
        changed = update(_MAILING).where(_MAILING.c.id == mailing_id)
        session.execute(changed.values(version=row.version + 1, **_columns(draft, event, now)))
        _start_at_once(session, row.event_id, draft, now, real_now)


def withdraw_mailing(*, mailing_id: int, actor: Actor, now: datetime) -> None:
    """It is not sent. Raises Refused: `not_found`, `mailing_under_way`, `mailing_over`."""
    with write_transaction() as session:
        require_planned(_lock(session, mailing_id).status)
        _withdraw(session, _MAILING.c.id == mailing_id, actor, now)


def withdraw_all(session: Session, event_id: int, *, actor: Actor, now: datetime) -> None:
    """With its event goes what was planned; inside the transaction that holds the event."""
    _withdraw(session, _MAILING.c.event_id == event_id, actor, now)


def send_trial(*, subject: str, body: str, reader: AnyRow, actor: Actor, now: datetime) -> None:
    """Send the message as `reader` would get it to the organizer who writes it, at once.

    Raises Refused: `placeholder_unknown`, `address_missing`.
    """
    if actor.user_id is None or actor.email is None:
        raise Refused("address_missing")
    letters = MailingLetters(subject, body, now)
    mail = letters.write(reader, letters.words_for(reader), key=f"mailing-trial:{secrets.token_hex(12)}")
    # Nobody but the reader themselves gets the reader's own link to unsubscribe.
    text, html = (str(mail[part]).replace(str(mail["unsubscribe_url"]), letters.home()) for part in ("body", "html"))
    own = {"kind": "mailing_trial", "user_id": actor.user_id, "recipient": actor.email, "unsubscribe_url": None}
    with write_transaction() as session:
        write_messages(session, [{**mail, **own, "body": text, "html": html}])
        nudge_after_commit(session, "send-messages")


def _columns(draft: MailingDraft, event: StoredEvent, now: datetime) -> dict[str, Any]:
    return {
        **columns_of(draft.relative),
        "subject": draft.subject,
        "body": draft.body,
        "audience": draft.audience.as_kept(),
        "send_at": _send_at(draft, event, now),
        "goes_beyond": draft.goes_beyond,
    }


def _require_people(event_id: int, draft: MailingDraft, now: datetime, *, besides_id: int | None = None) -> None:
    if draft.relative is not None:
        # Nobody has to be there yet, and by then they may have heard of other things.
        return
    people = count_audience(event_id, draft.audience).people
    beyond = count_beyond(event_id, draft.audience, draft.send_at or now, besides_id=besides_id)
    require_recipients(people, beyond, goes_beyond=draft.goes_beyond)


def _send_at(draft: MailingDraft, event: StoredEvent, now: datetime) -> datetime:
    """Its time. Raises `reminder_in_past` for a reminder whose time is over already."""
    if draft.relative is None:
        return draft.send_at or now
    send_at = due_at(draft.relative, starts_at=event.starts_at, ends_at=event.effective_end_at, timezone=event.timezone)
    if send_at <= now:
        raise Refused("reminder_in_past")
    return send_at


def _event_of(session: Session, mailing_id: int) -> int:
    event_id: int | None = session.scalar(select(_MAILING.c.event_id).where(_MAILING.c.id == mailing_id))
    if event_id is None:
        raise Refused("not_found")
    return event_id


def _start_at_once(session: Session, event_id: int, draft: MailingDraft, now: datetime, real_now: datetime) -> None:
    """What is due now does not wait for the next tick to be found; one run at most is open for an event."""
    if draft.send_at is None and draft.relative is None:
        open_runs(session, SEND_MAILING, event_ids=[event_id], for_a_worker=True, now=now, real_now=real_now)
        nudge_after_commit(session, "tick")


def _withdraw(session: Session, which: Any, actor: Actor, now: datetime) -> int:
    planned = update(_MAILING).where(which, _MAILING.c.status == MailingStatus.PLANNED)
    values = {"status": MailingStatus.WITHDRAWN, "finished_at": now, "withdrawn_by_id": actor.acting_id}
    return rows_changed(session, planned.values(values))


def _lock(session: Session, mailing_id: int) -> AnyRow:
    row = session.execute(select(_MAILING).where(_MAILING.c.id == mailing_id).with_for_update()).one_or_none()
    if row is None:
        raise Refused("not_found")
    return row
