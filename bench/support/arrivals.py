"""Requests that arrive at a steady rate, whether or not the ones before were answered.

Waits are counted from the moment a request was due, so a server that falls behind cannot hide it.
"""

import selectors
import socket
import statistics
import time
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from bench.support.load import Answer


@dataclass(frozen=True)
class Arrivals:
    """How long the answers took, in milliseconds."""

    p50: float
    p99: float
    longest: float
    statuses: Counter[int]


def send(url: str, requests: Sequence[bytes], *, rate: float, connections: int) -> Arrivals:
    """Send all of them, `rate` a second, over so many connections; each has one request under way."""
    with selectors.DefaultSelector() as selector:
        free = deque(_Line(url, selector) for _ in range(connections))
        lines = list(free)
        waiting: deque[tuple[float, bytes]] = deque()
        start, sent = time.perf_counter(), 0
        waits: list[tuple[int, float]] = []
        while len(waits) < len(requests):
            now = time.perf_counter()
            while sent < len(requests) and (due := start + sent / rate) <= now:
                waiting.append((due, requests[sent]))
                sent += 1
            while waiting and free:
                free.popleft().ask(*waiting.popleft())
            pause = max(0.0, start + sent / rate - time.perf_counter()) if sent < len(requests) else 1.0
            for key, _ in selector.select(pause):
                line = key.data
                if (answered := line.read()) is not None:
                    waits.append(answered)
                    free.append(line)
        for line in lines:
            line.close()
    milliseconds = [wait for _, wait in waits]
    cuts = statistics.quantiles(milliseconds, n=100)
    return Arrivals(cuts[49], cuts[98], max(milliseconds), Counter(status for status, _ in waits))


class _Line:
    def __init__(self, url: str, selector: selectors.BaseSelector) -> None:
        self._url, self._selector = url, selector
        self._open()

    def ask(self, due: float, raw: bytes) -> None:
        self._answer, self._due = Answer(), due
        try:
            self._socket.sendall(raw)
        except OSError:
            self._reopen()
            self._socket.sendall(raw)

    def read(self) -> tuple[int, float] | None:
        """Status and wait of the answer, when all of it is there."""
        data = self._socket.recv(65536)
        if not data and getattr(self, "_answer", None) is None:
            self._reopen()  # an idle connection that the server closed
            return None
        self._answer.feed(data)
        if not self._answer.is_whole:
            return None
        answered = (self._answer.status, (time.perf_counter() - self._due) * 1000)
        if self._answer.closes:
            self._reopen()
        self._answer = None
        return answered

    def close(self) -> None:
        self._selector.unregister(self._socket)
        self._socket.close()

    def _reopen(self) -> None:
        self.close()
        self._open()

    def _open(self) -> None:
        address = urlsplit(self._url)
        self._answer: Answer | None = None
        self._socket = socket.create_connection((address.hostname, address.port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._selector.register(self._socket, selectors.EVENT_READ, self)
