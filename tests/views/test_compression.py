"""Files for a year, pages as small as the browser takes them, and tokens that no length gives away."""

import gzip
import re
from collections.abc import Iterator

import brotli
import pytest

from tests.frontend.sources import STATIC
from webapp.masked_csrf import mask, unmask

pytestmark = pytest.mark.only_db("sqlite")
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_ADDRESS = re.compile(r'(?:href|src)="(/static/[^"]+)"')
BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd"}


def plain(answer) -> bytes:
    """What the browser reads."""
    encoding = answer.headers.get("Content-Encoding")
    return {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding](answer.data)


def test_a_file_under_its_fingerprint_is_kept_for_a_year(client):
    addresses = _ADDRESS.findall(client.get("/login").text)
    assert len(addresses) >= 5
    for address in addresses:
        answer = client.get(address)
        assert answer.headers["Cache-Control"] == "public, immutable, max-age=31536000"
        assert answer.headers["Content-Type"].partition(";")[0] in {
            "text/css",
            "text/javascript",
            "image/svg+xml",
            "font/woff2",
        }


@pytest.mark.parametrize("query", ["", "?v=", "?v=another", "?w=1"])
def test_under_another_one_it_is_asked_for_again_and_not_sent_twice(client, query):
    first = client.get(f"/static/css/app.css{query}", headers=BROWSER)
    again = client.get(f"/static/css/app.css{query}", headers={**BROWSER, "If-None-Match": first.headers["ETag"]})

    assert (first.status_code, first.headers["Cache-Control"]) == (200, "no-cache")
    assert (again.status_code, again.data) == (304, b"")


def test_a_changed_file_gets_another_address_and_so_does_the_sheet_that_names_it(client):
    sheet = client.get("/static/css/app.css").text
    fonts = re.findall(r"url\(\.\./(fonts/[^)]+)\)", sheet)

    assert len(fonts) >= 4
    for font in fonts:
        assert client.get(f"/static/{font}").headers["Cache-Control"].startswith("public, immutable")
    (preloaded,) = re.findall(r'rel="preload" href="/static/([^"]+)"', client.get("/login").text)
    assert preloaded in fonts


@pytest.mark.parametrize(
    "path", ["css/nothing.css", "", "css", "../wsgi.py", "..%2fwsgi.py", "%2e%2e/wsgi.py", "css/%00"]
)
def test_what_is_no_file_is_not_found(client, path):
    assert client.get(f"/static/{path}").status_code == 404


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("*", "br"),
        ("gzip;q=1, br;q=0.5", "gzip"),
        ("identity", None),
        ("br;q=0, gzip;q=0", None),
        ("", None),
        ("nonsense;q=x", None),
    ],
)
@pytest.mark.parametrize("path", ["/login", "/static/css/app.css", "/nowhere"])
def test_an_answer_is_as_small_as_the_browser_takes_it(client, path, accepted, encoding):
    as_it_is = client.get(path)
    answer = client.get(path, headers={"Accept-Encoding": accepted})

    assert answer.headers.get("Content-Encoding") == encoding
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert "Accept-Encoding" in as_it_is.headers["Vary"]
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert (len(answer.data) < len(as_it_is.data) / 2) is (encoding is not None)
    assert without_what_changes(plain(answer)) == without_what_changes(as_it_is.data)


def without_what_changes(page: bytes) -> bytes:
    return re.sub(rb"[\w-]{80,}|[0-9a-f]{16}", b"", page)


def test_a_short_answer_and_a_font_go_as_they_are(client):
    for path in ("/healthz", "/static/fonts/figtree-latin-wght-normal.woff2"):
        answer = client.get(path, headers=BROWSER)
        assert "Content-Encoding" not in answer.headers
    assert answer.data == (STATIC / "fonts" / "figtree-latin-wght-normal.woff2").read_bytes()


def test_comments_stay_at_home_and_nothing_else_does(client):
    for file in (*STATIC.rglob("js/**/*.js"), *STATIC.rglob("css/**/*.css")):
        sent = client.get(f"/static/{file.relative_to(STATIC)}").text
        code = re.sub(r"^(?:@?import [^;]*;\n|export )", "", "".join(lines_of_code(file.read_text())), flags=re.M)
        assert re.sub(r"\?v=[\w-]+", "", sent).endswith(code)
    vendored = "vendor/htmx-2.0.11.min.js"
    assert client.get(f"/static/{vendored}").data == (STATIC / vendored).read_bytes()


def lines_of_code(source: str) -> Iterator[str]:
    """All but those of comments that stand alone."""
    is_comment = False
    for line in source.splitlines(keepends=True):
        text = line.strip()
        if is_comment or text.startswith("/*"):
            is_comment = not text.endswith("*/")
        elif not text.startswith("//"):
            yield line


def test_a_head_says_what_a_get_would(client):
    looked, asked = (getattr(client, way)("/static/js/app.js", headers=BROWSER) for way in ("get", "head"))
    assert (asked.data, asked.headers["Content-Length"]) == (b"", looked.headers["Content-Length"])


def test_the_token_is_another_in_each_response_and_one_within_it(client):
    pages = [client.get("/login", headers=BROWSER) for _ in range(3)]
    tokens = [set(_TOKEN.findall(plain(page).decode())) for page in pages]

    assert [len(found) for found in tokens] == [1, 1, 1]
    first, second, third = (found.pop() for found in tokens)
    assert longest_in_common(first, second) <= 6
    assert longest_in_common(second, third) <= 6
    for token in (first, second, third):
        answer = client.post("/login", data={"csrf_token": token, "email": "a@b.example", "password": "x" * 10})
        assert answer.status_code == 422  # understood, and the password is wrong


def longest_in_common(one: str, other: str) -> int:
    """The longest text that both hold."""
    lengths = range(1, min(len(one), len(other)))
    return max((n for n in lengths if any(one[i : i + n] in other for i in range(len(one) - n + 1))), default=0)


def test_a_page_that_was_open_before_still_works(client):
    """With a token that is not masked."""
    client.get("/login")
    token = unmask(_TOKEN.findall(client.get("/login").text)[0])
    assert "." in token
    assert client.post("/login", data={"csrf_token": token, "email": "a@b.example", "password": "x"}).status_code == 422


@pytest.mark.parametrize("text", ["", "x", "é", "null", "A" * 137, "=" * 20, "a.b.c", "\0" * 30])
def test_what_is_no_masked_token_is_refused_and_no_error(client, text):
    client.get("/login")
    assert client.post("/login", data={"csrf_token": text, "email": "a"}).status_code == 400


def test_masking_is_taken_back():
    token = "IjdhYzQ4.aSu9xg.kz6-_Q"
    masked = {mask(token, noise) for noise in (bytes(12), b"0123456789ab", b"\xff" * 12)}

    assert len(masked) == 3
    assert {unmask(text) for text in masked} == {token}
    assert unmask(None) is None
