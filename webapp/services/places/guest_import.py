"""A guest list from elsewhere becomes enrollments: through the same rule as everybody, line by line.

200 lines are one transaction (docs/decisions/005). A list is read twice without harm: whoever
is in stays in, and whoever gave up a place is not put back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.event_life import EventStatus
from webapp.domain.permission import Actor, Trigger
from webapp.domain.places.enrollment import LIVE, EnrollmentSource
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.lists.guest_answer import Answer
from webapp.domain.places.lists.guest_list import Guest
from webapp.domain.places.lists.guest_repeats import Elsewhere, Repeat
from webapp.domain.refusal import Refused
from webapp.extensions import db
from webapp.models import Enrollment, EnrollmentTransition, OutboxEvent, User
from webapp.queries.events.event import event_by_id
from webapp.queries.id_set import is_among
from webapp.services.accounts.guest_lines import CheckedGuest, check_guests
from webapp.services.accounts.households import Whom, people_listed, read_households
from webapp.services.places.newcomers import Place, add_newcomers, status_of_next, take_place
from webapp.services.places.seats import LockedEvent, lock_event, save_counters
from webapp.services.places.transition import Cause
from webapp.services.places.waitlist import promote_next, who_is_next
from webapp.services.statistics import renew_statistics
from webapp.services.unit_of_work import end_reading, write_transaction

#: Lines per transaction: nobody waits long for the event's lock.
CHUNK = 200
#: The tables that grow with a list, in an empty database from nothing.
_GROWING = (User.__table__, Enrollment.__table__, EnrollmentTransition.__table__, OutboxEvent.__table__)

#: A name for somebody new, and the place they get.
_Named = tuple[str, Place]


class Result(StrEnum):
    """What became of one line."""

    ENROLLED = "enrolled"
    WAITLISTED = "waitlisted"
    ALREADY = "already"
    DUPLICATE = "duplicate"
    SUPERSEDED = "superseded"
    SHARED = "shared"
    OUT = "out"
    OPEN = "open"
    WAITS = "waits"
    NO_NAME = "no_name"
    NO_ADDRESS = "no_address"
    BAD_NAME = "bad_name"
    BAD_ADDRESS = "bad_address"
    GAVE_UP = "gave_up"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list, its cleaned name and address, and what became of it."""

    number: int
    name: str
    address: str
    tickets: int = 1
    result: Result | None = None
    facts: dict[str, object] = field(default_factory=dict)
    #: It joins the line, but takes no seat that is free.
    is_waiting: bool = False
    #: The names of all who come with this address, where several do.
    family: tuple[str, ...] = ()
    #: It says that this person does not come: a place held here contradicts it.
    may_contradict: bool = False


def import_guests(
    *, event_id: int, guests: Sequence[Guest], actor: Actor, reason: str, now: datetime, dry_run: bool = False
) -> Iterator[list[Line]]:
    """Enroll everybody on the list, in its order; yields the lines, a transaction at a time.

    `dry_run` decides in the same way and writes nothing. Raises Refused: `not_found`,
    `event_not_published`, `event_over`; what was yielded before stays done.
    """
    cause = Cause(by=Trigger.ORGANIZER, actor=actor, at=now, reason=reason)
    lines = check_lines(guests)
    chunks = [lines[at : at + CHUNK] for at in range(0, len(lines), CHUNK)]
    if dry_run:
        yield from _rehearse(event_id, chunks, cause)
        return
    for number, chunk in enumerate(chunks, start=1):
        with write_transaction() as session:
            decided = import_chunk(session, event_id, chunk, cause)
        renew_if_doubled(number)
        yield decided


def import_chunk(session: Session, event_id: int, chunk: list[Line], cause: Cause) -> list[Line]:
    """Enroll everybody of one part of a list, under the event's lock: the first thing in a transaction."""
    locked = lock_event(session, event_id)
    require_importable(locked, cause.at)
    promote_next(session, locked, now=cause.at)
    decided, places = _decide(session, locked, chunk, cause)
    _write(session, locked, places, cause)
    save_counters(session, locked)
    return decided


def renew_if_doubled(chunks: int) -> None:
    """After 1, 2, 4, 8 parts and so on: what is known of a table holds as long as it does not double."""
    if chunks & (chunks - 1) == 0:
        renew_statistics(_GROWING, written=chunks * CHUNK)


def _rehearse(event_id: int, chunks: list[list[Line]], cause: Cause) -> Iterator[list[Line]]:
    """The same decisions on counters that are kept in memory only; takes no lock."""
    event = event_by_id(event_id)
    if event is None:
        raise Refused("not_found")
    locked = LockedEvent.of(event)
    require_importable(locked, cause.at)
    locked.count_next(len(who_is_next(db.session(), locked, now=cause.at)))
    for chunk in chunks:
        decided, _ = _decide(db.session(), locked, chunk, cause)
        yield decided
    end_reading()


def require_importable(locked: LockedEvent, now: datetime) -> None:
    """An organizer's list is not bound to the enrollment window, only to an event that can take people."""
    if locked.row.status != EventStatus.PUBLISHED:
        raise Refused("event_not_published")
    if now >= locked.row.effective_end_at:
        raise Refused("event_over", ended_at=locked.row.effective_end_at)


def check_lines(guests: Sequence[Guest]) -> list[Line]:
    """Clean every line and settle those that need no look at the event; who waits in the list comes last."""
    lines = [_line(guest) for guest in check_guests(guests, names_required=True)]
    return sorted(lines, key=lambda line: line.is_waiting)


def _line(guest: CheckedGuest) -> Line:
    line = Line(guest.number, guest.name, guest.address, guest.tickets, family=guest.family)
    if guest.elsewhere is not None:
        return _counted_elsewhere(line, guest.elsewhere)
    if not guest.wants_place:
        result = Result.OUT if guest.answer is Answer.OUT else Result.OPEN
        return replace(line, result=result, facts={"says": guest.says}, may_contradict=not guest.is_shared)
    problem = _unusable(guest)
    if problem is not None:
        result, refused = problem
        return replace(line, result=result, facts={"code": refused.code, **refused.facts})
    if guest.answer is Answer.WAITING:
        return replace(line, is_waiting=True, facts={"says": guest.says})
    return line


def _counted_elsewhere(line: Line, elsewhere: Elsewhere) -> Line:
    facts = {"of": elsewhere.line.number, "name": elsewhere.line.name}
    result = {Repeat.DUPLICATE: Result.DUPLICATE, Repeat.SUPERSEDED: Result.SUPERSEDED, Repeat.SHARED: Result.SHARED}[
        elsewhere.why
    ]
    return replace(line, result=result, facts=facts)


def _unusable(guest: CheckedGuest) -> tuple[Result, Refused] | None:
    """What is missing is said before what is wrong."""
    parts = (
        (guest.bad_address, Result.NO_ADDRESS, Result.BAD_ADDRESS),
        (guest.bad_name, Result.NO_NAME, Result.BAD_NAME),
    )
    for refused, missing, _ in parts:
        if refused is not None and refused.code == "text_missing":
            return missing, refused
    for refused, _, bad in parts:
        if refused is not None:
            return bad, refused
    return None


def _decide(
    session: Session, locked: LockedEvent, chunk: list[Line], cause: Cause
) -> tuple[list[Line], dict[Whom, _Named]]:
    """What becomes of each line, and everybody's place; counts them in `locked`, writes nothing."""
    asked = [line for line in chunk if line.result is None or line.may_contradict]
    households = read_households(session, [line.address for line in asked])
    meant = {line.number: households.whom(line.address, line.name, line.family) for line in asked}
    ids = {number: households.id_of(whom) for number, whom in meant.items()}
    before = standing_of(session, locked.id, [user_id for user_id in ids.values() if user_id is not None])
    decided: list[Line] = []
    places: dict[Whom, _Named] = {}
    for line in chunk:
        status = before.get(ids.get(line.number) or 0)
        if line.result is not None:
            decided.append(_contradicted(line, status) if line.may_contradict else line)
            continue
        whom = meant[line.number]
        told = replace(line, facts={**line.facts, "carer": line.address}) if whom.member else line
        if not households.has_room(whom):
            decided.append(replace(line, result=Result.SHARED))
        elif status is None or status is S.REJECTED:  # an organizer may place whom one turned down
            decided.append(_placed(told, whom, locked, cause, places))
        else:
            decided.append(_settled(told, status))
    return decided, places


def standing_of(session: Session, event_id: int, user_ids: list[int]) -> dict[int, S]:
    """Where those people stand in this event: the live status, else that of the latest enrollment."""
    if not user_ids:
        return {}
    own = Enrollment.__table__
    rows = session.execute(
        select(own.c.user_id, own.c.status)
        .where(own.c.event_id == event_id, is_among(session, own.c.user_id, user_ids))
        .order_by(own.c.id)
    )
    latest: dict[int, S] = {}
    for user_id, status in rows:
        if latest.get(user_id) not in LIVE:
            latest[user_id] = S(status)
    return latest


def _contradicted(line: Line, status: S | None) -> Line:
    """A list that says "not coming" of somebody who has a place: it is told, and nothing is taken away."""
    return replace(line, facts={**line.facts, "status": status}) if status in LIVE else line


def _settled(line: Line, status: S) -> Line:
    if status in LIVE:
        return replace(line, result=Result.ALREADY, facts={**line.facts, "status": status})
    return replace(line, result=Result.GAVE_UP)


def _placed(line: Line, whom: Whom, locked: LockedEvent, cause: Cause, places: dict[Whom, _Named]) -> Line:
    try:
        if line.is_waiting and status_of_next(locked, cause) is not S.WAITLISTED:
            return replace(line, result=Result.WAITS)
        place = take_place(locked, cause)
    except Refused as refused:
        if refused.code != "event_full":
            raise
        return replace(line, result=Result.FULL)
    places[whom] = line.name, place
    if place.status is S.WAITLISTED:
        return replace(line, result=Result.WAITLISTED, facts={**line.facts, "rank": place.rank})
    return replace(line, result=Result.ENROLLED)


def _write(session: Session, locked: LockedEvent, places: dict[Whom, _Named], cause: Cause) -> None:
    if not places:
        return
    people = people_listed(session, {whom: name for whom, (name, _) in places.items()}, now=cause.at)
    by_person = {people[whom]: place for whom, (_, place) in places.items()}
    add_newcomers(session, locked, by_person, cause=cause, source=EnrollmentSource.IMPORT)
