"""What every sentence about giving a place back promises is what the button really answers.

A table over how the place was got, the deadline and the time; page, reminder and mails (text and HTML) beside the POST.
"""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from tests.support.pages.reading import Reader
from tests.support.worlds.rows import stored_draft
from tests.support.worlds.world import NOON
from webapp import clock
from webapp.domain.permission import Role
from webapp.domain.places.lists.guest_list import Guest
from webapp.models import Enrollment, Event, Message
from webapp.services.events.event_editing import edit_event
from webapp.services.notices.outbox import relay_batch
from webapp.services.notices.reminder import send_reminders
from webapp.services.places.guest_import import import_guests

HOUR = timedelta(hours=1)
START = NOON + 96 * HOUR
DEADLINE = START - 48 * HOUR
MAIL_INVITES, MAIL_SAYS_LATE = "please cancel on the event page by", "too late to cancel"
PAGE_INVITES, PAGE_SAYS_LATE = "cancel by", "too late to cancel"
pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def at(app):
    """Moves the product's clock to an instant."""

    def move(instant: datetime) -> datetime:
        clock.move(instant - clock.real_now())
        return instant

    return move


def enrolled(world, use_cases, got_at, **policy):
    event_id = world.event(starts_at=START, **policy)
    return event_id, (mira := world.person("Mira")), use_cases.enrolls(event_id, mira, got_at)


def promoted(world, use_cases, got_at, **policy):
    event_id = world.event(starts_at=START, capacity=1, **policy)
    before = use_cases.enrolls(event_id, world.person("Ben"), NOON)
    mira = world.person("Mira")
    placed = use_cases.enrolls(event_id, mira, NOON)
    use_cases.is_cancelled_by_organizer(before, "Double booking", now=got_at)
    return event_id, mira, placed


def approved(world, use_cases, got_at, **policy):
    event_id = world.event(starts_at=START, method="application", **policy)
    mira = world.person("Mira")
    placed = use_cases.enrolls(event_id, mira, NOON)
    use_cases.is_decided(placed, approve=True, now=got_at)
    return event_id, mira, placed


def edited(world, use_cases, session, got_at, **changes):
    """A place got early; then an edit at `got_at`."""
    found = enrolled(world, use_cases, NOON)
    change(world, session, found[0], got_at, **changes)
    return found


def change(world, session, event_id, now, **changes):
    draft = stored_draft(session, event_id)
    version = session.scalar(select(Event.version).where(Event.id == event_id))
    session.rollback()
    with world.app.app_context():
        edit_event(event_id=event_id, draft=replace(draft, **changes), expected_version=version, now=now)


EARLY, LATE = NOON, DEADLINE + HOUR
#: How the place was got, when -> until when it can be given back. All deadlines are 48 hours.
CASES = [
    pytest.param(enrolled, EARLY, DEADLINE, id="enrolled before the deadline"),
    pytest.param(enrolled, DEADLINE, START, id="enrolled at the deadline"),
    pytest.param(enrolled, LATE, START, id="enrolled after the deadline"),
    pytest.param(promoted, EARLY, DEADLINE, id="promoted before the deadline"),
    pytest.param(promoted, LATE, START, id="promoted after the deadline"),
    pytest.param(approved, EARLY, DEADLINE, id="approved before the deadline"),
    pytest.param(approved, LATE, START, id="approved after the deadline"),
]


@pytest.mark.parametrize(("way", "got_at", "until"), CASES)
@pytest.mark.parametrize("before_start", [60, 49, 48, 20, 1, 0, -1])
@pytest.mark.only_db("sqlite")
def test_every_sentence_promises_what_the_button_does(
    app, world, use_cases, session, reader_of, at, way, got_at, until, before_start
):
    now = START - before_start * HOUR
    if now < got_at:
        pytest.skip("before the place was got")
    event_id, mira, placed = way(world, use_cases, got_at, cancellation_deadline_hours=48)
    at(now)
    promise(app, session, reader_of(mira), event_id, placed, now, is_possible=now < until)


@pytest.mark.parametrize(("way", "got_at", "until"), CASES)
def test_on_both_databases_a_day_before(app, world, use_cases, session, reader_of, at, way, got_at, until):
    now = at(START - 20 * HOUR)
    event_id, mira, placed = way(world, use_cases, got_at, cancellation_deadline_hours=48)
    promise(app, session, reader_of(mira), event_id, placed, now, is_possible=now < until)


@pytest.mark.parametrize(
    ("changes", "hours", "is_possible"),
    [
        ({"cancellation_deadline_hours": 48}, None, True),
        ({"starts_at": START - 20 * HOUR, "cancellation_deadline_hours": 24}, 24, True),
        ({"starts_at": START + 5 * HOUR}, 48, True),
        ({"place": "Another room"}, 48, False),
        ({"cancellation_deadline_hours": 72}, 48, False),
        ({"cancellation_deadline_hours": None}, 48, True),
    ],
)
def test_who_had_a_place_when_an_edit_took_the_deadline_away_leaves_freely(
    app, world, use_cases, session, reader_of, at, changes, hours, is_possible
):
    event_id, mira, placed = enrolled(world, use_cases, NOON, cancellation_deadline_hours=hours)
    now = at(START - 30 * HOUR)
    with app.app_context():
        relay_batch(now=NOON)
    change(world, session, event_id, now, **changes)
    has_mail = bool({"starts_at", "place"} & set(changes))
    promise(app, session, reader_of(mira), event_id, placed, now, is_possible=is_possible, has_mail=has_mail)


def promise(
    app, session, reader: Reader, event_id: int, placed, now: datetime, *, is_possible: bool, has_mail: bool = True
) -> None:
    """Compare every sentence of that moment with the answer of the POST."""
    with app.app_context():
        relay_batch(now=now)
        send_reminders(now=now)
    mails = rows(session, select(Message).where(Message.user_id == reader_id(session, placed)))
    mails = [mail for mail in mails if mail.kind in INVITING and mail.created_at == now]
    assert bool(mails) == has_mail
    for mail in mails:
        for text in (mail.body, mail.html):
            assert (MAIL_INVITES in text, MAIL_SAYS_LATE in text) == (is_possible, not is_possible), (mail.kind, text)
    slug = session.scalar(select(Event.slug).where(Event.id == event_id))
    session.rollback()
    page = reader.get(f"/events/{slug}")
    said = page.words_of("enrollment")
    if now < START:
        assert (PAGE_INVITES in said, PAGE_SAYS_LATE in said) == (is_possible, not is_possible)
    assert ("Cancel my place" in page.buttons("enrollment")) == is_possible
    for mail in mails:
        if mail.kind == "reminder":
            link = mail.body[mail.body.index("/reminders/") :].split()[0]
            asked = reader.get(link)
            assert ("Cancel my place" in asked.buttons("main")) == is_possible
            assert ("too late to cancel" in asked.text) == (not is_possible)
    answer = reader.post(f"/events/{slug}/leave", enrollment=str(placed.enrollment_id))
    status = rows(session, select(Enrollment.status).where(Enrollment.id == placed.enrollment_id))
    assert (answer.status, status) == ((303, ["cancelled"]) if is_possible else (409, ["confirmed"]))


#: Mails that invite to give a place back.
INVITING = {"confirmed", "promoted", "event_changed", "reminder"}


def rows(session, query) -> list:
    session.rollback()
    found = list(session.scalars(query.execution_options(populate_existing=True)))
    session.rollback()
    return found


def reader_id(session, placed) -> int:
    session.rollback()
    return session.scalar(select(Enrollment.user_id).where(Enrollment.id == placed.enrollment_id))


@pytest.mark.only_db("sqlite")
@pytest.mark.parametrize("before_start", [60, 20, -1])
def test_what_a_newcomer_reads_before_enrolling_holds_afterwards(app, world, session, reader_of, at, before_start):
    world.event(slug="clay", starts_at=START, closes_at=START + 2 * HOUR, cancellation_deadline_hours=48)
    at(START - before_start * HOUR)
    reader = reader_of(world.person("Mira"))
    said = reader.get("/events/clay").words_of("enrollment")
    until = {60: "You can cancel until Fri 12 June, 14:00", 20: "You can cancel until Sun 14 June, 14:00"}
    assert until.get(before_start, "You can no longer cancel") in said
    assert reader.post("/events/clay/enroll").status == 303
    assert reader.post("/events/clay/leave").status == (409 if before_start < 0 else 303)


@pytest.mark.only_db("sqlite")
def test_who_applied_after_the_deadline_may_withdraw_and_who_applied_before_it_may_not(world, use_cases, reader_of, at):
    world.event(slug="clay", starts_at=START, method="application", cancellation_deadline_hours=48)
    event_id = world.event(slug="wheel", starts_at=START, method="application", cancellation_deadline_hours=48)
    early = world.person("Ana", role=Role.ORGANIZER)
    use_cases.enrolls(event_id, early, NOON)
    at(LATE)
    late = reader_of(world.person("Mira"))
    late.post("/events/clay/enroll")
    assert "Withdraw my application" in late.get("/events/clay").buttons("enrollment")
    assert late.post("/events/clay/leave").status == 303
    assert "Withdraw my application" not in reader_of(early).get("/events/wheel").buttons("enrollment")
    assert reader_of(early).post("/events/wheel/leave").status == 409


@pytest.mark.only_db("sqlite")
def test_a_freedom_once_given_is_not_taken_back_by_a_later_deadline(app, world, use_cases, session, reader_of, at):
    event_id, mira, placed = enrolled(world, use_cases, LATE, cancellation_deadline_hours=48)
    change(world, session, event_id, LATE, cancellation_deadline_hours=24)
    now = at(START - 20 * HOUR)
    promise(app, session, reader_of(mira), event_id, placed, now, is_possible=True)


def test_an_import_after_the_deadline_traps_nobody(app, world, session):
    event_id = world.event(starts_at=START, cancellation_deadline_hours=48)
    dana = world.actor(world.person("Dana Kim", role=Role.ORGANIZER), Role.ORGANIZER)
    with app.app_context():
        for now, name in ((EARLY, "early"), (LATE, "late")):
            guests = [Guest(1, name, f"{name}@post.example")]
            list(import_guests(event_id=event_id, guests=guests, actor=dana, reason="List of the club", now=now))
    assert rows(session, select(Enrollment.leaves_freely).order_by(Enrollment.id)) == [False, True]
