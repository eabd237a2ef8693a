"""Closing an event: everybody who was expected becomes attended or no-show."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from webapp.domain.closure import AttendanceRequirement, AttendanceRule, decide_outcome, outcome_reason
from webapp.domain.enrollment import EnrollmentStatus as S
from webapp.domain.enrollment import Trigger
from webapp.domain.event_days import event_days
from webapp.domain.permission import SYSTEM
from webapp.models import Event
from webapp.queries.events.closure import has_outcome, has_undecided, is_due_event, next_to_decide
from webapp.services.places.seats import LockedEvent, lock_event, save_counters
from webapp.services.places.transition import Cause, move_enrollments
from webapp.services.unit_of_work import write_transaction

#: People per transaction: few enough that nobody waits 250 ms for the event's lock (`bench closing`).
CHUNK = 700

#: Called inside each chunk's transaction with the counts so far; raises to stop.
Beat = Callable[[Session, dict[str, int]], None]


@dataclass
class Closed:
    """What closing an event did. `completed` is False where there was nothing to close."""

    event_id: int
    outcomes: Counter[S] = field(default_factory=Counter)
    completed: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """For the job's run: people by outcome."""
        return {"attended": self.outcomes[S.ATTENDED], "no_show": self.outcomes[S.NO_SHOW]}

    @property
    def moved(self) -> int:
        return sum(self.outcomes.values())


def close_event(*, event_id: int, now: datetime, beat: Beat | None = None) -> Closed:
    """Decide everybody confirmed or checked in of a published event that ended before `now`.

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


def _close_chunk(closed: Closed, *, now: datetime, after: int, beat: Beat | None) -> int | None:
    """Decide the next people after that id; the id to go on from, or None at the end."""
    with write_transaction() as session:
        if beat is not None:
            # Holding the claim while we work: whoever wants it waits, and then sees it renewed.
            beat(session, closed.counts)
        locked = lock_event(session, closed.event_id)
        if locked.row.status != "published" or locked.row.effective_end_at >= now:
            return None
        # Asked once: what has begun is brought to its end, whatever is told of its sessions meanwhile.
        if after == 0 and not is_due_event(session, locked.id, now):
            return None
        days = event_days(locked.row.starts_at, locked.row.ends_at, locked.row.timezone)
        rows = next_to_decide(session, locked.id, days, after=after, limit=CHUNK)
        _move(session, locked, rows, rule=_rule(locked, len(days)), now=now, closed=closed)
        is_last = len(rows) < CHUNK and not has_undecided(session, locked.id)
        if is_last and has_outcome(session, locked.id):
            _complete(session, locked, now)
            closed.completed = True
        save_counters(session, locked)
        if beat is not None:
            beat(session, closed.counts)
    if is_last:
        return None
    # A short chunk before the end: somebody's status changed behind us, so look from the start.
    return rows[-1].id if len(rows) == CHUNK else 0


def _move(
    session: Session, locked: LockedEvent, rows: Sequence, *, rule: AttendanceRule, now: datetime, closed: Closed
) -> None:
    alike: dict[tuple[str, int], list[int]] = defaultdict(list)
    for enrollment_id, status, present in rows:
        alike[status, present].append(enrollment_id)
    moves: dict[tuple[S, S], list[int]] = defaultdict(list)
    for (status, present), ids in alike.items():
        moves[S(status), decide_outcome(S(status), present, rule)] += ids
    for (status, outcome), ids in moves.items():
        cause = Cause(by=Trigger.SYSTEM, actor=SYSTEM, at=now, reason=outcome_reason(status, outcome, rule))
        move_enrollments(session, locked, ids, from_status=status, to_status=outcome, cause=cause)
        closed.outcomes[outcome] += len(ids)


def _rule(locked: LockedEvent, total_days: int) -> AttendanceRule:
    requirement = AttendanceRequirement(locked.row.attendance_requirement)
    return AttendanceRule(requirement, locked.row.minimum_days, total_days)


def _complete(session: Session, locked: LockedEvent, now: datetime) -> None:
    session.execute(
        update(Event)
        .where(Event.id == locked.id, Event.status == "published")
        .values(status="completed", completed_at=now, version=Event.version + 1)
    )
