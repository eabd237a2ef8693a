"""Collects what the children print and shows it line by line, with the name of the program in front."""

import os
import selectors
import sys

LONGEST_LINE = 64 * 1024
NAME_WIDTH = 9


class Output:
    """All children's pipes in one place."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._rest: dict[int, bytes] = {}

    def add(self, pipe: int, name: str) -> None:
        os.set_blocking(pipe, False)
        self._rest[pipe] = b""
        self._selector.register(pipe, selectors.EVENT_READ, name)

    def forward(self, seconds: float) -> None:
        """Show what has arrived; wait up to `seconds` for something to arrive."""
        for key, _ in self._selector.select(seconds):
            try:
                data = os.read(key.fd, 65536)
            except BlockingIOError:
                continue
            *lines, rest = (self._rest[key.fd] + data).split(b"\n")
            if rest and (not data or len(rest) > LONGEST_LINE):
                lines, rest = [*lines, rest], b""
            self._rest[key.fd] = rest
            for line in lines:
                show(key.data, line.decode("utf-8", "replace"))
            if not data:
                self._selector.unregister(key.fd)
                del self._rest[key.fd]
                os.close(key.fd)


def show(name: str, line: str) -> None:
    """One line of log. A reader that went away (`make run | head`) is no reason to stop serving."""
    try:
        sys.stdout.write(f"{name:<{NAME_WIDTH}}| {line}\n")
        sys.stdout.flush()
    except (OSError, ValueError):
        sys.stdout = open(os.devnull, "w")
