"""Logos for the demonstration: a few shapes on a square, written as the smallest PNG that holds them."""

import struct
import zlib
from collections.abc import Callable

_SIDE = 256
#: Which colour of the palette the point is, with x and y from -1 to 1, right and down.
Drawing = Callable[[float, float], int]


def _north(x: float, y: float) -> int:
    """A needle that points up, in a ring."""
    distance = (x * x + y * y) ** 0.5
    if 0.72 <= distance <= 0.86:
        return 1
    if abs(x) <= 0.34 * (1 - abs(y) / 0.58):
        return 1 if y > 0 else 2
    return 0


def _south(x: float, y: float) -> int:
    """A sun that sets behind two waves."""
    if y > 0.08:
        band = int((y - 0.08) / 0.14)
        return 2 if band % 2 and abs(x) < 0.9 and y < 0.78 else 0
    return 1 if x * x + (y - 0.08) ** 2 <= 0.52 else 0


#: By the organization's name: what is drawn, and the colours (background first).
_LOGOS: dict[str, tuple[Drawing, tuple[str, ...]]] = {
    "Northside Makers": (_north, ("FFFFFF", "0B5A66", "F2B632")),
    "Ateliê Sul": (_south, ("FFF4E4", "C8492B", "14211E")),
}


def demo_logo(name: str) -> bytes:
    """The logo of that organization as a PNG."""
    drawing, colours = _LOGOS[name]
    steps = [(2 * at + 1) / _SIDE - 1 for at in range(_SIDE)]
    rows = b"".join(b"\0" + bytes(drawing(x, y) for x in steps) for y in steps)
    header = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, 3, 0, 0, 0)
    palette = bytes.fromhex("".join(colours))
    chunks = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
