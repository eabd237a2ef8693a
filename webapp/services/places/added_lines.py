"""The lines that staff typed or pasted, cleaned: what of them is settled before anybody looks at the offering."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.domain.places.adding import AddedLine, Fate, Terms, Wish
from webapp.domain.places.lists.guest_answer import Answer
from webapp.domain.places.lists.guest_repeats import MOST_OF_FAMILY, Repeat, Said, families, settle_repeats
from webapp.domain.places.lists.pasted_people import PastedPerson, clean_phone
from webapp.domain.refusal import Refused
from webapp.domain.text import fold
from webapp.models import User
from webapp.models.people.account import SYSTEM_EMAIL
from webapp.queries.ledger import Ledger
from webapp.services.accounts.account import require_email, require_name
from webapp.services.accounts.households import Households, Whom, people_listed, read_households
from webapp.services.accounts.people_without_address import add_people_without_address
from webapp.services.places.out_of_turn import tickets_at
from webapp.services.places.seats import LockedSeats


def clean_lines(people: Sequence[PastedPerson]) -> list[AddedLine]:
    """Each line clean, or with what is wrong with it; who stands twice in the list counts once."""
    lines = _once([_clean(person) for person in people])
    said = [Said(line.number, line.name, line.address or "", Answer.COMING) for line in lines if _counts(line)]
    elsewhere = settle_repeats(said)
    together = families(one for one in said if one.number not in elsewhere)
    return [
        _repeated(line, elsewhere[line.number].why) if line.number in elsewhere
        else replace(line, family=together.get(line.number, ()))
        for line in lines
    ]  # fmt: skip


def households_of(session: Session, lines: Sequence[AddedLine]) -> tuple[list[AddedLine], dict[int, int]]:
    """The lines, with who of them is looked after, and the rows of those who are known, by the lines' numbers."""
    asked = [line for line in lines if _counts(line)]
    households = read_households(session, [line.address or "" for line in asked])
    meant = {line.number: households.whom(line.address or "", line.name, line.family) for line in asked}
    known = {number: user_id for number, whom in meant.items() if (user_id := households.id_of(whom)) is not None}
    return [_told(line, meant[line.number], households) if line.number in meant else line for line in lines], known


def _told(line: AddedLine, whom: Whom, households: Households) -> AddedLine:
    told = replace(line, is_looked_after=bool(whom.member))
    return told if households.has_room(whom) else _repeated(told, Repeat.SHARED)


def _counts(line: AddedLine) -> bool:
    return line.fate is None and line.address is not None


def _once(lines: Iterable[AddedLine]) -> list[AddedLine]:
    """Of people without an address, the same name with the same phone counts once."""
    seen: set[tuple[str, str | None]] = set()
    found = []
    for line in lines:
        key = (fold(line.name), line.phone)
        is_again = line.fate is None and line.address is None and key in seen
        found.append(replace(line, fate=Fate.REPEATED) if is_again else line)
        if line.address is None:
            seen.add(key)
    return found


def _repeated(line: AddedLine, why: Repeat) -> AddedLine:
    """Listed before, or one more than come with one address."""
    if why is Repeat.SHARED:
        return replace(line, fate=Fate.WRONG, problem=Refused("address_shared", most=MOST_OF_FAMILY))
    return replace(line, fate=Fate.REPEATED)


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
    rank = locked.waiting - locked.behind
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
    with_address = [line for line in added if line.address is not None]
    households = read_households(session, [line.address or "" for line in with_address])
    meant = {line.number: households.whom(line.address or "", line.name, line.family) for line in with_address}
    found = people_listed(session, {meant[line.number]: line.name for line in with_address}, now=now)
    return people | {number: found[whom] for number, whom in meant.items()}


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
