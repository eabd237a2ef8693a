"""Fixtures for real processes.

    redis_url   a real server, empty at the start of the test
    programs    starts gunicorn, workers, the scheduler, the sweeper on this test's database and Redis
    server      gunicorn, running (`.url`)
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.database_fixtures import Database
from tests.support.processes import Programs, Web
from tests.support.valkey import ValkeyServer


@pytest.fixture(scope="session")
def _valkey() -> Iterator[ValkeyServer]:
    server = ValkeyServer()
    yield server
    server.close()


@pytest.fixture
def redis_url(_valkey: ValkeyServer) -> str:
    _valkey.empty()
    return _valkey.url


@pytest.fixture
def programs(database: Database, redis_url: str, tmp_path: Path) -> Iterator[Programs]:
    """`programs.settings["TURNOUT_ENV"] = "demo"` before the first start changes what all of them read."""
    programs = Programs(database.url, redis_url, tmp_path / "home")
    yield programs
    programs.stop_all()


@pytest.fixture
def server(programs: Programs) -> Web:
    return programs.web()
