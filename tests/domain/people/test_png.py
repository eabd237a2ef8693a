"""A logo from outside: what is no picture is refused, and of a picture nothing but the picture is kept."""

import zlib

import pytest

from tests.support.browsers.pictures import METADATA, SIGNATURE, chunk, header, pixels, png
from webapp.domain.people.png import MOST_BYTES, clean_png
from webapp.domain.refusal import Refused

PALETTE = chunk(b"PLTE", bytes(range(24)))
CLEAR = chunk(b"tRNS", b"\0")
IDAT, IEND = chunk(b"IDAT", pixels(96, 64)), chunk(b"IEND")


@pytest.mark.parametrize(
    "kind",
    [
        *({"colour": 0, "depth": depth} for depth in (1, 2, 4, 8, 16)),
        *({"colour": colour, "depth": depth} for colour in (2, 4, 6) for depth in (8, 16)),
        {"colour": 2, "interlace": 1},
        {"colour": 6, "interlace": 1},
        {"colour": 0, "depth": 1, "interlace": 1},
    ],
    ids=str,
)
@pytest.mark.parametrize("size", [(64, 64), (1024, 64), (65, 127)])
def test_every_kind_of_picture_is_kept_as_it_is(kind, size):
    picture = png(*size, **kind)

    assert clean_png(picture) == picture


@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_a_palette_and_its_transparency_belong_to_the_picture(depth):
    picture = png(before=PALETTE + CLEAR, colour=3, depth=depth)

    assert clean_png(picture) == picture


def test_metadata_goes_and_what_stands_behind_the_end_too():
    plain = png()
    dirty = png(before=METADATA, after=METADATA) + b"<script>alert(1)</script>"

    assert clean_png(dirty) == plain
    assert clean_png(clean_png(dirty)) == plain


def test_pixels_in_several_chunks_stay_together():
    packed = pixels(96, 64)
    parts = chunk(b"IDAT", packed[:20]) + chunk(b"IDAT", packed[20:])

    assert clean_png(SIGNATURE + header(96, 64) + parts + IEND) == SIGNATURE + header(96, 64) + parts + IEND


WHOLE = png()
REFUSED = {
    "nothing": (b"", "picture_missing"),
    "a JPEG": (b"\xff\xd8\xff\xe0" + b"\0" * 100, "picture_not_png"),
    "an SVG": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "picture_not_png"),
    "text": (b"\x89PNG but no picture", "picture_not_png"),
    "one byte too many": (WHOLE + b"\0" * (MOST_BYTES + 1 - len(WHOLE)), "picture_too_large"),
    "the signature alone": (SIGNATURE, "picture_broken"),
    "cut off": (WHOLE[:-20], "picture_broken"),
    "without an end": (WHOLE[: -len(IEND)], "picture_broken"),
    "a wrong checksum": (WHOLE.replace(b"IDAT", b"IDAU"), "picture_broken"),
    "one changed byte": (WHOLE[:60] + bytes([WHOLE[60] ^ 1]) + WHOLE[61:], "picture_broken"),
    "a length beyond the file": (SIGNATURE + b"\x7f\xff\xff\xff" + WHOLE[12:], "picture_broken"),
    "an unknown critical chunk": (png(before=chunk(b"JUMP", b"x")), "picture_broken"),
    "no header first": (SIGNATURE + IDAT + header(96, 64) + IEND, "picture_broken"),
    "two headers": (SIGNATURE + header(96, 64) * 2 + IDAT + IEND, "picture_broken"),
    "a short header": (SIGNATURE + chunk(b"IHDR", b"\0" * 12) + IDAT + IEND, "picture_broken"),
    "no pixels": (SIGNATURE + header(96, 64) + IEND, "picture_broken"),
    "pixels of a smaller picture": (
        SIGNATURE + header(96, 64) + chunk(b"IDAT", pixels(96, 63)) + IEND,
        "picture_broken",
    ),
    "pixels of a larger picture": (
        SIGNATURE + header(96, 64) + chunk(b"IDAT", pixels(96, 65)) + IEND,
        "picture_broken",
    ),
    "pixels that do not unpack": (SIGNATURE + header(96, 64) + chunk(b"IDAT", b"\0" * 50) + IEND, "picture_broken"),
    "something behind the pixels": (
        SIGNATURE + header(96, 64) + chunk(b"IDAT", pixels(96, 64) + b"<script>") + IEND,
        "picture_broken",
    ),
    "a colour type that is none": (SIGNATURE + header(96, 64, colour=5) + IDAT + IEND, "picture_broken"),
    "a depth that is none": (SIGNATURE + header(96, 64, depth=4) + IDAT + IEND, "picture_broken"),
    "an interlace that is none": (SIGNATURE + header(96, 64, interlace=2) + IDAT + IEND, "picture_broken"),
    "colours of a palette that is missing": (png(colour=3), "picture_broken"),
    "a palette where there is none": (png(before=PALETTE, colour=0), "picture_broken"),
    "half a colour": (png(before=chunk(b"PLTE", b"\0" * 4), colour=3), "picture_broken"),
    "two palettes": (png(before=PALETTE * 2, colour=3), "picture_broken"),
    "too narrow": (png(63, 64), "picture_size"),
    "too low": (png(64, 63), "picture_size"),
    "too wide": (png(1025, 64), "picture_size"),
    "too high": (png(64, 1025), "picture_size"),
    "of no size": (SIGNATURE + header(0, 0) + IDAT + IEND, "picture_size"),
}


@pytest.mark.parametrize(("data", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_picture_is_refused(data, code):
    with pytest.raises(Refused) as refused:
        clean_png(data)

    assert refused.value.code == code


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused_without_unpacking_it():
    packer = zlib.compressobj(9)
    bomb = b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(150)) + packer.flush()  # 150 MB in 150 KB
    data = SIGNATURE + header(1024, 1024, colour=6, depth=16) + chunk(b"IDAT", bomb) + IEND

    with pytest.raises(Refused) as refused:
        clean_png(data)

    assert (len(data) <= MOST_BYTES, refused.value.code) == (True, "picture_broken")


def test_a_picture_of_one_colour_as_large_as_allowed_is_taken():
    picture = png(1024, 1024, colour=6, depth=16, fill=0)

    assert clean_png(picture) == picture
