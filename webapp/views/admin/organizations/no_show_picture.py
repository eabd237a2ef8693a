"""People by the most strikes they had at one time, drawn by the server."""

from collections.abc import Sequence
from dataclasses import dataclass

from webapp.domain.places.no_shows.policy import NoShowPolicy
from webapp.languages import formats
from webapp.languages.language import spoken
from webapp.languages.words import gettext

#: In the picture's own units: columns between the scale and the right edge, on a line with words below.
_WIDTH, _LEFT, _BASE, _HIGHEST = 400.0, 44.0, 156.0, 132.0
#: A column for so many strikes at least, the last one of which stands for more, too.
_FEWEST_COLUMNS = 5
_STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Column:
    """How many people, and what their column is called; `is_reached`: the policy would have held for them."""

    x: str
    y: str
    width: str
    height: str
    middle: str
    above: str
    strikes: str
    people: int
    is_reached: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the scale."""

    y: str
    words_y: str
    words: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Columns from left to right, and the scale from below, the line on which they stand first."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    from_x: str
    to_x: str
    scale_x: str
    words_x: str


def picture_of(policy: NoShowPolicy, people: Sequence[int]) -> Picture:
    """`people` by how many strikes, from none on."""
    last = max(_FEWEST_COLUMNS, policy.strikes)
    counts = [*people[:last], sum(people[last:])]
    step = _step(max(counts))
    top = max(step * -(-max(counts) // step), step)
    return Picture(
        tuple(_column(policy, at, counts, top) for at in range(len(counts))),
        tuple(_line(value, top) for value in range(0, top + 1, step)),
        from_x=f"{_across(_LEFT):.0f}",
        to_x=f"{_across(_WIDTH):.0f}",
        scale_x=f"{_across(_LEFT - 8):.0f}",
        words_x=f"{_across((_LEFT + _WIDTH) / 2):.0f}",
    )


def _step(most: int) -> int:
    """So that there are at most five lines: 1, 2 or 5, and as many zeros as it takes."""
    size = 1
    while True:
        for step in _STEPS:
            if step * size * 4 >= most:
                return step * size
        size *= 10


def _column(policy: NoShowPolicy, at: int, counts: Sequence[int], top: int) -> Column:
    space = (_WIDTH - _LEFT) / len(counts)
    middle = _across(_LEFT + space * at + space / 2)
    width, height = space * 0.6, counts[at] / top * _HIGHEST
    height = max(height, 2.0) if counts[at] else 0.0
    number = formats.number(at)
    return Column(
        x=f"{middle - width / 2:.1f}",
        y=f"{_BASE - height:.1f}",
        width=f"{width:.1f}",
        height=f"{height:.1f}",
        middle=f"{middle:.1f}",
        above=f"{_BASE - height - 5:.1f}",
        strikes=gettext("{n} or more", n=number) if at == len(counts) - 1 else number,
        people=counts[at],
        is_reached=at >= policy.strikes,
    )


def _across(x: float) -> float:
    """From the side on which the reader begins."""
    return _WIDTH - x if spoken().direction == "rtl" else x


def _line(value: int, top: int) -> Line:
    y = _BASE - value / top * _HIGHEST
    return Line(f"{y:.1f}", f"{y + 4:.1f}", formats.number(value))
