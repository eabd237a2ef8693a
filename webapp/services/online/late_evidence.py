"""What is learnt after an event was closed: it settles what is undecided, and contradicts what is decided.

An outcome that was decided stays, whatever is learnt: the contradiction is kept beside it (`LateFact`) for
the organizers and the person, until it is corrected or the evidence says the same again.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from webapp.domain.desk.check_in import CheckInMethod
from webapp.domain.events.closure import AttendanceRule, settle_outcome
from webapp.domain.permission import SYSTEM, Trigger
from webapp.domain.places.enrollment import DECIDED
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.models import LateFact
from webapp.queries.desk.guest import Entry, Guest, guests
from webapp.queries.id_set import is_among
from webapp.queries.online.late_evidence import decided_by_people, is_closed_place, learnt_at
from webapp.queries.online.possible_days import possible_days
from webapp.services.online.online_check_in import Plan, days_online
from webapp.services.places.attendance_rule import event_dates, rule_of
from webapp.services.places.seats import LockedEvent, save_counters
from webapp.services.places.transition import Cause, move_enrollments

SETTLED = "Late evidence of an online session"
_FACT = LateFact.__table__


@dataclass(frozen=True, slots=True)
class Learnt:
    """How many outcomes late evidence settled."""

    settled: int = 0


@dataclass(frozen=True, slots=True)
class _Record:
    """One person of a closed event: the days that speak for them, and those on which nobody knows."""

    guest: Guest
    came: frozenset[date]
    possible: frozenset[date]

    def outcome(self, rule: AttendanceRule) -> S:
        return settle_outcome(len(self.came), rule, possible=len(self.possible))


def learn_late(session: Session, locked: LockedEvent, *, now: datetime, only_user_id: int | None = None) -> Learnt:
    """Bring a locked event that was closed (or one person in it) up to what is known by now.

    Whoever is undecided is settled as soon as nothing that is missing could change the result;
    of whoever was decided it is kept that the evidence says something else. Asked twice it is
    the same. Before closure has begun there is nothing to do.
    """
    people = _records(session, locked, only_user_id)
    if not people:
        return Learnt()
    settled = _settle(session, locked, [one for one in people if one.guest.status == S.UNDECIDED], now)
    decided = [one for one in people if one.guest.status in DECIDED]
    _keep_contradictions(session, locked, decided, people, now)
    return Learnt(settled)


def _records(session: Session, locked: LockedEvent, only_user_id: int | None) -> list[_Record]:
    found = guests(session, is_closed_place(locked.id, only_user_id))
    if not found:
        return []
    days, online = frozenset(event_dates(locked)), days_online(session, locked)
    undecided = [one.enrollment_id for one in found if one.status == S.UNDECIDED]
    open_days = possible_days(session, locked.row, undecided)
    records = []
    for guest in found:
        wanted = online.get(guest.user_id, set())
        standing = {entry.local_on for entry in guest.entries if _counts(entry, wanted)}
        came = frozenset((standing | wanted) & days)
        records.append(_Record(guest, came, came | (open_days.get(guest.enrollment_id, (set(), set()))[0] & days)))
    return records


def _counts(entry: Entry, online: set[date]) -> bool:
    """Whether a check-in stands; one for being online only as long as the online session says so."""
    return entry.reversed_at is None and (entry.method != CheckInMethod.ONLINE or entry.local_on in online)


def _settle(session: Session, locked: LockedEvent, people: Iterable[_Record], now: datetime) -> int:
    """Move whoever can be decided now; what they are decided by becomes a check-in, as before the closing."""
    rule, online, plan = rule_of(locked), days_online(session, locked), Plan()
    moves: dict[S, list[int]] = defaultdict(list)
    for one in people:
        outcome = one.outcome(rule)
        if outcome is S.UNDECIDED:
            continue
        moves[outcome].append(one.guest.enrollment_id)
        plan.add(one.guest, online.get(one.guest.user_id, set()))
    plan.write(session, locked, now)
    cause = Cause(by=Trigger.SYSTEM, actor=SYSTEM, at=now, reason=SETTLED)
    for outcome, ids in moves.items():
        move_enrollments(session, locked, ids, from_status=S.UNDECIDED, to_status=outcome, cause=cause)
    save_counters(session, locked)
    return sum(len(ids) for ids in moves.values())


def _keep_contradictions(
    session: Session, locked: LockedEvent, decided: Sequence[_Record], everybody: Sequence[_Record], now: datetime
) -> None:
    rule = rule_of(locked)
    differing = {one.guest.enrollment_id: one for one in decided if one.outcome(rule) != one.guest.status}
    by_people = decided_by_people(session, list(differing))
    learnt = learnt_at(session, locked.id, [differing[one].guest.user_id for one in by_people])
    for enrollment_id, decided_at in by_people.items():
        # Who decided knew what was known then.
        known_since = learnt.get(differing[enrollment_id].guest.user_id)
        if known_since is None or known_since <= decided_at:
            del differing[enrollment_id]
    ids = [one.guest.enrollment_id for one in everybody]
    if ids:
        session.execute(delete(_FACT).where(is_among(session, _FACT.c.enrollment_id, ids)))
    rows = [
        {"enrollment_id": one, "event_id": locked.id, "outcome": record.outcome(rule), "found_at": now}
        for one, record in sorted(differing.items())
    ]
    if rows:
        session.execute(insert(_FACT), rows)
