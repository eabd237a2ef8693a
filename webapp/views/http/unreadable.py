"""The answer to what the server could not read as a request: too long, broken, not in time.

The app never sees those; the server asks here what to say, so that they carry the same headers and an id, too.
"""

from flask import Flask

from webapp.views.http.request_log import log_unreadable, new_request_id
from webapp.views.http.security import headers_for

_SENTENCES = {
    408: "The rest of the request did not arrive in time.",
    413: "That is larger than anything that is taken here.",
    414: "The address is too long.",
    431: "The address or the headers are too long.",
}


def register(app: Flask) -> None:
    """Leave the answer where the server finds it."""
    usual = {
        **headers_for(app.extensions["settings"]),
        "Content-Type": "text/plain; charset=utf-8",
        "Cache-Control": "private, no-store",
    }

    def answer(status: int) -> tuple[list[tuple[str, str]], bytes]:
        request_id = new_request_id()
        log_unreadable(request_id, status)
        sentence = _SENTENCES.get(status, "That could not be read as a request.")
        body = f"{sentence} Nothing was changed.\nReference {request_id}\n".encode()
        return [*usual.items(), ("X-Request-Id", request_id)], body

    app.extensions["answer_unreadable"] = answer
