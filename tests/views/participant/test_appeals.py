"""I was there: said on the event's page in two taps, answered by staff, and what everybody sees of it."""

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select, update

from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.domain.permission import Role
from webapp.models import Appeal, AppealPicture, Enrollment, Organization
from webapp.services.notices.outbox import relay_batch

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]
START = NOON - timedelta(days=2)


@pytest.fixture
def missed(world, use_cases, session):
    """Ana came, Ben did not, and the event was closed. Its id, both, and an admin."""
    event_id = world.event("Clay", slug="clay", starts_at=START, ends_at=START + timedelta(hours=2))
    ana, ben = world.person("Ana"), world.person("Ben")
    placed = [use_cases.enrolls(event_id, one, START - timedelta(days=9)) for one in (ana, ben)]
    use_cases.is_checked_in(event_id, placed[0], START + timedelta(minutes=5))
    use_cases.is_closed(event_id, START + timedelta(hours=3))
    with world.app.app_context():
        relay_batch(now=START + timedelta(hours=3))
    return event_id, ana, ben, world.person("Iris", role=Role.ADMIN)


def picture() -> bytes:
    file = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(file, "JPEG")
    return file.getvalue()


def outcome(session) -> tuple[str, str]:
    session.rollback()
    row = session.execute(select(Appeal.outcome, Enrollment.status).join(Enrollment)).one()
    session.rollback()
    return tuple(row)


def test_two_taps_and_the_page_says_until_when(missed, reader_of, session):
    _, ana, ben, _ = missed
    mine, other = reader_of(ben), reader_of(ana)
    page = mine.get("/events/clay")
    assert "You can say so until" in page.text
    assert "I was there" in page.text
    assert mine.get("/events/clay/appeal").status == 200
    # Whoever came has nothing to appeal: the button is not there, and pressing it changes nothing.
    assert "I was there" not in other.get("/events/clay").text
    before = digest(session)
    assert other.get("/events/clay/appeal").status == 303
    assert other.post("/events/clay/appeal").status == 409
    assert digest(session) == before

    assert mine.post("/events/clay/appeal").status == 303
    assert mine.post("/events/clay/appeal").status == 303
    assert outcome(session) == ("open", "no_show")
    page = mine.get("/events/clay")
    assert "You said you were there" in page.text
    assert "Withdraw" in page.buttons("main")
    assert "Not answered yet" in mine.get("/me/history").text
    assert mine.post("/events/clay/appeal/withdraw").status == 303
    assert "I was there" in mine.get("/events/clay").text


@pytest.mark.parametrize(
    ("sent", "status", "sentence"),
    [
        ({"words": "x" * 501}, 422, "Shorten this to 500 characters"),
        ({"came_at": "2026-06-01T10:00"}, 422, "Enter a time on a day of the event"),
        ({"came_at": "yesterday"}, 422, "Enter a valid date and time"),
    ],
)
def test_what_is_wrong_is_said_and_kept(missed, reader_of, session, sent, status, sentence):
    mine, before = reader_of(missed[2]), digest(session)
    page = mine.post("/events/clay/appeal", **{"words": "I sat at the left", "came_at": "", **sent})
    assert (page.status, sentence in page.text) == (status, True)
    assert sent.get("words", "I sat at the left") in page.text
    assert digest(session) == before


def test_staff_answers_with_the_evidence_beside_it(missed, reader_of, session, world):
    event_id, _, ben, iris = missed
    reader_of(ben).post("/events/clay/appeal", words="I sat at the left", came_at="")
    appeal_id = session.scalar(select(Appeal.id))
    session.rollback()
    admin, orla = reader_of(iris), reader_of(world.person("Orla", role=Role.ORGANIZER))
    start = admin.get("/admin").text
    assert "Appeal to answer" in start
    assert "The first, about Clay, until" in start
    assert "1 appeal to answer" in admin.get(f"/admin/events/{event_id}").text
    page = admin.get("/admin/appeals")
    assert {"Change to Attended", "Decline"} <= set(page.buttons("main"))
    assert all(said in page.text for said in ("I sat at the left", "Start of the event", "Ana"))

    # An organizer adds what they know, and decides only where the organization says so.
    assert "Appeal to answer" not in orla.get("/admin").text
    assert "Decline" not in orla.get("/admin/appeals").buttons("main")
    assert orla.post(f"/admin/appeals/{appeal_id}/decision", answer="No", decision="decline").status == 403
    assert orla.post(f"/admin/appeals/{appeal_id}/note", note="Seen").status == 303
    assert "Seen" in admin.get(f"/admin/appeals/{appeal_id}").text
    session.execute(update(Organization).values(organizers_decide_appeals=True))
    session.commit()
    assert "Appeal to answer" in orla.get("/admin").text

    refused = orla.post(f"/admin/appeals/{appeal_id}/decision", answer=" ", decision="grant")
    assert (refused.status, "Enter a reason or an answer" in refused.text) == (422, True)
    answered = orla.post(f"/admin/appeals/{appeal_id}/decision", answer="The door was offline", decision="grant")
    assert answered.status == 303
    late = admin.post(f"/admin/appeals/{appeal_id}/decision", answer="No", decision="decline")
    assert (late.status, "already answered" in late.text) == (409, True)
    assert outcome(session) == ("granted", "attended")
    mine = reader_of(ben).get("/events/clay").text
    assert "Corrected: you attended" in mine
    assert "The door was offline" in mine
    assert "Granted" in admin.get("/admin/appeals?show=over").text


def test_a_picture_is_shown_to_those_whom_it_concerns_only(missed, world, session, reader_of):
    _, ana, ben, iris = missed
    reader_of(ben).post("/events/clay/appeal")
    appeal = session.execute(select(Appeal.id, Appeal.enrollment_id)).one()
    session.add(AppealPicture(appeal_id=appeal.id, mimetype="image/jpeg", body=picture()))
    session.commit()
    own, of_staff = f"/me/enrollments/{appeal.enrollment_id}/appeal/picture", f"/admin/appeals/{appeal.id}/picture"
    assert reader_of(ben).get(own).status == 200
    assert reader_of(iris).get(of_staff).status == 200
    viewer = reader_of(world.person("Vera", role=Role.VIEWER))
    assert [reader_of(ana).get(own).status, viewer.get(of_staff).status] == [404, 403]
