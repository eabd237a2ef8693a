"""Calculating the attendance of online sessions, and closing what nobody left.

Whether a session has to be calculated is a question about its columns and its room's counter.
A chunk of sessions is one transaction: [the lock of the event, where presence counts, or of
the class,] the sessions' locks, what the rooms came to, everybody measured, the differences written. The
counter is read before the stays, so what arrives meanwhile is either in them or makes the
session due again.
"""

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from sqlalchemy import case, func, null, select, update
from sqlalchemy.orm import Session

from webapp.domain.online.calculation import MOST_TRIES, RETRY_PAUSE
from webapp.models import MeetingRoom, MeetingSession
from webapp.queries.id_set import is_among
from webapp.queries.online.session_calculation import lock_sessions
from webapp.queries.online.session_owner import owner_of
from webapp.queries.row_types import AnyRow
from webapp.services.beat import Beat
from webapp.services.classes.people.class_seats import lock_class
from webapp.services.classes.roll_call_prefill import prefill_roll_call
from webapp.services.error_words import in_words
from webapp.services.online.attendance_rows import stamp_sessions, sync_reports, write_attendances
from webapp.services.online.late_evidence import learn_late
from webapp.services.online.online_check_in import bridge_event
from webapp.services.online.session_measuring import MeasuredSessions, measure_sessions
from webapp.services.places.seats import lock_event
from webapp.services.unit_of_work import write_transaction
from webapp.services.work.run import ClaimLost

log = logging.getLogger(__name__)

#: Sessions per transaction, where neither event nor class has to be locked.
CHUNK = 100


@dataclass
class Calculated:
    """What a calculation did: sessions, rows written, people by status (None: needs review), check-ins."""

    sessions: int = 0
    changed: int = 0
    statuses: Counter[str | None] = field(default_factory=Counter)
    checked_in: int = 0
    taken_back: int = 0
    settled: int = 0
    failed: dict[int, str] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """For the job's run."""
        return {
            "sessions": self.sessions,
            "records": self.changed,
            "needs_review": self.statuses[None],
            "online_check_ins": self.checked_in,
            "check_ins_taken_back": self.taken_back,
            "outcomes_settled": self.settled,
            "sessions_failed": len(self.failed),
        }


@dataclass(frozen=True, slots=True)
class _Way:
    """How the chunks of one call are calculated."""

    now: datetime
    only_due: bool = True
    is_reconciling: bool = False
    beat: Beat | None = None


def calculate_sessions(
    rows: Sequence[AnyRow], *, now: datetime, is_forced: bool = False, beat: Beat | None = None
) -> Iterator[Calculated]:
    """Calculate these sessions (rows of `due_sessions`); what was done so far, after each chunk.

    Twice, at once, cut off in between: the same rows; what is up to date is left alone, unless
    `is_forced`. A session that cannot be calculated does not stop the others; it is tried
    three times, a minute apart, and again when something new arrives.
    """
    return _calculate(rows, _Way(now, only_due=not is_forced, beat=beat))


def reconcile_sessions(rows: Sequence[AnyRow], *, now: datetime, beat: Beat | None = None) -> Iterator[Calculated]:
    """Close what is still open in these sessions (rows of `sessions_to_reconcile`), and say so on the record.

    Asks nobody: a stay without a leave ends when the room was closed for good or, before
    that, at the scheduled end. A leave that comes later still replaces it.
    """
    return _calculate(rows, _Way(now, only_due=False, is_reconciling=True, beat=beat))


def reopen_sessions(session: Session, session_ids: Sequence[int]) -> None:
    """What those sessions are calculated from was changed by people: measure them anew."""
    session.execute(
        update(MeetingSession)
        .where(is_among(session, MeetingSession.id, session_ids))
        .values(calculated_at=null(), calculation_tries=0, next_try_at=null(), calculation_error=null())
    )


def _calculate(rows: Sequence[AnyRow], way: _Way) -> Iterator[Calculated]:
    done = Calculated()
    for chunk in _chunks(rows):
        _calculate_chunk(chunk, way, done)
        yield done


def _chunks(rows: Sequence[AnyRow]) -> Iterator[Sequence[AnyRow]]:
    """Sessions whose event's check-ins or whose class's roll-call follow them stay together: they need its lock."""
    followed = [row for row in rows if row.bridges or row.class_id is not None]
    followed.sort(key=lambda row: (row.event_id or 0, row.class_id or 0, row.id))
    for _, together in groupby(followed, key=owner_of):
        yield list(together)
    plain = [row for row in rows if not row.bridges and row.class_id is None]
    for at in range(0, len(plain), CHUNK):
        yield plain[at : at + CHUNK]


def _calculate_chunk(chunk: Sequence[AnyRow], way: _Way, done: Calculated) -> None:
    """All at once; where that fails each by itself, so that only what is broken is left out."""
    try:
        _calculate_together(chunk, way, done)
    except ClaimLost:
        raise
    except Exception as error:
        if len(chunk) > 1:
            for row in chunk:
                _calculate_chunk([row], way, done)
            return
        log.exception("session %s could not be calculated", chunk[0].id)
        _note_failures({chunk[0].id: [in_words(error)]}, way, done)


def _calculate_together(chunk: Sequence[AnyRow], way: _Way, done: Calculated) -> None:
    ids = [row.id for row in chunk]
    with write_transaction() as session:
        _beat(session, way, done)
        event = lock_event(session, chunk[0].event_id) if chunk[0].bridges else None
        if chunk[0].class_id is not None:
            lock_class(session, chunk[0].class_id)
        locked = lock_sessions(session, ids, only_due=way.only_due)
        if not locked:
            return
        found = measure_sessions(session, locked, is_reconciling=way.is_reconciling)
        changed = _write(session, locked, found, way)
        bridged = bridge_event(session, event, now=way.now) if event is not None else None
        learnt = learn_late(session, event, now=way.now) if event is not None else None
    done.sessions += len(locked) - len(found.errors)
    done.changed += changed
    done.statuses.update(found.statuses)
    if bridged is not None:
        done.checked_in += bridged.checked_in
        done.taken_back += bridged.taken_back
    if learnt is not None:
        done.settled += learnt.settled
    if found.errors:
        _note_failures(found.errors, way, done)


def _write(session: Session, locked: Sequence[AnyRow], found: MeasuredSessions, way: _Way) -> int:
    ids = [row.id for row in locked]
    is_first = all(row.calculated_through is None for row in locked)
    changed = write_attendances(session, found.rows, ids, now=way.now, is_first=is_first)
    changed += sync_reports(session, ids, now=way.now, all_certain=found.all_certain)
    if any(row.class_session_id is not None for row in locked):
        prefill_roll_call(session, ids, now=way.now)
    fresh = [
        (row.id, row.folded, way.is_reconciling, found.doubts.get(row.id))
        for row in locked
        if row.id not in found.errors and not _is_up_to_date(row, way, found)
    ]
    stamp_sessions(session, fresh, now=way.now)
    return changed


def _is_up_to_date(row: AnyRow, way: _Way, found: MeasuredSessions) -> bool:
    """Whether stamping it would say nothing new."""
    is_known = row.calculated_at is not None and row.calculated_through == row.folded and row.calculation_tries == 0
    is_same = row.doubt == found.doubts.get(row.id)
    return is_known and is_same and (row.reconciled_at is not None or not way.is_reconciling)


def _note_failures(errors: dict[int, list[str]], way: _Way, done: Calculated) -> None:
    """Keep why, and when to try again. What arrives after this makes the session due at once, with new tries."""
    table = MeetingSession.__table__
    shown = select(MeetingRoom.folded).where(MeetingRoom.name == table.c.room_name).scalar_subquery()
    seen = func.coalesce(shown, 0)
    is_new = seen > func.coalesce(table.c.calculated_through, 0)
    tries = table.c.calculation_tries
    next_number = case((is_new, 1), (tries >= MOST_TRIES, MOST_TRIES), else_=tries + 1)
    with write_transaction() as session:
        for session_id, words in errors.items():
            what = words[0] if len(words) == 1 else f"{len(words)} records: {words[0]}"
            session.execute(
                update(table)
                .where(table.c.id == session_id)
                .values(
                    calculated_at=null(),
                    calculated_through=seen,
                    calculation_tries=next_number,
                    next_try_at=way.now + RETRY_PAUSE,
                    calculation_error=what[:500],
                )
            )
            done.failed[session_id] = what


def _beat(session: Session, way: _Way, done: Calculated) -> None:
    if way.beat is not None:
        way.beat(session, done.counts)
