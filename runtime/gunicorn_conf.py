"""gunicorn's settings for `make run`; a production unit file can use the same file with its own PORT and BIND."""

import os
import time
from pathlib import Path

wsgi_app = "wsgi:app"
bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT') or 8000}"
reuse_port = True

worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS") or 2)
threads = int(os.environ.get("WEB_THREADS") or 4)

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


def on_starting(_server: object) -> None:
    """`make run` lets us load the app while the database is being prepared; the port is opened when that is done."""
    gate = os.environ.get("TURNOUT_OPEN_AFTER")
    while gate and not Path(gate).exists():
        time.sleep(0.02)
