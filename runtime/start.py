"""`make run`: from a fresh checkout to a served page, and everything that must keep running behind it."""

import os
import sys

from runtime import environment, lockfile, programs, settings, valkey
from runtime.complaint import Complaint, say
from runtime.settings import RunSettings
from runtime.supervision import guard
from runtime.supervision.child import Child
from runtime.supervision.supervisor import Stop, Supervisor
from runtime.web.health import Health

VALKEY_PATIENCE = 30.0
WEB_PATIENCE = 180.0
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
        _start_all(supervisor, chosen, outer)
        _banner(chosen)
        supervisor.watch()
    except Stop:
        say("stopping ...")
    finally:
        supervisor.stop()
    return 0


def _start_valkey(supervisor: Supervisor, chosen: RunSettings, outer: dict[str, str]) -> None:
    socket_path = valkey.prepare_socket_folder(chosen.home)
    child = Child("valkey", valkey.command(valkey.server_binary(), chosen.home, socket_path), outer, foundation=True)
    supervisor.start(child)
    if not supervisor.wait_for(lambda: valkey.answers(socket_path), VALKEY_PATIENCE, needs=child):
        raise Complaint(f"the embedded server does not start; {chosen.home / 'valkey.log'} says why")


def _start_all(supervisor: Supervisor, chosen: RunSettings, outer: dict[str, str]) -> None:
    """It prepares the data first (migrations, the demo world, the scheduler's entry), so nobody looks too early."""
    turnout = Child("turnout", programs.everything(), {**outer, "TURNOUT_PREPARE": "1"})
    health = Health(chosen.port)
    supervisor.start(turnout)
    if not supervisor.wait_for(health.is_well, WEB_PATIENCE, needs=turnout):
        raise Complaint(f"the web server did not start; {health.reason or 'the lines above say why'}")
    turnout.environment = outer


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
