"""Excuses: staff keeps why somebody did not come, and the strike is gone; taken back, it counts again."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from webapp.domain.permission import Actor
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.no_shows.excuse import WORDS_LIMIT, ExcuseReason, require_excusable
from webapp.domain.refusal import Refused
from webapp.domain.text import clean_prose
from webapp.models import NoShowExcuse
from webapp.queries.row_types import AnyRow
from webapp.services.places.enrollment import lock_enrollment
from webapp.services.unit_of_work import write_transaction

_EXCUSE = NoShowExcuse.__table__


@dataclass(frozen=True, slots=True)
class Given:
    """An excuse as staff gives it. `in_time`: they said so before the event began."""

    reason: ExcuseReason
    in_time: bool
    words: str = ""


def excuse(*, enrollment_id: int, given: Given, actor: Actor, now: datetime) -> None:
    """Keep an excuse for a place. The same one sent twice is one.

    Raises Refused: `not_found`, `nothing_to_excuse`, `excused_already`, `text_too_long`, `text_broken`.
    """
    words = clean_prose(given.words, limit=WORDS_LIMIT, field="words")
    values = {"reason": given.reason, "in_time": given.in_time, "words": words, "given_by_id": actor.user_id}
    with write_transaction() as session:
        _, row = lock_enrollment(session, enrollment_id)
        standing = _standing(session, enrollment_id)
        if standing is not None:
            if all(getattr(standing, name) == value for name, value in values.items()):
                return
            raise Refused("excused_already")
        require_excusable(S(row.status), cancelled_late=row.cancelled_late)
        session.execute(insert(_EXCUSE).values(enrollment_id=enrollment_id, given_at=now, **values))


def withdraw_excuse(*, enrollment_id: int, actor: Actor, now: datetime) -> None:
    """Take the excuse of a place back, so that it counts again; gone already: nothing happens. Raises `not_found`."""
    with write_transaction() as session:
        lock_enrollment(session, enrollment_id)
        mine = update(_EXCUSE).where(_EXCUSE.c.enrollment_id == enrollment_id, _EXCUSE.c.withdrawn_at.is_(None))
        session.execute(mine.values(withdrawn_at=now, withdrawn_by_id=actor.user_id))


def _standing(session: Session, enrollment_id: int) -> AnyRow | None:
    own = select(_EXCUSE).where(_EXCUSE.c.enrollment_id == enrollment_id, _EXCUSE.c.withdrawn_at.is_(None))
    return session.execute(own).one_or_none()
