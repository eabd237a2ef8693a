"""The post against a real mail server: sent once, tried again with pauses, given up with the reason."""

import email
import threading
from collections import Counter
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from tests.support.servers.mail_server import MailServer
from tests.support.servers.processes import free_port
from tests.support.worlds.world import NOON, World
from webapp.adapters.mail import Mailer, Patience
from webapp.models import Message, Organization, User
from webapp.services.notices import messages
from webapp.services.notices.messages import send_again, send_due_messages, write_messages
from webapp.services.unit_of_work import write_transaction

MINUTE = timedelta(minutes=1)
FROM = "Turnout <hello@turnout.example>"
#: Where a server stalls; anywhere else a busy machine must not look like one that does.
SHORT = Patience(step=0.4, verdict=0.4)
pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def server():
    server = MailServer()
    yield server
    server.close()


@pytest.fixture
def user_id(app) -> int:
    return World(app).person()


def write(user_id: int, *keys: str, recipient: str = "mira@post.example", event_id: int | None = None) -> int:
    rows = [
        {
            "dedupe_key": key,
            "kind": "promoted",
            "user_id": user_id,
            "recipient": recipient,
            "subject": f"You are in: Кружок {key}",
            "body": "Hello Mira,\n\na place opened.\n",
            "details": {},
            "created_at": NOON,
            "event_id": event_id,
        }
        for key in keys
    ]
    with write_transaction() as session:
        return write_messages(session, rows)


def send(url: str | None, now=NOON, patience: Patience | None = None):
    return send_due_messages(Mailer(url, FROM, patience=patience), now=lambda: now, real_now=lambda: now)


def rows(session) -> list[Message]:
    session.rollback()
    found = session.scalars(select(Message).order_by(Message.id).execution_options(populate_existing=True)).all()
    session.rollback()
    return list(found)


def parsed(server: MailServer) -> list:
    return [email.message_from_bytes(one.content, policy=email.policy.default) for one in server.post.delivered]


def test_a_letter_arrives_as_it_was_written(user_id, server, session):
    write(user_id, "one")

    posted = send(server.url)

    letter = parsed(server)[0]
    assert (posted.sent, posted.postponed, posted.dead) == (1, 0, 0)
    assert (letter["To"], letter["From"], letter["Subject"]) == ("mira@post.example", FROM, "You are in: Кружок one")
    assert letter.get_content().splitlines() == ["Hello Mira,", "", "a place opened."]
    assert letter["Auto-Submitted"] == "auto-generated"
    assert (rows(session)[0].sent_at, rows(session)[0].attempts) == (NOON, 1)


def test_sending_twice_delivers_once(user_id, server):
    write(user_id, "one")
    send(server.url)
    send(server.url)
    assert len(server.post.delivered) == 1


def test_what_somebody_asked_for_does_not_wait_behind_what_many_are_told(user_id, server, monkeypatch):
    monkeypatch.setattr(messages, "_BATCH", 2)
    many = [
        {
            "dedupe_key": f"told {number}",
            "kind": "no_show",
            "user_id": user_id,
            "recipient": "mira@post.example",
            "subject": f"Told {number}",
            "body": "Hello",
            "details": {},
            "created_at": NOON,
            "unsubscribe_url": "https://turnout.example/u/x",
        }
        for number in range(5)
    ]
    with write_transaction() as session:
        write_messages(session, many)
    write(user_id, "asked for")

    assert send(server.url).sent == 6
    subjects = [letter["Subject"] for letter in parsed(server)]
    assert subjects == ["You are in: Кружок asked for", *(f"Told {number}" for number in range(5))]


def test_the_same_cause_is_written_once(user_id):
    assert write(user_id, "one") == 1
    assert write(user_id, "one", "two") == 1


def test_two_senders_at_once_deliver_each_letter_once(app, user_id, server):
    write(user_id, *[f"letter-{n}" for n in range(120)])
    start = threading.Barrier(2)

    def post() -> None:
        with app.app_context():
            start.wait(10)
            send(server.url)

    threads = [threading.Thread(target=post) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert Counter(letter["Subject"] for letter in parsed(server)).most_common(1)[0][1] == 1
    assert len(server.post.delivered) == 120


def test_a_server_that_says_later_is_asked_five_times_with_growing_pauses(user_id, server, session):
    server.post.answer = "451 4.3.0 try again later"
    write(user_id, "one")

    tries, now = [NOON], NOON
    for _ in range(4):
        send(server.url, now)
        assert send(server.url, rows(session)[0].next_try_at - timedelta(seconds=1)).postponed == 0
        now = rows(session)[0].next_try_at
        tries.append(now)
    posted = send(server.url, now)

    assert [later - earlier for earlier, later in pairwise(tries)] == [m * MINUTE for m in (1, 5, 15, 60)]
    dead = rows(session)[0]
    assert (posted.dead, dead.attempts, dead.sent_at) == (1, 5, None)
    assert (dead.dead_at, dead.last_error) == (now, "451 4.3.0 try again later")
    assert send(server.url, now + timedelta(days=1)).dead == 0


def test_a_server_that_says_never_is_believed_at_once(user_id, server, session):
    server.post.refused.add("gone@post.example")
    write(user_id, "one", recipient="gone@post.example")
    write(user_id, "two")

    posted = send(server.url)

    assert (posted.sent, posted.dead) == (1, 1)
    assert rows(session)[0].last_error == "550 5.1.1 no such mailbox"
    assert rows(session)[0].dead_at == NOON


def test_an_address_that_is_refused_for_good_is_marked_until_a_mail_goes_out_again(app, server, session):
    mira = World(app).person(email="mira@post.example")

    def is_marked() -> bool:
        session.rollback()
        return session.scalar(select(User.mail_refused_at).where(User.id == mira)) == NOON

    write(mira, "to another address", recipient="older@post.example")
    write(mira, "one")
    server.post.answer = "554 5.7.1 looks like spam"
    send(server.url)
    assert not is_marked(), "the letter was refused, not the address"
    server.post.answer = None
    server.post.refused |= {"mira@post.example", "older@post.example"}
    write(mira, "again to another", recipient="older@post.example")
    send(server.url)
    assert not is_marked(), "that is not the address of the account"
    write(mira, "two")
    send(server.url)
    assert is_marked()
    server.post.refused.clear()
    write(mira, "three")
    send(server.url)
    assert not is_marked()


@pytest.mark.only_db("sqlite")
def test_a_server_that_stalls_before_the_letter_costs_one_patience_and_no_letter(user_id, server, session):
    server.post.stall_seconds, server.post.stalls_at = 1, "RCPT"
    write(user_id, "one")

    assert send(server.url, patience=SHORT).postponed == 1
    assert "timed out" in rows(session)[0].last_error

    server.post.stall_seconds = 0
    assert send(server.url, NOON + MINUTE).sent == 1
    assert len(server.post.delivered) == 1


@pytest.mark.only_db("sqlite")
def test_a_server_that_hangs_up_before_its_greeting_is_tried_again(user_id, server, session):
    server.post.hangs_up_at_once = True
    write(user_id, "one", "two")

    assert send(server.url).postponed == 2
    assert "The email server can’t be used" in rows(session)[0].last_error

    server.post.hangs_up_at_once = False
    assert send(server.url, NOON + MINUTE).sent == 2
    assert len(server.post.delivered) == 2


@pytest.mark.only_db("sqlite")
@pytest.mark.parametrize(
    ("mood", "arrived"),
    [({"answer": "drop"}, 0), ({"answer": "keep and drop"}, 1), ({"stall_seconds": 1}, 1)],
    ids=["drops", "keeps and drops", "keeps and stalls"],
)
def test_a_letter_of_which_nobody_knows_whether_it_arrived_is_never_sent_twice_by_itself(
    user_id, server, session, mood, arrived
):
    write(user_id, "one")
    vars(server.post).update(mood)

    assert send(server.url, patience=SHORT if "stall_seconds" in mood else None).dead == 1
    assert "never said whether it keeps it" in rows(session)[0].last_error
    vars(server.post).update({"answer": None, "stall_seconds": 0})
    assert send(server.url, NOON + timedelta(days=1)).sent == 0

    assert len(server.post.delivered) == arrived


@pytest.mark.only_db("sqlite")
def test_after_an_unclear_end_the_letters_that_follow_wait_and_lose_nothing(user_id, server, session):
    write(user_id, "one", "two", "three")
    server.post.answer = "drop"

    posted = send(server.url)

    assert (posted.dead, posted.postponed) == (1, 2)
    server.post.answer = None
    assert send(server.url, NOON + MINUTE).sent == 2


@pytest.mark.only_db("sqlite")
def test_a_letter_sent_again_by_hand_carries_the_same_message_id(user_id, server, session):
    write(user_id, "one")
    server.post.answer = "keep and drop"
    send(server.url)
    server.post.answer = None
    message = rows(session)[0]

    send_again(message_id=message.id, now=NOON + MINUTE)
    send(server.url, NOON + MINUTE)

    ids = [letter["Message-ID"] for letter in parsed(server)]
    assert ids == [f"<message-{message.id}-20260610120000@turnout.example>"] * 2


@pytest.mark.only_db("sqlite")
def test_a_letter_brings_html_an_invitation_and_the_way_out(user_id, server):
    url = "https://turnout.example/unsubscribe/" + "x" * 200
    with write_transaction() as session:
        write_messages(
            session,
            [
                {
                    "dedupe_key": "one",
                    "kind": "promoted",
                    "user_id": user_id,
                    "recipient": "mira@post.example",
                    "subject": "You are in: Кружок",
                    "body": "Hello Zoë\n.\n.dots\n",
                    "html": "<p>Hello Zoë</p>",
                    "calendar": "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n",
                    "unsubscribe_url": url,
                    "details": {},
                    "created_at": NOON,
                }
            ],
        )
    send(server.url)

    letter = parsed(server)[0]
    assert letter.get_content_type() == "multipart/mixed"
    alternatives, attachment = letter.iter_parts()
    kinds = [part.get_content_type() for part in alternatives.iter_parts()]
    assert (alternatives.get_content_type(), kinds) == (
        "multipart/alternative",
        ["text/plain", "text/html", "text/calendar"],
    )
    text, html, invitation = alternatives.iter_parts()
    assert text.get_content().splitlines() == ["Hello Zoë", ".", ".dots"]
    assert html.get_content().strip() == "<p>Hello Zoë</p>"
    assert invitation.get_param("method") == "REQUEST"
    assert (attachment.get_content_type(), attachment.get_filename()) == ("application/ics", "invite.ics")
    assert letter["List-Unsubscribe"] == f"<{url}>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    # Not folded: an address over two lines is none.
    assert f"List-Unsubscribe: <{url}>\r\n".encode() in server.post.delivered[0].content


def test_a_reply_goes_to_the_organization_it_is_about(world, server, user_id, session):
    event_id = world.event(capacity=5)
    contact = session.scalar(select(Organization.contact_email))
    session.rollback()
    write(user_id, "about an event", event_id=event_id)
    write(user_id, "about the account")
    send(server.url)

    letters = parsed(server)
    assert [one["Reply-To"] for one in letters] == [contact, None]


def test_a_server_that_is_away_postpones_all_letters_after_one_try(user_id, session):
    write(user_id, "one", "two", "three")

    assert send(f"smtp://127.0.0.1:{free_port()}").postponed == 3
    assert {row.last_error for row in rows(session)} == {rows(session)[0].last_error}
    assert "The email server can’t be used" in rows(session)[0].last_error


def test_a_sender_that_died_gives_its_letters_back_in_time(user_id, server, session):
    """Claimed and never settled: as after kill -9 between the claim and the letter."""
    write(user_id, "one")

    class Killed(BaseException):
        pass

    class DyingMailer(Mailer):
        def deliver(self, letter, *, at):
            raise Killed

    with pytest.raises(Killed):
        send_due_messages(DyingMailer(server.url, FROM), now=lambda: NOON, real_now=lambda: NOON)

    assert send(server.url, NOON + MINUTE).sent == 0
    assert send(server.url, NOON + 6 * MINUTE).sent == 1


def test_without_a_server_a_mail_is_delivered_by_lying_in_the_mailbox(user_id, session):
    write(user_id, "one", "two")
    assert send(None).sent == 2
    assert [row.sent_at for row in rows(session)] == [NOON, NOON]


def test_a_clock_that_was_moved_back_holds_no_mail_up(user_id, server):
    write(user_id, "one")

    posted = send_due_messages(
        Mailer(server.url, FROM), now=lambda: NOON - timedelta(days=30), real_now=lambda: NOON - timedelta(days=30)
    )

    assert posted.sent == 1


def test_a_mail_that_was_given_up_can_be_tried_again(user_id, server, session):
    server.post.refused.add("mira@post.example")
    write(user_id, "one")
    send(server.url)
    message_id = rows(session)[0].id
    server.post.refused.clear()

    assert send_again(message_id=message_id, now=NOON)
    assert not send_again(message_id=message_id, now=NOON)
    assert send(server.url).sent == 1


def test_an_address_nobody_can_write_to_is_given_up(user_id, server, session):
    write(user_id, "one", recipient="mira@post.example\nBcc: all@post.example")
    assert send(server.url).dead == 1
    assert server.post.delivered == []
