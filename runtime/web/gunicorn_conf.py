"""gunicorn's settings for `make run`; a production unit file can use the same file with its own PORT and BIND."""

import gc
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

wsgi_app = "wsgi:app"
bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT') or 8000}"
reuse_port = True

# Where half a request costs nobody else anything; limits and times are there.
worker_class = "runtime.web.web_worker.BufferingWorker"
workers = int(os.environ.get("WEB_WORKERS") or 2)
# Two answer while one waits; more only wait for each other (bench/README.md has the figures).
threads = int(os.environ.get("WEB_THREADS") or 2)

# Loaded once and forked: half the time to start, and a worker that died is back at once. Nothing connects before.
preload_app = True

timeout = 60
# Short: a stop waits for requests under way, not for browsers that keep their connection open.
graceful_timeout = 5

# The app writes one structured line per request itself.
accesslog = None
errorlog = "-"
loglevel = "warning"

# It would be left behind in the user's home folder.
control_socket_disable = True


def on_starting(server: Any) -> None:
    """With TURNOUT_PREPARE=1, run `flask ops prepare` before the port is opened."""
    if os.environ.get("TURNOUT_PREPARE") == "1":
        prepare_in_fork(server.app.wsgi())


def prepare_in_fork(app: "Flask") -> None:
    """Run `flask ops prepare`; a failure ends this process.

    In a fork, because the app is loaded here already: loading it a second time would double the time to start.
    The fork also keeps the preparation's database connections out of the workers.
    """
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os._exit(_prepare(app))
    _, status = os.waitpid(child, 0)
    if status != 0:
        sys.exit("turnout: the preparation of the data failed; the lines above say why")


def when_ready(server: Any) -> None:
    """Before the workers are forked: let the app load what they would each load with their first request.

    Then what is there is frozen: a garbage collector that looks at it would write to it, and each worker would have
    a copy of its own of nearly everything.
    """
    for warm_up in server.app.wsgi().extensions.get("warm_up", ()):
        warm_up()
    gc.collect()
    gc.freeze()


def _prepare(app: "Flask") -> int:
    """The exit code of the command; a traceback of it is shown as usual."""
    from flask.cli import ScriptInfo

    code: object = 1
    try:
        app.cli.main(["ops", "prepare"], prog_name="flask", obj=ScriptInfo(create_app=lambda: app))
    except SystemExit as end:
        code = end.code or 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    sys.stdout.flush()
    sys.stderr.flush()
    return code if isinstance(code, int) else 1
