"""Which column of a guest list means what: the guest's own first, then whoever stands in for it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from webapp.domain.places.lists.guest_heading import Whose, meaning_of, plain_heading
from webapp.domain.refusal import Refused

#: More columns than that are not looked at.
_MOST_COLUMNS = 500

#: What a person can say about a column by hand, and the meaning behind it.
BY_HAND = {
    "email": "address",
    "name": "full",
    "first name": "first",
    "last name": "last",
    "status": "status",
    "cancelled": "cancelled",
    "tickets": "quantity",
}
_NAMES = ("full", "first", "last", "name")


@dataclass(frozen=True, slots=True)
class NameColumns:
    """The columns of one name: whole, or in halves."""

    whole: int | None = None
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """Indexes of the columns that were recognised, and the headings as they stand in the file.

    Addresses and names are in the order in which they count: where the guest's own cell is
    empty, the next one stands in.
    """

    headings: tuple[str, ...]
    addresses: tuple[int, ...]
    names: tuple[NameColumns, ...] = ()
    statuses: tuple[int, ...] = ()
    cancelled: tuple[int, ...] = ()
    quantity: int | None = None

    @property
    def used(self) -> dict[str, int]:
        """The recognised columns by what they mean; what stands in is numbered from 2."""
        found: dict[str, int | None] = {}
        found |= _numbered("address", self.addresses)
        for meaning, half in (("name", "whole"), ("first_name", "first"), ("last_name", "last")):
            found |= _numbered(meaning, [getattr(name, half) for name in self.names])
        found |= _numbered("status", self.statuses) | _numbered("cancelled", self.cancelled)
        found["quantity"] = self.quantity
        return {meaning: index for meaning, index in found.items() if index is not None}

    @property
    def first_of_each(self) -> dict[str, str]:
        """The column that comes first for each thing of `BY_HAND`, as `column_names` calls it; "" where none is."""
        name = self.names[0] if self.names else NameColumns()
        first = {
            "address": next(iter(self.addresses), None),
            "full": name.whole,
            "first": name.first,
            "last": name.last,
            "status": next(iter(self.statuses), None),
            "cancelled": next(iter(self.cancelled), None),
            "quantity": self.quantity,
        }
        called = column_names(self.headings)
        return {what: "" if (at := first[meaning]) is None else called[at] for what, meaning in BY_HAND.items()}

    @property
    def unused(self) -> tuple[str, ...]:
        """Headings of the columns that are left alone."""
        used = set(self.used.values())
        return tuple(heading for at, heading in enumerate(self.headings) if at not in used and heading)


def recognise_columns(headings: Sequence[str], named: Mapping[str, str] | None = None) -> Columns | None:
    """What the columns mean; None where none of them holds e-mail addresses, or one of `named` is missing.

    `named` says by hand which column is what: a key of `BY_HAND`, and a heading or what `column_names`
    calls the column; "" says that no column is. A column that is named by hand is the only one of its
    kind, unless it is the one that was found anyway. Raises Refused: `column_twice`.
    """
    by_hand = _columns_by_hand(headings, named or {})
    columns = None if by_hand is None else columns_of(headings, by_hand)
    return columns if columns and columns.addresses else None


def columns_of(headings: Sequence[str], by_hand: Mapping[str, int | None] | None = None) -> Columns:
    """What the columns mean, also where none of them holds addresses; `by_hand` says it by meaning and index."""
    by_hand = by_hand or {}
    found = _found(headings, by_hand)
    return Columns(
        headings=tuple(" ".join(heading.split()) for heading in headings),
        addresses=_chosen("address", found, by_hand),
        names=tuple(_chosen_names(_names(found), by_hand)),
        statuses=_chosen("status", found, by_hand),
        cancelled=_chosen("cancelled", found, by_hand),
        quantity=next(iter(_chosen("quantity", found, by_hand)), None),
    )


def column_names(headings: Sequence[str]) -> list[str]:
    """What every column is called, each once: by its heading, "Column 3" without one, "Email (2)" for a second one."""
    names: dict[str, None] = {}
    for at, heading in enumerate(headings[:_MOST_COLUMNS], start=1):
        plain = name = " ".join(heading.split()) or f"Column {at}"
        number = 1
        while name in names:
            number += 1
            name = f"{plain} ({number})"
        names[name] = None
    return list(names)


def recognised_meanings(headings: Sequence[str]) -> int:
    """How many different things these cells would be headings of."""
    return len({meaning_of(heading)[0] for heading in headings[:_MOST_COLUMNS]} - {None})


def _found(headings: Sequence[str], by_hand: Mapping[str, int | None]) -> dict[str, dict[Whose, int]]:
    """What the headings say by themselves; a column that is named by hand is nothing else."""
    found: dict[str, dict[Whose, int]] = defaultdict(dict)
    named = {at: _kind(meaning) for meaning, at in by_hand.items() if at is not None}
    for at, heading in enumerate(headings[:_MOST_COLUMNS]):
        meaning, whose = meaning_of(heading)
        if meaning and named.get(at, _kind(meaning)) == _kind(meaning):
            found[meaning].setdefault(whose, at)
    return found


def _kind(meaning: str) -> str:
    return "name" if meaning in _NAMES else meaning


def _chosen(
    meaning: str, found: Mapping[str, Mapping[Whose, int]], by_hand: Mapping[str, int | None]
) -> tuple[int, ...]:
    """The columns of one meaning, the guest's own first."""
    in_order = tuple(at for _, at in sorted(found[meaning].items()))
    named = by_hand.get(meaning)
    if meaning not in by_hand or (in_order and in_order[0] == named):
        return in_order
    return () if named is None else (named,)


def _chosen_names(found: list[NameColumns], by_hand: Mapping[str, int | None]) -> list[NameColumns]:
    """The names with what was said by hand; halves that are named are not hidden by a whole name that is not."""
    if not any(half in by_hand for half in _NAMES):
        return found
    before = found[0] if found else NameColumns()
    has_half = by_hand.get("first") is not None or by_hand.get("last") is not None
    one = NameColumns(
        whole=by_hand.get("full", None if has_half else before.whole),
        first=by_hand.get("first", before.first),
        last=by_hand.get("last", before.last),
    )
    if one == before:
        return found
    return [] if one == NameColumns() else [one]


def _columns_by_hand(headings: Sequence[str], named: Mapping[str, str]) -> dict[str, int | None] | None:
    """The column behind each name, None for "no column"; None altogether where one is missing."""
    if not named:
        return {}
    called = column_names(headings)
    plain = [plain_heading(heading) for heading in headings[:_MOST_COLUMNS]]
    found: dict[str, int | None] = {}
    taken: dict[int, str] = {}
    for what, heading in named.items():
        name = " ".join(heading.split())
        if not name:
            found[BY_HAND[what]] = None
            continue
        alike = plain_heading(name)
        if name in called:
            at = called.index(name)
        elif alike and alike in plain:
            at = plain.index(alike)
        else:
            return None
        if at in taken:
            raise Refused("column_twice", column=called[at], one=taken[at], other=what)
        taken[at] = what
        found[BY_HAND[what]] = at
    return found


def _names(found: Mapping[str, Mapping[Whose, int]]) -> list[NameColumns]:
    """The name columns of each owner, the guest's first; two owners' halves make one name."""
    names: list[NameColumns] = []
    for whose in Whose:
        first, last = found["first"].get(whose), found["last"].get(whose)
        whole, name = found["full"].get(whose), found["name"].get(whose)
        if first is not None and last is None:
            last, name = name, None
        elif last is not None and first is None:
            first, name = name, None
        one = NameColumns(whole if whole is not None else name, first, last)
        if names and _complete_each_other(names[-1], one) and whose is not Whose.BUYER:
            before = names.pop()
            one = NameColumns(
                None,
                one.first if before.first is None else before.first,
                one.last if before.last is None else before.last,
            )
        if one != NameColumns():
            names.append(one)
    return names


def _complete_each_other(one: NameColumns, other: NameColumns) -> bool:
    if one.whole is not None or other.whole is not None:
        return False
    halves = (one.first is not None, one.last is not None, other.first is not None, other.last is not None)
    return halves in {(True, False, False, True), (False, True, True, False)}


def _numbered(meaning: str, indexes: Sequence[int | None]) -> dict[str, int | None]:
    known = [index for index in indexes if index is not None]
    return {meaning if number == 1 else f"{meaning}_{number}": index for number, index in enumerate(known, start=1)}
