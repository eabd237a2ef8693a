"""Answers as small as the browser takes them, without a proxy that would have to.

Pages are compressed as they are made, quickly; files once, as well as it goes (`assets`). What a page and somebody
else's input have in common shows in its length (BREACH): the token of forms is masked anew in each response.
"""

import gzip

import brotli
from flask import Flask, Response, request

#: Below this, headers and the work weigh more.
_SMALLEST = 500
_KINDS = frozenset(
    {
        "text/html",
        "text/plain",
        "text/css",
        "text/javascript",
        "text/calendar",
        "text/csv",
        "application/json",
        "image/svg+xml",
    }
)
#: Where the time it takes grows faster than what it saves; the window is larger than our largest pages.
_QUICK_BROTLI, _QUICK_GZIP, _WINDOW_BITS = 4, 5, 17
#: The last step would save two in a hundred and take three times as long at each start.
_KEPT_BROTLI = 10


def register(app: Flask) -> None:
    app.after_request(_compress)


def may_shrink(mimetype: str, size: int) -> bool:
    return mimetype in _KINDS and size >= _SMALLEST


def best_encoding() -> str | None:
    """The one that this browser wants and that we like best; None: as it is."""
    accepted = request.accept_encodings
    if not accepted:
        return None
    offers = [(accepted[name], name == "br", name) for name in ("br", "gzip") if accepted[name] > 0]
    return max(offers)[2] if offers else None


def shrunk(data: bytes, encoding: str, *, is_kept: bool = False) -> bytes:
    """Compressed; what is kept is worth the time."""
    if encoding == "br":
        if is_kept:
            return brotli.compress(data, mode=brotli.MODE_TEXT, quality=_KEPT_BROTLI)
        return brotli.compress(data, mode=brotli.MODE_TEXT, quality=_QUICK_BROTLI, lgwin=_WINDOW_BITS)
    return gzip.compress(data, 9 if is_kept else _QUICK_GZIP, mtime=0)


def _compress(response: Response) -> Response:
    """Whole answers in memory; what is streamed, or compressed already, goes as it is."""
    if request.endpoint == "static" or response.is_streamed or response.direct_passthrough:
        return response
    if "Content-Encoding" in response.headers or response.status_code in {204, 304}:
        return response
    data = response.get_data()
    if not may_shrink(response.mimetype or "", len(data)):
        return response
    response.vary.add("Accept-Encoding")
    encoding = best_encoding()
    if encoding is not None:
        response.set_data(shrunk(data, encoding))
        response.headers["Content-Encoding"] = encoding
    return response
