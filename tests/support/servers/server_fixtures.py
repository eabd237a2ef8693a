"""Fixtures for real processes.

redis_url   a real server, empty at the start of the test
programs    starts gunicorn, workers, the scheduler, the sweeper on this test's database and Redis
server      gunicorn, running (`.url`); on SQLite the same one serves one test after the other
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.databases.database_fixtures import SERVED, Database
from tests.support.databases.sqlite import SqliteTemplate
from tests.support.servers.processes import Programs, Web
from tests.support.servers.valkey import ValkeyServer


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


@pytest.fixture(scope="session")
def _standing_server(
    _sqlite_template: SqliteTemplate, _valkey: ValkeyServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Web]:
    programs = Programs(_sqlite_template.standing(SERVED), _valkey.url, tmp_path_factory.mktemp("server"))
    yield programs.web()
    programs.stop_all()


@pytest.fixture
def server(request: pytest.FixtureRequest, database: Database, redis_url: str) -> Web:
    if database.is_standing:
        return request.getfixturevalue("_standing_server")
    return request.getfixturevalue("programs").web()
