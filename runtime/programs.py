"""The command lines of what runs for long: the same in `make run` and in tests."""

from collections.abc import Mapping

from runtime.paths import venv_program


def flask(*words: str) -> list[str]:
    """One of the app's own commands."""
    return [str(venv_program("python")), "-m", "flask", "--app", "wsgi", *words]


def web() -> list[str]:
    return [str(venv_program("gunicorn")), "-c", "runtime/gunicorn_conf.py"]


def worker() -> list[str]:
    return flask("jobs", "work")


def sweeper() -> list[str]:
    return flask("jobs", "sweep")


def scheduler() -> list[str]:
    return [str(venv_program("rqscheduler")), "-i", "1"]


def scheduler_environment(outer: Mapping[str, str]) -> dict[str, str]:
    """It reads its address from here, where other users of the machine cannot see a password (unlike a command line).
    Its cron strings are read in the local zone, so that zone is UTC."""
    return {**outer, "RQ_REDIS_URL": outer["REDIS_URL"], "TZ": "UTC"}
