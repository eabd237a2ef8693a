"""Decisions at the desk: what is offered to whom, and what is said when things stand otherwise by then."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.pages.reading import Page, Reader
from tests.support.worlds.open_desk import OpenDesk, tap_id
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.models import CheckIn, Enrollment
from webapp.services.desk.helper_link import create_helper_link
from webapp.services.places.enrollment import cancel

#: The rules behind these pages are tried on both databases below them.
pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]

HOW = pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain"])


@pytest.fixture
def desk(world) -> OpenDesk:
    return OpenDesk(world)


@pytest.fixture
def organizer(desk, reader_of) -> Reader:
    return reader_of(desk.organizer_id)


@pytest.fixture
def helper(app, desk) -> Reader:
    with app.app_context():
        link = create_helper_link(event_id=desk.event_id, name="Mia", desk="Left", actor=desk.organizer, now=NOON)
    reader = Reader(app.test_client())
    reader.get(f"/desk/join/{link.token}")
    return reader


def decide(reader: Reader, desk: OpenDesk, enrollment_id: int, *, htmx: bool = False, **fields) -> Page:
    path = f"/desk/{desk.event_id}/decide/{enrollment_id}"
    return reader.post(path, htmx=htmx, **{"decision": "give_place", "request_id": tap_id(), **fields})


def leave(desk: OpenDesk, enrollment_id: int, by: str = "organizer", actor=None) -> None:
    with desk.world.app.app_context():
        cancel(enrollment_id=enrollment_id, actor=actor or desk.organizer, by=by, now=NOON - timedelta(hours=3))


def words_of_result(page: Page) -> str:
    block = next(one for one in page.tree.iter("section") if "result" in (one.get("class") or "").split())
    return " ".join("".join(block.itertext()).split())


# ---- confirmed meanwhile


@HOW
def test_who_got_a_place_meanwhile_can_be_checked_in(desk, organizer, session, htmx) -> None:
    amara = desk.guest()
    before = digest(session)
    page = decide(organizer, desk, amara, htmx=htmx, version=1)
    assert page.status == 409
    assert "Has a place now Amara Okafor" in words_of_result(page)
    assert digest(session) == before
    if htmx:
        # The answer stands where results stand, and the dialog it was asked in is gone.
        assert (page.headers.get("HX-Retarget"), page.headers["HX-Trigger"]) == (None, "close-dialog")
    tap = f"/desk/{desk.event_id}/checkin"
    form = next(one for one in page.tree.iter("form") if "enrollment" in page_fields(one))
    fields = {**page_fields(form), "csrf_token": organizer.token()}
    assert (form.get("action"), fields["enrollment"]) == (tap, str(amara))
    answer = organizer.post(tap, htmx=True, **fields)
    assert "Checked in Amara Okafor" in words_of_result(answer)


def page_fields(form) -> dict[str, str]:
    return {one.get("name"): one.get("value") for one in form.iter("input") if one.get("name")}


@HOW
def test_who_was_checked_in_meanwhile_is_in_already(desk, organizer, session, app, htmx) -> None:
    amara = desk.guest()
    with app.app_context():
        desk.press(amara, desk="Left")
    before = digest(session)
    page = decide(organizer, desk, amara, htmx=htmx, version=1)
    assert page.status == 409
    assert "Already checked in Amara Okafor" in words_of_result(page)
    assert digest(session) == before


@HOW
def test_who_enrolled_again_meanwhile_can_be_checked_in(desk, organizer, world, session, htmx) -> None:
    amara = world.person("Amara Okafor")
    old = desk.enroll([amara])[0]
    leave(desk, old)
    new = desk.enroll([amara])[0]
    before = digest(session)
    page = decide(organizer, desk, old, htmx=htmx, decision="enroll_again")
    assert (page.status, "Has a place now Amara Okafor" in words_of_result(page)) == (409, True)
    assert f'name="enrollment" value="{new}"' in page.html
    assert digest(session) == before


def test_opening_a_decision_that_was_taken_leads_back_to_the_guest(desk, organizer) -> None:
    amara = desk.guest()
    path = f"/desk/{desk.event_id}/decide/{amara}"
    answer = organizer.get(path)
    assert (answer.status, "Has a place now" in words_of_result(organizer.get(answer.location))) == (303, True)
    fragment = organizer.get(path, htmx=True)
    assert (fragment.status, fragment.headers["HX-Retarget"]) == (200, "#result")
    assert "Has a place now" in words_of_result(fragment)


@HOW
@pytest.mark.parametrize(
    "fields",
    [
        {"decision": "nonsense"},
        {"decision": ""},
        {"version": "x"},
        {"version": "-1"},
        {"version": "9" * 40},
        {"reason": "a\0b"},
        {"reason": "x" * 10_000},
        {"request_id": ""},
        {"request_id": "a\0bcdefgh"},
        {"decision": "enroll_again"},
        {"decision": ["give_place", "enroll_again"]},
    ],
)
@pytest.mark.parametrize("status", ["confirmed", "waitlisted"])
def test_nothing_that_is_sent_about_a_guest_is_an_error_of_ours(
    world, reader_of, session, htmx, fields, status
) -> None:
    desk = OpenDesk(world, capacity=1)
    ids = {"confirmed": desk.guest(), "waitlisted": desk.guest("Bo")}
    before = digest(session)
    page = decide(reader_of(desk.organizer_id), desk, ids[status], htmx=htmx, **fields)
    assert page.status in {409, 422}
    assert digest(session) == before


# ---- somebody else took the place away


def test_a_helper_asks_an_admin_about_whom_the_organizer_removed(desk, helper, organizer, session) -> None:
    amara = desk.guest()
    leave(desk, amara)
    scan = {"q": desk.code(amara), "request_id": tap_id()}
    before = digest(session)
    page = helper.post(f"/desk/{desk.event_id}/scan", htmx=True, **scan)
    assert page.buttons() == ["Do not check in", "Ask an admin"]
    asked = helper.get(page.links()["Ask an admin"])
    assert ("Ask an admin." in asked.text, "Enroll again and check in" in asked.text) == (True, False)
    assert decide(helper, desk, amara, htmx=True, decision="enroll_again").status == 409
    assert digest(session) == before
    page = organizer.post(f"/desk/{desk.event_id}/scan", htmx=True, **scan)
    assert page.buttons() == ["Enroll again and check in", "Do not check in"]


def test_a_helper_takes_back_whoever_gave_the_place_up(desk, helper, world, session) -> None:
    amara = world.person("Amara Okafor")
    enrolled = desk.enroll([amara])[0]
    leave(desk, enrolled, "user", world.actor(amara))
    page = helper.post(f"/desk/{desk.event_id}/scan", htmx=True, q=desk.code(enrolled), request_id=tap_id())
    assert page.buttons() == ["Enroll again and check in", "Do not check in"]
    answer = decide(helper, desk, enrolled, htmx=True, decision="enroll_again")
    assert "Checked in Amara Okafor" in words_of_result(answer)
    assert len(session.scalars(select(CheckIn.id)).all()) == 1


def test_where_an_organizer_decides_a_helper_takes_nobody_back(world, app, reader_of, session) -> None:
    desk = OpenDesk(world, policy={"method": "application"})
    organizer = reader_of(desk.organizer_id)
    page = organizer.post(f"/desk/{desk.event_id}/walk-in", htmx=True, name="Zed", request_id=tap_id())
    assert page.status == 200
    undo = f"/desk/{desk.event_id}/undo"
    organizer.post(undo, htmx=True, **page.fields(undo))
    zed = session.execute(select(Enrollment.id, Enrollment.user_id)).one()
    leave(desk, zed.id, "user", world.actor(zed.user_id))
    with app.app_context():
        link = create_helper_link(event_id=desk.event_id, name="Mia", desk="Left", actor=desk.organizer, now=NOON)
    helper = Reader(app.test_client())
    helper.get(f"/desk/join/{link.token}")
    page = helper.post(f"/desk/{desk.event_id}/scan", htmx=True, q="zed", request_id=tap_id())
    assert page.buttons() == ["Do not check in", "Ask an admin"]
