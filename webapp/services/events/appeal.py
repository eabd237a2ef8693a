"""Saying "I was there" of a place that came out as a no-show, and withdrawing it.

Why it is so: docs/decisions/135-appeals.md.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from webapp.adapters.answer_files import CheckedFile, checked_file
from webapp.domain.event_days import effective_end, event_days
from webapp.domain.events.appeal import (
    WORDS_LIMIT,
    AppealOutcome,
    AppealTerms,
    require_came_at,
    require_fileable,
    require_open,
)
from webapp.domain.permission import Actor
from webapp.domain.places.enrollment import EnrollmentStatus
from webapp.domain.questions.answer_file import require_picture
from webapp.domain.refusal import Refused
from webapp.domain.text import clean_prose
from webapp.models import Appeal, AppealPicture
from webapp.queries.row_types import AnyRow
from webapp.services.places.enrollment import lock_enrollment
from webapp.services.places.seats import LockedEvent
from webapp.services.unit_of_work import write_transaction

_APPEAL, _PICTURE = Appeal.__table__, AppealPicture.__table__
_IN_THE_WAY = _APPEAL.c.outcome.not_in((AppealOutcome.WITHDRAWN, AppealOutcome.OVERTAKEN))


@dataclass(frozen=True, slots=True)
class Statement:
    """What somebody sends with an appeal; `came_at` is an aware UTC instant. All of it may be left out."""

    words: str = ""
    came_at: datetime | None = None
    picture: CheckedFile | None = None


def sent_picture(name: str, data: bytes) -> CheckedFile:
    """A picture as it may be kept, written anew, before any transaction: that takes a second.

    Raises Refused: what `require_picture` and `checked_file` refuse.
    """
    require_picture(data)
    return checked_file(name, data)


def file_appeal(*, enrollment_id: int, said: Statement, actor: Actor, now: datetime) -> int:
    """Keep the appeal of the person whose place it is; its id. Sent twice it is one.

    The picture was looked at before (`sent_picture`). Raises Refused: `not_found`, `text_too_long`,
    `text_broken`, `appeal_time_outside`, and what `require_fileable` refuses but `appeal_open`.
    """
    words = clean_prose(said.words, limit=WORDS_LIMIT, field="text")
    with write_transaction() as session:
        locked, row = _lock_own(session, enrollment_id, actor)
        terms = _terms(locked, row, earlier := _earlier(session, enrollment_id))
        if earlier is not None and earlier.outcome == AppealOutcome.OPEN:
            return int(earlier.id)
        require_fileable(terms, now)
        event = locked.row
        days = event_days(event.starts_at, event.ends_at, event.timezone)
        require_came_at(said.came_at, days=days, timezone=event.timezone, until=_end(locked))
        values = {
            "event_id": locked.id,
            "enrollment_id": row.id,
            "filed_at": now,
            "filed_by_id": actor.acting_id,
            "words": words,
            "came_at": said.came_at,
            "decided_until": terms.decided_until,
            "outcome": AppealOutcome.OPEN,
            "answer": "",
        }
        appeal_id = session.execute(insert(_APPEAL).values(values).returning(_APPEAL.c.id)).scalar_one()
        if said.picture is not None:
            file = {"appeal_id": appeal_id, "mimetype": said.picture.mimetype, "body": said.picture.body}
            session.execute(insert(_PICTURE).values(file))
    return int(appeal_id)


def withdraw_appeal(*, enrollment_id: int, actor: Actor, now: datetime) -> None:
    """End the person's open appeal; what they said and their picture are deleted at once. Twice is fine.

    Raises Refused: `not_found`, `appeal_over` (it was answered).
    """
    with write_transaction() as session:
        _lock_own(session, enrollment_id, actor)
        found = _earlier(session, enrollment_id)
        if found is None:
            return
        require_open(found.outcome, found.decided_until, now)
        session.execute(delete(_PICTURE).where(_PICTURE.c.appeal_id == found.id))
        ended = update(_APPEAL).where(_APPEAL.c.id == found.id)
        values = {"outcome": AppealOutcome.WITHDRAWN, "ended_at": now, "words": "", "came_at": None}
        session.execute(ended.values(values))


def _lock_own(session: Session, enrollment_id: int, actor: Actor) -> tuple[LockedEvent, AnyRow]:
    locked, row = lock_enrollment(session, enrollment_id)
    if row.user_id != actor.user_id:
        raise Refused("not_found")
    return locked, row


def _earlier(session: Session, enrollment_id: int) -> AnyRow | None:
    """The one appeal about that place that is open or was answered."""
    columns = (_APPEAL.c.id, _APPEAL.c.outcome, _APPEAL.c.decided_until)
    own = select(*columns).where(_APPEAL.c.enrollment_id == enrollment_id, _IN_THE_WAY)
    return session.execute(own).one_or_none()


def _terms(locked: LockedEvent, row: AnyRow, earlier: AnyRow | None) -> AppealTerms:
    before = AppealOutcome(earlier.outcome) if earlier is not None else None
    return AppealTerms(EnrollmentStatus(row.status), _end(locked), before)


def _end(locked: LockedEvent) -> datetime:
    return effective_end(locked.row.starts_at, locked.row.ends_at)
