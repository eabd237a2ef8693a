"""QR codes as the path of an SVG picture, so that a page needs no image and a printer no screen."""

import re
from dataclasses import dataclass
from functools import lru_cache

import segno

#: Light modules around the code, without which scanners do not find it.
_QUIET = 4
#: The checkerboard: it breaks up large areas of one colour whatever the text.
_MASK = 0
_DARK = re.compile(b"\x01+")


@dataclass(frozen=True, slots=True)
class QrPicture:
    """A square of `size` units; `path` strokes one unit per dark module, row by row."""

    size: int
    path: str


@dataclass(frozen=True, slots=True)
class _Modules:
    """The code of one text, row by row: a byte for each module of `side` by `side`, 1 where it is dark."""

    side: int
    dark: int


def qr_picture(text: str) -> QrPicture:
    """The QR code of a text, error level M (a seventh of it may be dirty)."""
    return _drawn(_encoded(text))


@lru_cache(maxsize=2048)
def qr_picture_of_many(beginning: str, end: str) -> QrPicture:
    """`qr_picture` of both as one text, with less work where many ends (of ASCII letters) follow one beginning.

    In codes of one size each bit of the text turns over the same modules, whatever the other bits are.
    """
    plain, turned_by = _bits_of(beginning, len(end))
    dark = plain.dark
    for letter, turned in zip(end, turned_by, strict=True):
        bits = ord(letter) ^ ord("0")
        for bit in range(bits.bit_length()):
            dark ^= turned[bit] if bits >> bit & 1 else 0
    return _drawn(_Modules(plain.side, dark))


@lru_cache(maxsize=16)
def _bits_of(beginning: str, letters: int) -> tuple[_Modules, list[list[int]]]:
    """The code with zeros behind the beginning, and for each letter what its seven bits turn over."""
    plain = _encoded(beginning + "0" * letters)
    others = [chr(ord("0") ^ 1 << bit) for bit in range(7)]
    return plain, [
        [_encoded(f"{beginning}{'0' * at}{other}{'0' * (letters - at - 1)}").dark ^ plain.dark for other in others]
        for at in range(letters)
    ]


def _encoded(text: str) -> _Modules:
    # Every mask can be read. Trying all eight for the prettiest takes longer than all else of a page together.
    code = segno.make(text, error="m", mode="byte", micro=False, boost_error=False, mask=_MASK)
    rows = [bytes(row) for row in code.matrix]
    return _Modules(len(rows), int.from_bytes(b"".join(rows), "big"))


def _drawn(code: _Modules) -> QrPicture:
    side, modules = code.side, code.dark.to_bytes(code.side**2, "big")
    strokes = [
        f"M{run.start() - y * side + _QUIET} {y + _QUIET}.5h{run.end() - run.start()}"
        for y in range(side)
        for run in _DARK.finditer(modules, y * side, (y + 1) * side)
    ]
    return QrPicture(size=side + 2 * _QUIET, path="".join(strokes))
