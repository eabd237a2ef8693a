"""PNG pictures from outside: looked at chunk by chunk, and put together again without what nobody asked for.

Why it is so: docs/decisions/097-the-png-reader.md.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from webapp.domain.refusal import Refused

#: Bytes of a file, and pixels of a side.
MOST_BYTES = 200 * 1024
SHORTEST_SIDE, LONGEST_SIDE = 64, 1024

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
#: What a picture needs; transparency is a part of how it looks. All else (text, places, times, programs) goes.
_KEPT = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
#: Colour type -> samples of a pixel, and how many bits a sample may have.
_COLOURS = {0: (1, (1, 2, 4, 8, 16)), 2: (3, (8, 16)), 3: (1, (1, 2, 4, 8)), 4: (2, (8, 16)), 6: (4, (8, 16))}
_PALETTE = 3
#: First column, first row, column step and row step of the seven passes of an interlaced picture.
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
_BLOCK = 64 * 1024


@dataclass(frozen=True, slots=True)
class _Header:
    width: int
    height: int
    depth: int
    colour: int
    interlaced: bool

    @property
    def data_length(self) -> int:
        """Bytes of the unpacked picture: each row with the byte that names its filter."""
        bits = _COLOURS[self.colour][0] * self.depth
        total = 0
        for left, top, across, down in _PASSES if self.interlaced else ((0, 0, 1, 1),):
            columns, rows = -(-(self.width - left) // across), -(-(self.height - top) // down)
            if columns > 0:
                total += max(rows, 0) * (1 + -(-columns * bits // 8))
        return total


def clean_png(data: bytes) -> bytes:
    """The same picture as a file that holds nothing else.

    Refuses `picture_missing`, `picture_too_large` (bytes), `picture_not_png`,
    `picture_size` (a side outside 64 to 1024 pixels) and `picture_broken`.
    """
    if not data:
        raise Refused("picture_missing")
    if len(data) > MOST_BYTES:
        raise Refused("picture_too_large", most=MOST_BYTES // 1024)
    if not data.startswith(_SIGNATURE):
        raise Refused("picture_not_png")
    chunks = [(kind, body) for kind, body in _chunks(data) if kind in _KEPT]
    header = _header(chunks)
    _require_order(chunks, header)
    _require_pixels(b"".join(body for kind, body in chunks if kind == b"IDAT"), header.data_length)
    return _SIGNATURE + b"".join(_packed(kind, body) for kind, body in chunks)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and body of every chunk up to the last; what stands behind that is no part of the picture."""
    at = len(_SIGNATURE)
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        body, end = data[at + 8 : at + 8 + length], at + 12 + length
        if end > len(data) or struct.unpack_from(">I", data, end - 4)[0] != zlib.crc32(kind + body):
            break
        if kind[:1].isupper() and kind not in _KEPT:
            break  # a critical chunk that nobody knows: this is no picture that could be shown
        yield kind, body
        if kind == b"IEND":
            return
        at = end
    raise Refused("picture_broken")


def _header(chunks: list[tuple[bytes, bytes]]) -> _Header:
    kind, body = chunks[0]
    if kind != b"IHDR" or len(body) != 13:
        raise Refused("picture_broken")
    width, height, depth, colour, compression, filtering, interlace = struct.unpack(">IIBBBBB", body)
    is_known = colour in _COLOURS and depth in _COLOURS[colour][1]
    if not is_known or compression or filtering or interlace > 1:
        raise Refused("picture_broken")
    if not all(SHORTEST_SIDE <= side <= LONGEST_SIDE for side in (width, height)):
        raise Refused("picture_size", low=SHORTEST_SIDE, high=LONGEST_SIDE, width=width, height=height)
    return _Header(width, height, depth, colour, bool(interlace))


def _require_order(chunks: list[tuple[bytes, bytes]], header: _Header) -> None:
    """One header, at most one palette and one transparency before the pixels, which stand together."""
    kinds = [kind for kind, _ in chunks]
    pixels = kinds.count(b"IDAT")
    before = kinds[1 : len(kinds) - pixels - 1]
    expected = [b"IHDR", *before, *[b"IDAT"] * pixels, b"IEND"]
    if not pixels or kinds != expected or before not in ([], [b"PLTE"], [b"tRNS"], [b"PLTE", b"tRNS"]):
        raise Refused("picture_broken")
    palette = next((body for kind, body in chunks if kind == b"PLTE"), None)
    has_to, may_not = header.colour == _PALETTE, header.colour in {0, 4}
    if (palette is None and has_to) or (palette is not None and may_not):
        raise Refused("picture_broken")
    if palette is not None and (len(palette) % 3 or not 3 <= len(palette) <= 768):
        raise Refused("picture_broken")


def _require_pixels(packed: bytes, expected: int) -> None:
    """Unpack a little at a time, so that a small file that unpacks to a huge one costs nothing."""
    unpacking, length, rest, more = zlib.decompressobj(), 0, packed, True
    try:
        while more and length <= expected:
            unpacked = unpacking.decompress(rest, _BLOCK)
            length, rest = length + len(unpacked), unpacking.unconsumed_tail
            more = bool(unpacked or rest) and not unpacking.eof
    except zlib.error:
        raise Refused("picture_broken") from None
    if length != expected or not unpacking.eof or unpacking.unused_data:
        raise Refused("picture_broken")


def _packed(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
