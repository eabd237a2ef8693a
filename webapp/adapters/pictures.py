"""Pictures from outside: looked at before they are unpacked, and written anew without anything but their pixels.

Why it is so: docs/decisions/118-pictures-of-events.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps

from webapp.domain import logo
from webapp.domain.events.picture import MOST_BYTES, SHARED_SIDE, SIDES, PictureSize, require_picture_size, sides_of
from webapp.domain.refusal import Refused

#: `require_picture_size` is stricter, and speaks in sentences.
Image.MAX_IMAGE_PIXELS = None
_FORMATS = ("JPEG", "PNG", "WEBP")
_PNG = b"\x89PNG\r\n\x1a\n"
_QUALITY = 80


@dataclass(frozen=True, slots=True)
class WrittenPicture:
    """The files of one picture by their longest side: WebP for pages, and one JPEG for everybody else."""

    size: PictureSize
    pages: Mapping[int, bytes]
    shared: bytes


def written_anew(data: bytes) -> WrittenPicture:
    """The picture in our sizes, upright, without metadata.

    Refuses `file_missing`, `picture_too_large` (bytes), `picture_kind` (not JPEG, PNG or WebP), `picture_broken`, and
    what `require_picture_size` refuses.
    """
    if not data:
        raise Refused("file_missing")
    if len(data) > MOST_BYTES:
        raise Refused("picture_too_large", most=MOST_BYTES // 1024)
    full = _upright(data)
    size = PictureSize(*full.size)
    pages = {side: _written(full, size.within(side), "WEBP") for side in sides_of(size)}
    return WrittenPicture(size, pages, _written(full, size.within(SHARED_SIDE), "JPEG"))


def clean_logo(data: bytes) -> bytes:
    """The same picture as a PNG that holds nothing else; transparency is a part of how it looks.

    Refuses `picture_missing`, `picture_too_large` (bytes), `picture_not_png`, `picture_broken`, `picture_size`.
    """
    if not data:
        raise Refused("picture_missing")
    if len(data) > logo.MOST_BYTES:
        raise Refused("picture_too_large", most=logo.MOST_BYTES // 1024)
    if not data.startswith(_PNG):
        raise Refused("picture_not_png")
    file = BytesIO()
    try:
        opened = Image.open(BytesIO(data), formats=("PNG",))
        logo.require_logo_size(*opened.size)
        opened.load()
        read = opened.convert("RGBA")
        # A new picture of the same pixels: what the old one knew besides them would be written, too.
        Image.frombytes("RGBA", read.size, read.tobytes()).save(file, "PNG", optimize=True)
    except Refused:
        raise
    except Exception as error:
        raise Refused("picture_broken") from error
    return file.getvalue()


def _upright(data: bytes) -> Image.Image:
    """The pixels alone, no larger than our largest size, turned as the camera was held, on white."""
    try:
        opened = Image.open(BytesIO(data), formats=_FORMATS)
    except Exception as error:
        # Decoders raise whatever comes to them of broken files.
        raise Refused("picture_kind") from error
    kind = "JPEG" if opened.format == "MPO" else str(opened.format)
    require_picture_size(kind, *opened.size)
    try:
        largest = PictureSize(*opened.size).within(SIDES[-1])
        opened.draft("RGB", (largest.width, largest.height))
        # Palettes cannot be scaled; a camera's file has been made small by `draft` already.
        read = opened.convert("RGB" if kind == "JPEG" else "RGBA")
        small = read.resize((largest.width, largest.height), Image.Resampling.LANCZOS, reducing_gap=2.0)
        small.info["exif"] = opened.info.get("exif", b"")
        turned = ImageOps.exif_transpose(small).convert("RGBA")
    except Exception as error:
        raise Refused("picture_broken") from error
    plain = Image.new("RGB", turned.size, "white")
    plain.paste(turned, mask=turned.getchannel("A"))
    return plain


def _written(full: Image.Image, size: PictureSize, kind: str) -> bytes:
    sized = full if full.size == (size.width, size.height) else full.resize((size.width, size.height))
    file = BytesIO()
    sized.save(file, kind, quality=_QUALITY, **({"method": 4} if kind == "WEBP" else {"progressive": True}))
    return file.getvalue()
