"""The instant of a request: the clocks are read once, however many parts of the way ask for the time."""

from datetime import datetime

from flask import request

from webapp import clock

_KEY = "turnout.instant"


def now() -> datetime:
    """The product's time when this request first asked for a time, aware UTC."""
    return _instant()[0]


def real_now() -> datetime:
    """The machine's own time at that instant: for leases and the sessions of browsers, never for rules."""
    return _instant()[1]


def _instant() -> tuple[datetime, datetime]:
    if _KEY not in request.environ:
        request.environ[_KEY] = (clock.now(), clock.real_now())
    instant: tuple[datetime, datetime] = request.environ[_KEY]
    return instant
