"""Opening an event again that was closed too early. Why it is so: docs/decisions/130-closed-too-early.md."""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from webapp.domain.event_days import effective_end, event_days
from webapp.domain.event_life import EventStatus
from webapp.domain.events.closure import closing_from
from webapp.domain.events.reopening import Reopened, require_days_kept, require_reopenable
from webapp.domain.permission import Actor, Trigger
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.enrollment import TransitionKind
from webapp.domain.refusal import Refused
from webapp.models import Event, LateFact
from webapp.queries.events.reopening import outcomes_of_closing, what_reopening_does
from webapp.queries.id_set import is_among
from webapp.services.desk.helper_link import move_helper_expiry
from webapp.services.places.seats import LockedEvent, lock_event, save_counters
from webapp.services.places.transition import Cause, move_enrollments
from webapp.services.unit_of_work import write_transaction

_EVENT, _FACT = Event.__table__, LateFact.__table__


def reopen_event(
    *, event_id: int, ends_at: datetime, reason: str, actor: Actor, now: datetime, expected_version: int, seen: str
) -> Reopened:
    """Take back what the closing decided about people, and let the event run until `ends_at`; then it closes anew.

    What people decided since stays. `seen` is the `key` of what the page said before; in sets, whatever the number
    of people. Sent twice it happens once, as the second form is `stale`. Raises Refused: `reason_required`,
    `not_found`, `stale`, `event_not_closed`, `reopening_over`, `new_end_out_of_range`, `new_end_adds_day`,
    `nothing_to_reopen`, `consequences_unseen`.
    """
    if not reason.strip():
        raise Refused("reason_required")
    with write_transaction() as session:
        locked = lock_event(session, event_id)
        if locked.row.version != expected_version:
            raise Refused("stale")
        require_reopenable(locked.row.status, locked.row.completed_at, ends_at, now)
        days = event_days(locked.row.starts_at, ends_at, locked.row.timezone)
        require_days_kept(locked.row.rule, len(days))
        found = what_reopening_does(session, event_id)
        if not found.going_back:
            raise Refused("nothing_to_reopen")
        if seen != found.key:
            raise Refused("consequences_unseen", consequences=found)
        cause = Cause(by=Trigger.ADMIN, actor=actor, at=now, reason=reason, kind=TransitionKind.REOPENING)
        _take_back(session, locked, cause)
        _open(session, locked, ends_at)
        save_counters(session, locked)
    return found


def _take_back(session: Session, locked: LockedEvent, cause: Cause) -> None:
    alike: dict[tuple[S, S], list[int]] = defaultdict(list)
    for row in outcomes_of_closing(session, locked.id):
        alike[S(row.status), S(row.before)].append(row.id)
    for (outcome, before), ids in alike.items():
        move_enrollments(session, locked, ids, from_status=outcome, to_status=before, cause=cause)
        # What contradicted the outcome has nothing to contradict any more.
        session.execute(delete(_FACT).where(is_among(session, _FACT.c.enrollment_id, ids)))
    # Whoever had a seat beyond the capacity before the closing has it again.
    locked.allow_over(max(locked.seats_beyond - locked.over, 0))


def _open(session: Session, locked: LockedEvent, ends_at: datetime) -> None:
    values = {
        "status": EventStatus.PUBLISHED,
        "completed_at": None,
        "ends_at": ends_at,
        "effective_end_at": effective_end(locked.row.starts_at, ends_at),
        "closing_from": closing_from(ends_at, locked.row.closing_delay_minutes),
        "answers_closed_at": None,
        "version": _EVENT.c.version + 1,
    }
    session.execute(update(_EVENT).where(_EVENT.c.id == locked.id).values(values))
    move_helper_expiry(session, locked.id, ends_at)
