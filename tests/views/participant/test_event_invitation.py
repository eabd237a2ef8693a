"""An invitation by mail: opened without signing in, answered by a press, and by the link of that person only."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.support.worlds.rows import digest, standing
from tests.support.worlds.world import NOON
from webapp import clock
from webapp.domain.permission import Role
from webapp.models import Enrollment, EventInvitation, Message

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]


@pytest.fixture
def asked(world, reader_of, session):
    """Ada was invited by staff: the event, the staff's browser and the link in her mail."""
    world.organization()
    staff = reader_of(world.person("Dana Kim", role=Role.ORGANIZER))
    event_id = world.event(capacity=3, slug="clay", asks_added=True)
    address = f"/admin/events/{event_id}/people/add"
    staff.get(address)
    page = staff.post(address, name="Ada Okafor", email="ada@okafor.example", phone="")
    assert "Gets an invitation" in page.text
    lines = "".join(page.by_id("lines").itertext())
    assert staff.post(address, **{**page.fields(address), "lines": lines}, what="add").status == 303
    body = session.scalars(select(Message.body).where(Message.kind == "invitation")).one()
    session.rollback()
    return event_id, staff, re.search(r"/invitations/[^/\s]+", body)[0]


def test_opening_changes_nothing_and_a_press_gives_the_place(asked, reader, session) -> None:
    event_id, staff, link = asked
    before = digest(session)
    page = reader.get(link)
    assert page.buttons("main") == ["Yes, I’m coming", "Maybe", "No, thanks"]
    assert digest(session) == before

    assert "You have a place" in reader.post(f"{link}/yes").text
    assert "You have a place" in reader.post(f"{link}/yes").text
    assert reader.post(f"{link}/no").status == 409
    assert standing(session, event_id).statuses == {"confirmed": 1}
    assert "Said yes" in staff.get(f"/admin/events/{event_id}/invitations").text


def test_staff_withdraws_it_and_an_altered_link_is_nothing(asked, reader, session, world, reader_of) -> None:
    event_id, staff, link = asked
    assert reader.get(f"{link[:-2]}xx").status == 404
    staff.get(f"/admin/events/{event_id}/invitations")
    world.organization("Another one")
    other = reader_of(world.person("Otto", role=Role.ADMIN))
    other.get("/admin/events")
    assert other.post("/admin/event-invitations/1/withdraw").status == 404

    assert staff.post("/admin/event-invitations/1/withdraw").status == 303
    assert "This invitation was withdrawn" in reader.get(link).text
    assert reader.post(f"{link}/yes").status == 409
    assert standing(session, event_id).taken == 0


def test_a_maybe_and_a_no_are_kept_and_can_become_a_yes(asked, reader, session) -> None:
    event_id, staff, link = asked
    page = reader.get(f"{link}/maybe")
    assert page.buttons("main") == ["Yes, I’m coming", "Maybe", "No, thanks"]
    assert "You can answer until" in page.text
    page = reader.post(f"{link}/maybe")
    assert (page.headings("h1"), page.buttons("main")) == (["You said maybe"], ["Yes, I’m coming", "No, thanks"])
    assert "Said maybe: 1" in staff.get(f"/admin/events/{event_id}/invitations").text
    assert reader.post(f"{link}/no").headings("h1") == ["You said no"]
    assert "You can still change your answer." in reader.get(link).text
    assert reader.post(f"{link}/yes").headings("h1") == ["You have a place"]
    assert reader.post(f"{link}/perhaps").status == 404
    assert standing(session, event_id).statuses == {"confirmed": 1}


def test_who_gave_the_place_up_is_not_told_they_have_one(asked, reader, session) -> None:
    event_id, staff, link = asked
    reader.post(f"{link}/yes")
    enrollment_id = session.scalar(select(Enrollment.id).where(Enrollment.event_id == event_id))
    session.rollback()
    staff.get(f"/admin/events/{event_id}/enrollments")
    staff.post(f"/admin/enrollments/{enrollment_id}/cancel", reason="Ill", version="1")
    assert reader.post(f"{link}/yes").headings("h1") == ["You no longer have a place"]


def test_its_time_ends_and_the_page_says_since_when(asked, reader, session) -> None:
    event_id, _, link = asked
    session.execute(update(EventInvitation).values(expires_at=NOON + timedelta(hours=1)))
    session.commit()
    clock.move(NOON + timedelta(hours=1) - clock.real_now())
    page = reader.get(link)
    assert (page.headings("h1"), page.buttons("main")) == (["This invitation has expired"], [])
    assert "You could answer until Wed 10 June, 15:00." in page.text
    assert reader.post(f"{link}/yes").status == 409
    assert standing(session, event_id).taken == 0


def test_a_list_is_invited_sent_again_and_every_mistake_is_named(world, reader_of, session) -> None:
    world.organization()
    staff = reader_of(world.person("Dana Kim", role=Role.ORGANIZER))
    address = f"/admin/events/{world.event(slug='clay')}/invitations"
    assert "No one is invited" in staff.get(address).text
    before = digest(session)
    wrong = {
        "Enter at least one address": {"lines": ""},
        "Line 2, Bo: Enter an email address": {"lines": "ada@post.example\nBo"},
        "Choose a time that is still to come": {"lines": "ada@post.example", "expires_at": "2026-06-10 13:00"},
        "Choose a time before enrollment closes": {"lines": "ada@post.example", "expires_at": "2026-07-10 13:00"},
        "Enter a valid date and time for the last answer": {"lines": "ada@post.example", "expires_at": "soon"},
    }
    for says, fields in wrong.items():
        page = staff.post(address, **fields)
        assert (page.status, says in page.text) == (422, True), (says, page.text)
    assert digest(session) == before
    answer = staff.post(address, lines="Ada One, ada@post.example\nbo@post.example", expires_at="2026-06-11 10:00")
    assert (answer.status, answer.location) == (303, address)
    page = staff.get(address)
    assert "2 people were invited." in page.text
    assert "until Thu 11 June, 10:00" in page.text
    staff.post("/admin/event-invitations/1/again")
    assert "less than an hour ago" in staff.get(address).text
    clock.move(NOON + timedelta(hours=2) - clock.real_now())
    staff.post("/admin/event-invitations/1/again")
    assert "The invitation was sent again." in staff.get(address).text
    staff.post(f"{address}/again")
    assert "Sent again to 1 person." in staff.get(address).text
    staff.post(f"{address}/again")
    assert "Everyone who hasn’t answered got an email within the last hour." in staff.get(address).text
    assert len(session.scalars(select(Message.id).where(Message.kind == "invitation")).all()) == 4
