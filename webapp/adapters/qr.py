"""QR codes as the path of an SVG picture, so that a page needs no image and a printer no screen."""

from dataclasses import dataclass
from functools import lru_cache

import segno

#: Light modules around the code, without which scanners do not find it.
_QUIET = 4
#: The checkerboard: it breaks up large areas of one colour whatever the text.
_MASK = 0


@dataclass(frozen=True, slots=True)
class QrPicture:
    """A square of `size` units; `path` strokes one unit per dark module, row by row."""

    size: int
    path: str


@lru_cache(maxsize=2048)
def qr_picture(text: str) -> QrPicture:
    """The QR code of a text, error level M (a seventh of it may be dirty)."""
    # Every mask can be read. Trying all eight for the prettiest takes longer than all else of a page together.
    code = segno.make(text, error="m", micro=False, boost_error=False, mask=_MASK)
    rows = [list(row) for row in code.matrix]
    strokes = [
        f"M{start + _QUIET} {y + _QUIET}.5h{length}" for y, row in enumerate(rows) for start, length in _dark_runs(row)
    ]
    return QrPicture(size=len(rows) + 2 * _QUIET, path="".join(strokes))


def _dark_runs(row: list[int]) -> list[tuple[int, int]]:
    """Start and length of every run of dark modules."""
    runs: list[tuple[int, int]] = []
    start = None
    for at, module in enumerate([*row, 0]):
        if module and start is None:
            start = at
        elif not module and start is not None:
            runs.append((start, at - start))
            start = None
    return runs
