"""A load generator: so many connections, each with one request under way, from one thread and one selector."""

import selectors
import socket
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit


@dataclass(frozen=True)
class Load:
    """What the server did under it."""

    rate: float  # answers per second
    p50: float  # milliseconds
    p99: float
    statuses: Counter[int]

    @property
    def evenness(self) -> float:
        return self.p99 / self.p50


def request(
    method: str, url: str, path: str, *, cookies: str = "", form: dict[str, str] | None = None, headers: str = ""
) -> bytes:
    """The bytes of one request."""
    body = urlencode(form).encode() if form is not None else b""
    head = f"{method} {path} HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\n{headers}"
    if cookies:
        head += f"Cookie: {cookies}\r\n"
    if form is not None:
        head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


def once(url: str, raw: bytes) -> tuple[int, str, str]:
    """One request on a connection of its own: status, head, body."""
    with _connection(url) as line:
        line.sendall(raw)
        answer = Answer()
        while not answer.is_whole:
            answer.feed(line.recv(65536))
        head, _, body = bytes(answer.data).partition(b"\r\n\r\n")
        return answer.status, head.decode(), body.decode(errors="replace")


def drive(url: str, next_request: Callable[[], bytes], *, connections: int, seconds: float) -> Load:
    """Ask as fast as answers come, for so long; requests still under way at the end are read and not counted."""
    with selectors.DefaultSelector() as selector:
        lines = [_Line(url, selector, next_request) for _ in range(connections)]
        start = time.perf_counter()
        for line in lines:
            line.ask()
        end = start + seconds
        while (now := time.perf_counter()) < end:
            for key, _ in selector.select(end - now):
                key.data.read(ask_again=True)
        counted = [sample for line in lines for sample in line.samples]
        for line in lines:
            line.finish()
    waits = [milliseconds for _, milliseconds in counted]
    cuts = statistics.quantiles(waits, n=100)
    statuses = Counter(status for line in lines for status, _ in line.samples)
    return Load(len(waits) / seconds, cuts[49], cuts[98], statuses)


def repeat(url: str, next_request: Callable[[], bytes], *, connections: int, requests: int) -> Counter[int]:
    """So many requests, so many at a time; how often each status was answered."""
    statuses: Counter[int] = Counter()
    with selectors.DefaultSelector() as selector:
        lines = [_Line(url, selector, next_request) for _ in range(connections)]
        for line in lines:
            line.ask()
        left = requests - connections
        while sum(len(line.samples) for line in lines) < requests:
            for key, _ in selector.select():
                left -= key.data.read(ask_again=left > 0)
        for line in lines:
            line.close()
    for line in lines:
        statuses.update(status for status, _ in line.samples)
    return statuses


class Answer:
    """Bytes of one answer, and whether all of them are there."""

    def __init__(self) -> None:
        self.data = bytearray()
        self._needed: int | None = None
        self.closes = False

    def feed(self, data: bytes) -> None:
        if not data:
            raise ConnectionError(f"closed in the middle of an answer: {bytes(self.data[:200])!r}")
        self.data += data
        if self._needed is None and (end := self.data.find(b"\r\n\r\n")) >= 0:
            head = bytes(self.data[:end]).lower()
            self.closes = b"\r\nconnection: close" in head
            at = head.find(b"\r\ncontent-length:")
            length = int(head[at + 17 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            self._needed = end + 4 + length

    @property
    def is_whole(self) -> bool:
        return self._needed is not None and len(self.data) >= self._needed

    @property
    def status(self) -> int:
        return int(self.data[9:12])


class _Line:
    """One connection: asks, reads, notes how long it took, asks again."""

    def __init__(self, url: str, selector: selectors.BaseSelector, next_request: Callable[[], bytes]) -> None:
        self._url, self._selector, self._next = url, selector, next_request
        self.samples: list[tuple[int, float]] = []
        self._open()

    def ask(self) -> None:
        self._answer = Answer()
        self._asked = time.perf_counter()
        self._socket.sendall(self._next())

    def read(self, *, ask_again: bool) -> bool:
        """Whether an answer was completed, and another one asked for."""
        self._answer.feed(self._socket.recv(65536))
        if not self._answer.is_whole:
            return False
        self.samples.append((self._answer.status, (time.perf_counter() - self._asked) * 1000))
        if self._answer.closes:
            self._close()
            self._open()
        if ask_again:
            self.ask()
        return ask_again

    def finish(self) -> None:
        while not self._answer.is_whole:
            self.read(ask_again=False)
        self.close()

    def close(self) -> None:
        """No more requests."""
        self._close()

    def _open(self) -> None:
        address = urlsplit(self._url)
        self._socket = socket.create_connection((address.hostname, address.port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._selector.register(self._socket, selectors.EVENT_READ, self)

    def _close(self) -> None:
        self._selector.unregister(self._socket)
        self._socket.close()


@contextmanager
def _connection(url: str) -> Iterator[socket.socket]:
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=60) as line:
        yield line
