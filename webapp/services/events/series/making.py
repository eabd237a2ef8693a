"""Making a series of an event: the same event on more dates, each made whole by itself."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from webapp.domain.event_life import EventStatus
from webapp.domain.events.series import require_room
from webapp.domain.permission import Actor
from webapp.domain.recurrence import Recurrence
from webapp.domain.refusal import Refused
from webapp.models import Event, EventSeries
from webapp.services.events.copying import copy_held
from webapp.services.insertion import insert_unless_there
from webapp.services.places.seats import LockedEvent, lock_event
from webapp.services.slug import free_series_slug
from webapp.services.unit_of_work import write_transaction

_EVENT, _SERIES = Event.__table__, EventSeries.__table__


@dataclass
class Repeated:
    """The series; ids of the dates that were made just now, in order; and those that could not be, with why."""

    series_id: int
    made: list[int] = field(default_factory=list)
    refused: list[tuple[datetime, Refused]] = field(default_factory=list)


def repeat_event(
    *, event_id: int, starts: Sequence[datetime], rule: Recurrence, actor: Actor, request_id: str, now: datetime
) -> Repeated:
    """Copy the event to these starts, as drafts of its series, which begins with it where it is in none.

    Each date is made in a transaction of its own: none holds the others up, and what cannot be made is said. The same
    form sent again makes what is missing. A date that the series has is left alone.
    Raises Refused: `not_found`, `too_many_dates`.
    """
    with write_transaction() as session:
        source = lock_event(session, event_id)
        series_id = source.row.series_id or _begin(session, source, rule, now)
    # Not while an event is held: whoever adds a date holds the series first.
    with write_transaction() as session:
        session.execute(update(_SERIES).where(_SERIES.c.id == series_id).values(rrule=rule.text))
    done = Repeated(series_id)
    for starts_at in starts:
        key = f"{request_id[:40]}:{starts_at:%Y%m%d%H%M}"
        try:
            made = _add_date(event_id, series_id, starts_at=starts_at, actor=actor, request_id=key, now=now)
        except Refused as refused:
            if refused.code in {"not_found", "too_many_dates"}:
                raise
            done.refused.append((starts_at, refused))
        else:
            done.made += [made] if made else []
    return done


def _begin(session: Session, source: LockedEvent, rule: Recurrence, now: datetime) -> int:
    values = {
        "organization_id": source.row.organization_id,
        "facility_id": source.row.facility_id,
        "title": source.row.title,
        "rrule": rule.text,
        "created_at": now,
    }
    series_id: int | None = None
    while series_id is None:  # another series of that title may begin at the same instant
        slug = free_series_slug(session, source.row.title)
        statement = insert_unless_there(session, _SERIES).values(**values, slug=slug)
        series_id = session.scalar(statement.returning(_SERIES.c.id))
    _make_date(session, source.id, series_id)
    return series_id


def _add_date(
    event_id: int, series_id: int, *, starts_at: datetime, actor: Actor, request_id: str, now: datetime
) -> int | None:
    """The date's id; None where the series has one then, or this form made it before."""
    with write_transaction() as session:
        # Whoever adds dates holds the series, so that two at once do not make the same one.
        session.execute(select(_SERIES.c.id).where(_SERIES.c.id == series_id).with_for_update())
        of_series = (_EVENT.c.series_id == series_id, _EVENT.c.deleted_at.is_(None))
        takes_place = _EVENT.c.status != EventStatus.CANCELLED
        if session.scalar(select(_EVENT.c.id).where(*of_series, takes_place, _EVENT.c.starts_at == starts_at)):
            return None
        require_room(session.scalar(select(func.count()).where(*of_series)) or 0, 1)
        source = lock_event(session, event_id)
        copy_id, is_new = copy_held(session, source, starts_at=starts_at, actor=actor, request_id=request_id, now=now)
        if is_new:
            _make_date(session, copy_id, series_id)
        return copy_id if is_new else None


def _make_date(session: Session, event_id: int, series_id: int) -> None:
    session.execute(update(_EVENT).where(_EVENT.c.id == event_id).values(series_id=series_id))
