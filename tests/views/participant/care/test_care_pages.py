"""The pages about people whom somebody looks after: theirs only, and every page of theirs as that person's."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from tests.support.worlds.asking import answer_link
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp import clock
from webapp.domain.permission import Role
from webapp.models import Enrollment, Message, User
from webapp.services.care.people import add_cared_for
from webapp.services.notices.reminder import send_reminders

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def jonas(world) -> int:
    world.organization()
    return world.person("Jonas Weber", email="jonas@weber.example")


@pytest.fixture
def lina(app, jonas) -> int:
    with app.app_context():
        return add_cared_for(carer_id=jonas, name="Lina Weber", now=NOON)


def statuses(session, user_id) -> list[str]:
    session.rollback()
    found = session.scalars(select(Enrollment.status).where(Enrollment.user_id == user_id)).all()
    session.rollback()
    return list(found)


def test_a_parent_adds_renames_and_removes(jonas, reader_of, session):
    reader = reader_of(jonas)
    assert "No one yet" in reader.get("/me/people").text
    assert reader.post("/me/people", name="Emil").status == 303
    assert reader.post("/me/people", name=" ").status == 422
    emil = session.scalars(select(User.id).where(User.name == "Emil")).one()
    session.rollback()

    assert reader.post(f"/me/people/{emil}/name", name="Emil Weber").status == 303
    assert "Enter their name" in reader.post(f"/me/people/{emil}/name", name="").text
    assert "Emil Weber" in reader.get("/me/people").text
    assert "are cancelled" in reader.get(f"/me/people/{emil}/remove").text
    assert reader.post(f"/me/people/{emil}/remove").status == 303
    assert reader.post(f"/me/people/{emil}/remove").status == 404
    assert "Emil" not in reader.get("/me/people").words_of("main").replace("Emil Weber was removed.", "")


def test_a_parent_enrolls_a_child_sees_the_pass_and_the_history_and_cancels(jonas, lina, world, reader_of, session):
    world.event("Clay for all", slug="clay")
    reader = reader_of(jonas)

    assert "Enroll someone you look after" in reader.get("/events/clay").text
    assert "Enroll Lina Weber" in reader.get("/me/people?event=clay").text
    assert reader.post(f"/me/people/{lina}/act", next="/events/clay").location == "/events/clay"
    page = reader.get("/events/clay")
    assert "You’re here for Lina Weber." in page.text
    reader.post("/events/clay/enroll", seen="open")
    assert (statuses(session, lina), statuses(session, jonas)) == (["confirmed"], [])
    assert "Clay for all" in reader.get("/me").text
    pass_code = session.scalars(select(Enrollment.pass_code)).one()
    session.rollback()
    assert reader.get(f"/me/pass/{pass_code}").status == 200

    assert reader.get("/me/settings").text.count("You’re here for") == 0
    assert reader.post("/me/people/myself").status == 303
    assert "Clay for all" not in reader.get("/me").words_of("main")
    assert reader.get(f"/c/{pass_code}").location == f"/me/pass/{pass_code}"
    assert reader.get(f"/me/pass/{pass_code}").status == 200
    reader.post(f"/me/people/{lina}/act")
    reader.post("/events/clay/leave")
    assert statuses(session, lina) == ["cancelled"]


def test_nobody_else_comes_near_them(jonas, lina, world, use_cases, reader_of, session):
    event_id = world.event(slug="clay")
    placed = use_cases.enrolls(event_id, lina)
    stranger = reader_of(world.person("Mira Sand"))
    pass_code = session.get_one(Enrollment, placed.enrollment_id).pass_code
    session.rollback()
    stranger.get("/events/clay")
    before = digest(session, leaving_out=frozenset({"sign_ins", "event_views"}))

    assert [stranger.post(f"/me/people/{lina}/{act}").status for act in ("act", "name", "link", "remove")] == [404] * 4
    assert [stranger.get(f"/me/{path}").status for path in (f"people/{lina}/remove", f"pass/{pass_code}")] == [404] * 2
    assert "You’re here for" not in stranger.get("/events/clay").text
    assert digest(session, leaving_out=frozenset({"sign_ins", "event_views"})) == before


def test_the_child_claims_the_record_by_a_link(jonas, lina, world, use_cases, reader_of, session):
    use_cases.enrolls(world.event("Clay for all"), lina)
    parent, own = reader_of(jonas), reader_of(world.person("Lina W.", email="lina@weber.example"))
    link = re.search(r"/claim/[\w-]+", parent.post(f"/me/people/{lina}/link").html).group(0)

    assert "Are you Lina Weber?" in own.get(link).text
    assert parent.post(link).status == 409
    assert own.post(link).status == 303
    assert "Clay for all" in own.get("/me").text
    assert "Lina Weber" not in parent.get("/me/people").text
    assert (own.get(link).status, own.post(link).status) == (410, 410)


def test_staff_sees_who_looks_after_whom(jonas, lina, world, use_cases, reader_of):
    for user_id in (jonas, lina):
        use_cases.enrolls(world.event(), user_id)
    staff = reader_of(world.person("Orla", role=Role.ORGANIZER))
    path = f"/admin/organization/{world.organization_id}/people/"

    assert "Looked after byJonas Weber, jonas@weber.example" in staff.get(f"{path}{lina}").text
    assert "Lina Weber" in staff.get(f"{path}{jonas}").words_of("main")


def test_the_page_before_deleting_an_account_names_them(jonas, lina, reader_of):
    assert "Lina Weber" in reader_of(jonas).get("/me/delete").text


@pytest.mark.only_db("sqlite")
def test_the_links_in_mails_about_a_child_open_for_the_parent_who_is_signed_in(
    app, jonas, lina, world, use_cases, reader_of, session
):
    start = NOON + timedelta(days=7)
    event_id = world.event("Clay for all", slug="clay", starts_at=start)
    use_cases.enrolls(event_id, lina)
    with app.app_context():
        send_reminders(now=start - timedelta(hours=20))
    clock.move(start - timedelta(hours=20) - clock.real_now())
    sent = select(Message.body).where(Message.kind == "reminder", Message.recipient == "jonas@weber.example")
    body = session.scalars(sent).one()
    session.rollback()
    reminder = urlsplit(next(word for word in body.split() if "/reminders/" in word)).path
    prompt = answer_link(app, event_id, lina)
    parent, stranger = reader_of(jonas), reader_of(world.person("Ben Okafor"))

    assert (parent.get(reminder).status, parent.get(prompt).status) == (200, 200)
    assert (stranger.get(reminder).status, stranger.get(prompt).status) == (403, 403)
    assert stranger.post(f"{reminder}/give-up").status == 403
    assert statuses(session, lina) == ["confirmed"]
    assert parent.post(f"{reminder}/give-up").status == 303
    assert statuses(session, lina) == ["cancelled"]
