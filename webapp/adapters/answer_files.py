"""Files that people answer with: looked at, and pictures written anew without anything but their pixels."""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps

from webapp.domain.questions.answer_file import JPEG, PDF, file_name, kind_of_file, require_pdf
from webapp.domain.refusal import Refused

#: Documents are read on paper: no side has to be longer.
_LONGEST_SIDE = 2400
_MOST_PIXELS = 40_000_000
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG"}


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file as it is kept."""

    name: str
    mimetype: str
    body: bytes


def checked_file(name: str, data: bytes) -> CheckedFile:
    """The file as it may be kept: a PDF as it is, a picture written anew.

    Refuses what `kind_of_file` and `require_pdf` refuse; `answer_file_broken` for a picture that cannot be read.
    """
    mimetype = kind_of_file(data)
    if mimetype == PDF:
        require_pdf(data)
        return CheckedFile(file_name(name, mimetype), mimetype, data)
    return CheckedFile(file_name(name, mimetype), mimetype, _written_anew(data, mimetype))


def _written_anew(data: bytes, mimetype: str) -> bytes:
    kind, file = _FORMATS[mimetype], BytesIO()
    try:
        opened = Image.open(BytesIO(data), formats=(kind,))
        if opened.width * opened.height > _MOST_PIXELS:
            raise Refused("answer_file_too_many_pixels", most=_MOST_PIXELS // 1_000_000)
        opened.draft("RGB", (_LONGEST_SIDE, _LONGEST_SIDE))
        turned = ImageOps.exif_transpose(opened).convert("RGB" if mimetype == JPEG else "RGBA")
        turned.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
        # A new picture of the same pixels: what the old one knew besides them would be written, too.
        plain = Image.frombytes(turned.mode, turned.size, turned.tobytes())
        plain.save(file, kind, **({"quality": 85} if mimetype == JPEG else {"optimize": True}))
    except Refused:
        raise
    except Exception as error:
        # Decoders raise whatever comes to them of broken files.
        raise Refused("answer_file_broken") from error
    return file.getvalue()
