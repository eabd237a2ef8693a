"""The one reader of the wall clock. In the demo environment, and only there, it can be moved.

Views, jobs and commands read it once, at the edge, and pass `now` down. The moved clock is
a file of one number (seconds to add), so web, worker and scheduler see the same one.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

_offset_file: Path | None = None


def allow_moving(offset_file: Path) -> None:
    """Let this process follow a moved clock. Called by the app factory in the demo only."""
    global _offset_file  # noqa: PLW0603 -- one clock per process, set once at start
    _offset_file = offset_file


def forbid_moving() -> None:
    """Follow the real clock, whatever file lies about."""
    global _offset_file  # noqa: PLW0603 -- see above
    _offset_file = None


def real_now() -> datetime:
    """The machine's own time, aware UTC: for leases and sessions, never for rules."""
    return datetime.now(UTC)


def now() -> datetime:
    """The product's time, aware UTC."""
    return real_now() + offset()


def offset() -> timedelta:
    """How far the clock was moved; zero outside the demo."""
    if _offset_file is None:
        return timedelta(0)
    try:
        return timedelta(seconds=float(_offset_file.read_text()))
    except (FileNotFoundError, ValueError):
        return timedelta(0)


def move(by: timedelta) -> None:
    """Set the distance to the real time. Raises RuntimeError where the clock is fixed."""
    if _offset_file is None:
        raise RuntimeError("the clock can be moved in the demo environment only")
    fresh = _offset_file.with_suffix(".new")
    fresh.write_text(str(by.total_seconds()))
    fresh.replace(_offset_file)
