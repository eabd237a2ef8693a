"""gunicorn's worker that lets nobody wait for a slow sender: waitress reads, threads answer.

gunicorn keeps the processes (one listening socket, the app loaded before the fork, restarts). Inside of each,
waitress's loop reads heads and bodies of all connections at once, large bodies into a file, and hands a request to a
thread when all of it is there. So half a head or half a body holds a socket for some seconds and nothing else; the
answer to a slow reader waits in a buffer. Loaded by gunicorn, not by `make run`: it needs the installed packages.
"""

import logging
import os
import resource
import socket
import sys
import time
from collections.abc import Callable, Iterable
from ipaddress import ip_address
from typing import Any, Self

from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import BaseWSGIServer, TcpWSGIServer, UnixWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher
from waitress.utilities import Error

#: A head is the first line and all headers; a cookie and an address of ours come to less than 2 KiB.
LONGEST_HEAD = 32 * 1024
#: One more than the longest body of any door of ours: the app itself says what is too large for which.
LONGEST_BODY = 8 * 1024 * 1024 + 128 * 1024
#: Bodies and answers above this wait in a file.
IN_MEMORY = 16 * 1024
#: From the first byte (or from connecting) to the last one.
HEAD_SECONDS = int(os.environ.get("WEB_HEAD_SECONDS") or 15)
BODY_SECONDS = int(os.environ.get("WEB_BODY_SECONDS") or 60)
#: A connection on which nothing moves: kept by a browser or a proxy, or left by somebody who does not read.
IDLE_SECONDS = 75
CONNECTIONS = 2000
#: Of one address, where it is a visitor's and not a proxy's. Many people share one; a browser opens six.
PER_ADDRESS = int(os.environ.get("WEB_CONNECTIONS_PER_ADDRESS") or 100)
#: Above this part of all connections, those that have waited longest for the rest of a request are given up.
CROWDED = 0.9
#: What a half-received request gets when the server stops; a whole one gets gunicorn's `graceful_timeout`.
HALF_RECEIVED_SECONDS = 1.0
#: How long a thread keeps the interpreter while another waits (Python's own is 5 ms). The loop needs it often and
#: briefly; with 5 ms it hands on a third fewer requests.
SWITCH_SECONDS = 0.0005

#: The app's own words for a status: headers and body.
Answer = Callable[[int], tuple[Iterable[tuple[str, str]], bytes]]


class RequestTimeout(Error):
    code = 408
    reason = "Request Timeout"


class Refusal(ErrorTask):
    """What the app never gets to see (too long, not HTTP, not in time), answered in its own words if it has any."""

    def execute(self) -> None:
        error, answer = self.request.error, self.channel.server.answer
        if answer is None:
            return super().execute()
        headers, body = answer(error.code)
        self.status = f"{error.code} {error.reason}"
        self.response_headers.extend(headers)
        self.set_close_on_finish()
        self.content_length = len(body)
        return self.write(body)


class Connection(HTTPChannel):
    """One connection, which knows for how long it has been waiting for the rest of a request."""

    error_task_class = Refusal
    request: HTTPRequestParser | None
    began = 0.0
    has_asked = False

    def received(self, data: bytes) -> bool:
        if self.request is None:
            self.began = time.time()
        return super().received(data)

    def service(self) -> None:
        self.has_asked = True
        super().service()

    @property
    def is_answered(self) -> bool:
        """Neither a request under way nor an answer that is not sent yet."""
        return not self.requests and not self.total_outbufs_len

    @property
    def waits_since(self) -> float | None:
        """Since when half a request, or on a fresh connection nothing, is there; None where nothing is owed."""
        if self.requests:
            return None
        if self.request is not None:
            return self.began
        return None if self.has_asked else self.creation_time

    def is_late(self, now: float) -> bool:
        since = self.waits_since
        if since is None:
            return not self.requests and now - self.last_activity > IDLE_SECONDS
        in_body = self.request is not None and self.request.headers_finished
        return now - since > (BODY_SECONDS if in_body else HEAD_SECONDS)

    def give_up(self) -> None:
        """Say so where something was sent; then close."""
        with self.requests_lock:
            request, self.request = self.request, None
            if request is None or self.requests or self.total_outbufs_len:
                self.will_close = True
                return
            request.error = RequestTimeout("")
            request.completed = True
            self.requests.append(request)
        self.server.add_task(self)


class _Listening(BaseWSGIServer):
    """What our two kinds of listening sockets add to waitress's own."""

    answer: Answer | None = None
    counts_addresses = False
    stops = False

    def accept_connections(self) -> None:
        # gunicorn listens already, and a smaller backlog is nobody's wish.
        self.accepting = True

    def readable(self) -> bool:
        return super().readable() and not self.stops

    def channel_class(
        self, server: Self, conn: socket.socket, addr: tuple[Any, ...], *rest: object, **more: object
    ) -> None:
        """waitress's name for "make a connection of what was accepted"."""
        if self.counts_addresses and not _is_near(addr[0]):
            of_same = sum(other.addr[0] == addr[0] for other in self.active_channels.values())
            if of_same >= PER_ADDRESS:
                conn.close()
                return
        Connection(server, conn, addr, *rest, **more)

    def maintenance(self, now: float) -> None:
        """Once a second: give up who is late and, where it gets crowded, who has waited longest."""
        open_now = list(self.active_channels.values())
        late = [one for one in open_now if one.is_late(now)]
        too_many = len(open_now) - len(late) - int(self.adj.connection_limit * CROWDED)
        if too_many > 0:
            waiting = [one for one in open_now if one.waits_since is not None and not one.is_late(now)]
            late += sorted(waiting, key=lambda one: one.waits_since)[:too_many]
        for connection in late:
            connection.give_up()


class _Tcp(_Listening, TcpWSGIServer):
    pass


class _Unix(_Listening, UnixWSGIServer):
    pass


def _is_near(address: str) -> bool:
    """This machine: a proxy, a probe, or whoever runs the demonstration."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return True  # a socket file


class _Wakeup(wasyncore.file_dispatcher):
    """gunicorn writes here on a signal, so that the loop looks up."""

    def handle_read(self) -> None:
        try:
            self.recv(4096)
        except OSError:
            pass

    def writable(self) -> bool:
        return False


class BufferingWorker(Worker):
    """One process: one loop that reads and writes, `threads` that answer."""

    def run(self) -> None:
        sys.setswitchinterval(SWITCH_SECONDS)
        # It warns of every request that waits for a thread; that is what a queue is for.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        self._map: dict[int, Any] = {}
        self._dispatcher = ThreadedTaskDispatcher()
        self._dispatcher.set_thread_count(self.cfg.threads)
        _Wakeup(self.PIPE[0], map=self._map)
        listeners: list[Any] = self.sockets  # gunicorn's own, each around a socket
        self._servers = [self._listen(listener.sock) for listener in listeners]
        while self.alive and os.getppid() == self.ppid:
            self._turn(1.0)
        self._finish()

    def _turn(self, seconds: float) -> None:
        self.notify()
        wasyncore.poll2(seconds, self._map)

    def _listen(self, sock: socket.socket) -> _Listening:
        is_file = sock.family == socket.AF_UNIX
        server = (_Unix if is_file else _Tcp)(
            self.wsgi,
            map=self._map,
            _sock=sock,
            dispatcher=self._dispatcher,
            adj=_adjustments(),
            sockinfo=(sock.family, sock.type, sock.proto, sock.getsockname()),
            bind_socket=False,
        )
        extensions = getattr(self.wsgi, "extensions", {})
        server.answer = extensions.get("answer_unreadable")
        server.counts_addresses = not is_file and os.environ.get("TURNOUT_PROXY_HOPS", "0") in {"", "0"}
        return server

    def _finish(self) -> None:
        """Take nothing new, answer what is there, keep nobody who only waits."""
        for server in self._servers:
            server.stops = True
        start = time.time()
        while time.time() - start < self.cfg.graceful_timeout:
            is_new = time.time() - start < HALF_RECEIVED_SECONDS
            busy = 0
            for connection in [one for server in self._servers for one in server.active_channels.values()]:
                if not connection.is_answered or (is_new and connection.request is not None):
                    busy += 1
                else:
                    connection.will_close = True
            self._turn(0.05)
            if not busy:
                break
        self._dispatcher.shutdown(timeout=0.1)


def _adjustments() -> Adjustments:
    files, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most > files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    # A connection is a socket and at worst two files.
    room = (most if most > 0 else CONNECTIONS * 3 + 200) - 200
    return Adjustments(
        ident="Turnout",
        threads=1,
        connection_limit=max(100, min(CONNECTIONS, room // 3)),
        asyncore_use_poll=True,
        cleanup_interval=1,
        channel_timeout=IDLE_SECONDS,
        max_request_header_size=LONGEST_HEAD,
        max_request_body_size=LONGEST_BODY,
        inbuf_overflow=IN_MEMORY,
        outbuf_overflow=IN_MEMORY * 8,
        # Whoever reads slowly shall not hold a thread: the rest of the answer waits in a file.
        outbuf_high_watermark=1 << 30,
        recv_bytes=65536,
        log_socket_errors=False,
        # Whose headers are believed is decided in the app, by TURNOUT_PROXY_HOPS.
        clear_untrusted_proxy_headers=False,
    )
