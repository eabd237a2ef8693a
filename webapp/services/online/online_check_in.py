"""The bridge from online sessions to the outcome: whoever was present or late there is checked in for that day.

Nothing is remembered between two runs: what should stand follows from the reports, what does
stand from the check-ins, and only the difference is written. So it may be asked at any time.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from webapp.domain.desk.check_in import CheckInMethod
from webapp.domain.event_days import local_date
from webapp.domain.event_life import EventStatus
from webapp.domain.permission import SYSTEM, Trigger
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.models import CheckIn, CheckInReversal
from webapp.queries.desk.guest import Entry, Guest, guests
from webapp.queries.events.closure import has_outcome
from webapp.queries.online.online_presence import came_online, has_undecided_place
from webapp.services.places.attendance_rule import event_dates
from webapp.services.places.seats import LockedEvent
from webapp.services.places.transition import Cause, move_enrollments

CAME_ONLINE = "Present in an online session"
NO_LONGER = "The online session was measured again and no longer counts for this day"


@dataclass(frozen=True, slots=True)
class Bridged:
    """How many check-ins were written and taken back."""

    checked_in: int = 0
    taken_back: int = 0


def bridge_event(session: Session, locked: LockedEvent, *, now: datetime, only_user_id: int | None = None) -> Bridged:
    """Let the locked event's check-ins (or one person's) follow its session reports, where its policy says so.

    One check-in with the method `online` per person and local date of a session, unless some
    other stands there; one that no report supports any more, or that the policy does not
    allow any more, gets a reversal. Once closure has begun it is `late_evidence` that says what follows.
    """
    if locked.row.status != EventStatus.PUBLISHED or has_outcome(session, locked.id):
        return Bridged()
    plan = Plan()
    came = days_online(session, locked)
    for guest in guests(session, has_undecided_place(locked.id, only_user_id)):
        plan.add(guest, came.get(guest.user_id, set()))
    plan.write(session, locked, now)
    return Bridged(len(plan.missing), len(plan.unfounded))


def days_online(session: Session, locked: LockedEvent) -> dict[int, set[date]]:
    """Who came online on which days of the locked event, as far as that counts: by user."""
    came: dict[int, set[date]] = defaultdict(set)
    days = set(event_dates(locked))
    for user_id, starts_at in came_online(session, locked.id) if locked.row.online_counts else ():
        came[user_id] |= {local_date(starts_at, locked.row.timezone)} & days
    return came


class Plan:
    """The difference between what stands and what should."""

    def __init__(self) -> None:
        self.missing: list[tuple[Guest, date]] = []
        self.unfounded: list[Entry] = []
        self.coming_in: list[int] = []
        self.going_out: list[int] = []

    def add(self, guest: Guest, wanted: set[date]) -> None:
        standing = [entry for entry in guest.entries if entry.reversed_at is None]
        unfounded = [e for e in standing if e.method == CheckInMethod.ONLINE and e.local_on not in wanted]
        missing = wanted - {entry.local_on for entry in standing}
        self.unfounded += unfounded
        self.missing += [(guest, day) for day in sorted(missing)]
        is_in = len(standing) - len(unfounded) + len(missing) > 0
        if is_in and guest.status == S.CONFIRMED:
            self.coming_in.append(guest.enrollment_id)
        if not is_in and guest.status == S.CHECKED_IN:
            self.going_out.append(guest.enrollment_id)

    def write(self, session: Session, locked: LockedEvent, now: datetime) -> None:
        """Write the difference: evidence first, then the moves that follow from it."""
        if self.missing:
            session.execute(insert(CheckIn.__table__), list(_check_ins(locked.id, self.missing, now)))
        if self.unfounded:
            taking_back = {"event_id": locked.id, "actor_id": SYSTEM.user_id, "reason": NO_LONGER, "at": now}
            rows = [{"check_in_id": entry.id, **taking_back} for entry in self.unfounded]
            session.execute(insert(CheckInReversal.__table__), rows)
        for ids, before, after, reason in (
            (self.coming_in, S.CONFIRMED, S.CHECKED_IN, CAME_ONLINE),
            (self.going_out, S.CHECKED_IN, S.CONFIRMED, NO_LONGER),
        ):
            cause = Cause(by=Trigger.SYSTEM, actor=SYSTEM, at=now, reason=reason)
            move_enrollments(session, locked, ids, from_status=before, to_status=after, cause=cause)


def _check_ins(event_id: int, missing: Iterable[tuple[Guest, date]], now: datetime) -> Iterable[dict[str, object]]:
    for guest, day in missing:
        yield {
            "enrollment_id": guest.enrollment_id,
            "event_id": event_id,
            "local_on": day,
            "sequence": guest.reversals_on(day),
            "method": CheckInMethod.ONLINE,
            "desk": "",
            "actor_id": SYSTEM.user_id,
            "at": now,
        }
