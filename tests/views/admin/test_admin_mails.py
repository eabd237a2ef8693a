"""The page of the post: what waits, what was given up and why, and sending it again."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.databases.statements import counted_statements
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.domain.permission import Role
from webapp.models import Message

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]
NO_MAILBOX = "550 5.1.1 <b>no such mailbox</b>"


@pytest.fixture
def iris(world):
    world.organization()
    return world.person("Iris", is_operator=True)


@pytest.fixture
def mail(world, session, iris):
    """A mail in the post, given up unless something else is said; its id."""

    def write(key: str, **values) -> int:
        usual = {
            "dedupe_key": key,
            "kind": "promoted",
            "user_id": iris,
            "recipient": f"{key}@post.example",
            "subject": "You are in",
            "body": "Hello",
            "details": {},
            "created_at": NOON,
            "attempts": 5,
            "next_try_at": NOON,
            "dead_at": NOON,
            "last_error": NO_MAILBOX,
        }
        message = Message(**{**usual, **values})
        session.add(message)
        session.flush()
        message_id = message.id
        session.commit()
        return message_id

    return write


def dead(session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(Message.dedupe_key).where(Message.dead_at.is_not(None)).order_by(Message.id)))


def test_it_says_what_was_given_up_why_and_what_waits(mail, iris, reader_of):
    mail("gone")
    mail("slow", dead_at=None, attempts=2, next_try_at=NOON + timedelta(minutes=15), last_error="451 later")
    mail("sent", dead_at=None, sent_at=NOON)

    page = reader_of(iris).get("/admin/mails")

    for words in ("gone@post.example", NO_MAILBOX, "5 tries", "slow@post.example", "in 15 minutes", "451 later"):
        assert words in page.text, words
    assert "<b>no such mailbox</b>" not in page.html
    assert "sent@post.example" not in page.text


def test_a_mail_is_sent_again_with_all_its_tries(mail, iris, reader_of, session):
    message_id = mail("gone")
    reader = reader_of(iris)

    assert reader.post(f"/admin/mails/{message_id}/again").location == "/admin/mails"

    session.rollback()
    message = session.get(Message, message_id, populate_existing=True)
    assert (message.dead_at, message.attempts) == (None, 0)
    before = digest(session)
    reader.post(f"/admin/mails/{message_id}/again")
    assert "already on its way" in reader.get("/admin/mails").text
    assert digest(session) == before


def test_all_of_one_reason_are_sent_again_and_no_others(mail, iris, reader_of, session):
    for key in ("one", "two"):
        mail(key)
    mail("other", last_error="554 no")
    # Its person deleted the account: there is nobody to write to.
    mail("nobody", recipient="")
    reader = reader_of(iris)

    reader.post("/admin/mails/again", reason=NO_MAILBOX)

    assert dead(session) == ["other", "nobody"]
    assert "2 emails will be sent again." in reader.get("/admin/mails").text
    before = digest(session)
    for reason in (NO_MAILBOX, "", "x" * 100_000):
        assert reader.post("/admin/mails/again", reason=reason).status == 303
    assert digest(session) == before


def test_an_admin_sees_mails_about_their_own_events_alone(mail, world, reader_of, session):
    mine = mail("mine", event_id=world.event())
    admin = reader_of(world.person("Adam", role=Role.ADMIN))
    world.organization("Harbour Crew")
    others, nobodys = mail("others", event_id=world.event()), mail("reset")

    page = admin.get("/admin/mails")
    assert "mine@post.example" in page.text
    assert "others@post.example" not in page.text
    assert "reset@post.example" not in page.text
    assert [admin.post(f"/admin/mails/{one}/again").status for one in (others, nobodys)] == [404, 404]
    admin.post("/admin/mails/again", reason=NO_MAILBOX)
    assert dead(session) == ["others", "reset"]
    assert mine


@pytest.mark.parametrize("role", [None, Role.ORGANIZER])
def test_nobody_else_sees_it(iris, world, reader_of, role):
    assert reader_of(world.person("Somebody", role=role)).get("/admin/mails").status == 403


def test_an_empty_page_says_so_and_costs_the_same_as_a_full_one(app, mail, iris, reader_of):
    reader, costs = reader_of(iris), []
    assert reader.get("/admin/mails").headings("h2") == ["All emails sent"]
    for number in (0, 60):
        for n in range(number):
            mail(f"{number}-{n}")
        reader.get("/admin/mails")
        with counted_statements(app) as statements:
            reader.get("/admin/mails")
        costs.append(len(statements))
    assert costs[0] == costs[1]
    assert "1 to 50 of 60" in reader.get("/admin/mails").text
