"""The real server against those who send half of something, too much of it, or nonsense.

The test client never comes near any of this: it hands whole requests to the app.
"""

import json
import re
import signal
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import psutil
import pytest

from tests.support.servers.half_open import HALVES, half_sent, memory_of, p95, waits_of_others
from tests.support.servers.processes import Programs, Web, answers, free_port
from tests.support.waiting import eventually

pytestmark = [pytest.mark.only_db("sqlite"), pytest.mark.slow]
CROWD = 200
FORM = b"Host: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"


def address_of(web: Web) -> tuple[str, int]:
    parts = urlsplit(web.url)
    return parts.hostname, parts.port


def ask(web: Web, raw: bytes) -> tuple[int, dict[str, str], str]:
    """Send bytes, read to the end: status, headers, body."""
    with socket.create_connection(address_of(web), timeout=20) as line:
        line.sendall(raw)
        return read(line)


def read(line: socket.socket) -> tuple[int, dict[str, str], str]:
    data = b""
    while block := line.recv(65536):
        data += block
    head, _, body = data.decode().partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    headers = dict(one.split(": ", 1) for one in lines)
    return int(first.split(" ")[1]), headers, body


@pytest.mark.parametrize("kind", list(HALVES))
def test_half_sent_requests_hold_up_nobody_else(server: Web, kind: str, monkeypatch) -> None:
    """Eight of them stopped the site: each held one of the threads that answer, for as long as it liked."""
    monkeypatch.setattr("tests.support.servers.half_open.HALVES", {kind: HALVES[kind]})
    waits_of_others(address_of(server), 10)
    before = memory_of(server.pid)
    with half_sent(address_of(server), CROWD) as lines:
        waits = waits_of_others(address_of(server))
        grown = memory_of(server.pid) - before
        assert not any(has_ended(line) for line in lines)

    assert p95(waits) <= 1.0
    assert grown <= 12, f"{grown:.0f} MB more with {CROWD} connections"


def has_ended(line: socket.socket) -> bool:
    line.setblocking(False)
    try:
        return line.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionResetError:
        return True


def test_half_a_request_is_given_up_after_its_time(programs: Programs) -> None:
    web = programs.web(WEB_HEAD_SECONDS="1", WEB_BODY_SECONDS="1")
    for half in HALVES.values():
        status, headers, body = ask(web, half)
        assert (status, "X-Request-Id" in headers) == (408, True)
        assert "did not arrive in time" in body
    # Whoever says nothing at all is told nothing.
    for nothing in (b"", b"\r\n\r\n"):
        with socket.create_connection(address_of(web), timeout=20) as silent:
            silent.sendall(nothing)
            assert silent.recv(100) == b""


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nbroken header\r\n\r\n", 400),
        (b"GET /" + b"x" * 40_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"x" * 40_000 + b"\r\n\r\n", 431),
        (b"POST /login HTTP/1.1\r\n" + FORM + b"Content-Length: 99999999999\r\n\r\n", 413),
        (b"POST /login HTTP/1.1\r\n" + FORM + b"Content-Length: minus\r\n\r\n", 400),
        (b"POST /login HTTP/1.1\r\n" + FORM + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n0\r\n\r\n", 400),
        (b"POST /login HTTP/1.1\r\n" + FORM + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nab\r\n0\r\n\r\n", 400),
        (b"POST /login HTTP/1.1\r\n" + FORM + b"Transfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n", 400),
        (b"POST /hooks/livekit HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nq\r\n{}\r\n", 400),
        (b"POST /login HTTP/1.1\r\n" + FORM + b"Transfer-Encoding: gzip\r\n\r\n", 501),
    ],
    ids=lambda value: value if isinstance(value, int) else str(value[:24]),
)
def test_what_cannot_be_read_is_refused_with_every_header_and_an_id_in_the_log(server: Web, raw: bytes, status: int):
    app_headers = ask(server, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")[1]
    found, headers, body = ask(server, raw)

    assert found == status
    own = {"Content-Length", "Content-Type", "Date", "Vary", "X-Request-Id"}
    assert {name: value for name, value in app_headers.items() if name not in own}.items() <= headers.items()
    assert f"Reference {headers['X-Request-Id']}" in body
    (line,) = lines_of(server, headers["X-Request-Id"])
    assert (line["event"], line["status"], line["refusal"]) == ("request", status, "unreadable")


def lines_of(web: Web, request_id: str) -> list[dict]:
    """What the log says of that request itself."""
    lines = [json.loads(line) for line in web.log.splitlines() if request_id in line]
    return [line for line in lines if line["event"] == "request"]


def test_every_answer_has_an_id_of_its_own(server: Web) -> None:
    """What is refused before the app's own hooks (no token, too large, broken) was logged as an earlier request."""
    plain = b"GET /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    post = b"POST /login HTTP/1.1\r\nConnection: close\r\n" + FORM
    seen = []
    for raw, status in (
        (post + b"Content-Length: 3\r\n\r\na=b", 400),
        (post + b"Content-Length: 300000\r\n\r\n" + b"x" * 300_000, 413),
        (post + b"Content-Length: 2000\r\n\r\n" + b"&a=b" * 500, 400),
        (post.replace(b"urlencoded", b"json") + b"Content-Length: 2\r\n\r\n{}", 400),
        (post + b"Origin: https://evil.example\r\nContent-Length: 3\r\n\r\na=b", 400),
    ):
        assert ask(server, plain)[0] == 200
        found, headers, body = ask(server, raw)
        assert found == status
        assert re.search(rf"Reference\s*<bdi>{headers['X-Request-Id']}</bdi>", body)
        assert [line["status"] for line in lines_of(server, headers["X-Request-Id"])] == [status]
        seen.append(headers["X-Request-Id"])
    assert len(set(seen)) == len(seen)


def test_an_id_from_outside_is_kept_where_it_is_one(server: Web) -> None:
    raw = b"POST /login HTTP/1.1\r\nConnection: close\r\nX-Request-Id: quote-me-1234\r\n" + FORM
    assert ask(server, raw + b"Content-Length: 3\r\n\r\na=b")[1]["X-Request-Id"] == "quote-me-1234"


@pytest.fixture
def outside() -> Iterator[str]:
    """An address of this machine that is not the loopback's."""
    for addresses in psutil.net_if_addrs().values():
        for one in addresses:
            if one.family == socket.AF_INET and not one.address.startswith("127."):
                return one.address
    pytest.skip("this machine has no address but the loopback's")


def test_one_visitor_gets_so_many_connections_and_others_still_get_in(programs: Programs, outside: str) -> None:
    port = free_port()
    web = programs.web(BIND=f"0.0.0.0:{port}", at=port, WEB_WORKERS="1", WEB_CONNECTIONS_PER_ADDRESS="20")
    with half_sent((outside, port), 40) as lines:
        # The first 20 wait for their rest, the others are closed.
        eventually(lambda: sum(has_ended(line) for line in lines) == 20)
        assert p95(waits_of_others(address_of(web))) <= 1.0


def test_a_stop_answers_what_is_under_way_and_waits_for_nobody_else(programs: Programs) -> None:
    web = programs.web()
    with half_sent(address_of(web), 20), socket.create_connection(address_of(web), timeout=20) as line:
        line.sendall(b"POST /login HTTP/1.1\r\n" + FORM + b"Content-Length: 10\r\n\r\na=b")
        waits_of_others(address_of(web), 4)  # so the half is read, too
        web.process.send_signal(signal.SIGTERM)
        line.sendall(b"&c=defg")
        assert read(line)[0] == 400
    assert web.process.wait(10) == 0
    assert "Traceback" not in web.log


def test_a_killed_worker_is_replaced(programs: Programs) -> None:
    web = programs.web()
    master = psutil.Process(web.pid)
    killed = eventually(lambda: len(master.children()) == 2 and set(master.children()), timeout=30)
    for worker in killed:
        worker.kill()
    eventually(lambda: len(set(master.children()) - killed) == 2, timeout=30)
    eventually(lambda: answers(address_of(web)[1]), timeout=30)
