"""A real Redis-compatible server on a socket, one per test process."""

import subprocess
import tempfile
from pathlib import Path

import redis

from runtime import valkey
from runtime.supervision.processes import dying_with_me
from tests.support.waiting import eventually


class ValkeyServer:
    """Starts in about 50 ms; dies with the test process."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="tv-")
        folder = Path(self._folder.name)
        self.socket = folder / "v.sock"
        self.url = f"unix://{self.socket}"
        command = [*valkey.command(valkey.server_binary(), folder, self.socket), "--appendonly", "no"]
        self.process = subprocess.Popen(command, start_new_session=True, preexec_fn=dying_with_me())  # noqa: PLW1509
        eventually(lambda: valkey.answers(self.socket))
        self._client = redis.Redis.from_url(self.url)

    def empty(self) -> None:
        """As after a fresh start."""
        self._client.flushall()

    def close(self) -> None:
        self._client.close()
        self.process.terminate()
        self.process.wait(10)
        self._folder.cleanup()
