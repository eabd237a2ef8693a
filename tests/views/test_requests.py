"""What every door does with a request it must not take: refused alike, and nothing changed. Over all routes."""

import re

import pytest
from flask.testing import FlaskClient

from tests.inventory.route_table import Route, written_down
from tests.support.rows import digest
from tests.support.world import World
from webapp import MAX_FORM_BYTES, clock
from webapp.config import Settings
from webapp.domain.permission import Role

ROUTES = written_down()
POSTS = [route for route in ROUTES if route.method == "POST"]
#: The hook of the video server takes no form; what it refuses is asked in `test_hook`.
FORMS = [route for route in POSTS if route.guard != "signed_hook"]
#: Links and hooks prove themselves by a signature; their own tests say what a wrong one is told.
OF_A_PERSON = [route for route in POSTS if route.guard not in {"public", "signed_link", "signed_hook"}]
ONLY_POST = [one for one in POSTS if not any(one.rule == other.rule and other.method == "GET" for other in ROUTES)]
WITH_ID = [route for route in ROUTES if route.has_id]
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
HEADERS = {
    "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
}  # fmt: skip
#: What the desk's doors need before they look at an id.
FIELDS = {"request_id": "11111111-2222-4333-8444-555555555555", "q": "nobody", "check_in": "1", "enrollment": "1"}
#: The same code answers on either database; what a number does to the database is asked of both.
pytestmark = pytest.mark.only_db("sqlite")


class ReadingClient(FlaskClient):
    """Reads every answer to its end, so that a file that was sent is closed."""

    def open(self, *args, **facts):
        return super().open(*args, **{"buffered": True, **facts})


class Door:
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
def door(app, session) -> Door:
    return Door(app, session)


def test_without_a_session_nothing_is_changed(door):
    stranger = door.app.test_client()
    form = {"csrf_token": door.token_of(stranger), **FIELDS}

    def answer_of(route: Route):
        plain = door.send(route, client=stranger, form=form)
        partial = door.send(route, client=stranger, form=form, headers={"HX-Request": "true"})
        return plain.status_code, partial.status_code, partial.data, partial.headers.get("HX-Redirect", "")[:6]

    assert door.other_than((401, 401, b"", "/login"), answer_of, OF_A_PERSON) == {}
    assert door.nothing_changed()


def test_a_session_that_is_over_or_forged_is_no_session(door):
    forged, signed_out = door.app.test_client(), door.app.test_client()
    forged.set_cookie("turnout_signed_in", "x" * 43)
    door.world.sign_in(signed_out, door.admin)
    copied = signed_out.get_cookie("turnout_signed_in").value
    signed_out.post("/logout", data={"csrf_token": door.token_of(signed_out)})
    signed_out.set_cookie("turnout_signed_in", copied)
    tokens = {client: door.token_of(client) for client in (forged, signed_out)}

    def answer_of(route: Route):
        return [door.send(route, client=one, form={"csrf_token": tokens[one]}).status_code for one in tokens]

    assert door.other_than([401, 401], answer_of, OF_A_PERSON) == {}
    assert door.nothing_changed()


def test_without_the_right_token_nothing_is_changed(door):
    others = door.token_of(door.app.test_client())
    wrong = [{}, {"csrf_token": "null"}, {"csrf_token": others}, {"csrf_token": door.token[:-1]}]

    def answer_of(route: Route):
        codes = [door.send(route, form=form).status_code for form in wrong]
        return [*codes, door.send(route, form={}, query_string={"csrf_token": door.token}).status_code]

    # One click ends a subscription (RFC 8058): there the link itself is the token.
    with_token = [route for route in FORMS if not route.rule.startswith("/unsubscribe/")]
    assert door.other_than([400] * 5, answer_of, with_token) == {}
    assert door.nothing_changed()


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
def test_a_form_on_another_site_changes_nothing(door, headers):
    assert door.other_than(403, lambda route: door.send(route, headers=headers).status_code, POSTS) == {}
    assert door.nothing_changed()


def test_looking_at_what_only_changes_is_not_allowed(door):
    assert door.other_than(405, lambda route: door.client.get(route.path(1)).status_code, ONLY_POST) == {}


def test_other_methods_are_not_allowed(door):
    def answer_of(route: Route):
        ways = ("PUT", "PATCH", "DELETE")
        headers = {"X-CSRFToken": door.token}
        return [door.client.open(route.path(1), method=way, headers=headers).status_code for way in ways]

    assert door.other_than([405] * 3, answer_of, POSTS) == {}
    assert door.nothing_changed()


def test_a_form_that_is_too_large_is_refused_by_its_size(door):
    too_long = {"csrf_token": door.token, "reason": "x" * MAX_FORM_BYTES}
    too_many = {"csrf_token": door.token, **{f"field{n}": "1" for n in range(1001)}}

    def answer_of(route: Route):
        return [door.send(route, form=form).status_code for form in (too_long, too_many)]

    assert door.other_than([413, 413], answer_of, FORMS) == {}
    assert door.nothing_changed()


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/xml", ""])
def test_a_body_that_is_no_form_is_refused(door, kind):
    headers = {"X-CSRFToken": door.token}

    def is_refused(route: Route) -> bool:
        answer = door.send(route, data=f"csrf_token={door.token}", content_type=kind, headers=headers)
        return answer.status_code in {400, 404, 409, 415, 422}

    assert door.other_than(True, is_refused, FORMS) == {}
    assert door.nothing_changed()


@pytest.mark.parametrize("body", [b"\xff\xfe", b"%FF%FE=%00&a=%ED%A0%80", b"&&&==;", b"[" * 1000])
def test_broken_bytes_are_never_an_error(door, body):
    form = "application/x-www-form-urlencoded"

    def is_answered(route: Route) -> bool:
        token = {"X-CSRFToken": door.token}
        return door.send(route, data=body, content_type=form, headers=token).status_code < 500

    assert door.other_than(True, is_answered, POSTS) == {}


def test_a_foreign_host_is_refused_at_every_door(door):
    def answer_of(route: Route):
        answer = door.send(route, headers={"Host": "evil.example"})
        return answer.status_code, "evil.example" in answer.text

    assert door.other_than((400, False), answer_of, ROUTES) == {}
    assert door.nothing_changed()


def test_headers_that_only_a_proxy_may_send_are_ignored(door):
    sent = {
        "X-Forwarded-Host": "evil.example", "X-Forwarded-For": "1.2.3.4", "X-Forwarded-Proto": "https",
        "X-Original-URL": "/admin", "X-Rewrite-URL": "/admin", "X-HTTP-Method-Override": "DELETE",
        "Forwarded": "host=evil.example",
    }  # fmt: skip

    def is_ignored(route: Route) -> bool:
        plain, proxied = door.client.get(route.path(1)), door.client.get(route.path(1), headers=sent)
        same = (proxied.status_code, proxied.location) == (plain.status_code, plain.location)
        return same and b"evil.example" not in proxied.data

    assert door.other_than(True, is_ignored, [route for route in ROUTES if route.method == "GET"]) == {}


def test_every_answer_carries_the_headers(door):
    def missing(route: Route) -> set[str]:
        answers = [
            door.client.get(route.path(door.event_id)),
            door.app.test_client().get(route.path(door.event_id)),
            door.client.post(route.path(door.event_id)),
            door.client.get(route.path(0)),
            door.client.get(route.path(1), headers={"Host": "evil.example"}),
        ]
        return {name for answer in answers for name in lacking(answer, is_file=route.guard == "file")}

    assert door.other_than(set(), missing, ROUTES) == {}


def lacking(answer, *, is_file: bool) -> set[str]:
    """The headers that an answer should carry and does not."""
    names = {name for name, value in HEADERS.items() if answer.headers.get(name) != value}
    policy = answer.headers.get("Content-Security-Policy", "")
    if not policy.startswith("default-src 'none'") or "unsafe" in policy:
        names.add("Content-Security-Policy")
    if not is_file and "no-store" not in answer.headers.get("Cache-Control", ""):
        names.add("Cache-Control")
    return names


WRONG_IDS = [
    "0", "-1", "999999", "2147483648", "9223372036854775807", "9223372036854775808", "100000000000000000000",
    "9" * 5000, "1.0", "1e3", "0x1", "%2B1", "01", "%D9%A1", "%201", "1%20", "1;drop table users",
    "1'%20or%20'1'='1", "null", "undefined", "NaN", "..%2F1", "1%00", "1%0a",
    "6f9619ff-8b86-d011-b42d-00c04fc964ff",
]  # fmt: skip


@pytest.mark.only_db("sqlite", "postgres")
def test_an_id_that_is_none_is_not_found(door):
    def odd_ones(route: Route) -> dict[str, int]:
        codes = {number[:30]: ask(door, route, number).status_code for number in WRONG_IDS}
        return {number: code for number, code in codes.items() if code != 404}

    assert door.other_than({}, odd_ones, WITH_ID) == {}
    assert door.nothing_changed()


@pytest.mark.only_db("sqlite", "postgres")
def test_what_belongs_to_another_organization_looks_like_nothing(door):
    elsewhere = World(door.app, now=clock.real_now())
    elsewhere.organization("Elsewhere")
    theirs = elsewhere.event(slug="theirs")

    def is_nothing(route: Route) -> bool:
        foreign, unknown = ask(door, route, theirs), ask(door, route, 999_999)
        return (foreign.status_code, strip(foreign.text)) == (404, strip(unknown.text))

    assert door.other_than(True, is_nothing, [route for route in WITH_ID if "<id:event_id>" in route.rule]) == {}


def ask(door: Door, route: Route, number: object):
    """GET, or POST with a valid form."""
    data = {"csrf_token": door.token, **FIELDS} if route.method == "POST" else None
    return door.client.open(route.path(number), method=route.method, data=data)


def strip(page: str) -> str:
    """The page without what is different on every request."""
    return re.sub(r"(?:[0-9a-f]{16}|[\w.-]{80,})", "", page)
