"""A file to keep, written whole before its first byte is sent."""

import tempfile
from collections.abc import Iterable, Iterator

from flask import Response

#: Larger files wait on disk, not in memory, for the reader.
_IN_MEMORY = 1024 * 1024
_BLOCK = 64 * 1024


def download(lines: Iterable[str], name: str, mimetype: str) -> Response:
    """The lines as a file of that name. A slow reader holds no transaction open."""
    spool = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)
    for line in lines:
        spool.write(line.encode())
    size = spool.tell()
    spool.seek(0)
    response = Response(_sent(spool), mimetype=mimetype)
    response.content_length = size
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _sent(spool: "tempfile.SpooledTemporaryFile[bytes]") -> Iterator[bytes]:
    with spool:
        while block := spool.read(_BLOCK):
            yield block


def shown_only(body: bytes, mimetype: str) -> Response:
    """A picture that somebody sent, shown in a page of those whom it concerns; kept by nobody in between."""
    response = Response(body, mimetype=mimetype)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def attached(body: bytes, name: str, mimetype: str) -> Response:
    """Somebody's own file: saved and never shown in a page, kept by nobody in between."""
    response = Response(body, mimetype=mimetype)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
