"""One JSON line per request, with an id that an error page shows and a person can quote.

The id is there before anything else looks at the request, and gone with it: what is refused first (a missing token,
a body too large to read) has one of its own, too.
"""

import logging
import re
import secrets
import sys
import time

import structlog
from flask import Flask, Response, g, request
from structlog.typing import Processor

_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
log = structlog.get_logger("turnout.request")


class _Lines(structlog.stdlib.ProcessorFormatter):
    """JSON for whatever is logged; the line of a request, which there is one of each time, is JSON already."""

    def format(self, record: logging.LogRecord) -> str:
        return str(record.msg) if record.name == "turnout.request" else super().format(record)


def register(app: Flask) -> None:
    """Configure structured logs and time every request."""
    configure_logging()
    # Before the hooks of extensions, which were bound to the app earlier and refuse a lot.
    app.before_request_funcs.setdefault(None, []).insert(0, _begin)
    app.after_request(_end)
    app.teardown_request(_forget)


def configure_logging() -> None:
    """JSON lines on standard error, for our own records and those of libraries."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer()],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderer = _Lines(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(renderer)
    root = logging.getLogger()
    root.handlers = [h for h in root.handlers if not isinstance(h, logging.StreamHandler)]
    root.addHandler(handler)
    root.setLevel(logging.INFO)


def new_request_id() -> str:
    """An id for what brought none."""
    return secrets.token_hex(8)


def log_unreadable(request_id: str, status: int) -> None:
    """The line of a request that never reached the app."""
    log.info("request", request_id=request_id, method=None, route="", status=status, refusal="unreadable")


def _begin() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if _ID.fullmatch(given) else new_request_id()
    g.started = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _forget(_error: BaseException | None) -> None:
    structlog.contextvars.clear_contextvars()


def _end(response: Response) -> Response:
    if "request_id" not in g:  # the request could not even be opened
        _begin()
    response.headers["X-Request-Id"] = g.request_id
    if request.endpoint == "static":
        return response
    actor = g.get("actor")
    log.info(
        "request",
        method=request.method,
        # The rule, not the path: a path may hold a secret link.
        route=str(request.url_rule or ""),
        status=response.status_code,
        ms=round((time.perf_counter() - g.started) * 1000, 1),
        user_id=actor.user_id if actor else None,
        refusal=g.get("refusal"),
    )
    return response
