"""The command lines of what runs for long: the same in `make run` and in tests."""

from runtime.paths import venv_program


def flask(*words: str) -> list[str]:
    """One of the app's own commands."""
    return [str(venv_program("python")), "-m", "flask", "--app", "wsgi", *words]


def web() -> list[str]:
    return [str(venv_program("gunicorn")), "-c", "runtime/web/gunicorn_conf.py"]


def everything() -> list[str]:
    """The web server and all that works behind it, as `make run` has them."""
    return [str(venv_program("python")), "-m", "webapp.jobs"]


def background() -> list[str]:
    """Workers, scheduler and sweeper together, without the web server."""
    return flask("jobs", "start")


def worker() -> list[str]:
    return flask("jobs", "work")


def sweeper() -> list[str]:
    return flask("jobs", "sweep")


def scheduler() -> list[str]:
    return flask("jobs", "schedule")
