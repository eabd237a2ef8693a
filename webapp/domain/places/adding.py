"""Staff adds people by name: what is wished for them, and what becomes of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from webapp.domain.refusal import Refused


class Wish(StrEnum):
    """What staff wants for those who are new."""

    #: A free place, else the waitlist.
    RULE = "by_rule"
    #: A place, beyond the capacity where it is full.
    OVER = "over_limit"
    #: In line from a stated position on.
    LINE = "in_line"


class Fate(StrEnum):
    """What becomes of one line."""

    PLACE = "seated"
    OVER = "over"
    WAITLIST = "waitlist"
    #: Is asked first, by mail.
    INVITED = "invited"
    #: Was asked before, and has not answered yet.
    ASKED = "asked"
    ALREADY = "already"
    #: Somebody without an address, of the same name, is in already.
    NAMESAKE = "namesake"
    #: Stands in the list once more.
    REPEATED = "repeated"
    #: No place is left, and nobody can wait: only beyond the capacity.
    FULL = "full"
    #: Gave a place here up before: not put back without a reason.
    GAVE_UP = "gave_up"
    #: It cannot be read, or a rule stands in the way.
    WRONG = "wrong"


#: A line that changes something.
ADDED = frozenset({Fate.PLACE, Fate.OVER, Fate.WAITLIST, Fate.INVITED})
#: Lines that a reason would let through.
NEEDS_REASON = frozenset({Fate.FULL, Fate.GAVE_UP})


@dataclass(frozen=True, slots=True)
class Terms:
    """How people are added. `position` counts from 1; `is_another`: namesakes are other people."""

    wish: Wish = Wish.RULE
    position: int | None = None
    reason: str = ""
    is_another: bool = False

    def require_reason(self) -> None:
        """Refuse what only a reason allows (`reason_required`), and a line without a position."""
        if self.wish is Wish.LINE and self.position is None:
            raise Refused("position_missing")
        if self.wish is not Wish.RULE and not self.reason:
            raise Refused("reason_required")


@dataclass(frozen=True, slots=True)
class AddedLine:
    """One line, cleaned, and what becomes of it. `rank` counts from 1, for those who join the line."""

    number: int
    name: str
    address: str | None = None
    phone: str | None = None
    fate: Fate | None = None
    rank: int | None = None
    problem: Refused | None = None
    #: The names of all who come with this address, where several do.
    family: tuple[str, ...] = ()
    #: The account of the address looks after this person.
    is_looked_after: bool = False

    @property
    def is_added(self) -> bool:
        return self.fate in ADDED


def key_of(lines: Iterable[AddedLine], terms: Terms) -> str:
    """The same for the same outcome: a form carries it to show that somebody saw what it does."""
    said = [
        (line.number, line.name, line.address, line.phone, line.fate, line.rank, line.is_looked_after) for line in lines
    ]
    return sha256(repr((said, terms.wish, terms.position)).encode()).hexdigest()[:20]
