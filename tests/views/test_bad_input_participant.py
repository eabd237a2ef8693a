"""Bad input at every door of a participant: a clear 4xx, nothing changed, and text stays text."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.pages.reading import HTMX, Reader
from tests.support.worlds.accounts import sign_up
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp import clock
from webapp.models import Enrollment, SignIn, User

#: What is refused is refused before the database; where it is not, PostgreSQL is the stricter of the two.
pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("postgres")]

SETTINGS = {"name": "Mira Sand", "timezone": "", "theme": "system"}
SECRETS = {"current": "first-secret", "password": "second-secret"}
#: Every way a signed-in participant changes something: path, and fields that would work.
WRITES = {
    "enroll": ("/events/open/enroll", {"seen": "open"}),
    "leave": ("/events/mine/leave", {}),
    "settings": ("/me/settings", SETTINGS),
    "password": ("/me/settings/password", SECRETS),
}
each_write = pytest.mark.parametrize("write", WRITES)


@pytest.fixture
def mira(app, world, use_cases) -> int:
    with app.app_context():
        person = sign_up(email="mira@post.example", name="Mira", password="first-secret", timezone=None, now=NOON)
    world.event(slug="open")
    use_cases.enrolls(world.event(slug="mine"), person)
    return person


@pytest.fixture
def unchanged(session):
    """Fails when a table says something else at the end than at the beginning of the block."""

    class Unchanged:
        def __enter__(self):
            self.before = digest(session)

        def __exit__(self, *failure):
            if failure[0] is None:
                assert digest(session) == self.before

    return Unchanged()


def send(reader: Reader, write: str, *, token: str | None = "", **request) -> tuple[int, str]:
    """Status and body of one change; `token=None` leaves the token out."""
    path, fields = WRITES[write]
    data = {**fields} if token is None else {"csrf_token": token or reader.token(), **fields}
    answer = reader.client.post(path, **{"data": data, **request})
    return answer.status_code, answer.get_data(as_text=True)


# -- who asks


@each_write
def test_nobody_changes_anything_without_a_living_session(write, app, mira, reader_of, session, unchanged):
    made_up, ended = Reader(app.test_client()), reader_of(mira)
    made_up.client.set_cookie("turnout_signed_in", "x" * 43)
    copied = Reader(app.test_client())
    copied.client.set_cookie("turnout_signed_in", ended.client.get_cookie("turnout_signed_in").value)
    ended.post("/logout")
    with unchanged:
        for reader in (Reader(app.test_client()), made_up, ended, copied):
            assert send(reader, write)[0] == 401
            assert send(reader, write, headers=HTMX) == (401, "")


@each_write
def test_a_session_that_is_too_old_idle_or_of_a_disabled_account_is_none(write, mira, reader_of, session, unchanged):
    real = clock.real_now()
    for changes in ({"created_at": real - timedelta(days=31)}, {"seen_at": real - timedelta(days=15)}):
        reader = reader_of(mira)
        session.query(SignIn).update(changes)
        session.commit()
        with unchanged:
            assert send(reader, write)[0] == 401
        session.query(SignIn).delete()
        session.commit()
    reader = reader_of(mira)
    session.query(User).filter_by(id=mira).update({"disabled_at": NOON})
    session.commit()
    with unchanged:
        assert send(reader, write)[0] == 401


# -- where it comes from


@each_write
def test_a_form_without_its_token_is_400(write, mira, reader_of, unchanged):
    reader, other = reader_of(mira), reader_of(mira)
    with unchanged:
        assert send(reader, write, token=None)[0] == 400
        for token in ("null", "x", other.token()):
            reader.token()
            assert send(reader, write, token=token)[0] == 400
        path, fields = WRITES[write]
        assert reader.client.post(f"{path}?csrf_token={reader.token()}", data=fields).status_code == 400


ELSEWHERE = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost.evil.example"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


@each_write
@pytest.mark.parametrize("headers", ELSEWHERE)
def test_a_form_on_another_site_is_403(write, headers, mira, reader_of, unchanged):
    reader = reader_of(mira)
    with unchanged:
        assert send(reader, write, headers=headers)[0] == 403


@each_write
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_another_method_is_405(write, method, mira, reader_of, unchanged):
    reader = reader_of(mira)
    token = reader.token()
    with unchanged:
        answer = getattr(reader.client, method)(WRITES[write][0], headers={"X-CSRFToken": token})
        assert answer.status_code == 405
        assert "This link doesn’t work" in answer.get_data(as_text=True)


def test_logging_out_and_saving_a_password_cannot_be_opened(mira, reader_of, unchanged):
    reader = reader_of(mira)
    with unchanged:
        assert [reader.get(path).status for path in ("/logout", "/me/settings/password")] == [405, 405]


# -- what it is made of


@each_write
def test_a_body_that_no_form_sends_is_415(write, mira, reader_of, unchanged):
    reader = reader_of(mira)
    headers = {"X-CSRFToken": reader.token()}
    with unchanged:
        for kind in ("application/json", "text/plain", "application/xml"):
            assert send(reader, write, token=None, headers=headers, data='{"a":1}', content_type=kind)[0] == 415


@each_write
def test_too_much_is_413(write, mira, reader_of, unchanged):
    reader = reader_of(mira)
    token = reader.token()
    with unchanged:
        assert send(reader, write, data={"csrf_token": token, "x": "x" * 300_000})[0] == 413
        many = {"csrf_token": token, **{f"field{number}": "1" for number in range(1001)}}
        assert send(reader, write, data=many)[0] == 413


REPEATED = {"enroll": "seen", "leave": "version", "settings": "name", "password": "password"}


@each_write
def test_a_field_that_comes_twice_with_two_values_is_422(write, mira, reader_of, unchanged):
    reader = reader_of(mira)
    path, fields = WRITES[write]
    token = reader.token()
    with unchanged:
        twice = {"csrf_token": token, **fields, REPEATED[write]: ["one-value", "another-value"]}
        assert reader.client.post(path, data=twice).status_code == 422


@each_write
def test_bytes_that_are_no_text_are_never_an_error_of_ours(write, mira, reader_of):
    reader = reader_of(mira)
    token = reader.token()
    for body in (b"\xff\xfe=\xff", b"%FF%FE=%ED%A0%80&seen=%ff", b"&&==&", b"%"):
        answer = reader.client.post(
            WRITES[write][0],
            data=body + b"&csrf_token=" + token.encode(),
            content_type="application/x-www-form-urlencoded",
        )
        assert answer.status_code < 500


@each_write
def test_a_method_in_a_header_is_not_looked_at(write, mira, reader_of):
    status, _ = send(reader_of(mira), write, headers={"X-HTTP-Method-Override": "DELETE"})
    assert status == 303


class TestHosts:
    @pytest.fixture
    def settings(self, settings):
        return replace(settings, hosts=("localhost",))

    def test_a_host_that_is_not_ours_is_400(self, mira, reader_of, unchanged):
        reader = reader_of(mira)
        with unchanged:
            answers = [reader.client.get("/events", headers={"Host": host}) for host in ("evil.example", "localhost")]
            assert [answer.status_code for answer in answers] == [400, 200]


def test_what_htmx_reports_is_never_repeated(mira, reader_of, reader):
    hostile = {"HX-Current-URL": "javascript:alert(1)", "HX-Target": "<script>x</script>", **HTMX}
    answer = reader_of(mira).client.get("/events/open", headers=hostile)
    assert "alert(1)" not in answer.get_data(as_text=True)
    assert "<script>x" not in answer.get_data(as_text=True)
    signed_out = reader.client.post("/events/open/enroll", data={"csrf_token": reader.token()}, headers=hostile)
    assert signed_out.headers["HX-Redirect"] == "/login?next=/"


# -- ids

IDS = [
    "0",
    "-1",
    "2147483648",
    "9223372036854775808",
    "100000000000000000000",
    "9" * 5000,
    "1.0",
    "1e3",
    "0x1",
    "%2B1",
    "01",
    "%D9%A1",
    "%201",
    "1;drop table users",
    "1' or '1'='1",
    "null",
    "undefined",
    "NaN",
    "..%2F1",
    "6f1c9a52-6f5b-4a6e-9b57-0d3c0c1f2a11",
    "%00",
    "1%0a",
]
SLUGS = ["nothing", "-", "a" * 101, "Clay", "cl%20ay", "clay%00", "clay%0a", "%2e%2e", "ä", "clay/..;/", "0", "'"]


@pytest.mark.parametrize("wrong", IDS)
def test_what_is_no_id_is_404(wrong, mira, reader_of, unchanged):
    with unchanged:
        assert reader_of(mira).get(f"/me/enrollments/{wrong}/why").status == 404


@pytest.mark.parametrize("wrong", SLUGS)
def test_what_is_no_event_is_404_everywhere(wrong, mira, reader_of, unchanged):
    reader = reader_of(mira)
    with unchanged:
        opened = {reader.get(f"/events/{wrong}{more}").status for more in ("", "/enrollment", "/leave")}
        sent = {reader.post(f"/events/{wrong}{more}").status for more in ("/enroll", "/leave")}
        assert opened | sent == {404}


# -- text

MAKES_IT = [
    "\U0001f3b7" * 120,
    "\u202eevil",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<div hx-get=/admin hx-trigger=load>",
    "{{7*7}}${7*7}{%print 1%}",
    '=HYPERLINK("https://evil.example","x")',
    "' OR 1=1 --",
    "@SUM(A1)",
    "Z\u0351\u036b\u036a" + "\u0351" * 80,
    "مرحبا",
    "javascript:alert(1)",
]
REFUSED = [
    "a\0b",
    "",
    "   \t ",
    "\u200b" * 10,
    "x" * 121,
    "\U0001f3b7" * 121,
    "x\r\nBcc: a@evil.example",
    "\x1b[2J\x1b[31m",
    "x" * 10_000,
    "👨‍👩‍👧‍👦" * 1000,
    "\n2026-01-01 INFO admin login ok\n.",
]


@pytest.mark.parametrize("name", MAKES_IT)
def test_a_name_of_any_characters_is_kept_and_shown_as_text(name, mira, reader_of, session):
    reader = reader_of(mira)
    assert reader.post("/me/settings", **{**SETTINGS, "name": name}).status == 303
    assert session.get(User, mira).name == name
    page = reader.get("/me/settings")
    assert page.by_id("name").get("value") == name
    for markup in ("<script>alert", "<img src=x", "<div hx-get", ">49<"):
        assert markup not in page.html


@pytest.mark.parametrize(
    ("typed", "kept"), [("a\u2028b", "a b"), ("  Mira   Sand ", "Mira Sand"), ("Zoe\u0308", "Zoë")]
)
def test_a_name_is_tidied_and_kept_in_one_spelling(typed, kept, mira, reader_of, session):
    assert reader_of(mira).post("/me/settings", **{**SETTINGS, "name": typed}).status == 303
    assert session.get(User, mira).name == kept


@pytest.mark.parametrize("name", REFUSED)
def test_a_name_that_cannot_be_kept_is_422_beside_its_field(name, mira, reader_of, unchanged):
    reader = reader_of(mira)
    with unchanged:
        page = reader.post("/me/settings", **{**SETTINGS, "name": name})
        assert page.status == 422
        assert page.by_id("name").get("aria-invalid") == "true"
        assert page.by_id("name-error") is not None


@pytest.mark.parametrize("query", [*MAKES_IT, *REFUSED, "%", "_", "\\", "\ud800"])
def test_a_search_for_anything_is_a_page(query, mira, reader_of):
    reader = reader_of(mira)
    typed = query.encode("utf-8", "replace")
    answer = reader.client.get("/events", query_string={"q": typed, "when": typed[:50], "free": "x"})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("field", ["seen", "version", "enrollment", "next", "csrf_token"])
def test_the_hidden_fields_take_nothing_else(field, mira, reader_of):
    reader = reader_of(mira)
    for value in ("x" * 10_000, "\0", "<script>", "-1", "9" * 30):
        statuses = {reader.post(f"/events/mine/{verb}", **{field: value}).status for verb in ("enroll", "leave")}
        assert max(statuses) < 500


# -- other people's things


def test_nothing_of_another_person_is_found_by_its_number(mira, use_cases, world, reader_of, session, unchanged):
    placed = use_cases.enrolls(world.event(slug="theirs"), world.person("Ben"))
    code = session.get(Enrollment, placed.enrollment_id).pass_code
    reader = reader_of(mira)
    addresses = [
        f"/me/enrollments/{placed.enrollment_id}/why",
        f"/me/pass/{code}",
        f"/me/pass/{code}.ics",
        f"/c/{code}",
    ]
    nobodys = ["/me/enrollments/987654/why", "/me/pass/00000000", "/me/pass/00000000.ics", "/c/00000000"]
    with unchanged:
        theirs = [reader.get(address) for address in addresses]
        unknown = [reader.get(address) for address in nobodys]
        assert [page.status for page in theirs] == [404] * 4
        assert [page.unsigned for page in theirs] == [page.unsigned for page in unknown]
        assert reader.post("/events/theirs/leave", enrollment=str(placed.enrollment_id), version="1").status == 409
