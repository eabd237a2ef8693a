"""Undecided outcomes on the pages: told, listed, decided; and what a late mark or a match really does, in words."""

import pytest

from tests.support.worlds.online.online_event import END, HOUR, MINUTE, SOON, START, calculate
from webapp.domain.permission import Role
from webapp.services.events.closure import close_event
from webapp.services.online.session_join import note_token
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.only_db("sqlite")
OVER = END + 2 * HOUR + MINUTE


@pytest.fixture
def silent(online):
    """Tokens were issued, nothing was told, and the event was closed at its limit."""
    online_event = online.online_event
    with online.app.app_context():
        with write_transaction() as session:
            note_token(
                session, session_id=online_event.session_id, user_id=online_event.people[0], as_host=False, now=START
            )
        calculate(SOON)
        close_event(event_id=online_event.event_id, now=OVER)
    online.at(OVER)
    return online


def mark(online, at: int, status: str):
    """The small form, as the report opens it."""
    online_event = online.online_event
    path = f"/admin/sessions/{online_event.session_id}/people/{online_event.people[at]}/mark"
    fields = online.staff.get(path).fields(path)
    return online.staff.post(path, **{**fields, "status": status, "reason": "She was on the phone with me"})


def test_the_person_is_told_what_is_known(silent, reader_of):
    ana = reader_of(silent.online_event.people[0])
    page = ana.get(f"/events/{silent.slug}")
    assert "Not decided yet" in page.text
    assert "The video server told us nothing about an online session." in page.text
    assert "Not decided yet" in ana.get("/me/history").text
    why = ana.get(f"/me/enrollments/{silent.online_event.places[0]}/why").text
    assert "We couldn’t decide when the event closed" in why


def test_organizers_find_them_and_decide_with_a_reason(silent):
    staff, online_event = silent.staff, silent.online_event
    assert "3 undecided outcomes to decide" in staff.get(f"/admin/events/{online_event.event_id}").text
    listed = staff.get(f"/admin/events/{online_event.event_id}/enrollments?status=undecided")
    assert listed.text.count("Decide") >= 3
    path = f"/admin/enrollments/{online_event.places[0]}/settle"
    assert staff.get(path).status == 200
    assert staff.post(path, to="attended", reason="", version="2").status == 422
    assert staff.post(path, to="cancelled", reason="I saw her", version="2").status == 422
    assert staff.post(path, to="attended", reason="I saw her", version="1").status == 409
    assert staff.post(path, to="attended", reason="I saw her", version="2").status == 303
    detail = staff.get(f"/admin/enrollments/{online_event.places[0]}").text
    assert "Decided by" in detail
    assert "I saw her" in detail
    assert staff.post(path, to="no_show", reason="I did not", version="3").status == 409


def test_strangers_and_other_organizations_decide_nothing(silent, reader_of):
    world = silent.online_event.world
    stranger = reader_of(world.person("Sam"))
    world.organization("Elsewhere")
    other = reader_of(world.person("Olga", role=Role.ADMIN))
    path = f"/admin/enrollments/{silent.online_event.places[0]}/settle"
    answers = [who.post(path, to="attended", reason="I say so", version="2").status for who in (stranger, other)]
    assert answers == [403, 404]


def test_the_report_says_that_the_video_server_told_nothing(silent):
    page = silent.staff.get(silent.report)
    assert "The video server didn’t report anything" in page.text
    assert "Needs review" in page.text


def test_a_late_mark_that_settles_says_so_and_one_that_contradicts_says_that_the_outcome_stays(silent, reader_of):
    settled = mark(silent, 0, "present")
    assert settled.status == 303
    page = silent.staff.get(silent.report).text
    assert "The outcome is Attended." in page
    mark(silent, 1, "absent_unexcused")
    assert "The outcome is No-show." in silent.staff.get(silent.report).text
    mark(silent, 1, "present")
    page = silent.staff.get(silent.report).text
    assert "the outcome stays No-show. An admin can override it." in page
    listed = silent.staff.get(f"/admin/events/{silent.online_event.event_id}/responses?said=contradictions").text
    assert "Evidence: Attended" in listed
    ben = reader_of(silent.online_event.people[1])
    why = ben.get(f"/me/enrollments/{silent.online_event.places[1]}/why").text
    assert "we learned that you were in the online session for long enough" in why
    assert "Ask the organizer to correct it" in why
    mark(silent, 0, "absent_unexcused")
    page = silent.staff.get(silent.report).text
    assert "the outcome stays Attended. Attended can’t be changed to No-show." in page


def test_matching_says_what_is_true_and_why_is_kept(online):
    online_event = online.online_event
    online_event.room.stays("guest-1", 0, 60)
    online_event.room.fold()
    online.calculated()
    with online.app.app_context():
        close_event(event_id=online_event.event_id, now=OVER)
    online.at(OVER)
    staff, path = online.staff, f"/admin/sessions/{online_event.session_id}/guest"
    sent = {"identity": "guest-1", "q": "", "user_id": str(online_event.people[2])}
    assert staff.post(path, **sent, reason="").status == 422
    assert staff.post(path, **sent, reason="She told me").status == 303
    page = staff.get(online.report).text
    assert "Matched. The outcome is Attended." in page
    assert "She told me" in page
    undo = f"{path}/undo"
    assert staff.get(f"{undo}?identity=guest-1").status == 200
    assert staff.post(undo, identity="guest-1", reason="").status == 422
    assert staff.post(undo, identity="guest-1", reason="It was her brother").status == 303
    page = staff.get(online.report).text
    assert "the outcome stays Attended" in page
    assert "It was her brother" in page
