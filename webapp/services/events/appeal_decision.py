"""Answering appeals: granted, declined, or lapsed by the clock; and notes for who decides.

The mails are written by the relay, behind the transaction that answers.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.orm import Session

from webapp.domain.events.appeal import WORDS_LIMIT, AppealOutcome, pictures_over, require_open
from webapp.domain.permission import Actor, Trigger
from webapp.domain.places.domain_event import DomainEvent
from webapp.domain.places.enrollment import TransitionKind
from webapp.domain.refusal import Refused
from webapp.domain.text import clean_prose
from webapp.models import Appeal, AppealNote, AppealPicture, OutboxEvent
from webapp.queries.places.appeals import due_appeals
from webapp.queries.row_types import AnyRow
from webapp.services.events.override import grant_attendance
from webapp.services.places.enrollment import lock_enrollment
from webapp.services.places.seats import lock_event
from webapp.services.places.transition import Cause
from webapp.services.row_count import rows_changed
from webapp.services.unit_of_work import end_reading, nudge_after_commit, write_transaction

_APPEAL, _NOTE, _PICTURE = Appeal.__table__, AppealNote.__table__, AppealPicture.__table__
_OUTBOX = OutboxEvent.__table__
#: What tells of each answer, and its version: told of no move, far below the versions of events. One for each place.
_TOLD = {
    AppealOutcome.GRANTED: (DomainEvent.APPEAL_GRANTED, -1_800_000_000),
    AppealOutcome.DECLINED: (DomainEvent.APPEAL_DECLINED, -1_800_000_001),
    AppealOutcome.LAPSED: (DomainEvent.APPEAL_LAPSED, -1_800_000_002),
}


def decide_appeal(*, appeal_id: int, grants: bool, answer: str, actor: Actor, by: Trigger, now: datetime) -> None:
    """Answer an open appeal: a yes corrects the outcome to attended, with the answer as the reason, in the same
    transaction. The same answer sent twice by the same person happens once. The caller asked `may_decide`.

    Raises Refused: `not_found`, `text_missing`, `text_too_long`, `text_broken`, `appeal_over` (fact: `outcome`).
    """
    said = clean_prose(answer, limit=WORDS_LIMIT, field="text", required=True)
    outcome = AppealOutcome.GRANTED if grants else AppealOutcome.DECLINED
    with write_transaction() as session:
        locked, row = lock_enrollment(session, _enrollment_of(session, appeal_id))
        found = session.execute(select(*_APPEAL.c).where(_APPEAL.c.id == appeal_id)).one()
        if (found.outcome, found.decided_by_id, found.answer) == (outcome, actor.user_id, said):
            return
        require_open(found.outcome, found.decided_until, now)
        values = {"outcome": outcome, "ended_at": now, "decided_by_id": actor.user_id, "answer": said}
        values |= {"settled_version": row.version + 1} if grants else {}
        session.execute(update(_APPEAL).where(_APPEAL.c.id == appeal_id).values(values))
        if grants:
            cause = Cause(by=by, actor=actor, at=now, reason=said, kind=TransitionKind.OVERRIDE)
            grant_attendance(session, locked, row, cause)
        _tell(session, [found], outcome, now)


def note_appeal(*, appeal_id: int, text: str, actor: Actor, now: datetime) -> None:
    """Keep what somebody of the staff knows about it, for who decides. Sent twice it is one.

    Raises Refused: `not_found`, `text_missing`, `text_too_long`, `text_broken`, `appeal_over` (fact: `outcome`).
    """
    said = clean_prose(text, limit=WORDS_LIMIT, field="text", required=True)
    with write_transaction() as session:
        lock_enrollment(session, _enrollment_of(session, appeal_id))
        found = session.execute(select(*_APPEAL.c).where(_APPEAL.c.id == appeal_id)).one()
        require_open(found.outcome, found.decided_until, now)
        mine = select(_NOTE.c.id).where(_NOTE.c.appeal_id == appeal_id, _NOTE.c.author_id == actor.user_id)
        if session.scalar(mine.where(_NOTE.c.text == said)) is not None:
            return
        values = {"appeal_id": appeal_id, "author_id": actor.user_id, "text": said, "written_at": now}
        session.execute(insert(_NOTE).values(values))


def lapse_appeals(*, now: datetime, most: int) -> int:
    """End appeals that nobody decided in time, of so many events at most; how many events. The outcomes stand."""
    event_ids = due_appeals(now, most)
    end_reading()
    for event_id in event_ids:
        with write_transaction() as session:
            lock_event(session, event_id)
            is_due = (_APPEAL.c.outcome == AppealOutcome.OPEN, _APPEAL.c.decided_until <= now)
            ended = update(_APPEAL).where(_APPEAL.c.event_id == event_id, *is_due)
            values = {"outcome": AppealOutcome.LAPSED, "ended_at": now}
            rows = session.execute(ended.values(values).returning(_APPEAL.c.event_id, _APPEAL.c.enrollment_id)).all()
            _tell(session, rows, AppealOutcome.LAPSED, now)
    return len(event_ids)


def delete_old_pictures(*, now: datetime) -> dict[str, int]:
    """Delete pictures of appeals that were over long enough ago; how many."""
    over: ColumnElement[bool] = _APPEAL.c.ended_at <= pictures_over(now)
    with write_transaction() as session:
        old = delete(_PICTURE).where(_PICTURE.c.appeal_id.in_(select(_APPEAL.c.id).where(over)))
        return {"pictures": rows_changed(session, old)}


def _enrollment_of(session: Session, appeal_id: int) -> int:
    found = session.scalar(select(_APPEAL.c.enrollment_id).where(_APPEAL.c.id == appeal_id))
    if found is None:
        raise Refused("not_found")
    return int(found)


def _tell(session: Session, appeals: Sequence[AnyRow], outcome: AppealOutcome, now: datetime) -> None:
    """One domain event for each of them."""
    kind, version = _TOLD[outcome]
    rows = [
        {
            "kind": kind,
            "event_id": one.event_id,
            "enrollment_id": one.enrollment_id,
            "version": version,
            "occurred_at": now,
        }
        for one in sorted(appeals, key=lambda one: int(one.enrollment_id))
    ]
    if rows:
        session.execute(insert(_OUTBOX), rows)
        nudge_after_commit(session, "relay-outbox")
