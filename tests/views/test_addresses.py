"""Addresses that are remembered are those that Flask builds."""

from collections.abc import Mapping

import flask
import pytest
from flask import Flask

from webapp.domain.permission import Role
from webapp.views.addresses import url_for

pytestmark = pytest.mark.only_db("sqlite")
#: Endpoint and values: plain ones, ones that are written in another way, and ones that are left out.
ASKED: list[tuple[str, Mapping[str, object]]] = [
    ("participant.events", {}),
    ("participant.event", {"slug": "clay"}),
    ("participant.event", {"slug": "clay-2", "_anchor": "enrollment"}),
    ("participant.event", {"slug": "clay", "pending": "1", "_anchor": "enrollment"}),
    ("participant.show_pass", {"code": "7Q4M2KXW"}),
    ("participant.calendar", {"code": "7Q4M2KXW"}),
    ("participant.enrollment", {"slug": "clay", "seen": "open.0.00c0ffee"}),
    ("participant.join", {"slug": "clay", "session_id": 12}),
    ("participant.events", {"q": "a b&c=é", "page": 2}),
    ("participant.my_events", {"page": None}),
    ("participant.history", {"show": Role.ADMIN}),
    ("desk.desk", {"event_id": 7, "q": "0gap0gap0", "day": "2026-11-30"}),
    ("account.sign_in", {"next": "/events/clay?pending=1#enrollment"}),
    ("admin.change_facility_person", {"facility_id": 1, "user_id": 2, "what": "deactivate"}),
    ("static", {"filename": "css/app.css", "v": "abc_-9"}),
]


@pytest.mark.parametrize("mounted_at", ["", "/town"])
def test_they_are_the_same_the_first_and_every_other_time(app: Flask, mounted_at: str) -> None:
    with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": mounted_at}):
        for endpoint, values in ASKED * 2:
            assert url_for(endpoint, **values) == flask.url_for(endpoint, **values)
            assert url_for(endpoint, **values).startswith(mounted_at)


def test_one_value_does_not_stay_for_the_next(app: Flask) -> None:
    with app.test_request_context("/"):
        addresses = [url_for("participant.event", slug=slug) for slug in ("clay", "wool", "clay")]
    assert addresses == ["/events/clay", "/events/wool", "/events/clay"]
