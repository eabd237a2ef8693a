"""Which column of a guest list is what, as a person chooses it: what there is, and what was found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from webapp.domain.places.lists.guest_columns import column_names, columns_of
from webapp.domain.places.lists.guest_table import Row, find_table, likely_list
from webapp.domain.refusal import Refused

#: So many rows are looked through for a sample.
_ROWS_FOR_A_SAMPLE = 200
_LONGEST_SAMPLE = 40


@dataclass(frozen=True, slots=True)
class ColumnToChoose:
    """One column by the name that says it by hand, and the first thing written in it ("" where it is empty)."""

    name: str
    sample: str


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """The columns of a file; `found` names one for every key of `BY_HAND`, "" where none is that."""

    columns: tuple[ColumnToChoose, ...]
    found: dict[str, str]


def columns_to_choose(text: str, named: Mapping[str, str] | None = None) -> ColumnChoice | None:
    """What can be chosen in a file that is read with `named`; where that fails, in the file as it reads by itself.

    None for a text without headings or without any address: there is nothing to choose.
    """
    text = text.removeprefix("\ufeff")
    if not ("@" in text or "\uff20" in text) or "\0" in text:
        return None
    for attempt in (named or {}, {}):
        try:
            table = find_table(text, attempt)
        except Refused:
            continue
        found = table.columns.first_of_each
        return ColumnChoice(_columns(table.columns.headings, table.rows), found | dict(named or {}))
    likely = likely_list(text)
    if likely is None:
        return None
    headings, rows = likely
    return ColumnChoice(_columns(headings.cells, rows), columns_of(headings.cells).first_of_each | dict(named or {}))


def _columns(headings: Sequence[str], rows: Sequence[Row]) -> tuple[ColumnToChoose, ...]:
    """Every column but those that are empty altogether."""
    samples = [_sample(rows, at) for at in range(len(headings))]
    named = zip(column_names(headings), headings, samples, strict=False)
    return tuple(ColumnToChoose(name, sample) for name, heading, sample in named if heading.strip() or sample)


def _sample(rows: Sequence[Row], at: int) -> str:
    cells = (" ".join(row.cells[at].split()) for row in rows[:_ROWS_FOR_A_SAMPLE] if at < len(row.cells))
    sample = next((cell for cell in cells if cell), "")
    return sample if len(sample) <= _LONGEST_SAMPLE else f"{sample[:_LONGEST_SAMPLE]}…"
