"""A file of people, line by line: whom each line means, and what is wrong with it. Nothing is written here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from webapp.adapters.spreadsheet import decode_text
from webapp.domain.guest_list import read_guest_list
from webapp.domain.refusal import Refused
from webapp.domain.text import clean_line
from webapp.extensions import db
from webapp.services.classes.class_enrollment import rehearse_enrolling
from webapp.services.classes.class_newcomers import Place
from webapp.services.people.account import NAME_LIMIT, require_email
from webapp.services.people.people_by_address import ids_by_address

#: Lines of one file: as many as one person still looks through.
MOST_LINES = 2_000


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One line: its clean address and name (may be empty), and the place it would get or why not."""

    number: int
    address: str
    name: str = ""
    user_id: int | None = None
    place: Place | None = None
    problem: Refused | None = None


def read_people_file(data: bytes) -> list[PersonLine]:
    """The lines of a CSV file, addresses clean and each once.

    Raises Refused for a file that cannot be read: `file_empty`, `file_broken`, `no_address_column`,
    `too_many_rows`, `encoding_wrong`; what is wrong with one line is its `problem`.
    """
    guests = read_guest_list(decode_text(data).text).guests
    if not guests:
        raise Refused("file_empty")
    if len(guests) > MOST_LINES:
        raise Refused("too_many_rows", most=MOST_LINES)
    return _each_once([_line(guest.number, guest.address, guest.name) for guest in guests])


def lines_of_addresses(addresses: Sequence[str]) -> list[PersonLine]:
    """The same for addresses alone, numbered from 1. Raises `file_empty`, `too_many_rows`."""
    if not addresses:
        raise Refused("file_empty")
    if len(addresses) > MOST_LINES:
        raise Refused("too_many_rows", most=MOST_LINES)
    return _each_once([_line(number, address, "") for number, address in enumerate(addresses, start=1)])


def rehearse_lines(lines: Sequence[PersonLine], *, class_id: int, despite_clash: bool = False) -> list[PersonLine]:
    """What enrolling all of them would do, in the order of the file. Raises `not_found`, `class_frozen`."""
    known = ids_by_address(db.session(), [line.address for line in lines if line.problem is None])
    found = [replace(line, user_id=known.get(line.address)) if line.problem is None else line for line in lines]
    people = [line.user_id for line in found if line.user_id is not None]
    decided = rehearse_enrolling(class_id=class_id, user_ids=people, despite_clash=despite_clash)
    return [_decided(line, decided) for line in found]


def _decided(line: PersonLine, decided: dict[int, Place | Refused]) -> PersonLine:
    if line.problem is not None:
        return line
    one = Refused("not_of_facility") if line.user_id is None else decided[line.user_id]
    return replace(line, problem=one) if isinstance(one, Refused) else replace(line, place=one)


def _line(number: int, address: str, name: str) -> PersonLine:
    try:
        line = PersonLine(number, require_email(address))
        return replace(line, name=clean_line(name, limit=NAME_LIMIT, field="name")) if name.strip() else line
    except Refused as refused:
        return PersonLine(number, address[:254], problem=refused)


def _each_once(lines: Sequence[PersonLine]) -> list[PersonLine]:
    first: dict[str, int] = {}
    checked = []
    for line in lines:
        is_again = line.problem is None and first.setdefault(line.address, line.number) != line.number
        again = Refused("address_repeated", line=first[line.address]) if is_again else None
        checked.append(replace(line, problem=again) if again else line)
    return checked
