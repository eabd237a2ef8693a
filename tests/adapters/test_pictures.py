"""Pictures from outside: written anew in our sizes, and refused before they can cost anything."""

import time
import zlib
from io import BytesIO

import pytest
from PIL import Image

from tests.support.browsers.photographs import SECRET, TURNED, photograph
from tests.support.browsers.pictures import METADATA, SIGNATURE, chunk, header, pixels, png
from webapp.adapters.pictures import clean_logo, written_anew
from webapp.domain import logo
from webapp.domain.refusal import Refused


def opened(body: bytes) -> Image.Image:
    return Image.open(BytesIO(body))


@pytest.mark.parametrize(
    "kind, mode", [("JPEG", "RGB"), ("JPEG", "L"), ("JPEG", "CMYK"), ("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGB")]
)
def test_a_picture_is_written_in_our_sizes_without_what_came_along(kind, mode):
    written = written_anew(photograph(kind, 2000, 1000, mode=mode) + b"<script>alert(1)</script>")

    sizes = {side: (opened(body).format, *opened(body).size) for side, body in written.pages.items()}
    assert sizes == {400: ("WEBP", 400, 200), 800: ("WEBP", 800, 400), 1600: ("WEBP", 1600, 800)}
    shared = opened(written.shared)
    assert (shared.format, *shared.size) == ("JPEG", 1200, 600)
    for body in (*written.pages.values(), written.shared):
        assert [one for one in (SECRET.encode(), b"<script>", b"made up") if one in body] == []
        assert dict(opened(body).getexif()) == {} and "icc_profile" not in opened(body).info


def test_it_is_turned_as_the_camera_was_held():
    written = written_anew(photograph("JPEG", 800, 400, turn=TURNED))
    assert (written.size.width, written.size.height) == (400, 800)
    red, _, blue = opened(written.pages[400]).getpixel((100, 50))
    assert red > blue, "the left half is on top"


def test_a_small_picture_is_not_made_larger_and_not_kept_twice():
    written = written_anew(photograph("PNG", 500, 400))
    assert (list(written.pages), opened(written.pages[800]).size, opened(written.shared).size) == (
        [400, 800],
        (500, 400),
        (500, 400),
    )


def test_what_is_transparent_becomes_white():
    file = BytesIO()
    Image.new("RGBA", (400, 400), (0, 0, 0, 0)).save(file, "PNG")
    assert opened(written_anew(file.getvalue()).shared).getpixel((5, 5)) == (255, 255, 255)


def plain(kind: str, width: int, height: int) -> bytes:
    file = BytesIO()
    Image.new("1" if kind == "PNG" else "L", (width, height)).save(file, kind)
    return file.getvalue()


BAD = {
    "nothing": (lambda: b"", "file_missing"),
    "9 MB": (lambda: photograph() + b"\0" * 9 * 1024 * 1024, "picture_too_large"),
    "100 megapixels, PNG": (lambda: plain("PNG", 10_000, 10_000), "picture_too_many_pixels"),
    "100 megapixels, JPEG": (lambda: plain("JPEG", 10_000, 10_000), "picture_too_many_pixels"),
    "100 megapixels, WebP": (lambda: plain("WEBP", 10_000, 10_000), "picture_too_many_pixels"),
    "a thumbnail": (lambda: plain("PNG", 200, 200), "picture_too_small"),
    "SVG": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "picture_kind"),
    "GIF": (lambda: plain("GIF", 400, 400), "picture_kind"),
    "TIFF": (lambda: plain("TIFF", 400, 400), "picture_kind"),
    "a page that begins like a picture": (lambda: b"\xff\xd8\xff<html><script>alert(1)</script>", "picture_kind"),
    "half a PNG": (lambda: photograph("PNG")[:300], "picture_broken"),
    "half a JPEG": (lambda: photograph("JPEG", 3000, 2000)[:4000], "picture_broken"),
    "half a WebP": (lambda: photograph("WEBP", 3000, 2000)[:1500], "picture_kind"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_picture_for_us_is_refused_at_once(case):
    make, code = BAD[case]
    data, begun = make(), time.process_time()
    with pytest.raises(Refused) as refused:
        written_anew(data)
    assert refused.value.code == code
    assert time.process_time() - begun < 0.5


PALETTE, CLEAR = chunk(b"PLTE", bytes(range(24))), chunk(b"tRNS", b"\0")
LOGOS = {
    **{f"grey, {depth} bit": png(65, 127, colour=0, depth=depth) for depth in (1, 2, 4, 8, 16)},
    **{f"colour type {colour}": png(65, 127, colour=colour) for colour in (2, 4, 6)},
    "interlaced": png(65, 127, interlace=1),
    "a palette with a clear colour": png(65, 127, before=PALETTE + CLEAR, colour=3),
    "metadata and a page behind it": png(65, 127, before=METADATA, after=METADATA) + b"<script>alert(1)</script>",
}


@pytest.mark.parametrize("name", LOGOS)
def test_a_logo_keeps_its_pixels_and_nothing_else(name):
    clean = clean_logo(LOGOS[name])
    before, after = opened(LOGOS[name]).convert("RGBA"), opened(clean)
    assert (after.format, after.tobytes()) == ("PNG", before.tobytes())
    assert [one for one in (b"Mira Sand", b"<script>", b"GPS") if one in clean] == []
    assert clean_logo(clean) == clean


WHOLE = png()
BAD_LOGOS = {
    "nothing": (b"", "picture_missing"),
    "a JPEG": (photograph("JPEG", 100, 100), "picture_not_png"),
    "an SVG": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "picture_not_png"),
    "one byte too many": (WHOLE + b"\0" * (logo.MOST_BYTES + 1 - len(WHOLE)), "picture_too_large"),
    "the signature alone": (SIGNATURE, "picture_broken"),
    "cut off": (WHOLE[:50], "picture_broken"),
    "a length beyond the file": (SIGNATURE + b"\x7f\xff\xff\xff" + WHOLE[12:], "picture_broken"),
    "pixels that do not unpack": (WHOLE.replace(pixels(96, 64), b"\0" * 60), "picture_broken"),
    "too narrow": (png(63, 64), "picture_size"),
    "too high": (png(64, 1025), "picture_size"),
}


@pytest.mark.parametrize("name", BAD_LOGOS)
def test_what_is_no_logo_is_refused(name):
    data, code = BAD_LOGOS[name]
    with pytest.raises(Refused, match=code):
        clean_logo(data)


def test_a_logo_that_unpacks_to_a_huge_one_costs_no_more_than_its_pixels():
    packer = zlib.compressobj(9)
    bomb = b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(150)) + packer.flush()  # 150 MB in 150 KB
    data = SIGNATURE + header(1024, 1024, colour=6, depth=16) + chunk(b"IDAT", bomb) + chunk(b"IEND")
    begun = time.process_time()
    assert opened(clean_logo(data)).size == (1024, 1024)
    assert time.process_time() - begun < 1
