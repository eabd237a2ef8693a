"""The lines that staff typed or pasted, cleaned: what of them is settled before anybody looks at the offering."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.places.adding import AddedLine, Fate, Terms, Wish
from webapp.domain.places.pasted_people import PastedPerson, clean_phone
from webapp.domain.refusal import Refused
from webapp.domain.text import fold
from webapp.models import User
from webapp.models.account import SYSTEM_EMAIL
from webapp.queries.ledger import Ledger
from webapp.services.accounts.account import require_email, require_name
from webapp.services.accounts.people_by_address import people_by_address
from webapp.services.accounts.people_without_address import add_people_without_address
from webapp.services.places.out_of_turn import tickets_at
from webapp.services.places.seats import LockedSeats


def clean_lines(people: Sequence[PastedPerson]) -> list[AddedLine]:
    """Each line clean, or with what is wrong with it; who stands twice in the list counts once."""
    seen: set[tuple[str, str | None]] = set()
    lines = []
    for person in people:
        line = _clean(person)
        key = (line.address or fold(line.name), None if line.address else line.phone)
        if line.fate is None and key in seen:
            line = replace(line, fate=Fate.REPEATED)
        seen.add(key)
        lines.append(line)
    return lines


def namesakes(session: Session, ledger: Ledger, offering_id: int, lines: Iterable[AddedLine]) -> set[str]:
    """The folded names of those lines without an address that somebody without one, who is in, has, too.

    Who has an address is known by it; of two people without one nobody can tell.
    """
    wanted = {fold(line.name) for line in lines if line.address is None and line.fate is None}
    if not wanted:
        return set()
    table = ledger.enrollments
    inside = (
        select(User.name)
        .join(table, table.c.user_id == User.id)
        .where(table.c[ledger.key] == offering_id, table.c.status.in_(sorted(ledger.live)), User.email.is_(None))
    )
    return wanted & {fold(name) for name in session.scalars(inside)}


def decide_lines(
    locked: LockedSeats,
    lines: Sequence[AddedLine],
    terms: Terms,
    *,
    settled: Callable[[AddedLine], Fate | Refused | None],
    next_status: Callable[[], Any],
) -> list[AddedLine]:
    """What becomes of each line, in their order; seats and queue are counted in `locked`, but for tickets.

    `settled` says what needs no place, or why there is none; `next_status` is the rule for the next newcomer,
    which raises Refused where there is no place, not even in line.
    """
    rank = locked.waiting
    if terms.wish is Wish.LINE and terms.position is not None:
        rank = min(terms.position - 1, rank)
    decided = []
    for line in lines:
        found = settled(line) if line.fate is None else line.fate
        if isinstance(found, Refused):
            decided.append(replace(line, fate=Fate.WRONG, problem=found))
            continue
        fate = found or _next_fate(locked, terms, next_status)
        rank += fate is Fate.WAITLIST
        decided.append(replace(line, fate=fate, rank=rank if fate is Fate.WAITLIST else None))
    return decided


def _next_fate(locked: LockedSeats, terms: Terms, next_status: Callable[[], Any]) -> Fate:
    seat = locked.ledger.promoted
    try:
        status = next_status()
    except Refused:
        status = None
    if status != seat and terms.wish is Wish.OVER:
        locked.allow_over()
        locked.count_move(None, seat)
        return Fate.OVER
    if status is None:
        return Fate.FULL
    locked.count_move(None, status)
    return Fate.PLACE if status == seat else Fate.WAITLIST


def ids_of_added(session: Session, lines: Sequence[AddedLine], *, now: datetime) -> dict[int, int]:
    """The person of each line that is added, by its number: found by the address, or new."""
    added = [line for line in lines if line.is_added]
    nameless = [line for line in added if line.address is None]
    made = add_people_without_address(session, [(line.name, line.phone) for line in nameless], now=now)
    people = {line.number: user_id for line, user_id in zip(nameless, made, strict=True)}
    names = {line.address: line.name for line in added if line.address is not None}
    known, _ = people_by_address(session, names, now=now)
    return people | {line.number: known[line.address] for line in added if line.address is not None}


def tickets_for(session: Session, locked: LockedSeats, lines: Sequence[AddedLine], terms: Terms) -> list[int]:
    """Tickets for those who join the line, in their order; at the end of it unless another position is stated."""
    people = sum(line.fate is Fate.WAITLIST for line in lines)
    if terms.wish is Wish.LINE and terms.position is not None and people:
        return tickets_at(session, locked, terms.position, people)
    return [locked.next_ticket() for _ in range(people)]


def reason_of(fate: Fate, terms: Terms) -> str | None:
    """What the trail says of a line with that fate."""
    if fate is Fate.OVER:
        return f"Over the limit: {terms.reason}"
    if fate is Fate.WAITLIST and terms.wish is Wish.LINE:
        return f"Put at number {terms.position} on the waitlist: {terms.reason}"
    return terms.reason or None


def _clean(person: PastedPerson) -> AddedLine:
    line = AddedLine(person.number, person.name.strip(), person.address.strip() or None, person.phone.strip() or None)
    try:
        line = replace(line, name=require_name(person.name))
        if line.phone is not None:
            line = replace(line, phone=clean_phone(line.phone))
        if line.address is not None:
            line = replace(line, address=require_email(line.address))
        if line.address == SYSTEM_EMAIL:
            raise Refused("email_invalid", email=line.address)
    except Refused as refused:
        return replace(line, fate=Fate.WRONG, problem=refused)
    return line
