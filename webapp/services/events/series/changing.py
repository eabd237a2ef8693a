"""Changing or calling off dates of a series together, and undoing a change."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from webapp.domain.events.copying import draft_of
from webapp.domain.events.event_draft import EventDraft
from webapp.domain.events.series_change import as_fields, as_kept
from webapp.domain.permission import Actor
from webapp.domain.refusal import Refused
from webapp.models import EventSeries, EventSeriesChange
from webapp.queries.row_types import AnyRow
from webapp.services.events.event_editing import edit_held
from webapp.services.events.event_lifecycle import cancel_event
from webapp.services.places.seats import LockedEvent, lock_event
from webapp.services.unit_of_work import write_transaction

_SERIES, _TRAIL = EventSeries.__table__, EventSeriesChange.__table__


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a date becomes, and the version of it that was looked at."""

    version: int
    draft: EventDraft


@dataclass
class Done:
    """Dates that were changed or called off, how many people that called off, and those that were not, with why."""

    dates: list[int] = field(default_factory=list)
    people: int = 0
    refused: dict[int, Refused] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Why:
    series_id: int
    batch: str
    reason: str
    actor: Actor
    at: datetime
    is_undo: bool = False


def change_dates(
    *,
    series_id: int,
    wanted: Mapping[int, Wanted],
    reason: str,
    actor: Actor,
    now: datetime,
    title: str | None = None,
) -> Done:
    """Edit each date (by its id) as its own form would, with a line of the series' trail in the same transaction.

    What one date refuses (`stale`, `capacity_below_seats`, whatever `edit_event` does) holds no other up. Sent twice
    the second changes nothing. `title`: what the series itself is called from now on. Raises `reason_required`.
    """
    why = _Why(series_id, str(uuid.uuid4()), _required(reason), actor, now)
    done = Done()
    for event_id, one in wanted.items():
        _try(done, event_id, partial(_as_looked_at, one), why)
    if title is not None and done.dates:
        _rename(series_id, title)
    return done


def undo_dates(*, series_id: int, batch: str, reason: str, actor: Actor, now: datetime) -> Done:
    """Put the dates of a change back to what they were before it.

    One that was changed since stays (`date_changed_since`). Raises Refused: `reason_required`, `not_found`.
    """
    why = _Why(series_id, str(uuid.uuid4()), _required(reason), actor, now, is_undo=True)
    with write_transaction() as session:
        of_batch = (_TRAIL.c.series_id == series_id, _TRAIL.c.batch == batch, _TRAIL.c.is_undo.is_(False))
        lines = session.execute(select(_TRAIL).where(*of_batch).order_by(_TRAIL.c.id)).all()
        title = session.scalar(select(_SERIES.c.title).where(_SERIES.c.id == series_id))
    if not lines:
        raise Refused("not_found")
    done = Done()
    for line in lines:
        _try(done, line.event_id, partial(_as_it_was, line), why)
    if done.dates and title == lines[0].after["title"] != lines[0].before["title"]:
        _rename(series_id, lines[0].before["title"])
    return done


def call_off_dates(*, event_ids: Sequence[int], reason: str, actor: Actor, now: datetime) -> Done:
    """`cancel_event` for each date: what one refuses holds no other up. Raises Refused: `reason_required`."""
    _required(reason)
    done = Done()
    for event_id in event_ids:
        try:
            done.people += cancel_event(event_id=event_id, reason=reason, actor=actor, now=now)
        except Refused as refused:
            done.refused[event_id] = refused
        else:
            done.dates.append(event_id)
    return done


def _try(done: Done, event_id: int, becomes: Callable[[LockedEvent], Wanted], why: _Why) -> None:
    """One date in a transaction of its own."""
    try:
        with write_transaction() as session:
            is_changed = _change(session, lock_event(session, event_id), becomes, why)
    except Refused as refused:
        done.refused[event_id] = refused
    else:
        done.dates += [event_id] if is_changed else []


def _change(session: Session, locked: LockedEvent, becomes: Callable[[LockedEvent], Wanted], why: _Why) -> bool:
    """Whether anything of the date is different now."""
    if locked.row.series_id != why.series_id:
        raise Refused("not_found")
    wanted, before = becomes(locked), as_kept(locked.row)
    if not wanted.draft.differences(locked.row):
        return False
    edited = edit_held(session, locked, wanted.draft, expected_version=wanted.version, now=why.at, actor=why.actor)
    session.execute(
        insert(_TRAIL).values(
            series_id=why.series_id,
            event_id=locked.id,
            version=edited.version,
            batch=why.batch,
            before=before,
            after=as_kept(wanted.draft),
            is_undo=why.is_undo,
            reason=why.reason,
            actor_id=why.actor.user_id,
            at=why.at,
        )
    )
    return True


def _as_looked_at(wanted: Wanted, _locked: LockedEvent) -> Wanted:
    return wanted


def _as_it_was(line: AnyRow, locked: LockedEvent) -> Wanted:
    if locked.row.version != line.version:
        raise Refused("date_changed_since")
    return Wanted(line.version, replace(draft_of(locked.row), **as_fields(line.before)))


def _rename(series_id: int, title: str) -> None:
    with write_transaction() as session:
        session.execute(update(_SERIES).where(_SERIES.c.id == series_id).values(title=title))


def _required(reason: str) -> str:
    if not reason.strip():
        raise Refused("reason_required")
    return reason
