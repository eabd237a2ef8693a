"""Writing to people of an event in the browser: looked at, tried, sent, planned, changed, withdrawn, read."""

import pytest
from sqlalchemy import select

from tests.support.worlds.rows import digest
from tests.support.worlds.written import lines_of, mailing, write, written_to
from webapp import clock
from webapp.domain.permission import Role
from webapp.models import Mailing, Notification
from webapp.services.notices.mailings.sending import send_mailings

pytestmark = pytest.mark.usefixtures("noon")

WORDS = {"subject": "Dinner at {event}", "body": "Hi {first name},\n\nsee you on {date}.", "when": "now"}
REQUEST = {"request_id": "r" * 20}


@pytest.fixture
def browser(world, reader_of):
    world.organization()
    return reader_of(world.person("Orla Byrne", role=Role.ORGANIZER, email="orla@post.example"))


@pytest.fixture
def event_id(world, use_cases, browser) -> int:
    """With one who has a place and one who waits."""
    event_id = world.event("Open studio night", slug="studio", capacity=1, has_waitlist=True)
    for name in ("Łukasz Wiśniewski", "Mei Chen"):
        use_cases.enrolls(event_id, world.person(name))
    return event_id


def form(event_id: int) -> str:
    return f"/admin/events/{event_id}/messages/new"


def sent_one(session) -> Mailing:
    session.rollback()
    found = session.scalar(select(Mailing.id).order_by(Mailing.id.desc()))
    session.rollback()
    return mailing(session, found)


def test_a_message_is_looked_at_and_changes_nothing(browser, event_id, session):
    page = browser.get(form(event_id))
    assert page.status == 200 and "Confirmed 1" in page.text and "1 person matches" in page.text
    before = digest(session)

    looked = browser.post(form(event_id), htmx=True, look="1", status=["confirmed", "waitlisted"], **WORDS, **REQUEST)

    assert looked.status == 200 and "<html" not in looked.html
    assert "2 people match. 2 get an email." in looked.text and "Send to 2 people" in looked.text
    assert "Hi Mei, see you on Thursday 11 June." in looked.words_of("look") or "Łukasz" in looked.words_of("look")
    assert "<mark>Open studio night</mark>" in looked.html
    wrong = browser.post(form(event_id), look="1", status="confirmed", **{**WORDS, "body": "{frist name}"}, **REQUEST)
    assert "“{frist name}” isn’t a placeholder. Did you mean {first name}?" in wrong.text
    assert digest(session) == before


def test_it_is_sent_now_and_its_page_says_to_whom(app, browser, event_id, session, reader_of, world):
    sent = browser.post(form(event_id), status=["confirmed", "waitlisted"], **WORDS, **REQUEST)
    assert sent.status == 303
    assert "Sending" in browser.get(sent.location).text or "Planned" in browser.get(sent.location).text
    with app.app_context():
        send_mailings(event_id=event_id, now=clock.now())

    page = browser.get(sent.location, htmx=True)
    assert (
        "Łukasz Wiśniewski" in page.text and "Queued" in page.text and "by" in browser.get(sent.location).text.lower()
    )
    listed = browser.get(f"/admin/events/{event_id}/messages")
    assert "Dinner at {event}" in listed.text and "Waitlisted and Confirmed" in listed.text
    mei = next(user_id for user_id, name in world.names.items() if name == "Mei Chen")
    assert lines_of(session)[mei] == "Dinner at Open studio night"
    line_id = session.scalar(select(Notification.id).where(Notification.user_id == mei, Notification.type == "message"))
    session.rollback()
    reader = reader_of(mei)
    assert "Message from the organizer" in reader.get("/notifications").text
    opened = reader.post(f"/notifications/{line_id}/open")
    assert opened.location == f"/notifications/{line_id}/message"
    assert "see you on Thursday 11 June." in reader.get(opened.location).text
    assert browser.get(opened.location).status == 404


def test_one_is_planned_changed_and_withdrawn(browser, event_id, session):
    planned = {**WORDS, "when": "at", "send_at": "2026-06-10 18:30"}
    sent = browser.post(form(event_id), status="confirmed", **planned, **REQUEST)
    assert sent.status == 303
    page = browser.get(sent.location)
    assert "Planned" in page.text and "18:30" in page.text and "Withdraw" in page.buttons()
    edit = f"{sent.location}/edit"
    assert 'value="2026-06-10T18:30"' in browser.get(edit).html
    changed = browser.post(edit, version="1", status="confirmed", **{**planned, "subject": "Supper"})
    assert changed.status == 303 and sent_one(session).subject == "Supper"
    stale = browser.post(edit, version="1", status="confirmed", **planned)
    assert stale.status == 409 and sent_one(session).subject == "Supper"

    assert browser.post(f"{sent.location}/withdraw").status == 303
    assert browser.post(f"{sent.location}/withdraw").status == 409
    assert sent_one(session).status == "withdrawn"
    assert browser.get(edit).status == 303
    copied = browser.get(f"{form(event_id)}?from={sent_one(session).id}")
    assert 'value="Supper"' in copied.html


def test_a_test_goes_to_the_organizer_alone(browser, event_id, session):
    tried = browser.post(form(event_id), trial="1", status="waitlisted", **WORDS, **REQUEST)

    assert tried.status == 200 and "We sent a test to orla@post.example." in tried.text
    [mail] = written_to(session, "mailing_trial").values()
    assert (mail.recipient, mail.unsubscribe_url) == ("orla@post.example", None)
    assert mail.body.startswith("Hi Mei,") and "/me/preferences" in mail.body or "preferences" in mail.html
    assert lines_of(session) == {}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"status": "rejected"}, "Choose one of the answers"),
        ({"status": "confirmed", "subject": " "}, "Enter a subject"),
        ({"status": "confirmed", "subject": "x" * 121}, "Shorten the subject to 120 characters"),
        ({"status": "confirmed", "body": ""}, "Enter a message"),
        ({"status": "confirmed", "body": "x" * 5001}, "Shorten the message to 5,000 characters"),
        ({"status": "confirmed", "body": "{day}"}, "isn’t a placeholder"),
        ({"status": "confirmed", "when": "at", "send_at": "2026-06-09 10:00"}, "still to come"),
        ({"status": "confirmed", "when": "at", "send_at": "soon"}, "Enter a valid date and time"),
        ({"status": "confirmed", "when": "at", "send_at": "2028-06-09 10:00"}, "within the next 366 days"),
        ({"status": "confirmed", "when": "later"}, "Choose one of the answers"),
        ({"status": "confirmed", "came": "came"}, "No one matches these filters."),
        ({"status": "confirmed", "came": "came.2026-06-10"}, "Choose one of the answers"),
        ({"status": "confirmed", "answer": "7.is.yes"}, "Choose one of the answers"),
        ({"status": "confirmed", "facility": "999"}, "Choose one of the answers"),
        ({"status": "confirmed", "class": "x"}, "Choose one of the answers"),
        ({"status": "confirmed", "first_time": "2"}, "Choose one of the answers"),
    ],
)
def test_bad_input_is_refused_with_a_sentence_and_kept(browser, event_id, session, changes, said):
    before = digest(session)
    page = browser.post(form(event_id), **{**WORDS, **REQUEST, **changes})
    assert page.status == 422 and said in page.text
    assert digest(session) == before


def test_the_fourth_of_a_day_asks_for_a_second_look(app, world, browser, event_id, session):
    for number in range(3):
        with app.app_context():
            write(world, event_id, request_id=f"form-00000000000{number}", now=clock.now())
            send_mailings(event_id=event_id, now=clock.now())
    page = browser.post(form(event_id), status="confirmed", **WORDS, **REQUEST)
    assert page.status == 422
    assert "1 person has 3 or more messages from you within a day already." in page.text
    assert "Send it anyway" in page.text
    assert browser.post(form(event_id), status="confirmed", goes_beyond="1", **WORDS, **REQUEST).status == 303


def test_nobody_is_written_to_from_an_empty_event(world, browser, session):
    event_id = world.event()
    page = browser.get(form(event_id))
    assert "No one has enrolled in this event yet." in page.text and "No one matches these filters." in page.text
    assert browser.post(form(event_id), **WORDS, **REQUEST).status == 422
    assert "No messages yet" in browser.get(f"/admin/events/{event_id}/messages").text


def test_a_reminder_goes_by_the_event(browser, event_id, session):
    by_event = {"when": "event", "amount": "2", "unit": "hours", "side": "before", "anchor": "at_start", "clock": ""}
    looked = browser.post(form(event_id), look="1", status="confirmed", **{**WORDS, **by_event}, **REQUEST)
    assert "Save the reminder" in looked.text and "Thu 11 June, 12:00" in looked.text

    sent = browser.post(form(event_id), status="confirmed", **{**WORDS, **by_event}, **REQUEST)

    assert sent.status == 303 and "2 hours before it starts" in browser.get(sent.location).text
    assert (sent_one(session).anchor, sent_one(session).offset_hours) == ("at_start", -2)
    edit = f"{sent.location}/edit"
    assert browser.get(edit).fields(edit)["amount"] == "2"
    in_days = {**by_event, "amount": "1", "unit": "days", "clock": "18:30"}
    assert browser.post(edit, version="1", status="confirmed", **{**WORDS, **in_days}).status == 303
    assert "1 day before it starts, at 18:30" in browser.get(sent.location).text
    for wrong in ({"clock": "late"}, {"amount": "99"}, {"unit": "weeks"}, {"amount": "3"}, {"anchor": "lunch"}):
        page = browser.post(edit, version="2", status="confirmed", **{**WORDS, **in_days, **wrong})
        assert page.status == 422, wrong
