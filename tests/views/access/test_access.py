"""Every route × every kind of person × whose things: who comes in, who is told no, and for whom it does not exist.

What is expected follows from the guard in routes.txt and the table of roles in test_permission, both written out by
hand, and from what the thing in the address is. A part of an address that nobody named in `things` fails, so a new
route without a row does.
"""

import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask

from tests.inventory.route_table import Route, written_down
from tests.support.databases.sqlite import SqliteTemplate
from tests.support.databases.standing_apps import made
from tests.support.pages.reading import Page, Reader
from tests.support.worlds.demo_database import lay_out_demo
from tests.views.access.cast import ANNEX, EVERYWHERE, GUEST, HERE, NEIGHBOURS, NOBODY, PEOPLE, Person, Thing
from tests.views.access.stage import Stage, set_up
from webapp import clock
from webapp.config import Settings

pytestmark = pytest.mark.xdist_group("access")

COMES_IN, SIGN_IN, NO, NOT_FOUND = "comes in", "is sent to sign in", "is told no", "finds nothing"
EVERYBODY = {"public", "signed_link", "mailed_link", "signed_hook", "file", "any_session"}
#: What the other guards of staff ask for.
PERMISSIONS = {"job_watcher": {"outcome:override"}, "desk_crew": {"desk:run"}, "merges_people": {"people:merge"}}
OF_OPERATORS_TOO = {"job_watcher", "merges_people"}
#: What only some of those who see the place may do with it.
FURTHER = {
    "/admin/enrollments/<id:enrollment_id>/override": {"outcome:override"},
    "/admin/enrollments/<id:enrollment_id>/withdrawal": {"outcome:override"},
    "/admin/appeals/<id:appeal_id>/decision": {"outcome:override"},
}
#: For the whole organization alone, though nothing in the address says so.
OF_THE_WHOLE = {"/admin/programs/new"}
#: Fields that name what a form is about, and the thing they hold.
FORMS = {
    "/desk/<id:event_id>/checkin": {"enrollment": "enrollment_id", "request_id": "batch"},
    "/desk/<id:event_id>/scan": {"q": "/me/pass code", "request_id": "batch"},
    "/desk/<id:event_id>/party": {"enrollment": "enrollment_id", "request_id": "batch", "all": "name"},
    "/desk/<id:event_id>/standby/leave": {"enrollment": "enrollment_id", "request_id": "batch"},
    "/desk/<id:event_id>/undo": {"check_in": "check_in_id", "request_id": "batch", "reason": "name"},
    "/desk/<id:event_id>/helpers/withdraw": {"link": "link"},
    "/admin/events/<id:event_id>/questions/copy": {"from_event": "event_id"},
    "/events/<slug:slug>/party/name": {"head": "enrollment_id"},
    "/o/<slug:slug>/terms": {"text_id": "text_id"},
    "/admin/organization/<id:organization_id>/people/<id:user_id>/merge": {"other": "other"},
    "/me/security/other-account/merge": {"other": "other"},
}
#: Pages of one guest in a room, who is named beside the address: nobody is, so nothing is found.
OF_A_GUEST = {"/admin/sessions/<id:session_id>/guest", "/admin/sessions/<id:session_id>/guest/undo"}
#: Each route is asked by every third of the people, the next route by the next ones.
_TURNS = 3
_PARAMETER = re.compile(r"<(?:[^:<>]+(?:\([^)]*\))?:)?(\w+)>")


@dataclass
class House:
    """One app on one database, which is poured anew when a request has written into it."""

    app: Flask
    stage: Stage
    file: Path
    kept: Path
    watcher: sqlite3.Connection
    readers: dict[Person, Reader] = field(default_factory=dict)

    def answer(self, person: Person, route: Route, path: str) -> str:
        """What the person gets; a form brings its token, and what it takes to come to the thing it is about."""
        reader = self.readers.setdefault(person, self._reader(person))
        sent = {name: self.stage.things[of].value for name, of in FORMS.get(route.rule, {}).items()}
        before = self._version()
        page = reader.get(path) if route.method == "GET" else reader.post(path, **sent)
        told, has_written = _told(page), self._version() != before
        if has_written:
            assert told == COMES_IN, f"{person.name} {told} at {route.method} {path}, and something was written"
            self._pour()
        if has_written or "Set-Cookie" in page.headers:
            self.readers.pop(person)
        return told

    def _reader(self, person: Person) -> Reader:
        client = self.app.test_client()
        if person != NOBODY:
            client.set_cookie("turnout_signed_in", self.stage.cookies[person])
        return Reader(client)

    def _version(self) -> int:
        """Another number after each commit of somebody else's."""
        return self.watcher.execute("PRAGMA data_version").fetchone()[0]

    def _pour(self) -> None:
        with closing(sqlite3.connect(self.kept)) as source, closing(sqlite3.connect(self.file)) as target:
            target.execute("PRAGMA synchronous=OFF")
            source.backup(target)


def _told(page: Page) -> str:
    if page.status == 401 or (page.status == 302 and "/login" in (page.location or "")):
        return SIGN_IN
    if page.status >= 500:
        return f"breaks with {page.status}"
    return {403: NO, 404: NOT_FOUND}.get(page.status, COMES_IN)


@pytest.fixture(scope="module")
def house(_sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory):
    folder, now = tmp_path_factory.mktemp("access"), clock.real_now()
    url = _sqlite_template.copy_to(folder)
    lay_out_demo(url, folder, now)
    settings = Settings.for_tests(database_url=url, redis_url="unix:///nowhere", home=folder, organizations="request")
    app = made(settings)
    stage = set_up(app, now)
    file, kept = Path(url.removeprefix("sqlite:///")), folder / "kept.sqlite3"
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(kept)) as target:
        source.backup(target)
    with closing(sqlite3.connect(file)) as watcher:
        yield House(app, stage, file, kept, watcher)


def things_of(route: Route, stage: Stage) -> dict[str, Thing]:
    """The thing for each part of the address."""
    return {name: _thing(route.rule, name, stage) for name in _PARAMETER.findall(route.rule)}


def _thing(rule: str, name: str, stage: Stage) -> Thing:
    for key, thing in stage.things.items():
        start, _, part = key.rpartition(" ")
        if part == name and start and rule.startswith(start):
            return thing
    return stage.things[name]


def path_of(route: Route, things: dict[str, Thing]) -> str:
    return _PARAMETER.sub(lambda found: str(things[found.group(1)].value), route.rule)


def expected(person: Person, route: Route, things: dict[str, Thing]) -> str:
    """What the guard and the thing say."""
    if person == NOBODY:
        return SIGN_IN
    if route.guard == "signed_in":
        return COMES_IN if not things or _is_theirs(person, route.rule) else NOT_FOUND
    if route.guard == "operator" or (route.guard in OF_OPERATORS_TOO and person.is_operator):
        return COMES_IN if person.is_operator else NO
    permissions = PERMISSIONS.get(route.guard) or set(route.guard.removeprefix("staff:").split("|"))
    if route.guard == "desk_crew" and not things:
        return COMES_IN
    if not person.has(permissions):
        return NOT_FOUND if route.guard == "desk_crew" else NO
    if not all(person.reaches(permissions, thing) for thing in things.values()):
        return NOT_FOUND
    if route.rule in OF_THE_WHOLE and person.at in {HERE, ANNEX}:
        return NOT_FOUND
    if route.rule in OF_A_GUEST and route != Route("POST", "/admin/sessions/<id:session_id>/guest", route.guard):
        return NOT_FOUND
    return COMES_IN if person.has(FURTHER.get(route.rule, permissions)) else NO


def _is_theirs(person: Person, rule: str) -> bool:
    """Whether what is below /me and the like is there for that person."""
    if rule.startswith(("/events/", "/series/", "/o/", "/claim/")):
        return True
    if rule.startswith("/me/teams/"):
        return person.role is not None and person.at != NEIGHBOURS
    if rule.startswith("/certificates/") and person.at in {EVERYWHERE, HERE}:
        return person == GUEST or person.has({"classes:manage"})
    return person == GUEST and not rule.startswith("/join/")


ROUTES = [route for route in written_down() if route.guard not in EVERYBODY]


@pytest.mark.slow
@pytest.mark.parametrize(("turn", "route"), enumerate(ROUTES), ids=str)
def test_who_comes_in(house: House, turn: int, route: Route) -> None:
    compare(house, route, PEOPLE[turn % _TURNS :: _TURNS])


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_who_comes_in_of_everybody(house: House, route: Route) -> None:
    compare(house, route, PEOPLE)


def compare(house: House, route: Route, people: Sequence[Person]) -> None:
    """Ask as each of them, and show only what is not as expected."""
    things = things_of(route, house.stage)
    path = path_of(route, things)
    told = {person.name: (house.answer(person, route, path), expected(person, route, things)) for person in people}

    assert {name: answers for name, answers in told.items() if answers[0] != answers[1]} == {}
