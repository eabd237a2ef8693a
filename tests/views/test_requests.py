"""What every door does with a request it must not take: refused alike, and nothing changed. Over all routes."""

import re
from collections.abc import Iterable
from itertools import cycle, islice

import pytest
from flask.testing import FlaskClient

from tests.inventory.route_table import Route, written_down
from tests.support.worlds.rows import digest
from tests.support.worlds.world import World
from webapp import MAX_FORM_BYTES, clock
from webapp.config import Settings
from webapp.domain.permission import Role

ROUTES = written_down()
POSTS = [route for route in ROUTES if route.method == "POST"]
#: Links and hooks prove themselves; what these take and refuse is asked in `test_links_of_mails` and `test_hook`.
SELF_PROVING = {"signed_link", "mailed_link", "signed_hook"}
FORMS = [route for route in POSTS if route.guard not in SELF_PROVING]
OF_A_PERSON = [route for route in FORMS if route.guard != "public"]
ONLY_POST = [one for one in POSTS if not any(one.rule == other.rule and other.method == "GET" for other in ROUTES)]
WITH_ID = [route for route in ROUTES if route.has_id]
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
}
#: What the desk's doors need before they look at an id.
FIELDS = {"request_id": "11111111-2222-4333-8444-555555555555", "q": "nobody", "check_in": "1", "enrollment": "1"}
#: The same code answers on either database; what a number does to the database is asked of both.
pytestmark = pytest.mark.only_db("sqlite")


class ReadingClient(FlaskClient):
    """Reads every answer to its end, so that a file that was sent is closed."""

    def open(self, *args, **facts):
        return super().open(*args, **{"buffered": True, **facts})


class OpenDesk:
    """Somebody who may everything, in front of every door; remembers what the tables said."""

    def __init__(self, app, session) -> None:
        app.test_client_class = ReadingClient
        self.app, self.session = app, session
        self.world = World(app, now=clock.real_now())
        self.world.organization()
        self.admin = self.world.person("Ada", role=Role.ADMIN, is_operator=True)
        self.event_id = self.world.event(slug="hot", capacity=5)
        self.client = app.test_client()
        self.world.sign_in(self.client, self.admin)
        self.token = self.token_of(self.client)
        self.before = digest(session)

    def token_of(self, client: FlaskClient) -> str:
        return _TOKEN.findall(client.get("/reset").text)[0]

    def send(self, route: Route, *, client: FlaskClient | None = None, form: dict | None = None, **rest):
        """POST with a valid token, as a browser does, but for what is said."""
        fields = {"csrf_token": self.token, **FIELDS} if form is None else form
        content = {} if "data" in rest else {"data": fields}
        return (client or self.client).open(route.path(self.event_id), method=route.method, **content, **rest)

    def nothing_changed(self) -> bool:
        return digest(self.session) == self.before

    def other_than(self, expected: object, answer_of, routes: list[Route]) -> dict[str, object]:
        """The routes that answered otherwise, with what they said: empty when all is well."""
        answers = {str(route): answer_of(route) for route in routes}
        return {route: answer for route, answer in answers.items() if answer != expected}


@pytest.fixture
def settings(database, redis_url, tmp_path) -> Settings:
    return Settings.for_tests(database_url=database.url, redis_url=redis_url, home=tmp_path, hosts=("localhost",))


@pytest.fixture
def open_desk(app, session) -> OpenDesk:
    return OpenDesk(app, session)


def test_without_a_session_nothing_is_changed(open_desk):
    stranger = open_desk.app.test_client()
    form = {"csrf_token": open_desk.token_of(stranger), **FIELDS}

    def answer_of(route: Route):
        plain = open_desk.send(route, client=stranger, form=form)
        partial = open_desk.send(route, client=stranger, form=form, headers={"HX-Request": "true"})
        return plain.status_code, partial.status_code, partial.data, partial.headers.get("HX-Redirect", "")[:6]

    assert open_desk.other_than((401, 401, b"", "/login"), answer_of, OF_A_PERSON) == {}
    assert open_desk.nothing_changed()


def test_a_session_that_is_over_or_forged_is_no_session(open_desk):
    forged, signed_out = open_desk.app.test_client(), open_desk.app.test_client()
    forged.set_cookie("turnout_signed_in", "x" * 43)
    open_desk.world.sign_in(signed_out, open_desk.admin)
    copied = signed_out.get_cookie("turnout_signed_in").value
    signed_out.post("/logout", data={"csrf_token": open_desk.token_of(signed_out)})
    signed_out.set_cookie("turnout_signed_in", copied)
    tokens = {client: open_desk.token_of(client) for client in (forged, signed_out)}

    def answer_of(route: Route):
        return [open_desk.send(route, client=one, form={"csrf_token": tokens[one]}).status_code for one in tokens]

    assert open_desk.other_than([401, 401], answer_of, OF_A_PERSON) == {}
    assert open_desk.nothing_changed()


def test_without_the_right_token_nothing_is_changed(open_desk):
    others = open_desk.token_of(open_desk.app.test_client())
    wrong = [{}, {"csrf_token": "null"}, {"csrf_token": others}, {"csrf_token": open_desk.token[:-1]}]

    def answer_of(route: Route):
        codes = [open_desk.send(route, form=form).status_code for form in wrong]
        return [*codes, open_desk.send(route, form={}, query_string={"csrf_token": open_desk.token}).status_code]

    assert open_desk.other_than([400] * 5, answer_of, FORMS) == {}
    assert open_desk.nothing_changed()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
def test_a_form_on_another_site_changes_nothing(open_desk, headers):
    assert open_desk.other_than(403, lambda route: open_desk.send(route, headers=headers).status_code, FORMS) == {}
    assert open_desk.nothing_changed()


def test_looking_at_what_only_changes_is_not_allowed(open_desk):
    assert open_desk.other_than(405, lambda route: open_desk.client.get(route.path(1)).status_code, ONLY_POST) == {}


def test_other_methods_are_not_allowed(open_desk):
    def answer_of(route: Route):
        ways = ("PUT", "PATCH", "DELETE")
        headers = {"X-CSRFToken": open_desk.token}
        return [open_desk.client.open(route.path(1), method=way, headers=headers).status_code for way in ways]

    assert open_desk.other_than([405] * 3, answer_of, POSTS) == {}
    assert open_desk.nothing_changed()


#: Files answer questions, and nothing is asked, or say something of a place, and there is none.
NOTHING_ASKED = {
    "/events/<slug:slug>/answers": 303,
    "/events/<slug:slug>/appeal": 303,
    "/desk/<id:event_id>/answers/<id:enrollment_id>": 404,
}


def test_a_form_that_is_too_large_is_refused_by_its_size(open_desk):
    too_long = {"csrf_token": open_desk.token, "reason": "x" * MAX_FORM_BYTES}
    too_many = {"csrf_token": open_desk.token, **{f"field{n}": "1" for n in range(1001)}}

    def answer_of(route: Route):
        return [open_desk.send(route, form=form).status_code for form in (too_long, too_many)]

    views = open_desk.client.application
    files = {
        rule.rule for rule in views.url_map.iter_rules() if hasattr(views.view_functions[rule.endpoint], "most_bytes")
    }
    taken = {str(route): [NOTHING_ASKED.get(route.rule, 422), 413] for route in FORMS if route.rule in files}
    assert open_desk.other_than([413, 413], answer_of, FORMS) == taken, "but for those that say they take files"
    assert open_desk.nothing_changed()


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/xml", ""])
def test_a_body_that_is_no_form_is_refused(open_desk, kind):
    headers = {"X-CSRFToken": open_desk.token}

    def is_refused(route: Route) -> bool:
        answer = open_desk.send(route, data=f"csrf_token={open_desk.token}", content_type=kind, headers=headers)
        return answer.status_code in {400, 404, 409, 415, 422}

    assert open_desk.other_than(True, is_refused, FORMS) == {}
    assert open_desk.nothing_changed()


@pytest.mark.parametrize("body", [b"\xff\xfe", b"%FF%FE=%00&a=%ED%A0%80", b"&&&==;", b"[" * 1000])
def test_broken_bytes_are_never_an_error(open_desk, body):
    form = "application/x-www-form-urlencoded"

    def is_answered(route: Route) -> bool:
        token = {"X-CSRFToken": open_desk.token}
        return open_desk.send(route, data=body, content_type=form, headers=token).status_code < 500

    assert open_desk.other_than(True, is_answered, POSTS) == {}


def test_a_foreign_host_is_refused_at_every_door(open_desk):
    def answer_of(route: Route):
        answer = open_desk.send(route, headers={"Host": "evil.example"})
        return answer.status_code, "evil.example" in answer.text

    # Probes ask by whatever name they know, and learn yes or no (`test_health`).
    doors = [route for route in ROUTES if route.rule not in {"/healthz", "/readyz"}]
    assert open_desk.other_than((400, False), answer_of, doors) == {}
    assert open_desk.nothing_changed()


def test_headers_that_only_a_proxy_may_send_are_ignored(open_desk):
    sent = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-For": "1.2.3.4",
        "X-Forwarded-Proto": "https",
        "X-Original-URL": "/admin",
        "X-Rewrite-URL": "/admin",
        "X-HTTP-Method-Override": "DELETE",
        "Forwarded": "host=evil.example",
    }

    def is_ignored(route: Route) -> bool:
        plain, proxied = open_desk.client.get(route.path(1)), open_desk.client.get(route.path(1), headers=sent)
        same = (proxied.status_code, proxied.location) == (plain.status_code, plain.location)
        return same and b"evil.example" not in proxied.data

    assert open_desk.other_than(True, is_ignored, [route for route in ROUTES if route.method == "GET"]) == {}


#: What is there to be kept by others, or to be shown on their sites.
MADE_FOR_OTHERS = {
    "GET /robots.txt public": {"Cache-Control"},
    "GET /sitemap.xml public": {"Cache-Control"},
    "GET /events/<slug:slug>/embed public": {"Cross-Origin-Resource-Policy"},
}


def test_every_answer_carries_the_headers(open_desk):
    def missing(route: Route) -> set[str]:
        answers = [
            open_desk.client.get(route.path(open_desk.event_id)),
            open_desk.app.test_client().get(route.path(open_desk.event_id)),
            open_desk.client.post(route.path(open_desk.event_id)),
            open_desk.client.get(route.path(0)),
            open_desk.client.get(route.path(1), headers={"Host": "evil.example"}),
        ]
        return {name for answer in answers for name in lacking(answer, is_file=route.guard == "file")}

    assert open_desk.other_than(set(), missing, ROUTES) == MADE_FOR_OTHERS


def lacking(answer, *, is_file: bool) -> set[str]:
    """The headers that an answer should carry and does not."""
    names = {name for name, value in HEADERS.items() if answer.headers.get(name) != value}
    policy = answer.headers.get("Content-Security-Policy", "")
    if not policy.startswith("default-src 'none'") or "unsafe" in policy:
        names.add("Content-Security-Policy")
    if not is_file and "no-store" not in answer.headers.get("Cache-Control", ""):
        names.add("Cache-Control")
    return names


#: What could reach a database.
WRONG_NUMBERS = [
    "0",
    "999999",
    "2147483648",
    "9223372036854775807",
    "9223372036854775808",
    "100000000000000000000",
    "9" * 5000,
]
NO_NUMBERS = [
    "-1",
    "1.0",
    "1e3",
    "0x1",
    "%2B1",
    "01",
    "%D9%A1",
    "%201",
    "1%20",
    "1;drop table users",
    "1'%20or%20'1'='1",
    "null",
    "undefined",
    "NaN",
    "..%2F1",
    "1%00",
    "1%0a",
    "6f9619ff-8b86-d011-b42d-00c04fc964ff",
]


def not_404(open_desk: OpenDesk, route: Route, ids: Iterable[str]) -> dict[str, int]:
    codes = {one[:30]: ask(open_desk, route, one).status_code for one in ids}
    return {one: code for one, code in codes.items() if code != 404}


@pytest.mark.only_db("sqlite", "postgres")
def test_a_number_that_is_no_id_is_not_found(open_desk):
    assert open_desk.other_than({}, lambda route: not_404(open_desk, route, WRONG_NUMBERS), WITH_ID) == {}
    assert open_desk.nothing_changed()


@pytest.mark.parametrize("each", [4, pytest.param(len(NO_NUMBERS), marks=(pytest.mark.long, pytest.mark.slow))])
def test_an_id_that_is_no_number_is_not_found(open_desk, each):
    """Every route is asked some of them: the same rule reads the ids of all routes."""
    turns = cycle(NO_NUMBERS)

    assert open_desk.other_than({}, lambda route: not_404(open_desk, route, islice(turns, each)), WITH_ID) == {}
    assert open_desk.nothing_changed()


@pytest.mark.only_db("sqlite", "postgres")
def test_what_belongs_to_another_organization_looks_like_nothing(open_desk):
    elsewhere = World(open_desk.app, now=clock.real_now())
    elsewhere.organization("Elsewhere")
    theirs = elsewhere.event(slug="theirs")

    def is_nothing(route: Route) -> bool:
        foreign, unknown = ask(open_desk, route, theirs), ask(open_desk, route, 999_999)
        return (foreign.status_code, strip(foreign.text)) == (404, strip(unknown.text))

    assert open_desk.other_than(True, is_nothing, [route for route in WITH_ID if "<id:event_id>" in route.rule]) == {}


def ask(open_desk: OpenDesk, route: Route, number: object):
    """GET, or POST with a valid form."""
    data = {"csrf_token": open_desk.token, **FIELDS} if route.method == "POST" else None
    return open_desk.client.open(route.path(number), method=route.method, data=data)


def strip(page: str) -> str:
    """The page without what is different on every request."""
    return re.sub(r"(?:[0-9a-f]{16}|[\w.-]{80,})", "", page)
