"""People who start a request and never end it, and how the others fare meanwhile."""

import http.client
import socket
import ssl
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psutil

#: Half a head, and bodies of which most is announced and never sent: to a form, to the hook, in chunks.
HALVES = {
    "head": b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Half: ",
    "form": b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 200000\r\n\r\n" + b"email=" + b"x" * 100_000,
    "hook": b"POST /hooks/livekit HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{}",
    "chunks": b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n3\r\nq=",
}


@contextmanager
def half_sent(
    address: tuple[str, int], count: int, *, host: str = "localhost", secured: ssl.SSLContext | None = None
) -> Iterator[list[socket.socket]]:
    """So many open connections, the kinds by turns; all of what they send has been taken from us."""
    kinds = [half.replace(b"localhost", host.encode()) for half in HALVES.values()]
    with ExitStack() as stack:
        lines = [stack.enter_context(socket.create_connection(address, timeout=20)) for _ in range(count)]
        if secured:
            lines = [stack.enter_context(secured.wrap_socket(line, server_hostname=host)) for line in lines]
        for number, line in enumerate(lines):
            line.sendall(kinds[number % len(kinds)])
        yield lines


def waits_of_others(
    address: tuple[str, int],
    count: int = 40,
    *,
    path: str = "/login",
    host: str = "localhost",
    secured: ssl.SSLContext | None = None,
) -> list[float]:
    """How long each of so many ordinary requests took, in seconds, each on a connection of its own."""
    waits = []
    for _ in range(count):
        if secured:
            connection = http.client.HTTPSConnection(*address, timeout=10, context=secured)
        else:
            connection = http.client.HTTPConnection(*address, timeout=10)
        start = time.perf_counter()
        connection.request("GET", path, headers={"Host": host})
        answer = connection.getresponse()
        answer.read()
        waits.append(time.perf_counter() - start)
        connection.close()
        assert answer.status == 200
    return waits


def p95(waits: list[float]) -> float:
    return statistics.quantiles(waits, n=20)[-1]


def memory_of(pid: int) -> float:
    """Proportional memory of a program and everything below it, in MB."""
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return sum(process.memory_full_info().pss for process in family) / 1e6
