"""States that the demonstration does not have, in the pseudo-language: what stays plain is no message.

Undecided outcomes, notes of a report, mails about classes, and pages that say no.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from markupsafe import escape
from sqlalchemy import func, select, update

from tests.support.pages.reading import Page, Reader
from tests.support.pages.words import data_of, untranslated
from tests.support.worlds.classes.running_class import RunningClass
from tests.support.worlds.online.online_event import END, HOUR, LATER, MINUTE, SOON, START, calculate, reconcile
from tests.support.worlds.online.online_pages import Online
from tests.support.worlds.use_cases import UseCases
from tests.support.worlds.world import NOON
from webapp.domain.classes.program_class import ClassStatus
from webapp.domain.permission import Role, Trigger
from webapp.extensions import db
from webapp.languages.language import ENGLISH, speak
from webapp.models import Message, User
from webapp.services.classes.people.facility_move import move_to_facility
from webapp.services.classes.program_class import move_class
from webapp.services.events.closure import close_event
from webapp.services.notices.class_outbox import relay_class_batch
from webapp.services.notices.outbox import relay_batch
from webapp.services.online.session_join import note_token
from webapp.services.unit_of_work import write_transaction

pytestmark = [pytest.mark.only_db("sqlite"), pytest.mark.usefixtures("pseudo")]
OVER = END + 2 * HOUR + MINUTE


@pytest.fixture
def pseudo(app: Flask) -> Iterator[None]:
    """Apps and threads are used again by other tests, so what is offered and what is spoken goes back."""
    app.extensions["languages"] = ["en", "en_XA"]
    yield
    app.extensions["languages"] = ["en"]
    speak(ENGLISH)


def speaking(reader: Reader) -> Reader:
    reader.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en-XA"
    return reader


def plain(app: Flask, pages: Iterable[str], *typed: str) -> list[str]:
    data = data_of(Path(app.extensions["settings"].database_url.removeprefix("sqlite:///")), *typed)
    return sorted({text for page in pages for text in untranslated(page, data)})


def texts(pages: Iterable[Page], *statuses: int) -> list[str]:
    opened = list(pages)
    assert {page.status for page in opened} == set(statuses or (200,))
    return [page.html for page in opened]


@pytest.fixture
def undecided(online: Online) -> Online:
    """Tokens were issued, nothing was told, and the event was closed at its limit."""
    event = online.online_event
    with online.app.app_context():
        event.world.person("Orla", role=Role.ADMIN)
        with write_transaction() as session:
            note_token(session, session_id=event.session_id, user_id=event.people[0], as_host=False, now=START)
        calculate(SOON)
        close_event(event_id=event.event_id, now=OVER)
        relay_batch(now=OVER)
    online.at(OVER)
    return online


def test_an_undecided_outcome(undecided, reader_of):
    event, place = undecided.online_event, undecided.online_event.places[0]
    ana, staff = speaking(reader_of(event.people[0])), speaking(undecided.staff)
    of_person = (f"/events/{undecided.slug}", f"/me/enrollments/{place}/why", "/me", "/me/history", "/notifications")
    of_staff = (
        f"/admin/events/{event.event_id}",
        f"/admin/events/{event.event_id}/enrollments?status=undecided",
        f"/admin/events/{event.event_id}/audit",
        f"/admin/enrollments/{place}",
        f"/admin/enrollments/{place}/settle",
        undecided.report,
        "/notifications",
    )

    pages = [*map(ana.get, of_person), *map(staff.get, of_staff)]

    assert "2" in pages[-1].text or "3" in pages[-1].text
    assert plain(undecided.app, texts(pages)) == []


def test_the_notes_of_a_report(online):
    event = online.online_event
    event.stays(0, -3, 61)
    event.room.joins(event.identity(1), 5)
    event.room.joins(event.identity(2), 5)
    event.room.joins("ipad", 2, participant_sid="PA_ipad", name="Moms iPad")
    event.room.joins("sip_+4930123467", 2, participant_sid="PA_phone", kind="SIP")
    event.room.fold()
    online.calculated(is_reconciled=False)
    staff = speaking(online.staff)
    before = staff.get(online.report)
    online.calculated()

    assert plain(online.app, texts([before, staff.get(online.report), staff.get(online.live)])) == []


def test_what_the_product_did_and_undid_about_somebody(online):
    event = online.online_event
    world, use_cases = event.world, UseCases(online.app, event.world)
    sid = event.room.joins(event.identity(0), 0)
    event.room.fold()
    with online.app.app_context():
        reconcile()
    event.room.leaves(event.identity(0), sid, 5)
    event.room.fold()
    with online.app.app_context():
        assert calculate(LATER).taken_back == 1
    full = world.event(capacity=1, has_waitlist=True)
    first = use_cases.enrolls(full, leaver := world.person())
    waits = use_cases.enrolls(full, world.person())
    use_cases.leaves(first, leaver)
    online.at(LATER)
    addresses = (
        f"/admin/enrollments/{event.places[0]}",
        f"/admin/events/{event.event_id}/audit",
        f"/admin/enrollments/{waits.enrollment_id}",
        f"/admin/events/{full}/audit",
    )

    pages = [speaking(online.staff).get(address) for address in addresses]

    assert plain(online.app, texts(pages)) == []


def mails_of(app: Flask) -> list[str]:
    with app.app_context():
        mails = db.session.scalars(select(Message)).all()
        lines = [line for mail in mails for line in (mail.subject, *mail.body.splitlines())]
        return [*(mail.html for mail in mails if mail.html), *(f"<p>{escape(line)}</p>" for line in lines)]


def test_mails_about_a_class_that_ends_and_a_facility_that_changes(app, reader_of):
    running = RunningClass(app, people=2)
    room, world = running.room, running.world
    waits, moves = room.people(2)
    room.enrolls(full := room.make("Weaving", status="active", capacity=1, activated_at=NOON), running.people[0])
    room.enrolls(full, waits)
    room.enrolls(running.class_id, moves)
    admin = world.actor(world.person("Dana Kim", role=Role.ADMIN), Role.ADMIN)
    with app.app_context():
        with write_transaction() as session:
            session.execute(update(User).values(language="en_XA"))
        later = NOON + timedelta(hours=1)
        move_class(class_id=full, to_status=ClassStatus.COMPLETED, actor=admin, by=Trigger.ADMIN, now=later)
        move_to_facility(
            user_id=moves,
            from_facility_id=world.facility_id,
            to_facility_id=world.facility("Westside"),
            actor=admin,
            reason="Lives nearer now",
            now=later,
        )
        relay_class_batch(now=later)
        relay_batch(now=later)
        sent = db.session.scalar(select(func.count()).select_from(Message))
    pages = [speaking(reader_of(one)).get("/notifications") for one in (waits, moves)]

    assert sent >= 3
    assert plain(app, [*mails_of(app), *texts(pages)]) == []


def test_the_reasons_why_mails_failed(app, world, session, reader_of):
    world.organization()
    iris = world.person("Iris", is_operator=True)
    usual = {"kind": "promoted", "user_id": iris, "recipient": "a@b.example", "subject": "Clay", "body": "Hello"}
    usual |= {"details": {}, "created_at": NOON, "next_try_at": NOON, "attempts": 2}
    away = "The email server can’t be used: ECONNREFUSED"
    session.add(Message(**usual, dedupe_key="dead", dead_at=NOON, last_error=away))
    session.add(Message(**usual, dedupe_key="slow", last_error="The mail server hung up: 421"))
    session.add(Message(**usual, dedupe_key="gone", dead_at=NOON, last_error="The account was closed"))
    session.commit()

    page = speaking(reader_of(iris)).get("/admin/mails")

    assert page.html.count("ECONNREFUSED") >= 2
    assert plain(app, texts([page]), "Clay", "ECONNREFUSED", "a@b.example") == []


def test_pages_that_say_no(app, world, reader, reader_of):
    anonymous, somebody = speaking(reader), speaking(reader_of(world.person("Mira Sand")))
    pages = [
        anonymous.get("/nowhere"),
        anonymous.get("/logout"),
        somebody.get("/admin/events"),
        Page(anonymous.client.post("/login", data={"email": "x"})),
        anonymous.post("/login", email="nobody@x.example", password="wrong"),
        anonymous.post("/signup", email="no address", name="", password="short"),
    ]

    assert [page.status for page in pages] == [404, 405, 403, 400, 422, 422]
    assert plain(app, [page.html for page in pages]) == []
