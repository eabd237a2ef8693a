"""A file of people, line by line: whom each line means, and what is wrong with it. Nothing is written here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from webapp.adapters.spreadsheet import decode_text
from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus
from webapp.domain.places.lists.guest_answer import Answer
from webapp.domain.places.lists.guest_choice import ColumnChoice, columns_to_choose
from webapp.domain.places.lists.guest_list import Guest, read_guest_list
from webapp.domain.places.lists.guest_repeats import MOST_OF_FAMILY, Repeat
from webapp.domain.refusal import Refused
from webapp.extensions import db
from webapp.services.accounts.guest_lines import CheckedGuest, check_guests
from webapp.services.accounts.households import Whom, read_households
from webapp.services.classes.people.class_enrollment import rehearse_enrolling
from webapp.services.classes.people.class_newcomers import Place

#: Lines of one file: as many as one person still looks through.
MOST_LINES = 2_000

#: What leaves a line out and stands in nobody's way: the file says so itself, or there is nothing to do.
_LEFT_OUT = frozenset(
    [
        "already_enrolled",
        "line_repeated",
        "line_superseded",
        "answered_no",
        "answered_nothing",
        "answered_waitlist",
        "answered_no_but_enrolled",
    ]
)


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One line: its clean address and name (may be empty), and the place it would get or why not."""

    number: int
    address: str
    name: str = ""
    user_id: int | None = None
    place: Place | None = None
    problem: Refused | None = None
    answer: Answer = Answer.COMING
    says: str = ""
    #: The names of all who come with this address, where several do.
    family: tuple[str, ...] = ()
    #: Whom the line means, once the accounts were looked at.
    whom: Whom | None = None

    @property
    def is_looked_after(self) -> bool:
        """The account of the address looks after this person."""
        return self.whom is not None and bool(self.whom.member)

    @property
    def is_left_out(self) -> bool:
        """Nothing is done for this line, and nothing is wrong with it."""
        return self.problem is not None and self.problem.code in _LEFT_OUT

    @property
    def has_place_already(self) -> bool:
        """The class need not be asked for one."""
        return self.problem is not None and self.problem.code == "already_enrolled"

    @property
    def stands_in_the_way(self) -> bool:
        """One such line leaves everybody out."""
        return self.problem is not None and not self.is_left_out


def read_people_file(data: bytes, named: Mapping[str, str] | None = None) -> list[PersonLine]:
    """The lines of a CSV file, addresses clean and each once; `named` says by hand which column is what.

    Raises Refused for a file that cannot be read: `encoding_wrong`, `file_is_workbook`, and what
    `read_guest_list` raises; what is wrong with one line, or why it is left out, is its `problem`.
    """
    return _lines(read_guest_list(decode_text(data).text, named).guests)


def columns_of_people_file(data: bytes, named: Mapping[str, str] | None = None) -> ColumnChoice | None:
    """Which columns of the file can be chosen, and which is what; None where there is no choice."""
    try:
        return columns_to_choose(decode_text(data).text, named)
    except Refused:
        return None


def lines_of_addresses(text: str) -> list[PersonLine]:
    """The same for lines of an address and perhaps a name, numbered from 1. Raises `file_empty`, `too_many_rows`."""
    lines = [line.split(maxsplit=1) for line in text.splitlines() if line.strip()]
    return _lines([Guest(number, "".join(rest), address) for number, (address, *rest) in enumerate(lines, start=1)])


def line_of_address(line: PersonLine) -> str:
    """The line that `lines_of_addresses` reads as this person."""
    return f"{line.address} {line.name}".rstrip()


def rehearse_lines(lines: Sequence[PersonLine], *, class_id: int, despite_clash: bool = False) -> list[PersonLine]:
    """What enrolling all of them would do: whoever comes in the order of the file, then who waits.

    Raises `not_found`, `class_frozen`.
    """
    found = _meant(lines)
    in_order = sorted((line for line in found if _is_asked(line)), key=lambda line: _PLACED.index(line.answer))
    people = [line.user_id for line in in_order if line.user_id is not None]
    decided = rehearse_enrolling(class_id=class_id, user_ids=list(dict.fromkeys(people)), despite_clash=despite_clash)
    return _without_seats_for_waiting([_decided(line, decided) for line in found])


def rehearse_adding(lines: Sequence[PersonLine]) -> list[PersonLine]:
    """What adding all of them to a facility would do: who has an account, and whose name is missing for a new one."""
    found = _meant(lines)
    return [
        replace(line, problem=Refused("name_needed"))
        if line.problem is None and line.user_id is None and not line.name
        else line
        for line in found
    ]


def _meant(lines: Sequence[PersonLine]) -> list[PersonLine]:
    """Each line with whom it means, and their row."""
    households = read_households(db.session(), [line.address for line in lines if line.address])
    found = []
    for line in lines:
        whom = households.whom(line.address, line.name, line.family)
        full = line.problem is None and not households.has_room(whom)
        problem = Refused("address_shared", most=MOST_OF_FAMILY) if full else line.problem
        found.append(replace(line, whom=whom, user_id=households.id_of(whom), problem=problem))
    return found


def to_enroll(lines: Iterable[PersonLine]) -> list[PersonLine]:
    """The lines that get a place or have one, in the order in which they are placed."""
    placed = [line for line in lines if not line.is_left_out or line.has_place_already]
    return sorted(placed, key=lambda line: _PLACED.index(line.answer))


_PLACED = (Answer.COMING, Answer.WAITING, Answer.OPEN, Answer.OUT)


def _is_asked(line: PersonLine) -> bool:
    """Whether the class has a say: about a place, or whether a no in the file contradicts one."""
    return line.problem is None or line.problem.code in {"answered_no", "answered_nothing"}


def _decided(line: PersonLine, decided: dict[int, Place | Refused]) -> PersonLine:
    one = decided.get(line.user_id) if line.user_id is not None and _is_asked(line) else None
    if line.problem is not None:
        if isinstance(one, Refused) and one.code == "already_enrolled" and not line.problem.facts.get("shared"):
            return replace(line, problem=Refused("answered_no_but_enrolled", says=line.says, **one.facts))
        return line
    if one is None:
        return replace(line, problem=Refused("not_of_facility"))
    return replace(line, problem=one) if isinstance(one, Refused) else replace(line, place=one)


def _without_seats_for_waiting(lines: list[PersonLine]) -> list[PersonLine]:
    """Who waits in the file joins a line; where seats are free there is none, and staff decide."""
    waiting = [line for line in lines if line.answer is Answer.WAITING and line.place]
    if not any(line.place and line.place.status is ClassEnrollmentStatus.ENROLLED for line in waiting):
        return lines
    left = {line.number for line in waiting}
    return [
        replace(line, place=None, problem=Refused("answered_waitlist", says=line.says)) if line.number in left else line
        for line in lines
    ]


def _lines(guests: Sequence[Guest]) -> list[PersonLine]:
    if not guests:
        raise Refused("file_empty")
    if len(guests) > MOST_LINES:
        raise Refused("too_many_rows", most=MOST_LINES)
    return [
        PersonLine(
            guest.number,
            guest.address[:254],
            "" if guest.bad_name else guest.name,
            problem=_problem(guest),
            answer=guest.answer,
            says=guest.says,
            family=guest.family,
        )
        for guest in check_guests(guests, names_required=False)
    ]


def _problem(guest: CheckedGuest) -> Refused | None:
    if guest.elsewhere is not None:
        if guest.elsewhere.why is Repeat.SHARED:
            return Refused("address_shared", most=MOST_OF_FAMILY)
        is_same = guest.elsewhere.why is Repeat.DUPLICATE
        return Refused("line_repeated" if is_same else "line_superseded", line=guest.elsewhere.line.number)
    if not guest.wants_place:
        code = "answered_no" if guest.answer is Answer.OUT else "answered_nothing"
        return Refused(code, says=guest.says, shared=guest.is_shared)
    return guest.bad_address or guest.bad_name
