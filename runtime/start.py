"""`make run`: from a fresh checkout to a served page, and everything that must keep running behind it."""

import http.client
import os
import sys

from runtime import environment, guard, lockfile, programs, settings, valkey
from runtime.child import Child
from runtime.complaint import Complaint, say
from runtime.output import show
from runtime.settings import RunSettings
from runtime.supervisor import Stop, Supervisor

VALKEY_PATIENCE = 30.0
WEB_HEAD_START = 3.0
WEB_PATIENCE = 60.0
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
        web, *background = _children(outer)
        _start_loading(supervisor, web, chosen)
        if chosen.embedded_redis:
            _start_valkey(supervisor, chosen, outer)
        _prepare(supervisor, outer)
        chosen.prepared_mark.touch()
        web.environment = outer
        # On a small machine five starting interpreters are in each other's way; the page comes first.
        serving = supervisor.wait_for(lambda: _serves(chosen.port), WEB_HEAD_START)
        for child in background:
            supervisor.start(child)
        if serving or supervisor.wait_for(lambda: _serves(chosen.port), WEB_PATIENCE):
            _banner(chosen)
        else:
            show("turnout", f"{chosen.url}/healthz does not answer yet; the lines above may say why")
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


def _start_loading(supervisor: Supervisor, web: Child, chosen: RunSettings) -> None:
    """The web server loads the app, which is most of its start, while the rest is prepared; it opens its port after."""
    chosen.prepared_mark.unlink(missing_ok=True)
    web.environment = {**web.environment, "TURNOUT_OPEN_AFTER": str(chosen.prepared_mark)}
    supervisor.start(web)


def _prepare(supervisor: Supervisor, outer: dict[str, str]) -> None:
    """Migrations, the demo world on the first start, the scheduler's entries: before anybody can look."""
    if supervisor.run_to_end(Child("prepare", programs.flask("ops", "prepare"), outer)) != 0:
        raise Complaint("`flask ops prepare` failed; the lines above say why")


def _children(outer: dict[str, str]) -> list[Child]:
    return [
        Child("web", programs.web(), outer),
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
