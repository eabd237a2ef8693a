"""What every process loads: the app, and nothing that only a few commands need."""

import subprocess
import sys

from runtime.paths import ROOT
from tests.support.servers.processes import Programs

FOR_FEW = ("alembic", "flask_migrate", "mako", "gunicorn")


def test_the_app_is_loaded_without_what_only_few_commands_need(tmp_path) -> None:
    programs = Programs(f"sqlite:///{tmp_path / 'none.sqlite3'}", "unix:///nowhere", tmp_path)
    environment = programs.environment(TURNOUT_ENV="demo")
    words = f"import sys, wsgi, webapp.jobs.family; print([name for name in {FOR_FEW} if name in sys.modules])"
    loaded = subprocess.run(
        [sys.executable, "-c", words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert loaded.stdout.strip() == "[]", loaded.stderr
