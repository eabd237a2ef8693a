"""One JSON line per request, with an id that an error page shows and a person can quote."""

import logging
import re
import secrets
import sys
import time

import structlog
from flask import Flask, Response, g, request

_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
log = structlog.get_logger("turnout.request")


def register(app: Flask) -> None:
    """Configure structured logs and time every request."""
    configure_logging()
    app.before_request(_begin)
    app.after_request(_end)


def configure_logging() -> None:
    """JSON lines on standard error, for our own records and those of libraries."""
    shared = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderer = structlog.stdlib.ProcessorFormatter(
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


def _begin() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if _ID.fullmatch(given) else secrets.token_hex(8)
    g.started = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    if request.endpoint == "static":
        return response
    actor = g.get("actor")
    log.info(
        "request",
        method=request.method,
        # The rule, not the path: a path may hold a secret link.
        route=str(request.url_rule or ""),
        status=response.status_code,
        ms=round((time.perf_counter() - g.started) * 1000, 1) if "started" in g else None,
        user_id=actor.user_id if actor else None,
        refusal=g.get("refusal"),
    )
    return response
