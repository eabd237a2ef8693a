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

from webapp.domain.enrollment import LIVE, Trigger
from webapp.domain.enrollment import EnrollmentStatus as S
from webapp.domain.guest_list import Guest
from webapp.domain.permission import Actor
from webapp.domain.refusal import Refused
from webapp.domain.text import clean_line
from webapp.domain.waitlist import promotions_due
from webapp.extensions import db
from webapp.models import Enrollment
from webapp.queries.events.event import event_by_id
from webapp.queries.id_set import is_among
from webapp.services.people.account import NAME_LIMIT, require_email
from webapp.services.people.people_by_address import ids_by_address, people_by_address
from webapp.services.places.newcomers import Place, add_newcomers, take_place
from webapp.services.places.seats import LockedEvent, lock_event, save_counters
from webapp.services.places.transition import Cause
from webapp.services.places.waitlist import promote_next
from webapp.services.unit_of_work import end_reading, write_transaction

#: Lines per transaction: nobody waits long for the event's lock.
CHUNK = 200


class Result(StrEnum):
    """What became of one line."""

    ENROLLED = "enrolled"
    WAITLISTED = "waitlisted"
    ALREADY = "already"
    DUPLICATE = "duplicate"
    OUT = "out"
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
    for chunk in chunks:
        with write_transaction() as session:
            locked = lock_event(session, event_id)
            _require_importable(locked, now)
            promote_next(session, locked, now=now)
            decided, places = _decide(session, locked, chunk, cause)
            _write(session, locked, decided, places, cause)
            save_counters(session, locked)
        yield decided


def _rehearse(event_id: int, chunks: list[list[Line]], cause: Cause) -> Iterator[list[Line]]:
    """The same decisions on counters that are kept in memory only; takes no lock."""
    event = event_by_id(event_id)
    if event is None:
        raise Refused("not_found")
    locked = LockedEvent.of(event.row)
    _require_importable(locked, cause.at)
    promoted = promotions_due(
        capacity=locked.capacity, taken=locked.taken, waiting=locked.waiting, until=locked.promotes_until, now=cause.at
    )
    locked.count_move(S.WAITLISTED, S.CONFIRMED, promoted)
    for chunk in chunks:
        decided, _ = _decide(db.session(), locked, chunk, cause)
        yield decided
    end_reading()


def _require_importable(locked: LockedEvent, now: datetime) -> None:
    """An organizer's list is not bound to the enrollment window, only to an event that can take people."""
    if locked.row.status != "published":
        raise Refused("event_not_published")
    if now >= locked.row.effective_end_at:
        raise Refused("event_over", ended_at=locked.row.effective_end_at)


def check_lines(guests: Sequence[Guest]) -> list[Line]:
    """Clean every line and settle those that need no look at the event: unusable, out, or repeated."""
    first: dict[str, int] = {}
    lines = []
    for guest in guests:
        line = _checked(guest)
        if line.result is None and line.address in first:
            line = replace(line, result=Result.DUPLICATE, facts={"of": first[line.address]})
        elif line.result is None:
            first[line.address] = line.number
        lines.append(line)
    return lines


def _checked(guest: Guest) -> Line:
    line = Line(guest.number, guest.name, guest.address, guest.tickets)
    if guest.is_out:
        return replace(line, result=Result.OUT)
    if not guest.address:
        return replace(line, result=Result.NO_ADDRESS)
    if not guest.name:
        return replace(line, result=Result.NO_NAME)
    try:
        line = replace(line, address=require_email(guest.address))
    except Refused as refused:
        return replace(line, result=Result.BAD_ADDRESS, facts={"code": refused.code, **refused.facts})
    try:
        return replace(line, name=clean_line(guest.name, limit=NAME_LIMIT, field="the name"))
    except Refused as refused:
        missing = refused.code == "text_missing"
        result = Result.NO_NAME if missing else Result.BAD_NAME
        return replace(line, result=result, facts={"code": refused.code, **refused.facts})


def _decide(
    session: Session, locked: LockedEvent, chunk: list[Line], cause: Cause
) -> tuple[list[Line], dict[str, Place]]:
    """What becomes of each line, and the places by address; counts them in `locked`, writes nothing."""
    open_lines = [line.address for line in chunk if line.result is None]
    known = ids_by_address(session, open_lines)
    before = _standing(session, locked, list(known.values()))
    decided: list[Line] = []
    places: dict[str, Place] = {}
    for line in chunk:
        if line.result is not None:
            decided.append(line)
            continue
        status = before.get(known.get(line.address, 0))
        is_new = status is None or status is S.REJECTED  # an organizer may place whom one turned down
        decided.append(_placed(line, locked, cause, places) if is_new else _settled(line, status))
    return decided, places


def _standing(session: Session, locked: LockedEvent, user_ids: list[int]) -> dict[int, S]:
    """Where those people stand in this event: the live status, else that of the latest enrollment."""
    if not user_ids:
        return {}
    own = Enrollment.__table__
    rows = session.execute(
        select(own.c.user_id, own.c.status)
        .where(own.c.event_id == locked.id, is_among(session, own.c.user_id, user_ids))
        .order_by(own.c.id)
    )
    latest: dict[int, S] = {}
    for user_id, status in rows:
        if latest.get(user_id) not in LIVE:
            latest[user_id] = S(status)
    return latest


def _settled(line: Line, status: S) -> Line:
    if status in LIVE:
        return replace(line, result=Result.ALREADY, facts={"status": status})
    return replace(line, result=Result.GAVE_UP)


def _placed(line: Line, locked: LockedEvent, cause: Cause, places: dict[str, Place]) -> Line:
    try:
        place = take_place(locked, cause)
    except Refused as refused:
        if refused.code != "event_full":
            raise
        return replace(line, result=Result.FULL)
    places[line.address] = place
    if place.status is S.WAITLISTED:
        return replace(line, result=Result.WAITLISTED, facts={"rank": place.rank})
    return replace(line, result=Result.ENROLLED)


def _write(
    session: Session, locked: LockedEvent, decided: list[Line], places: dict[str, Place], cause: Cause
) -> None:
    if not places:
        return
    names = {line.address: line.name for line in decided if line.result in {Result.ENROLLED, Result.WAITLISTED}}
    people, _ = people_by_address(session, names, now=cause.at)
    by_person = {people[address]: place for address, place in places.items()}
    add_newcomers(session, locked, by_person, cause=cause, source="import")
