"""Making another event of one that is there, all of it in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from webapp.domain.event_days import moved_along
from webapp.domain.events.copying import copied_draft, require_copy_start
from webapp.domain.online.meeting_session import SessionDraft, default_room, times_after_move
from webapp.domain.permission import Actor
from webapp.models import EventPolicy
from webapp.queries.events.copying import sessions_to_copy
from webapp.services.events.event_editing import make_draft
from webapp.services.events.event_picture import copy_picture
from webapp.services.notices.mailings.following import copy_reminders
from webapp.services.online.meeting_session import plan_sessions
from webapp.services.places.access.entries import copy_list
from webapp.services.places.seats import LockedEvent, lock_event
from webapp.services.questions.editing import copy_into
from webapp.services.questions.locking import lock_asking_event
from webapp.services.unit_of_work import write_transaction


@dataclass(frozen=True, slots=True)
class Copying:
    """One copying: both events are held, and the new one says already what the old one does."""

    source: LockedEvent
    copy: LockedEvent
    actor: Actor
    now: datetime


def copy_event(*, event_id: int, starts_at: datetime, actor: Actor, request_id: str, now: datetime) -> int:
    """Make a draft like that event, with that start, and return its id. The same form sent twice makes one.

    No people, answers or trail come along. Raises Refused: `not_found`, `copy_in_past`, `already_saved`,
    `date_out_of_range`, what `require_consistent` and `plan_sessions` refuse, `unknown_facility`.
    """
    with write_transaction() as session:
        source = lock_event(session, event_id)
        copy_id, _ = copy_held(session, source, starts_at=starts_at, actor=actor, request_id=request_id, now=now)
        return copy_id


def copy_held(
    session: Session, source: LockedEvent, *, starts_at: datetime, actor: Actor, request_id: str, now: datetime
) -> tuple[int, bool]:
    """`copy_event` of an event that is held: the copy's id, and whether it was made just now."""
    require_copy_start(starts_at, now)
    copy_id, is_new = make_draft(
        session,
        organization_id=source.row.organization_id,
        draft=copied_draft(source.row, starts_at),
        request_id=request_id,
        now=now,
    )
    if is_new:
        copying = Copying(source, lock_event(session, copy_id), actor, now)
        for copy_part in PARTS:
            copy_part(session, copying)
    return copy_id, is_new


def _picture(session: Session, one: Copying) -> None:
    copy_picture(session, from_id=one.source.id, event_id=one.copy.id)


def _sessions(session: Session, one: Copying) -> None:
    """Those that were not called off. A room of its own goes along, the usual one is the new session's."""
    drafts = [
        SessionDraft(
            row.title,
            row.kind,
            *times_after_move(row, one.source.row, one.copy.row),
            room_name="" if row.room_name == default_room(row.id) else row.room_name,
        )
        for row in sessions_to_copy(session, one.source.id)
    ]
    if drafts:
        plan_sessions(session, one.copy, drafts, actor=one.actor, now=one.now)


def _questions(session: Session, one: Copying) -> None:
    """What it asks now, and until when it is answered."""
    copy_into(session, lock_asking_event(session, one.copy.id), one.source.id, now=one.now)
    if one.source.row.answers_due_at is not None:
        due_at = moved_along(one.source.row.answers_due_at, one.source.row, one.copy.row)
        policy = update(EventPolicy.__table__).where(EventPolicy.event_id == one.copy.id)
        session.execute(policy.values(answers_due_at=due_at))


def _list(session: Session, one: Copying) -> None:
    """Who may enroll, or may before everybody else. The link of an event is its own, and no copy's."""
    copy_list(session, from_id=one.source.id, event_id=one.copy.id, now=one.now)


def _reminders(session: Session, one: Copying) -> None:
    """The organizers' own, whose times go by the copy."""
    copy_reminders(session, one.source.row, one.copy.row, actor=one.actor, now=one.now)


#: What belongs to an event besides its own columns; what else it has that is no record of people is one line here.
PARTS: tuple[Callable[[Session, Copying], None], ...] = (_picture, _sessions, _questions, _list, _reminders)
