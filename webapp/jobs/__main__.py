"""`python -m webapp.jobs`: what `make run` starts: the web server and all that works behind it."""

import os

from runtime.web.gunicorn_conf import prepare_in_fork
from webapp.jobs.family import everybody, keep_working, web
from wsgi import app

if __name__ == "__main__":
    if os.environ.pop("TURNOUT_PREPARE", "") == "1":
        prepare_in_fork(app)
    with app.app_context():
        keep_working(app, [web(), *everybody()])
