"""Closing an event: everybody who was expected becomes attended, no-show, or (where nobody can know) undecided."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session

from webapp.domain.event_life import EventStatus
from webapp.domain.events.closure import AttendanceRule, decide_outcome, outcome_reason, undecided_reason
from webapp.domain.permission import SYSTEM, Trigger
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.models import Event
from webapp.queries.events.closure import (
    has_empty_events,
    has_open,
    is_due_event,
    live_dates,
    lock_empty_events,
    next_to_decide,
    still_empty,
)
from webapp.queries.online.possible_days import possible_days
from webapp.queries.row_types import AnyRow
from webapp.services.beat import Beat
from webapp.services.notices.to_settle import ask_organizers_to_settle
from webapp.services.places.attendance_rule import event_dates, rule_of
from webapp.services.places.seats import LockedEvent, lock_event, save_counters
from webapp.services.places.transition import Cause, move_enrollments
from webapp.services.row_count import rows_changed
from webapp.services.unit_of_work import write_transaction

#: People per transaction: few enough that nobody waits 250 ms for the event's lock (`bench closing`).
CHUNK = 700
#: Events that nobody is in per transaction.
EMPTY_CHUNK = 500


@dataclass
class Closed:
    """What closing an event did. `completed` is False where there was nothing to close."""

    event_id: int
    outcomes: Counter[S] = field(default_factory=Counter)
    completed: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """For the job's run: people by outcome."""
        undecided = {"undecided": self.outcomes[S.UNDECIDED]} if self.outcomes[S.UNDECIDED] else {}
        return {"attended": self.outcomes[S.ATTENDED], "no_show": self.outcomes[S.NO_SHOW], **undecided}

    @property
    def moved(self) -> int:
        return sum(self.outcomes.values())


def close_event(*, event_id: int, now: datetime, beat: Beat | None = None) -> Closed:
    """Decide everybody confirmed or checked in of a published event that ended before `now`, and complete it.

    In chunks, each one transaction under the event's lock: killed in between, the next run
    goes on; run twice or twice at once, everybody is moved once. The last chunk completes
    the event. An event that is not due, also because it waits for its online sessions, is left
    as it is. Raises `not_found`.
    """
    closed = Closed(event_id)
    after: int | None = 0
    while after is not None:
        after = _close_chunk(closed, now=now, after=after, beat=beat)
    return closed


def complete_empty_events(*, now: datetime, beat: Beat | None = None) -> int:
    """Complete the events that are due and that nobody is in; how many. Three statements for each chunk of them.

    One whose lock somebody holds, and one that somebody came into meanwhile, is left to the next time.
    """
    completed = 0
    while has_empty_events(now):
        with write_transaction() as session:
            if beat is not None:
                beat(session, {"empty_events": completed})
            event_ids = lock_empty_events(session, now, limit=EMPTY_CHUNK)
            done = _complete(session, still_empty(event_ids, session), now) if event_ids else 0
        completed += done
        if not done:
            break
    return completed


def _close_chunk(closed: Closed, *, now: datetime, after: int, beat: Beat | None) -> int | None:
    """Decide the next people after that id; the id to go on from, or None at the end."""
    with write_transaction() as session:
        if beat is not None:
            # Holding the claim while we work: whoever wants it waits, and then sees it renewed.
            beat(session, closed.counts)
        locked = lock_event(session, closed.event_id)
        if locked.row.status != EventStatus.PUBLISHED or locked.row.is_closed_from >= now:
            return None
        # Asked once: what has begun is brought to its end, whatever is told of its sessions meanwhile.
        if after == 0 and not is_due_event(session, locked.id, now):
            return None
        days = event_dates(locked)
        rows = next_to_decide(session, locked.id, days, after=after, limit=CHUNK)
        _move(session, locked, rows, rule=rule_of(locked), now=now, closed=closed)
        is_last = len(rows) < CHUNK and not has_open(session, locked.id)
        if is_last:
            _complete(session, Event.id == locked.id, now)
            ask_organizers_to_settle(session, locked, now=now)
            closed.completed = True
        save_counters(session, locked)
        if beat is not None:
            beat(session, closed.counts)
    if is_last:
        return None
    # A short chunk before the end: somebody's status changed behind us, so look from the start.
    return rows[-1].id if len(rows) == CHUNK else 0


def _move(
    session: Session,
    locked: LockedEvent,
    rows: Sequence[AnyRow],
    *,
    rule: AttendanceRule,
    now: datetime,
    closed: Closed,
) -> None:
    doubts = _doubts(session, locked, [row.id for row in rows])
    alike: dict[tuple[str, int, int, str], list[int]] = defaultdict(list)
    for enrollment_id, status, present in rows:
        possible, why = doubts.get(enrollment_id, (present, ""))
        alike[status, present, possible, why].append(enrollment_id)
    moves: dict[tuple[S, S, str], list[int]] = defaultdict(list)
    for (word, present, possible, why), ids in alike.items():
        status, outcome = S(word), decide_outcome(S(word), present, rule, possible=possible)
        reason = why if outcome is S.UNDECIDED else outcome_reason(status, outcome, rule)
        moves[status, outcome, reason] += ids
    for (status, outcome, reason), ids in moves.items():
        cause = Cause(by=Trigger.SYSTEM, actor=SYSTEM, at=now, reason=reason)
        move_enrollments(session, locked, ids, from_status=status, to_status=outcome, cause=cause)
        closed.outcomes[outcome] += len(ids)


def _doubts(session: Session, locked: LockedEvent, ids: Sequence[int]) -> dict[int, tuple[int, str]]:
    """People of whom something is missing: enrollment id -> (days if all of it spoke for them, why it is missing)."""
    possible = possible_days(session, locked.row, ids)
    dates = live_dates(session, list(possible))
    return {
        one: (len({*days, *dates.get(one, ())} & set(event_dates(locked))), undecided_reason(why))
        for one, (days, why) in possible.items()
    }


def _complete(session: Session, which: ColumnElement[bool], now: datetime) -> int:
    values = {"status": EventStatus.COMPLETED, "completed_at": now, "version": Event.version + 1}
    return rows_changed(
        session,
        update(Event)
        .where(which, Event.status == EventStatus.PUBLISHED)
        .values(values)
        .execution_options(synchronize_session=False),
    )
