"""Hundreds of people with a browser each, who look at a page and press a button in the same moment."""

import re
import selectors
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

_TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')
_SET_COOKIE = re.compile(r"^set-cookie: ([^=]+)=([^;]*)", re.IGNORECASE | re.MULTILINE)
#: Nobody waits longer than this for an answer (seconds).
_PATIENCE = 60
_UNAVAILABLE = 503


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    head: str
    body: str


@dataclass
class Visitor:
    """One person: an account, the cookies of their browser, and the token of the page they look at."""

    user_id: int
    cookies: dict[str, str]
    token: str = ""

    def get(self, host: str, path: str) -> bytes:
        """The bytes of looking at a page."""
        return self._request("GET", host, path)

    def post(self, host: str, path: str, **form: str) -> bytes:
        """The bytes of pressing a button of the page looked at."""
        return self._request("POST", host, path, urlencode({"csrf_token": self.token, **form}))

    def keep(self, answer: Answer) -> None:
        """Remember cookies and token, as a browser does."""
        self.cookies.update(_SET_COOKIE.findall(answer.head))
        found = _TOKEN.search(answer.body)
        self.token = found.group(1) if found else ""

    def _request(self, method: str, host: str, path: str, body: str = "") -> bytes:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", f"Cookie: {cookies}", "Connection: close"]
        if body:
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        return "\r\n".join([*lines, "", body]).encode()


def look_at(url: str, path: str, visitors: Sequence[Visitor]) -> list[Answer]:
    """Everybody opens the page and keeps what it gave them."""
    answers = _all_look(url, path, visitors)
    # A server that has only just started may be too busy for one of them, who then looks again.
    for at, visitor in enumerate(visitors):
        if answers[at].status == _UNAVAILABLE:
            answers[at] = _all_look(url, path, [visitor])[0]
    return answers


def _all_look(url: str, path: str, visitors: Sequence[Visitor]) -> list[Answer]:
    host = urlsplit(url).netloc
    answers = all_at_once(url, [visitor.get(host, path) for visitor in visitors])
    for visitor, answer in zip(visitors, answers, strict=True):
        visitor.keep(answer)
    return answers


def all_at_once(url: str, requests: Sequence[bytes]) -> list[Answer]:
    """Connect all, then send all, then read all: the answers in the order of the requests."""
    address = (urlsplit(url).hostname, urlsplit(url).port)
    lines = [socket.create_connection(address, timeout=_PATIENCE) for _ in requests]
    try:
        for line, request in zip(lines, requests, strict=True):
            line.sendall(request)
        return [_answer(data) for data in _read_all(lines)]
    finally:
        for line in lines:
            line.close()


def _read_all(lines: Sequence[socket.socket]) -> list[bytes]:
    data = [bytearray() for _ in lines]
    with selectors.DefaultSelector() as selector:
        for at, line in enumerate(lines):
            selector.register(line, selectors.EVENT_READ, at)
        while selector.get_map():
            ready = selector.select(_PATIENCE)
            if not ready:
                raise TimeoutError(f"{len(selector.get_map())} requests were never answered")
            for key, _ in ready:
                chunk = key.fileobj.recv(65536)
                data[key.data] += chunk
                if not chunk:
                    selector.unregister(key.fileobj)
                    # The server lingers until we close, too, and takes nobody else meanwhile.
                    key.fileobj.close()
    return [bytes(one) for one in data]


def _answer(data: bytes) -> Answer:
    head, _, body = data.partition(b"\r\n\r\n")
    return Answer(int(head[9:12]), head.decode().replace("\r\n", "\n"), body.decode(errors="replace"))
