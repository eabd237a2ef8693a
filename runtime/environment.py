"""The virtual environment: made once, filled from a hash-pinned lock, recognised at once the next time.

Every package is checked against the hashes in the lock, and only wheels are taken, so no compiler is needed.
The single exception is `crontab`, which is published as plain Python source only; it is built with the pinned
setuptools of the bootstrap lock instead of whatever version a build would fetch.
Why it is so: docs/decisions/098-hash-locks.md.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from runtime import debian
from runtime.complaint import Complaint, say
from runtime.paths import ROOT, VENV, venv_program

BOOTSTRAP_LOCK = ROOT / "requirements-bootstrap.lock"
RUN_LOCK = ROOT / "requirements.lock"
TEST_LOCK = ROOT / "requirements-test.lock"
STAMP = VENV / "turnout-stamp.json"

WHEELS_ONLY = ["--only-binary", ":all:", "--no-binary", "crontab", "--no-build-isolation"]


def ensure(lock: Path = RUN_LOCK) -> None:
    """Make sure the environment holds what `lock` says. Costs a few milliseconds when it already does."""
    if _is_current(lock):
        return
    with _one_at_a_time():
        if _is_current(lock):
            return
        say(f"installing {lock.name} into .venv (only when the lock has changed) ...")
        if not _usable():
            _create()
        _install(lock)
        _write_stamp(lock)


def _wanted(lock: Path) -> dict[str, str]:
    """What the stamp must say. The place is part of it: a moved environment has scripts with stale first lines."""
    wanted = {"place": str(VENV), RUN_LOCK.name: _digest(RUN_LOCK)}
    if lock == TEST_LOCK:
        wanted[TEST_LOCK.name] = _digest(TEST_LOCK)
    return wanted


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _stamp() -> dict[str, str]:
    try:
        return json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}


def _is_current(lock: Path) -> bool:
    return _wanted(lock).items() <= _stamp().items() and venv_program("python").exists()


def _write_stamp(lock: Path) -> None:
    """Written last and in one step, so an interrupted installation is simply done again."""
    fresh = STAMP.with_suffix(".new")
    fresh.write_text(json.dumps(_wanted(lock), indent=1))
    fresh.replace(STAMP)


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[None]:
    """`make run` and `make test` may be started together on a fresh checkout."""
    with open(VENV.with_name(".venv.lock"), "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _usable() -> bool:
    """Is there an environment at this place whose interpreter still runs and is new enough?"""
    place = _stamp().get("place")
    if place not in (None, str(VENV)) or not venv_program("python").exists():
        return False
    check = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    return _succeeds([venv_program("python"), "-c", check])


def _create() -> None:
    """Make the environment, with the ways round Debian's habit of shipping Python without ensurepip."""
    for attempt in (_with_ensurepip, _with_outside_pip, _with_debian_package):
        shutil.rmtree(VENV, ignore_errors=True)
        if attempt():
            return
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    raise Complaint(
        f"this Python ({sys.executable}) can make no virtual environment: it has neither ensurepip nor pip. "
        f"On Debian and Ubuntu: apt-get install python{version}-venv"
    )


def _with_ensurepip() -> bool:
    return _succeeds([sys.executable, "-m", "venv", VENV])


def _with_outside_pip() -> bool:
    """A pip outside the environment (22.3 or newer) can put one inside it."""
    if not _succeeds([sys.executable, "-m", "venv", "--without-pip", VENV]):
        return False
    outside = [sys.executable, "-m", "pip", "--python", venv_program("python")]
    return _succeeds([*outside, "install", "-q", "--require-hashes", "--only-binary", ":all:", "-r", BOOTSTRAP_LOCK])


def _with_debian_package() -> bool:
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    return debian.install(package) is None and _with_ensurepip()


def _install(lock: Path) -> None:
    """uv is about ten times as fast as pip; where it cannot work (no wheel, odd proxy), pip does the same, slower."""
    pip = [venv_program("python"), "-m", "pip", "--disable-pip-version-check", "install", "-q", "--require-hashes"]
    _run([*pip, "--only-binary", ":all:", "-r", BOOTSTRAP_LOCK])
    uv = [venv_program("uv"), "pip", "install", "-q", "--python", venv_program("python"), "--require-hashes"]
    # Bytecode now: where Python is told not to write any, every process of every start would compile anew.
    if _succeeds([*uv, "--compile-bytecode", *WHEELS_ONLY, "-r", lock], _uv_environment()):
        return
    say("uv could not install the lock, trying pip ...")
    _run([*pip, *WHEELS_ONLY, "-r", lock])


def _uv_environment() -> dict[str, str]:
    """uv does not read pip's settings; a machine whose pip uses a mirror needs uv to use the same one."""
    environment = dict(os.environ)
    question = [str(venv_program("python")), "-m", "pip", "config", "get", "global.index-url"]
    asked = subprocess.run(question, capture_output=True, text=True, check=False)
    mirror = os.environ.get("PIP_INDEX_URL") or asked.stdout.strip()
    if mirror:
        environment.setdefault("UV_DEFAULT_INDEX", mirror)
    return environment


def _succeeds(command: list[object], environment: dict[str, str] | None = None) -> bool:
    try:
        done = subprocess.run([str(part) for part in command], env=environment, capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def _run(command: list[object]) -> None:
    if subprocess.run([str(part) for part in command], stdout=sys.stderr, check=False).returncode != 0:
        raise Complaint("the installation failed; the lines above say why (is there a network?)")
