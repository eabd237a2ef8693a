"""A file whose address changes with its content: kept for a year, and nothing but a file."""

from flask import Response, request

_YEAR = 365 * 24 * 3600


def kept_file(body: bytes, mimetype: str, *, etag: str, is_public: bool = True) -> Response:
    """The file; `is_public` lets those between us and the browser keep it, too."""
    response = Response(body, mimetype=mimetype)
    response.set_etag(etag)
    if is_public:
        response.cache_control.public = True
        # Chats and other sites may show it.
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    else:
        response.cache_control.private = True
    response.cache_control.max_age = _YEAR
    response.cache_control.immutable = True
    # Opened by itself it is a picture and nothing else.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.make_conditional(request)
    return response
