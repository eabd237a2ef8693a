"""A calendar that programs fetch again and again: nothing new costs them one short answer."""

import hashlib

from flask import Response, request

#: Seconds for which it need not be asked for again.
_KEPT = 900


def calendar_response(file: bytes, *, is_public: bool) -> Response:
    """The file with its own fingerprint; 304 for whoever has it already. What is one person's is kept by them alone."""
    response = Response(file, mimetype="text/calendar")
    response.set_etag(hashlib.sha256(file).hexdigest())
    response.cache_control.max_age = _KEPT
    if is_public:
        response.cache_control.public = True
    else:
        response.cache_control.private = True
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.make_conditional(request)
    return response
