"""PNG files as other programs write them: whole, with extras, or wrong on purpose."""

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def chunk(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def header(width: int, height: int, *, depth: int = 8, colour: int = 2, interlace: int = 0) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace))


def pixels(width: int, height: int, *, depth: int = 8, colour: int = 2, interlace: int = 0, fill: int = 7) -> bytes:
    """Rows of one value, packed; each begins with the number of its filter."""
    bits, rows = _SAMPLES[colour] * depth, b""
    for left, top, across, down in _PASSES if interlace else ((0, 0, 1, 1),):
        columns, lines = len(range(left, width, across)), len(range(top, height, down))
        if columns:
            rows += (b"\0" + bytes([fill]) * ((columns * bits + 7) // 8)) * lines
    return zlib.compress(rows)


def png(width: int = 96, height: int = 64, *, before: bytes = b"", after: bytes = b"", fill: int = 7, **kind) -> bytes:
    """A picture; `before` and `after` are chunks around its pixels."""
    body = chunk(b"IDAT", pixels(width, height, fill=fill, **kind))
    return SIGNATURE + header(width, height, **kind) + before + body + after + chunk(b"IEND")


#: What cameras and drawing programs add: a place, a name, a time, a small program.
METADATA = b"".join(
    (
        chunk(b"tEXt", b"Author\0Mira Sand"),
        chunk(b"eXIf", b"MM\0*GPS 53.5 9.9"),
        chunk(b"tIME", b"\x07\xea\x06\x0a\x0c\0\0"),
        chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<script>alert(1)</script>"),
    )
)
