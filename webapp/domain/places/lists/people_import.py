"""A file of people that is read in the background: what it can be, and when it may start or stop."""

from enum import StrEnum

from webapp.domain.refusal import Refused


class ImportStatus(StrEnum):
    """Of one file."""

    UPLOADED = "uploaded"
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"
    FAILED = "failed"


#: Nobody is at work on it, and it can be started, or go on.
STARTABLE = frozenset({ImportStatus.UPLOADED, ImportStatus.STOPPED, ImportStatus.FAILED})
#: Bytes of one file: a list of 20,000 people has two million.
MOST_BYTES = 4 * 1024 * 1024


def require_startable(status: str, *, has_data: bool) -> None:
    """Refuse to start what runs or is done (`illegal_move`), and a file that was deleted (`import_file_gone`)."""
    if status not in STARTABLE:
        raise Refused("import_not_startable")
    if not has_data:
        raise Refused("import_file_gone")
