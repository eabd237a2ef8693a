"""The instant of a request: the clock is read once, however many parts of the way ask for the time."""

from datetime import datetime

from flask import request

from webapp import clock

_KEY = "turnout.now"


def now() -> datetime:
    """The product's time when this request first asked for it, aware UTC."""
    if _KEY not in request.environ:
        request.environ[_KEY] = clock.now()
    instant: datetime = request.environ[_KEY]
    return instant
