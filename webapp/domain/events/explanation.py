"""Why an enrollment is what it is: derived from the evidence by the rule that decided it.

The result is codes and values; `views.words.explaining` turns them into sentences for a
participant or for the crew.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from webapp.domain.events.closure import AttendanceRequirement, AttendanceRule, days_present, decide_outcome
from webapp.domain.permission import Trigger
from webapp.domain.places.enrollment import CLOSABLE, CLOSED, PLACE_HELD, TransitionKind
from webapp.domain.places.enrollment import EnrollmentStatus as S

#: The method of a check-in that stands for presence in an online session.
ONLINE = "online"


@dataclass(frozen=True, slots=True)
class CheckInFact:
    """One check-in: the local date it counts for, and when it was taken back, if it was."""

    local_on: date
    method: str
    at: datetime
    desk: str = ""
    reversed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MoveFact:
    """One row of the trail, with the actor's name in words."""

    from_status: S | None
    to_status: S
    kind: TransitionKind
    by: Trigger
    actor: str
    reason: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything an explanation is derived from. `rank` is known for the waitlisted only."""

    status: S
    rule: AttendanceRule
    days: tuple[date, ...]
    check_ins: tuple[CheckInFact, ...]
    moves: tuple[MoveFact, ...]
    rank: int | None = None
    #: What the outcome would be by what was learnt since, where that is another one, and when it was found.
    late_outcome: S | None = None
    late_at: datetime | None = None
    #: Came to the door after the place was given to somebody else.
    stands_by: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """One statement of an explanation: a code and what it speaks of."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DayPresence:
    """One day of the event, and whether the person was there."""

    local_on: date
    present: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """A status with its reasons.

    `would_become` is what closure would make of it now (the status itself where closure has
    nothing to decide); `days` is empty where presence plays no part.
    """

    status: S
    would_become: S
    days: tuple[DayPresence, ...]
    sentences: tuple[Sentence, ...]
    timezone: str

    @property
    def present_days(self) -> int:
        return sum(day.present for day in self.days)


def explain(evidence: Evidence, timezone: str) -> Explanation:
    """Derive the reasons for a status from the evidence; instants are said in `timezone`."""
    live = [fact.local_on for fact in evidence.check_ins if fact.reversed_at is None]
    present = days_present(live, evidence.days)
    came = int(evidence.stands_by) if evidence.status is S.RELEASED else present
    would_become = decide_outcome(evidence.status, came, evidence.rule)
    is_about_presence = evidence.status in PLACE_HELD
    if is_about_presence:
        sentences = [
            *presence_reasons(live, evidence.days, evidence.rule),
            *_online(evidence),
            *_taken_back(evidence, live),
            *_verdict(evidence, present, would_become),
        ]
    else:
        sentences = _standing(evidence)
    return Explanation(
        status=evidence.status,
        would_become=would_become,
        days=tuple(DayPresence(day, day in live) for day in evidence.days) if is_about_presence else (),
        sentences=(*sentences, *_corrections(evidence.moves)),
        timezone=timezone,
    )


def presence_reasons(check_in_dates: Iterable[date], days: tuple[date, ...], rule: AttendanceRule) -> list[Sentence]:
    """What is asked for, and on which of the event's days the person was there."""
    dates = set(check_in_dates)
    counted = tuple(day for day in days if day in dates)
    facts = {"days": counted, "present": len(counted), "total": rule.total_days}
    reasons = [
        Sentence(f"requires_{_asked(rule)}", {"required": rule.required_days, "total": rule.total_days}),
        Sentence("present" if counted else "never_checked_in", facts),
    ]
    if outside := tuple(sorted(dates - set(days))):
        reasons.append(Sentence("outside_days", {"days": outside}))
    return reasons


def _asked(rule: AttendanceRule) -> str:
    if rule.total_days == 1:
        return "the_day"
    if rule.requirement is AttendanceRequirement.ALL_DAYS:
        return "all_days"
    return "any_day" if rule.required_days == 1 else "minimum_days"


def _online(evidence: Evidence) -> list[Sentence]:
    """Days whose check-in nobody made at a door: presence in an online session did."""
    facts = [fact for fact in evidence.check_ins if fact.reversed_at is None and fact.method == ONLINE]
    days = tuple(sorted(fact.local_on for fact in facts))
    return [Sentence("was_online", {"days": days})] if days else []


def _taken_back(evidence: Evidence, live: list[date]) -> list[Sentence]:
    """Days whose only check-ins were undone: somebody may ask why they do not count."""
    undone = {fact.local_on: fact.method for fact in evidence.check_ins if fact.reversed_at is not None}
    days = sorted(undone.keys() - set(live))
    at_desk = tuple(day for day in days if undone[day] != ONLINE)
    online = tuple(day for day in days if undone[day] == ONLINE)
    told = (("taken_back", at_desk), ("online_taken_back", online))
    return [Sentence(code, {"days": of_code}) for code, of_code in told if of_code]


def _verdict(evidence: Evidence, present: int, would_become: S) -> list[Sentence]:
    if evidence.status in CLOSABLE:
        return [Sentence("would_attend" if would_become is S.ATTENDED else "would_miss")]
    closing = _last(evidence.moves, lambda move: move.kind is TransitionKind.MOVE and move.to_status in CLOSED)
    if closing is None or closing.from_status is None:
        return []
    if closing.to_status is S.UNDECIDED or closing.from_status is S.UNDECIDED:
        return [*_doubted(evidence.moves), *_late(evidence)]
    verdict = "closed_attended" if closing.to_status is S.ATTENDED else "closed_no_show"
    sentences = [Sentence(verdict, {"at": closing.at})]
    if evidence.late_outcome is not None:
        return [*sentences, *_late(evidence)]
    if decide_outcome(closing.from_status, present, evidence.rule) is not closing.to_status:
        # Facts or policy were changed after the event was closed: say so instead of pretending.
        sentences.append(Sentence("evidence_differs"))
    return sentences


def _doubted(moves: tuple[MoveFact, ...]) -> list[Sentence]:
    """Why closure could not know, and who or what settled it."""
    sentences = []
    for move in moves:
        if move.to_status is S.UNDECIDED:
            sentences.append(Sentence("closed_undecided", {"at": move.at, "reason": move.reason}))
        if move.from_status is S.UNDECIDED:
            facts = {"at": move.at, "to_status": move.to_status, "actor": move.actor, "reason": move.reason}
            sentences.append(Sentence("settled_late" if move.by is Trigger.SYSTEM else "settled", facts))
    return sentences


def _late(evidence: Evidence) -> list[Sentence]:
    """What was learnt after the outcome was decided, and contradicts it."""
    if evidence.late_outcome is None:
        return []
    said = "late_attended" if evidence.late_outcome is S.ATTENDED else "late_no_show"
    return [Sentence(said, {"at": evidence.late_at})]


def _standing(evidence: Evidence) -> list[Sentence]:
    """Statuses that presence does not decide: who brought them about, when and why."""
    move = _last(evidence.moves, lambda move: move.to_status is evidence.status)
    facts: dict[str, object] = {"rank": evidence.rank}
    if move is None:
        return [Sentence(f"is_{evidence.status}", facts)]
    facts |= {"at": move.at, "by": move.by, "actor": move.actor, "reason": move.reason}
    return [Sentence(f"is_{evidence.status}", facts)]


def _corrections(moves: tuple[MoveFact, ...]) -> list[Sentence]:
    return [
        Sentence(
            str(move.kind),
            {
                "from_status": move.from_status,
                "to_status": move.to_status,
                "actor": move.actor,
                "reason": move.reason,
                "at": move.at,
            },
        )
        for move in moves
        if move.kind is not TransitionKind.MOVE
    ]


def _last(moves: tuple[MoveFact, ...], wanted: Callable[[MoveFact], bool]) -> MoveFact | None:
    return next((move for move in reversed(moves) if wanted(move)), None)
