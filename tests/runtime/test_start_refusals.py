"""A start that cannot work says so in one line, before anything is started, and touches nothing."""

import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from runtime import lockfile, settings, valkey
from runtime.complaint import Complaint
from runtime.paths import LONGEST_SOCKET_PATH, ROOT, embedded_redis_url, embedded_socket
from tests.support.servers.processes import free_port


def start(home: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "TURNOUT_HOME": str(home), "PORT": str(free_port()), **changes}
    command = [sys.executable, "dev.py", "run"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=20)


def test_a_second_start_on_the_same_data_names_the_first(tmp_path: Path) -> None:
    with lockfile.hold(tmp_path, 8123):
        refused = start(tmp_path)
    assert refused.returncode == 1
    assert refused.stdout == ""
    (line,) = refused.stderr.splitlines()
    assert f"already running on the data in {tmp_path} (process {os.getpid()}, port 8123)" in line


def test_a_refused_start_leaves_the_note_of_the_first_alone(tmp_path: Path) -> None:
    with lockfile.hold(tmp_path, 8123):
        with pytest.raises(Complaint):
            lockfile.hold(tmp_path, 9999)
        assert json.loads((tmp_path / "run.lock").read_text()) == {"pid": os.getpid(), "port": 8123}


def test_the_lock_is_free_again_when_its_holder_is_gone(tmp_path: Path) -> None:
    lockfile.hold(tmp_path, 8123).close()
    lockfile.hold(tmp_path, 8124).close()


def test_right_after_a_kill_the_next_start_waits_for_the_cleaning_up(tmp_path: Path) -> None:
    cleaning_up = lockfile.hold(tmp_path, 8123)
    killed = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, check=True)
    (tmp_path / "run.lock").write_text(json.dumps({"pid": int(killed.stdout), "port": 8123}))
    with pytest.raises(Complaint, match="already running"):
        lockfile.hold(tmp_path, 8124, patience=0)
    done = threading.Timer(0.1, cleaning_up.close)
    done.start()
    lockfile.hold(tmp_path, 8124).close()
    done.join()


def test_a_taken_port_is_refused(tmp_path: Path) -> None:
    with socket.socket() as taken:
        # As another gunicorn would hold it: shareable, and still refused.
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = start(tmp_path, PORT=str(port))
    assert refused.returncode == 1
    (line,) = refused.stderr.splitlines()
    assert f"port {port} is in use" in line
    assert [path.name for path in tmp_path.iterdir()] == ["run.lock"]


@pytest.mark.parametrize("port", ["0", "65536", "-1", "abc", "80.5", "٨٠٠٠", "1" * 30, "8000; true"])
def test_a_port_that_is_none_is_refused(tmp_path: Path, port: str) -> None:
    with pytest.raises(Complaint, match="PORT must be a number from 1 to 65535"):
        settings.read({"TURNOUT_HOME": str(tmp_path), "PORT": port})


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused = start(tmp_path / "file")
    assert refused.returncode == 1
    assert len(refused.stderr.splitlines()) == 1


def test_what_is_not_set_has_a_default(tmp_path: Path) -> None:
    chosen = settings.read({"TURNOUT_HOME": str(tmp_path), "REDIS_URL": " ", "PORT": ""})
    assert (chosen.port, chosen.stage, chosen.embedded_redis) == (8000, "demo", True)
    assert chosen.redis_url == f"unix://{tmp_path}/valkey.sock"


def test_a_given_redis_is_used_and_none_is_started(tmp_path: Path) -> None:
    chosen = settings.read({"TURNOUT_HOME": str(tmp_path), "REDIS_URL": "redis://127.0.0.1:6390/2"})
    assert (chosen.redis_url, chosen.embedded_redis) == ("redis://127.0.0.1:6390/2", False)


def test_a_long_path_gets_a_short_socket() -> None:
    long = Path("/" + "deep/" * 30)
    assert len(str(embedded_socket(long))) < LONGEST_SOCKET_PATH
    assert embedded_redis_url(long) == embedded_redis_url(long)
    assert embedded_redis_url(long) != embedded_redis_url(long / "er")


def test_a_short_socket_place_that_others_can_enter_is_refused(tmp_path: Path) -> None:
    home = tmp_path / ("deep" * 30)
    shared = embedded_socket(home).parent
    shared.mkdir(mode=0o700)
    try:
        assert valkey.prepare_socket_folder(home).parent == shared
        shared.chmod(0o777)
        with pytest.raises(Complaint, match="belongs to someone else"):
            valkey.prepare_socket_folder(home)
    finally:
        shared.rmdir()


def test_without_a_new_enough_python_make_says_so() -> None:
    refused = subprocess.run(
        ["make", "run", "CANDIDATES=no-such-python"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=20
    )
    assert refused.returncode != 0
    assert "Python 3.11 or newer is needed" in refused.stderr


def test_an_unknown_command_lists_the_known_ones() -> None:
    refused = subprocess.run(
        [sys.executable, "dev.py", "fly"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=20
    )
    assert refused.returncode == 2
    assert "run, test" in refused.stderr
