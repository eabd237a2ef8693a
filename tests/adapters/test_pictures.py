"""Pictures from outside: written anew in our sizes, and refused before they can cost anything."""

import time
from io import BytesIO

import pytest
from PIL import Image

from tests.support.browsers.photographs import SECRET, TURNED, photograph
from webapp.adapters.pictures import written_anew
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
