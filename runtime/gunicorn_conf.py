"""gunicorn's settings for `make run`; a production unit file can use the same file with its own PORT and BIND."""

import os

wsgi_app = "wsgi:app"
bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT') or 8000}"
reuse_port = True

worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS") or 2)
threads = int(os.environ.get("WEB_THREADS") or 4)

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
