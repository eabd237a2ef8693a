"""The launcher's question: it asks with pauses, and says once what keeps the server from being well."""

import http.server
import threading
from collections.abc import Iterator
from itertools import count

import pytest

from runtime.supervision import supervisor as supervising
from runtime.supervision.supervisor import Supervisor
from runtime.web.health import Health
from tests.support.servers.processes import free_port


@pytest.fixture
def refusing() -> Iterator[int]:
    """A server that answers its health with 400, as trusted hosts once did; its port."""

    class Refusing(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(400)
            self.end_headers()
            self.wfile.write(b"This host name is not served here.\n")

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refusing) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_a_refusal_is_said_once_with_its_reason(refusing: int, capfd) -> None:
    health = Health(refusing)

    assert [health.is_well() for _ in range(3)] == [False] * 3
    (line,) = capfd.readouterr().err.splitlines()
    assert "it answers /healthz with 400 (This host name is not served here.)" in line
    assert line.removeprefix("turnout: ").startswith(health.reason)


def test_a_port_that_is_not_open_yet_is_nothing_to_talk_about(capfd) -> None:
    health = Health(free_port())

    assert not health.is_well()
    assert (health.reason, capfd.readouterr().err) == ("", "")


def test_output_does_not_make_the_launcher_ask_faster(monkeypatch) -> None:
    """A program that talks all the time wakes it all the time; once that was a question each time."""
    instants = (turn * 0.001 for turn in count())
    monkeypatch.setattr(supervising.time, "monotonic", lambda: next(instants))
    supervisor, asked = Supervisor.__new__(Supervisor), []
    supervisor._output = type("Talkative", (), {"forward": lambda *_: None})()
    supervisor._tend = lambda: None

    assert not supervisor.wait_for(lambda: asked.append(1), seconds=10)
    assert 50 <= len(asked) <= 100
