"""`make run`: from a fresh checkout to a served page, and everything that must keep running behind it."""

import http.client
import os
import sys

from runtime import environment, guard, lockfile, programs, settings, valkey
from runtime.child import Child
from runtime.complaint import Complaint, say
from runtime.settings import RunSettings
from runtime.supervisor import Stop, Supervisor

VALKEY_PATIENCE = 30.0
WEB_PATIENCE = 180.0
OK = 200
RULE = "-" * 72


def start() -> int:
    """Refuse what cannot work in one line; then serve until stopped."""
    chosen = settings.read()
    with lockfile.hold(chosen.home, chosen.port):
        lockfile.refuse_taken_port(chosen.port)
        return guard.run(lambda: _serve(chosen))


def _serve(chosen: RunSettings) -> int:
    environment.ensure()
    supervisor = Supervisor()
    try:
        outer = chosen.environment(os.environ)
        if chosen.embedded_redis:
            _start_valkey(supervisor, chosen, outer)
        _start_web(supervisor, chosen, outer)
        for child in _background(outer):
            supervisor.start(child)
        _banner(chosen)
        supervisor.watch()
    except Stop:
        say("stopping ...")
    finally:
        supervisor.stop()
    return 0


def _start_valkey(supervisor: Supervisor, chosen: RunSettings, outer: dict[str, str]) -> None:
    socket_path = valkey.prepare_socket_folder(chosen.home)
    child = Child(
        "valkey", valkey.command(valkey.server_binary(), chosen.home, socket_path), outer, foundation=True
    )
    supervisor.start(child)
    if not supervisor.wait_for(lambda: valkey.answers(socket_path), VALKEY_PATIENCE, needs=child):
        raise Complaint(f"the embedded server does not start; {chosen.home / 'valkey.log'} says why")


def _start_web(supervisor: Supervisor, chosen: RunSettings, outer: dict[str, str]) -> None:
    """It prepares the data first (migrations, the demo world, the scheduler's entry), so nobody looks too early."""
    web = Child("web", programs.web(), {**outer, "TURNOUT_PREPARE": "1"})
    supervisor.start(web)
    if not supervisor.wait_for(lambda: _serves(chosen.port), WEB_PATIENCE, needs=web):
        raise Complaint("the web server did not start; the lines above say why")
    web.environment = outer


def _background(outer: dict[str, str]) -> list[Child]:
    return [
        Child("worker", programs.worker(), outer),
        Child("scheduler", programs.scheduler(), programs.scheduler_environment(outer)),
        Child("sweeper", programs.sweeper(), outer),
    ]


def _serves(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _banner(chosen: RunSettings) -> None:
    lines = [f"Turnout serves {chosen.url}   (Ctrl-C stops it)", f"Data: {chosen.home}"]
    if chosen.stage == "demo":
        lines += [
            "Sign in with the password  turnout-demo  as",
            "  admin@demo.test      administrator",
            "  organizer@demo.test  organizer",
            "  ana@demo.test        participant",
        ]
    sys.stdout.write("\n".join(["", RULE, *lines, RULE, "", ""]))
    sys.stdout.flush()
