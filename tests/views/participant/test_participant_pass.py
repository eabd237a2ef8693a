"""The pass: its picture, its days, the calendar file, and whom a code leads where."""

from datetime import timedelta

import pytest
import segno
from icalendar import Calendar

from tests.support.pages.reading import Reader
from tests.support.worlds.use_cases import days
from tests.support.worlds.world import NOON
from webapp.adapters.qr import qr_picture, qr_picture_of_many
from webapp.domain.permission import Role
from webapp.domain.places.pass_code import new_pass_code
from webapp.models import Enrollment

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def mira(world) -> int:
    return world.person("Mira Sand")


def code_of(session, user_id: int) -> str:
    session.rollback()
    return session.query(Enrollment).filter_by(user_id=user_id).one().pass_code


def picture(page):
    return next((one for one in page.tree.iter() if one.get("class") == "qr"), None)


def test_a_valid_pass_shows_code_picture_name_and_event(world, use_cases, reader_of, mira, session):
    use_cases.enrolls(world.event("Clay"), mira)
    code = code_of(session, mira)
    page = reader_of(mira).get(f"/me/pass/{code}")
    assert page.status == 200
    assert f"{code[:4]} {code[4:]}" in page.text
    assert page.words_of("main").startswith("Your pass Clay Thu 11 June, 14:00, Studio 2")
    assert "Mira Sand" in page.words_of("main")
    assert picture(page).get("aria-label") == f"Your check-in code, {code[:4]} {code[4:]}"
    assert reader_of(mira).get(f"/me/pass/{code.lower()}").status == 200


def test_the_picture_is_the_address_of_the_code():
    """Read back module by module: the same matrix as the library draws for that address."""
    text = "http://127.0.0.1:8000/c/7Q4M2KXW"
    picture = qr_picture(text)
    code = segno.make(text, error="m", micro=False, boost_error=False, mask=0)
    matrix = [list(row) for row in code.matrix]
    assert picture.size == len(matrix) + 8
    drawn = [[0] * len(matrix) for _ in matrix]
    for stroke in picture.path.split("M")[1:]:
        start, length = stroke.split("h")
        x, y = start.split(" ")
        for at in range(int(length)):
            drawn[int(float(y) - 0.5) - 4][int(x) - 4 + at] = 1
    assert drawn == matrix


def test_passes_that_are_drawn_together_look_as_if_drawn_alone():
    for beginning in ("http://127.0.0.1:8000/c/", "https://turnout.example/town/of/hamburg/c/"):
        for code in (new_pass_code() for _ in range(50)):
            assert qr_picture_of_many(beginning, code) == qr_picture(beginning + code)


def test_days_are_ticked_one_by_one(world, use_cases, reader_of, mira, session):
    event_id = world.event(starts_at=NOON - days(1), ends_at=NOON + days(1), closes_at=NOON + days(1))
    placed = use_cases.enrolls(event_id, mira, now=NOON - days(2))
    use_cases.is_checked_in(event_id, placed, now=NOON - days(1))
    address = f"/me/pass/{code_of(session, mira)}"
    page = reader_of(mira).get(address)
    assert [" ".join("".join(one.itertext()).split()) for one in page.tree.iter("dd")] == [
        "Checked in",
        "Not yet",
        "Not yet",
    ]
    assert "You are checked in, today" not in page.text
    use_cases.is_checked_in(event_id, placed, now=NOON)
    assert "You are checked in, today at 14:00" in reader_of(mira).get(address).text


def test_a_pass_without_a_place_has_no_picture_and_says_why(world, use_cases, reader_of, mira, session):
    event_id = world.event(capacity=1)
    use_cases.fills(event_id, 1)
    placed = use_cases.enrolls(event_id, mira)
    address = f"/me/pass/{code_of(session, mira)}"
    waiting = reader_of(mira).get(address)
    assert "No code yet. You are on the waitlist (position 1)." in waiting.text
    use_cases.leaves(placed, mira)
    given_up = reader_of(mira).get(address)
    assert "This code no longer works." in given_up.text
    assert [picture(waiting), picture(given_up)] == [None, None]
    assert [reader_of(mira).get(f"{address}.ics").status] == [404]


def test_only_the_owner_has_the_pass(world, use_cases, reader_of, mira, session, reader):
    use_cases.enrolls(world.event(), mira)
    code = code_of(session, mira)
    stranger, unknown = reader_of(world.person("Ben")), "00000000"
    for address in ("/me/pass/{}", "/me/pass/{}.ics"):
        theirs, nobodys = stranger.get(address.format(code)), stranger.get(address.format(unknown))
        assert (theirs.status, theirs.unsigned) == (404, nobodys.unsigned)
        assert reader.get(address.format(code)).location == f"/login?next={address.format(code)}"


def test_the_calendar_file_keeps_the_hours_of_the_event(world, use_cases, reader_of, mira, session):
    event_id = world.event("Clay, wheel", slug="clay", ends_at=NOON + days(1) + timedelta(hours=3))
    use_cases.enrolls(event_id, mira)
    code = code_of(session, mira)
    answer = reader_of(mira).get(f"/me/pass/{code}.ics")
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="clay.ics"'
    calendar = Calendar.from_ical(answer.response.get_data())
    (event,) = calendar.walk("VEVENT")
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Europe/Berlin"]
    assert (str(event["SUMMARY"]), str(event["UID"])) == ("Clay, wheel", f"{code.lower()}@127.0.0.1")
    assert f"{event['DTSTART'].dt:%Y-%m-%d %H:%M}" == "2026-06-11 14:00"
    assert f"{event['DTEND'].dt:%Y-%m-%d %H:%M}" == "2026-06-11 17:00"
    assert (event["DTSTART"].dt - NOON) == days(1)
    again = Calendar.from_ical(reader_of(mira).get(f"/me/pass/{code}.ics").response.get_data())
    assert again.walk("VEVENT")[0]["UID"] == event["UID"]


def test_a_line_break_in_a_title_cannot_add_a_line_to_the_calendar(world, use_cases, reader_of, mira, session):
    use_cases.enrolls(world.event("Clay\r\nATTENDEE:mailto:evil@evil.example"), mira)
    answer = reader_of(mira).get(f"/me/pass/{code_of(session, mira)}.ics")
    assert [line for line in answer.html.splitlines() if line.startswith("ATTENDEE")] == []


def test_a_scanned_code_leads_its_owner_to_the_pass(world, use_cases, reader_of, mira, session):
    use_cases.enrolls(world.event(), mira)
    code = code_of(session, mira)
    answer = reader_of(mira).get(f"/c/{code}")
    assert (answer.status, answer.location) == (302, f"/me/pass/{code}")


def test_a_scanned_code_leads_the_crew_to_their_desk_with_the_code(world, use_cases, reader_of, mira, session):
    event_id = world.event()
    use_cases.enrolls(event_id, mira)
    code = code_of(session, mira)
    orla = reader_of(world.person("Orla", role=Role.ORGANIZER))
    answer = orla.get(f"/c/{code}")
    assert answer.status == 302
    assert answer.location.startswith(f"/desk/{event_id}")
    assert code in answer.location
    assert orla.get(answer.location).status == 200


def test_a_scanned_code_tells_nobody_else_anything(world, use_cases, reader_of, mira, session, app):
    use_cases.enrolls(world.event(), mira)
    code = code_of(session, mira)
    world.organization("Other Makers")
    stranger, other_staff = reader_of(world.person("Ben")), reader_of(world.person("Ola", role=Role.ADMIN))
    for reader in (stranger, other_staff):
        answers = [reader.get(f"/c/{one}") for one in (code, "00000000")]
        assert [answer.status for answer in answers] == [404, 404]
        assert answers[0].unsigned == answers[1].unsigned
    signed_out = Reader(app.test_client())
    assert [signed_out.get(f"/c/{one}").location for one in (code, "00000000")] == [
        f"/login?next=/c/{code}",
        "/login?next=/c/00000000",
    ]


@pytest.mark.parametrize("code", ["0000000", "000000000", "0000-000", "%00000000", "00000000%0A", "../../x"])
def test_what_is_no_code_is_404(reader, code):
    assert reader.get(f"/c/{code}").status == 404
