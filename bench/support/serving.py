"""The product and the floor app behind the same gunicorn settings."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from bench.support import load
from runtime.paths import ROOT, venv_program
from tests.support.servers.processes import SERVED, free_port
from tests.support.waiting import eventually

_masters: dict[str, int] = {}


@contextmanager
def product(database_url: str, redis_url: str, **settings: str) -> Iterator[str]:
    """The product; its address."""
    with tempfile.TemporaryDirectory(prefix="tbench-home-") as home:
        own = {
            "TURNOUT_ENV": "test",
            "TURNOUT_HOME": home,
            "TURNOUT_RATE_LIMITS": "off",
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            **settings,
        }
        with _gunicorn([f"{SERVED}:app"], own, "/healthz", Path(home) / "web.log") as url:
            yield url


@contextmanager
def floor(database_url: str, **settings: str) -> Iterator[str]:
    """The floor app; its address."""
    with tempfile.TemporaryDirectory(prefix="tbench-floor-") as home:
        own = {"FLOOR_DATABASE_URL": database_url, **settings}
        with _gunicorn(["bench.support.floor_app:app"], own, "/null", Path(home) / "web.log") as url:
            yield url


def cpu_of(url: str) -> float:
    """Seconds of processor time that the web processes behind this address have used."""
    master = psutil.Process(_masters[url])
    return sum(sum(process.cpu_times()[:2]) for process in [master, *master.children()])


def memory_of(url: str) -> float:
    """Proportional memory of the largest worker behind this address, in MB."""
    workers = psutil.Process(_masters[url]).children()
    return max(worker.memory_full_info().pss for worker in workers) / 1e6


@contextmanager
def _gunicorn(arguments: list[str], settings: dict[str, str], path: str, log_file: Path) -> Iterator[str]:
    port = free_port()
    environment = {**os.environ, **settings, "PORT": str(port), "PYTHONPATH": str(ROOT)}
    command = [str(venv_program("gunicorn")), "-c", "runtime/web/gunicorn_conf.py", *arguments]
    with open(log_file, "wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    _masters[url] = process.pid
    try:
        eventually(lambda: process.poll() is not None or _answers(url, path), timeout=30)
        if process.poll() is not None:
            raise SystemExit(log_file.read_text())
        yield url
    finally:
        process.terminate()
        process.wait(20)


def _answers(url: str, path: str) -> bool:
    try:
        return load.once(url, load.request("GET", url, path))[0] == 200
    except OSError:
        return False
