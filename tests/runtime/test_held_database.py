"""Somebody else holds the database, or it can only be read: who writes is told soon, who reads goes on reading.

Real servers, and real other processes that hold what they hold until they are let go.
"""

import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from urllib.parse import urlsplit

import psutil
import psycopg
import pytest
from sqlalchemy import make_url, select

from tests.support.browsers.visitors import Visitor, all_at_once, look_at
from tests.support.servers.holding import first_in_line, locking_the_event, writing_into_sqlite
from tests.support.servers.processes import Web
from tests.support.waiting import eventually
from tests.support.worlds.rows import broken, standing
from tests.support.worlds.world import World
from webapp import clock
from webapp.models import Event
from webapp.services.accounts.sign_in import begin_sign_in

#: More than all threads of the server, and than would fit one after the other.
WRITERS = 12
#: Seconds; the bar is five. A machine that does much else at the same time needs some more.
SOON = 8


@pytest.fixture
def world(app) -> World:
    return World(app, now=clock.real_now())


@pytest.fixture
def server(programs) -> Web:
    return programs.web()


class Scene:
    """An event that people look at, a server, and who presses what."""

    def __init__(self, app, world: World, session, server: Web) -> None:
        self.app, self.server, self.session = app, server, session
        self.host = urlsplit(server.url).netloc
        self.event_id = world.event(capacity=50, starts_at=clock.real_now() + timedelta(days=9))
        other = world.event("Repair evening", starts_at=clock.real_now() + timedelta(days=9))
        self.visitors = [self.signed_in(one) for one in world.people(WRITERS)]
        self.readers = [self.signed_in(one) for one in world.people(4)]
        self.path, self.other = (f"/events/{self._slug(one)}" for one in (self.event_id, other))
        seen = look_at(server.url, self.path, self.visitors)
        assert [one for one in seen if one.status != 200] == []
        assert all(visitor.token for visitor in self.visitors)

    def serve(self, server: Web) -> None:
        """By this one from now on."""
        self.server, self.host = server, urlsplit(server.url).netloc

    def signed_in(self, user_id: int) -> Visitor:
        with self.app.app_context():
            token = begin_sign_in(user_id=user_id, user_agent="", real_now=clock.real_now() - timedelta(hours=3))
        return Visitor(user_id, {"turnout_signed_in": token})

    def presses(self) -> list[bytes]:
        return [visitor.post(self.host, f"{self.path}/enroll", seen="open") for visitor in self.visitors]

    def looks(self) -> list[bytes]:
        """Pages of people whose sign-in was not used for hours, and of an event that they never saw."""
        return [reader.get(self.host, path) for reader in self.readers for path in ("/events", self.other, "/me")]

    def _slug(self, event_id: int) -> str:
        slug = self.session.scalars(select(Event.slug).where(Event.id == event_id)).one()
        self.session.rollback()
        return slug


@pytest.fixture
def scene(app, world, session, server) -> Scene:
    return Scene(app, world, session, server)


def measured(scene: Scene, requests: list[bytes]):
    began = time.monotonic()
    answers = all_at_once(scene.server.url, requests)
    return answers, time.monotonic() - began


@pytest.mark.only_db("sqlite")
@pytest.mark.parametrize("hold", [writing_into_sqlite, first_in_line])
def test_a_file_that_another_program_holds_is_told_soon_and_readers_go_on(
    scene: Scene, database, session, hold: Callable[[str], AbstractContextManager[None]]
):
    _told_soon(scene, hold(database.url))

    assert eventually(lambda: _all_enrolled(scene), timeout=30)
    assert standing(session, scene.event_id).statuses == {"confirmed": WRITERS}
    assert broken(session, scene.event_id) == []


@pytest.mark.only_db("postgres")
def test_a_row_that_another_program_holds_is_told_soon_and_readers_go_on(scene: Scene, database, session):
    _told_soon(scene, locking_the_event(database.url, scene.event_id))

    assert eventually(lambda: _all_enrolled(scene), timeout=30)
    assert standing(session, scene.event_id).statuses == {"confirmed": WRITERS}
    assert broken(session, scene.event_id) == []


def _told_soon(scene: Scene, holding: AbstractContextManager[None]) -> None:
    with holding:
        answers, took = measured(scene, [*scene.presses(), *scene.looks()])
        again, took_again = measured(scene, [*scene.presses(), *scene.looks()])

    for told in (answers, again):
        written, read = told[:WRITERS], told[WRITERS:]
        assert [answer for answer in written if answer.status != 503] == []
        assert {"retry-after: 5" in answer.head.lower() for answer in written} == {True}
        assert "Nothing was changed" in written[0].body
        assert Counter(answer.status for answer in read) == {200: len(read)}
    assert took < SOON
    assert took_again < SOON


def _all_enrolled(scene: Scene) -> bool:
    """It is free again: whoever presses once more gets in."""
    answers = all_at_once(scene.server.url, scene.presses())
    return Counter(answer.status for answer in answers) == {303: WRITERS}


@pytest.mark.only_db("postgres")
def test_a_database_that_only_reads_is_read(scene: Scene, database):
    """A standby that nobody promoted yet, or an operator who stops all writing."""
    _only_read(database.url, True)

    _told_at_once(scene)

    _only_read(database.url, False)
    assert _all_enrolled(scene)


@pytest.mark.only_db("sqlite")
def test_a_file_that_only_reads_is_read(scene: Scene, database, programs):
    path = make_url(database.url).database
    scene.serve(programs.web(DATABASE_URL=f"sqlite:///file:{path}?mode=ro&uri=true"))

    _told_at_once(scene)


@pytest.mark.only_db("sqlite")
def test_a_full_disk_is_told_and_readers_go_on(scene: Scene):
    """The kernel lets none of the server's files grow: as full as a disk can be made without filling one."""
    server = psutil.Process(scene.server.pid)
    usual = server.rlimit(psutil.RLIMIT_FSIZE)
    processes = [server, *server.children(recursive=True)]
    for process in processes:
        process.rlimit(psutil.RLIMIT_FSIZE, (0, usual[1]))

    _told_at_once(scene)

    for process in processes:
        process.rlimit(psutil.RLIMIT_FSIZE, usual)
    assert eventually(lambda: _all_enrolled(scene), timeout=30)


def _told_at_once(scene: Scene) -> None:
    answers = all_at_once(scene.server.url, [*scene.presses(), *scene.looks()])

    assert Counter(answer.status for answer in answers[:WRITERS]) == {503: WRITERS}
    assert {"retry-after: 5" in answer.head.lower() for answer in answers[:WRITERS]} == {True}
    assert Counter(answer.status for answer in answers[WRITERS:]) == {200: len(answers) - WRITERS}


def _only_read(database_url: str, only: bool) -> None:
    url = make_url(database_url)
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        word = "on" if only else "off"
        connection.execute("SET default_transaction_read_only = off")
        connection.execute(f'ALTER DATABASE "{url.database}" SET default_transaction_read_only = {word}')
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = %s AND pid <> pg_backend_pid()",
            (url.database,),
        )
