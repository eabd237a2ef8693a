"""Links in mails, and hooks: what proves itself needs nothing of a browser, and looking at it changes nothing."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from tests.inventory.route_table import written_down
from tests.support.worlds.accounts import sign_up
from tests.support.worlds.asking import answer_link
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp import clock
from webapp.models import AttendanceResponse, Enrollment, Message, NotificationPreference, User
from webapp.services.accounts.address_proof import request_reset, write_requested_resets
from webapp.services.accounts.mail_code import ask_for_code
from webapp.services.notices.outbox import relay_batch
from webapp.services.notices.reminder import send_reminders

#: What is refused here is refused before the database.
pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]

SELF_PROVING = {"signed_link", "mailed_link", "signed_hook"}
DOORS = [route for route in written_down() if route.guard in SELF_PROVING]
START = NOON + timedelta(days=2)
#: Where mail programs and their add-ons say that they are.
ORIGINS = [
    {},
    {"Origin": "null"},
    {"Origin": "https://mail.example"},
    {"Origin": "chrome-extension://abcdef"},
    {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "[broken"},
]
#: (content type, body): what RFC 8058 asks for in both its forms, nothing at all, and what else is sent.
BODIES = [
    ("application/x-www-form-urlencoded", b"List-Unsubscribe=One-Click"),
    ("application/x-www-form-urlencoded", b""),
    (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
    ),
    ("multipart/form-data", b"no boundary"),
    ("text/plain", b"List-Unsubscribe=One-Click"),
    ("text/plain;charset=UTF-8", b"List-Unsubscribe=One-Click"),
    ("application/json", b'{"List-Unsubscribe": "One-Click"}'),
    ("application/octet-stream", b"\xff\xfe"),
    (None, b"List-Unsubscribe=One-Click"),
    (None, b""),
]


@pytest.fixture
def mira(app) -> int:
    with app.app_context():
        return sign_up(email="mira@post.example", name="Mira", password="first-secret", timezone=None, now=NOON)


@pytest.fixture
def links(app, world, use_cases, mira, session) -> dict[str, str]:
    """The path behind every kind of link, as it stands in the mails of one person."""
    coming = world.event("Clay", starts_at=START)
    over = world.event("Choir", starts_at=NOON - timedelta(hours=3), ends_at=NOON - timedelta(hours=1))
    use_cases.enrolls(coming, mira)
    use_cases.enrolls(over, mira, now=NOON - timedelta(days=1))
    with app.app_context():
        relay_batch(now=NOON)
        send_reminders(now=START - timedelta(hours=20))
        request_reset(email="mira@post.example", now=NOON)
        write_requested_resets(now=NOON)
        ask_for_code(email="mira@post.example", now=NOON)
    mails = session.scalars(select(Message)).all()
    found = {"unsubscribe": urlsplit(next(mail.unsubscribe_url for mail in mails if mail.unsubscribe_url)).path}
    pages = {"reminder": "/reminders/", "reset": "/reset/", "confirm": "/confirm/", "code": "/code/"}
    for kind, page in pages.items():
        found[kind] = next(match[0] for mail in mails if (match := re.search(page + r"[^\s?]+", mail.body)))
    found["prompt"] = answer_link(app, over, mira)
    found["feedback"] = found["prompt"] + "/feedback"
    session.rollback()
    return found


def test_the_doors_are_these():
    assert {f"{route.method} {route.rule.split('<')[0]}" for route in DOORS if route.method == "POST"} == {
        "POST /address/",
        "POST /care/",
        "POST /code/link/",
        "POST /confirm/",
        "POST /hooks/livekit",
        "POST /invitations/",
        "POST /offers/",
        "POST /prompts/",
        "POST /reminders/",
        "POST /reset/",
        "POST /unsubscribe/",
        "POST /waitlist/",
    }


@pytest.mark.parametrize("origin", ORIGINS, ids=str)
def test_no_door_asks_for_cookie_token_origin_or_form(client, session, origin):
    """A link that says nothing is told so, a hook that is not signed is told so: neither hears of anything else."""
    before = digest(session)
    for route in DOORS:
        if route.method == "POST":
            expected = 401 if route.guard == "signed_hook" else 404
            for kind, body in BODIES:
                answer = client.post(route.path(), data=body, content_type=kind, headers=origin)
                assert answer.status_code == expected, (str(route), kind)
    assert digest(session) == before


@pytest.mark.parametrize("origin", ORIGINS, ids=str)
@pytest.mark.parametrize(("kind", "body"), BODIES, ids=str)
def test_one_click_ends_mail_whatever_is_sent_beside_the_link(app, session, links, kind, body, origin):
    answer = app.test_client().post(links["unsubscribe"], data=body, content_type=kind, headers=origin)

    assert (answer.status_code, answer.headers.get("Location")) == (200, None)
    assert session.scalar(select(NotificationPreference.frequency)) == "none"


@pytest.mark.parametrize("origin", ORIGINS, ids=str)
def test_every_other_link_works_without_a_cookie(app, session, links, origin):
    """As from a window of a mail program that keeps no cookies: each request is of a new browser."""

    def send(path: str, **form: str):
        return app.test_client().post(path, data=form, headers=origin).status_code

    assert send(f"{links['prompt']}/answer", answer="attended") == 303
    assert send(links["feedback"], rating="5") == 303
    assert session.scalar(select(AttendanceResponse.rating)) == 5
    session.rollback()
    clock.move(START - timedelta(hours=20) - clock.real_now())
    assert send(f"{links['reminder']}/coming") == 303
    assert send(f"{links['reminder']}/give-up") == 303
    assert "cancelled" in session.scalars(select(Enrollment.status)).all()
    session.rollback()
    clock.move(NOON - clock.real_now())
    # It lets in the browser that asked; this one would have to show that its own form was pressed.
    assert [send(links["code"], here="1"), send(links["code"])] == [400, 200]
    assert send(links["reset"], password="second-secret") == 303
    assert session.scalar(select(User.address_proved_at).where(User.email == "mira@post.example")) is not None


@pytest.mark.parametrize("kind", ["unsubscribe", "reminder", "reset", "code", "prompt", "feedback"])
def test_looking_at_a_link_changes_nothing(app, session, links, kind):
    """Scanners follow links, with and without a look at the answer, and some ask for more than once."""
    if kind == "reminder":
        clock.move(START - timedelta(hours=20) - clock.real_now())
    before = digest(session)
    for method in ("GET", "HEAD", "GET"):
        answer = app.test_client().open(links[kind], method=method, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code in {200, 303}, kind
    assert app.test_client().get(f"{links[kind]}?answer=attended&password=x&again=all").status_code in {200, 303}
    assert digest(session) == before
