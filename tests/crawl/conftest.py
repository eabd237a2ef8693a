"""The demonstration's world behind a real server, as each kind of person sees it.

stage    a server of the demo environment; `stage.show("demo")` or `("filled")` pours that world into its database
"""

import logging
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from werkzeug.routing import MapAdapter

from tests.crawl.filled_world import fill_world, live_on
from tests.support.browsers.crawling import Crawl, Visited
from tests.support.databases.sqlite import SqliteTemplate
from tests.support.databases.standing_apps import made
from tests.support.pages.markup import Markup
from tests.support.servers.processes import Programs, Web
from tests.support.servers.valkey import ValkeyServer
from tests.support.worlds.demo_database import lay_out_demo
from webapp import clock
from webapp.config import Environment, Settings
from webapp.services.demo.demo_people import DEMO_PASSWORD

ROLES = ("anonymous", "participant", "helper", "desk", "viewer", "teacher", "organizer", "operator")
_TEAM = {role: f"{role}@demo.test" for role in ("desk", "viewer", "teacher", "organizer")}
_ADDRESSES = {"participant": "ana@demo.test", **_TEAM, "operator": "admin@demo.test"}
#: Where somebody of that role comes in.
STARTS = {"helper": ("/desk/",), "desk": ("/", "/desk/")} | dict.fromkeys(
    ("viewer", "teacher", "organizer", "operator"), ("/", "/admin")
)
_PATIENCE = 60
logging.getLogger("httpx").setLevel(logging.WARNING)


@dataclass
class Stage:
    """A server and the worlds it can show; what one test changed is gone when the next world is shown."""

    web: Web
    file: Path
    clock_file: Path
    worlds: Mapping[str, Callable[[], Path]]
    routes: MapAdapter
    base_url: str
    clients: list[httpx.Client] = field(default_factory=list)
    _walked: dict[tuple[str, str, str], Crawl] = field(default_factory=dict)
    _pages: dict[tuple[str, str, str], Sequence[Visited]] = field(default_factory=dict)

    def show(self, world: str) -> None:
        self.clock_file.unlink(missing_ok=True)
        with closing(sqlite3.connect(self.worlds[world]())) as source, closing(sqlite3.connect(self.file)) as target:
            target.execute("PRAGMA synchronous=OFF")
            source.backup(target)

    def enter(self, role: str) -> httpx.Client:
        """A browser of somebody of that role."""
        client = httpx.Client(base_url=self.web.url, timeout=_PATIENCE)
        self.clients.append(client)
        if role == "helper":
            client.get(self._helper_link())
        elif role in _ADDRESSES:
            page = Markup(f"{self.web.url}/login", client.get("/login").text)
            sent = dict(page.forms[-1].untouched()) | {"email": _ADDRESSES[role], "password": DEMO_PASSWORD}
            answer = client.post("/login", data=sent)
            assert answer.status_code == 303, answer.text
        return client

    def walked(self, role: str, world: str, language: str = "en") -> Crawl:
        """A walk of that role through that world, without a change of it; made once."""
        if (role, world, language) not in self._walked:
            self.show(world)
            crawl = Crawl(self.enter(role), self.routes, role, self.base_url)
            crawl.client.headers["Accept-Language"] = language
            crawl.follow(*STARTS.get(role, ("/",)))
            self._walked[role, world, language] = crawl
            self._pages[role, world, language] = tuple(crawl.pages)
        return self._walked[role, world, language]

    def pages(self, role: str, world: str) -> Sequence[Visited]:
        """Those it came to before anything was changed."""
        self.walked(role, world)
        return self._pages[role, world, "en"]

    def cookies(self, role: str) -> list[dict[str, str]]:
        """The same as a real browser keeps it."""
        return [{"name": one.name, "value": one.value, "url": self.web.url} for one in self.enter(role).cookies.jar]

    def close(self) -> None:
        for client in self.clients:
            client.close()

    def _helper_link(self) -> str:
        """The organizer makes one for the desk of the event that runs today."""
        organizer = self.enter("organizer")
        start = Markup(f"{self.web.url}/desk/", organizer.get("/desk/").text)
        event_id = next(
            one.choices[0] for form in start.forms for one in form.inputs if one.name == "event" and one.choices
        )
        page = Markup(f"{self.web.url}/", organizer.get(f"/desk/{event_id}/helpers").text)
        form = next(form for form in page.forms if any(one.name == "desk" for one in form.inputs))
        sent = dict(form.untouched()) | {"name": "Hana", "desk": "Door"}
        made = organizer.post(form.address, data=sent).text
        return re.search(r"/desk/join/[\w-]+", made).group()


@pytest.fixture(scope="session")
def _worlds(_sqlite_template: SqliteTemplate, tmp_path_factory: pytest.TempPathFactory):
    made_once: dict[str, Path] = {}

    def demo() -> Path:
        if "demo" not in made_once:
            folder = tmp_path_factory.mktemp("demo-world")
            url = _sqlite_template.copy_to(folder)
            lay_out_demo(url, folder, clock.real_now())
            live_on(url, folder)
            made_once["demo"] = Path(url.removeprefix("sqlite:///"))
        return made_once["demo"]

    def filled() -> Path:
        if "filled" not in made_once:
            file = tmp_path_factory.mktemp("filled-world") / "filled.sqlite3"
            with closing(sqlite3.connect(demo())) as source, closing(sqlite3.connect(file)) as target:
                source.backup(target)
            fill_world(f"sqlite:///{file}", file.parent, clock.real_now())
            made_once["filled"] = file
        return made_once["filled"]

    return {"demo": demo, "filled": filled}


@pytest.fixture(scope="session")
def stage(
    _worlds, _sqlite_template: SqliteTemplate, _valkey: ValkeyServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("stage")
    url = _sqlite_template.copy_to(folder)
    programs = Programs(url, _valkey.url, folder, settings={"TURNOUT_ENV": "demo"})
    settings = Settings.for_tests(database_url=url, redis_url=_valkey.url, home=folder, environment=Environment.DEMO)
    programs.settings["TURNOUT_SECRET_KEY"] = settings.secret_key
    routes = made(settings).url_map.bind("127.0.0.1")
    stage = Stage(
        programs.web(), Path(url.removeprefix("sqlite:///")), settings.clock_file, _worlds, routes, settings.base_url
    )
    yield stage
    stage.close()
    stage.web.kill()
