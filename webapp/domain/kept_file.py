"""A small file as the text of one form field, so that a page can send it once more byte for byte."""

import base64
import binascii
import zlib

from webapp.domain.refusal import Refused


def keep_file(data: bytes) -> str:
    """The bytes as text of letters, digits, `-`, `_` and `=`; what is mostly text becomes shorter."""
    return base64.urlsafe_b64encode(zlib.compress(data, 9)).decode("ascii")


def open_kept_file(text: str, *, most: int) -> bytes:
    """The bytes again. Raises Refused: `kept_file_broken` for other text, and for more than `most` bytes."""
    unpacking = zlib.decompressobj()
    try:
        data = unpacking.decompress(base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True), most)
    except (UnicodeEncodeError, binascii.Error, zlib.error):
        raise Refused("kept_file_broken") from None
    if not unpacking.eof:
        raise Refused("kept_file_broken")
    return data
