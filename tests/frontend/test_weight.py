"""What a first visit costs, compressed, by kind of page."""

import gzip

import pytest

from tests.frontend.sources import STATIC

KB = 1024
HTMX = "vendor/htmx-2.0.11.min.js"


def _compressed(*files: str) -> int:
    return sum(len(gzip.compress((STATIC / file).read_bytes(), 9)) for file in files)


@pytest.mark.parametrize(
    ("page", "styles", "scripts", "most_css", "most_js"),
    [
        ("participant", ["css/app.css", "css/participant.css", "css/me.css"], [HTMX, "js/app.js"], 12 * KB, 22 * KB),
        ("desk", ["css/app.css", "css/desk.css"], [HTMX, "js/app.js", "js/desk.js"], 12 * KB, 28 * KB),
        ("admin", ["css/app.css", "css/admin.css"], [HTMX, "js/app.js"], 12 * KB, 22 * KB),
        ("session", ["css/app.css", "css/admin.css", "css/sessions.css"], [HTMX, "js/app.js"], 12 * KB, 22 * KB),
    ],
)
def test_a_page_stays_light(page: str, styles: list[str], scripts: list[str], most_css: int, most_js: int) -> None:
    assert _compressed(*styles) <= most_css
    assert _compressed(*scripts) <= most_js
