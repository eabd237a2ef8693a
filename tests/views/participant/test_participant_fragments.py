"""The same address with and without htmx: the same status, and the fragment is part of the page."""

import re
from datetime import timedelta

import pytest

from tests.support.pages.reading import Page, Reader
from tests.support.worlds.use_cases import days
from tests.support.worlds.world import NOON
from webapp.models import Enrollment, Notification
from webapp.views.account import blueprint as account
from webapp.views.participant import blueprint as participant

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]

OURS = {participant.name, account.name}
#: Tokens carry the second they were made in; out-of-band parts name another place of the page.
_TOKEN = re.compile(r'name="csrf_token" value="[^"]+"')
#: What machines read, and sheets of colors.
_THE_SAME_FOR_ALL = ("/robots.txt", "/sitemap.xml", "/accent/")
_OUT_OF_BAND = re.compile(r'<(li|div) id="\w+" hx-swap-oob="[^"]+">.*?</\1>\s*', re.DOTALL)


@pytest.fixture
def mira(app, world, use_cases, session, reader_of) -> tuple[Reader, dict[str, object]]:
    """Somebody with a place, and what the addresses of their pages are made of."""
    person = world.person()
    use_cases.enrolls(world.event(slug="clay", ends_at=NOON + days(1) + timedelta(hours=2)), person)
    row = session.query(Enrollment).one()
    prompt = Notification(
        dedupe_key="prompt",
        user_id=person,
        event_id=row.event_id,
        type="attendance_prompt",
        prompt_number=1,
        title="Did you make it?",
        created_at=NOON,
    )
    session.add(prompt)
    session.commit()
    return reader_of(person), {
        "slug": "clay",
        "code": row.pass_code,
        "enrollment_id": row.id,
        "question_id": 1,
        "token": "no-such-token",
        "notification_id": prompt.id,
        "digest": "0" * 64,
        "handle": "nobody",
        "session_id": 1,
        "side": 400,
        "drawn": 1,
        "light": "0b5563",
        "dark": "83d0dc",
        "organization_id": world.organization_id,
        "user_id": person,
        "name": "nobody",
        "answer": "maybe",
    }


def addresses(app, values) -> list[str]:
    """Every page of ours that can be opened, filled in."""
    with app.test_request_context():
        return [
            app.url_for(rule.endpoint, **{name: values[name] for name in rule.arguments})
            for rule in app.url_map.iter_rules()
            if "GET" in (rule.methods or ()) and rule.endpoint.split(".")[0] in OURS
        ]


def is_page(answer: Page) -> bool:
    """Whether it is to be looked at, and not a file to keep."""
    return answer.headers["Content-Type"].startswith("text/html")


def same(html: str) -> str:
    return " ".join(_TOKEN.sub("", html).split())


def test_every_page_answers_htmx_with_a_part_of_itself(app, mira):
    reader, values = mira
    seen = addresses(app, values)
    assert len(seen) >= 16
    for address in seen:
        page, fragment = reader.get(address), reader.get(address, htmx=True)
        assert (address, fragment.status) == (address, page.status)
        if page.status == 200 and is_page(page):
            own = same(_OUT_OF_BAND.sub("", fragment.html))
            # A dialog's heading is one level lower and its form is sent by htmx.
            if not address.endswith("/leave"):
                assert own in same(page.html) or own.startswith("<!doctype html>"), address


def test_going_back_gets_the_whole_page(app, mira):
    reader, values = mira
    for address in addresses(app, values):
        restored = reader.get(address, htmx=True, **{"HX-History-Restore-Request": "true"})
        if restored.status == 200 and is_page(restored):
            assert "<!doctype html>" in restored.html, address


def test_personal_pages_are_kept_by_nobody(app, mira):
    reader, values = mira
    for address in addresses(app, values):
        if address.startswith(_THE_SAME_FOR_ALL):
            continue
        headers = reader.get(address).headers
        assert headers["Cache-Control"] == "private, no-store", address
        assert {"Cookie", "HX-Request"} <= set(headers["Vary"].replace(",", " ").split()), address
