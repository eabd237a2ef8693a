"""Correcting an outcome on its page: asked with the evidence, refused with the reason kept, found in the trail."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp import clock
from webapp.domain.permission import SYSTEM, Role, Trigger
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.models import CheckIn, CheckInReversal, Enrollment
from webapp.services.places.enrollment import enroll
from webapp.services.places.seats import lock_event, save_counters
from webapp.services.places.transition import Cause, move_enrollments
from webapp.services.unit_of_work import write_transaction

#: The rules behind these pages are tried on both databases below them.
pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]
REASON = "Was there on day 2. The desk lost its connection."


@pytest.fixture
def browser(world, reader_of):
    world.organization()
    return reader_of(world.person("Dana Kim", role=Role.ADMIN))


@pytest.fixture
def person(world, app, browser, session):
    """Somebody confirmed for three days, the second of which is today."""
    event_id = world.event(
        starts_at=NOON - timedelta(days=1), ends_at=NOON + timedelta(days=1), capacity=2, closes_at=NOON
    )
    user_id = world.person("Jonas Weber")
    with app.app_context():
        placed = enroll(event_id=event_id, user_id=user_id, actor=world.actor(user_id), now=NOON - timedelta(days=2))
    return event_id, placed.enrollment_id


def closed(app, person, to=S.NO_SHOW, from_status=S.CONFIRMED):
    event_id, enrollment_id = person
    with app.app_context(), write_transaction() as own:
        locked = lock_event(own, event_id)
        cause = Cause(by=Trigger.SYSTEM, actor=SYSTEM, at=NOON)
        move_enrollments(own, locked, [enrollment_id], from_status=from_status, to_status=to, cause=cause)
        save_counters(own, locked)


def send(browser, person, *, version, to="checked_in", reason=REASON, what="override", **more):
    return browser.post(f"/admin/enrollments/{person[1]}/{what}", version=str(version), to=to, reason=reason, **more)


def status(session, person):
    session.rollback()
    return session.scalar(select(Enrollment.status).where(Enrollment.id == person[1]))


def test_the_page_shows_the_evidence_and_names_the_result_on_its_button(browser, person, app):
    closed(app, person)
    page = browser.get(f"/admin/enrollments/{person[1]}/override")
    assert page.headings("h1") == ["Override status of Jonas Weber"]
    assert page.buttons()[-2:] == ["Cancel", "Change to Attended"]
    assert "0 of 3, needs 1" in page.text
    assert "Automatic closing, Wed 10 June, 14:00" in page.text


def test_an_absence_is_corrected_and_found_in_the_timeline(browser, person, app, session):
    closed(app, person)
    answer = send(browser, person, version=2, to="attended")
    assert (answer.status, answer.location) == (303, f"/admin/enrollments/{person[1]}")
    page = browser.get(answer.location)
    assert "Jonas Weber is now Attended." in page.text
    assert "No-show →to Attended Override by \u2068Dana Kim\u2069, Wed 10 June, 14:00 " + REASON in page.text
    assert "Withdraw the override" in page.buttons()


def test_a_late_arrival_is_checked_in_for_the_day_chosen(browser, person, session):
    page = browser.get(f"/admin/enrollments/{person[1]}/override")
    options = [(o.get("value"), o.get("selected") is not None) for o in page.by_id("on_day").iter("option")]
    assert options == [("2026-06-09", False), ("2026-06-10", True)]

    send(browser, person, version=1, on_day="2026-06-09")

    assert status(session, person) == "checked_in"
    assert session.execute(select(CheckIn.local_on, CheckIn.method)).one() == (
        NOON.date() - timedelta(days=1),
        "override",
    )


def test_sent_twice_it_happens_once(browser, person, session):
    send(browser, person, version=1, on_day="2026-06-10")
    once = digest(session)
    assert send(browser, person, version=1, on_day="2026-06-10").status == 303
    assert digest(session) == once


BAD = [
    ({"reason": ""}, 422, "Enter a reason"),
    ({"reason": " \n\t"}, 422, "Enter a reason"),
    ({"reason": "x" * 501}, 422, "Shorten the reason to 500 characters"),
    ({"reason": "a\0b"}, 422, "Remove the characters that can’t be displayed from the reason"),
    ({"on_day": "2026-06-11"}, 422, "Choose the day"),
    ({"on_day": "2026-06-31"}, 422, "Choose the day"),
    ({"on_day": "yesterday"}, 422, "Choose the day"),
    ({"on_day": "2026-W24-3"}, 422, "Choose the day"),
    ({"on_day": ""}, 422, "Choose the day"),
    ({"to": "cancelled"}, 422, "Choose the new status"),
    ({"to": ""}, 422, "Choose the new status"),
    ({"version": ""}, 422, "This page has expired. Open it again"),
    ({"version": "1 "}, 422, "This page has expired. Open it again"),
    ({"to": "attended"}, 409, "That isn’t possible because the status is Confirmed. Nothing was changed."),
    ({"version": "7"}, 409, "Enrolled changed this a moment ago to Confirmed."),
]


@pytest.mark.parametrize(
    ("sent", "code", "sentence"), BAD, ids=[f"{next(iter(s))}-{n}" for n, (s, _, _) in enumerate(BAD)]
)
def test_what_is_refused_says_so_and_writes_nothing(browser, person, session, sent, code, sentence):
    before = digest(session)
    page = send(browser, person, **{"version": 1, "on_day": "2026-06-10", **sent})
    assert (page.status, sentence in page.text, digest(session)) == (code, True, before)
    assert page.title.startswith("Error: ")


def test_the_reason_typed_is_kept(browser, person):
    page = send(browser, person, version=1, on_day="", reason="Came late")
    assert "".join(page.by_id("reason").itertext()) == "Came late"


def test_a_form_that_closure_overtook_says_what_it_became(browser, person, app, session):
    send(browser, person, version=1, on_day="2026-06-10")
    closed(app, person, to=S.ATTENDED, from_status=S.CHECKED_IN)
    before = digest(session)

    page = send(browser, person, version=1, on_day="2026-06-10", reason="Another reason")

    assert (page.status, digest(session)) == (409, before)
    assert "Automatic closing changed this a moment ago to Attended." in page.text
    assert page.links()["Show it"] == f"/admin/enrollments/{person[1]}"


def test_before_the_first_day_nobody_is_checked_in(browser, world, app, session):
    event_id, user_id = world.event(), world.person("Early Bird")
    with app.app_context():
        placed = enroll(event_id=event_id, user_id=user_id, actor=world.actor(user_id), now=NOON)
    page = browser.get(f"/admin/enrollments/{placed.enrollment_id}/override")
    assert "No one can be checked in before the first day of the event." in page.text
    before = digest(session)
    answer = send(browser, (event_id, placed.enrollment_id), version=1, on_day="2026-06-11")
    assert (answer.status, digest(session)) == (409, before)


def test_withdrawing_restores_what_stood_before(browser, person, app, session):
    closed(app, person)
    send(browser, person, version=2, to="attended")
    page = browser.get(f"/admin/enrollments/{person[1]}/withdrawal")
    assert REASON in page.text and page.buttons()[-1] == "Change back to No-show"

    answer = send(browser, person, version=3, what="withdrawal", reason="Wrong person")

    assert (answer.status, status(session, person)) == (303, "no_show")
    assert "Override withdrawn by \u2068Dana Kim\u2069" in browser.get(answer.location).text


def test_withdrawing_a_check_in_reverses_it(browser, person, session):
    send(browser, person, version=1, on_day="2026-06-10")
    send(browser, person, version=2, what="withdrawal", reason="Wrong person")
    assert status(session, person) == "confirmed"
    assert session.scalars(select(CheckInReversal.reason)).all() == ["Wrong person"]


@pytest.mark.parametrize(("sent", "code"), [({"reason": ""}, 422), ({"version": 9}, 409), ({}, 409)])
def test_a_withdrawal_that_is_refused_writes_nothing(browser, person, session, sent, code):
    before = digest(session)
    page = send(browser, person, **{"version": 1, "what": "withdrawal", **sent})
    assert (page.status, digest(session)) == (code, before)


# --- in a dialog


def test_the_dialog_is_the_same_block_as_the_page(browser, person, app):
    closed(app, person)
    fragment = browser.get(f"/admin/enrollments/{person[1]}/override", htmx=True)
    assert fragment.html.lstrip().startswith("<form")
    assert fragment.headings("h2") == ["Override status of Jonas Weber"]


def test_from_the_table_the_row_comes_back_in_place(browser, person, app):
    closed(app, person)
    table = f"/admin/events/{person[0]}/enrollments?status=no_show"
    answer = browser.post(
        f"/admin/enrollments/{person[1]}/override",
        htmx=True,
        version="2",
        to="attended",
        reason=REASON,
        return_to=table,
    )
    assert (answer.status, answer.headers["HX-Trigger"], answer.headers["HX-Reswap"]) == (200, "close-dialog", "none")
    assert f'<tr id="row-{person[1]}" class="is-new" hx-swap-oob="true">' in answer.html
    assert answer.words_of("say") == "Jonas Weber is now Attended"
    assert "No-show 0" in answer.words_of("chips")


def test_from_the_persons_page_the_page_is_opened_again(browser, person, app):
    closed(app, person)
    answer = browser.post(
        f"/admin/enrollments/{person[1]}/override", htmx=True, version="2", to="attended", reason=REASON
    )
    assert (answer.status, answer.headers["HX-Redirect"]) == (200, f"/admin/enrollments/{person[1]}")


def test_a_mistake_in_the_dialog_comes_back_with_the_text(browser, person, app):
    closed(app, person)
    answer = browser.post(f"/admin/enrollments/{person[1]}/override", htmx=True, version="2", to="attended", reason="")
    assert (answer.status, answer.links()["Enter a reason"]) == (422, "#reason")


# --- rehearsal and trail


def test_the_rehearsal_shows_who_would_become_what_and_why(browser, person, session):
    send(browser, person, version=1, on_day="2026-06-10")
    before = digest(session)
    page = browser.get(f"/admin/events/{person[0]}/rehearsal")
    assert "1 person would be Attended and 0 No-show." in page.text
    assert "To count as attended, at least 1 of 3 days is needed. Checked in on 1 of 3 days: Wed 10 June." in page.text
    assert "No one to decide on" in browser.get(f"/admin/events/{person[0]}/rehearsal?outcome=no_show").text
    assert digest(session) == before


def test_the_trail_can_be_filtered_by_who_what_and_whom(browser, person, app):
    closed(app, person)
    send(browser, person, version=2, to="attended")
    assert browser.get(f"/admin/enrollments/{person[1]}").status == 200  # says what was done, once
    assert browser.get(f"/admin/events/{person[0]}/audit").text.count("Jonas Weber") == 3

    def entries(query):
        return browser.get(f"/admin/audit?{query}").text.count("Jonas Weber")

    assert (entries("trigger=admin"), entries("trigger=system"), entries("status=confirmed")) == (1, 1, 1)
    assert (entries("q=web+jon"), entries("q=mira"), entries("trigger=nobody&status=nothing")) == (3, 0, 3)
    assert (entries("before=1"), entries("before=x"), entries("before=99999999999999999999")) == (0, 3, 3)


def test_the_trail_goes_on_page_by_page_without_a_gap(browser, world, app):
    event_id = world.event()
    with app.app_context():
        for user_id in world.people(52):
            enroll(event_id=event_id, user_id=user_id, actor=world.actor(user_id), now=clock.now())
    first = browser.get(f"/admin/events/{event_id}/audit")
    second = browser.get(first.links()["Older entries"])
    seen = [link for page in (first, second) for link in page.links() if link.startswith("Person ")]
    assert (len(seen), len(set(seen))) == (52, 52)
    assert "Older entries" not in second.links()
