"""One start per data folder, and no start on a port that is taken: said in one line, before anything starts.

The lock is the kernel's (flock), so it vanishes with its holders however they end; the file itself stays and only
says who holds it. Forked processes share it, so it is free when the last of them is gone, not the first.
"""

import fcntl
import json
import os
import socket
import time
from pathlib import Path
from typing import IO

from runtime.complaint import Complaint
from runtime.supervision import processes

PATIENCE = 10.0


def hold(home: Path, port: int, patience: float = PATIENCE) -> IO[str]:
    """Take the lock of this data folder. Keep the returned file: closing it gives the lock back."""
    handle = open(home / "run.lock", "a+", encoding="utf-8")
    deadline = time.monotonic() + patience
    while not _taken(handle):
        holder = _holder(home)
        # A holder that was killed leaves the lock to what stops its programs, for some seconds.
        if holder is None or processes.exists(holder["pid"]) or time.monotonic() > deadline:
            handle.close()
            raise Complaint(_refusal(home, holder))
        time.sleep(0.05)
    handle.truncate(0)
    handle.write(json.dumps({"pid": os.getpid(), "port": port}) + "\n")
    handle.flush()
    return handle


def _taken(handle: IO[str]) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(home: Path) -> dict[str, int] | None:
    """Who says to hold the lock; None in the instant before it was written down."""
    try:
        note = json.loads((home / "run.lock").read_text(encoding="utf-8"))
        return {"pid": int(note["pid"]), "port": int(note["port"])}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _refusal(home: Path, holder: dict[str, int] | None) -> str:
    who = f"process {holder['pid']}, port {holder['port']}" if holder else "its process is just starting"
    return f"already running on the data in {home} ({who}); stop it, or set TURNOUT_HOME to another folder"


def refuse_taken_port(port: int) -> None:
    """gunicorn itself would share the port (SO_REUSEPORT) or fail over and over; find out first."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # Without this, connections of a server that just stopped would look like a taken port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            reason = "needs more rights" if isinstance(error, PermissionError) else "is in use"
            other = port % 60000 + 1080
            raise Complaint(f"port {port} {reason}; set PORT to another one, for example PORT={other}") from None
