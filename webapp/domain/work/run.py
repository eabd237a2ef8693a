"""What a run of a job is, from being opened to its end."""

from dataclasses import dataclass
from enum import StrEnum


class RunStatus(StrEnum):
    PENDING = "pending"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    RETRYING = "retrying"
    FAILED = "failed"


#: A run in one of these is not over; there is at most one per job and event.
OPEN_RUN = (RunStatus.PENDING, RunStatus.RUNNING, RunStatus.RETRYING)
#: Nobody works on it: it was just opened, or it failed and is tried again.
WAITING_RUN = (RunStatus.PENDING, RunStatus.RETRYING)


@dataclass(frozen=True, slots=True)
class OpenedRun:
    """A run that was just opened, for somebody to work on."""

    run_id: int
    name: str
    event_id: int | None = None
