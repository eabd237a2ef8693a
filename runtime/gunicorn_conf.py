"""gunicorn's settings for `make run`; a production unit file can use the same file with its own PORT and BIND."""

import os
import sys

wsgi_app = "wsgi:app"
bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT') or 8000}"
reuse_port = True

worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS") or 2)
# Two answer while one waits; more only wait for each other (bench/README.md has the figures).
threads = int(os.environ.get("WEB_THREADS") or 2)

# Loaded once and forked: half the time to start, and a worker that died is back at once. Nothing connects before.
preload_app = True

timeout = 60
# Short: a stop waits for requests under way, not for browsers that keep their connection open.
graceful_timeout = 5
keepalive = 5

# The app writes one structured line per request itself.
accesslog = None
errorlog = "-"
loglevel = "warning"

# It would be left behind in the user's home folder.
control_socket_disable = True


def on_starting(server: object) -> None:
    """With TURNOUT_PREPARE=1, run `flask ops prepare` before the port is opened.

    In a fork, because the app is loaded here already: loading it a second time would double the time to start.
    The fork also keeps the preparation's database connections out of the workers.
    """
    if os.environ.get("TURNOUT_PREPARE") != "1":
        return
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os._exit(_prepare(server.app.wsgi()))
    _, status = os.waitpid(child, 0)
    if status != 0:
        sys.exit("turnout: the preparation of the data failed; the lines above say why")


def when_ready(server: object) -> None:
    """Before the workers are forked: let the app load what they would each load with their first request."""
    for warm_up in server.app.wsgi().extensions.get("warm_up", ()):
        warm_up()


def _prepare(app: object) -> int:
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
