"""Names of many languages stand in our own fonts, in a real browser: no letter falls into another one."""

from collections.abc import Iterator
from threading import Thread

import pytest
from flask import Flask, render_template_string
from playwright.sync_api import Page
from werkzeug.serving import make_server

from tests.frontend.conftest import NOW, Reader
from tests.support.waiting import eventually

NAMES = (
    "Nguyễn Thị Ánh, Trần Đức Hậu, Phạm Ngọc Thảo, Vũ Hươu, Ỷ Ẽ Ỹ ĩ ũ ₫; "
    "Åsa Høst, Łukasz Żółty, İbrahim Işık, Siân Ó Briain"
)
SHOWN = """{% extends "layouts/participant.html" %}{% block content %}
<h1 id="heading">{{ names }}</h1><p id="words">{{ names }}</p><p><b id="bold">{{ names }}</b></p>{% endblock %}"""


@pytest.fixture
def address(frame: Flask) -> Iterator[str]:
    def names() -> str:
        return render_template_string(SHOWN, names=NAMES, current_actor=Reader(), now=NOW)

    frame.add_url_rule("/", "names", names)
    server = make_server("127.0.0.1", 0, frame, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def fonts_of(page: Page, element: str) -> dict[str, bool]:
    """The fonts that draw the element's text, and whether each came from us."""
    devtools = page.context.new_cdp_session(page)
    for domain in ("DOM", "CSS"):
        devtools.send(f"{domain}.enable")
    root = devtools.send("DOM.getDocument")["root"]["nodeId"]
    node = devtools.send("DOM.querySelector", {"nodeId": root, "selector": element})["nodeId"]
    used = devtools.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    devtools.detach()
    return {font["familyName"]: font["isCustomFont"] for font in used}


@pytest.mark.parametrize("element", ["#heading", "#words", "#bold"])
def test_every_letter_of_a_name_is_drawn_by_our_own_fonts(address: str, page: Page, element: str) -> None:
    page.goto(address)

    eventually(lambda: set(fonts_of(page, element).values()) == {True})
