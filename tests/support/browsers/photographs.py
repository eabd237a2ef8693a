"""Photographs as cameras and programs write them, of any size, with what they add."""

from io import BytesIO

from PIL import Image

#: As EXIF names it: the camera was held upright, so the picture lies on its side.
TURNED = 6
_ORIENTATION, _PLACE = 0x0112, 0x010E
SECRET = "52.5200 N, 13.4050 E"


def photograph(kind: str = "JPEG", width: int = 1200, height: int = 800, *, mode: str = "RGB", turn: int = 1) -> bytes:
    """A picture whose left half is red and whose right half is blue, with a place in its metadata."""
    drawn = Image.new("RGB", (width, height), "#2040c0")
    drawn.paste("#c02020", (0, 0, width // 2, height))
    exif, file = Image.Exif(), BytesIO()
    exif[_ORIENTATION], exif[_PLACE] = turn, SECRET
    drawn.convert(mode).save(file, kind, exif=exif, icc_profile=b"made up")
    return file.getvalue()
