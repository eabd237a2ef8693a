"""What a crew reads after a scan: the same outcome for htmx and without JavaScript, always with status 200."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.support.browsers.keyboards import typed
from tests.support.databases.statements import counted_statements
from tests.support.pages.reading import Page
from tests.support.worlds.open_desk import OpenDesk, tap_id
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp import clock
from webapp.domain.permission import Role
from webapp.domain.places.pass_code import check_character
from webapp.models import CheckIn, Event
from webapp.services.places.enrollment import cancel
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def desk(world) -> OpenDesk:
    return OpenDesk(world)


@pytest.fixture
def organizer(desk, reader_of):
    return reader_of(desk.organizer_id)


def scan(reader, desk: OpenDesk, q: str, *, htmx: bool = True, **fields) -> Page:
    return reader.post(f"/desk/{desk.event_id}/scan", htmx=htmx, **{"q": q, "request_id": tap_id(), **fields})


def result(page: Page) -> tuple[str, str, str, str]:
    """Colour, first words, name, third line."""
    block = next(one for one in page.tree.iter("section") if "result" in (one.get("class") or "").split())
    tone = next(word for word in block.get("class").split() if word.startswith("result--")).removeprefix("result--")
    words = [
        " ".join("".join(one.itertext()).split())
        for name in ("result__say", "result__name", "result__more")
        for one in block.iter()
        if one.get("class") == name
    ]
    return (tone, *words) if len(words) == 3 else (tone, words[0], "", words[1])


def at(moment) -> None:
    clock.move(moment - clock.real_now())


def set_event(app, **values) -> None:
    with app.app_context(), write_transaction() as session:
        session.execute(update(Event).values(**values))


def test_in_is_green_and_can_be_undone(desk, organizer) -> None:
    page = scan(organizer, desk, desk.code(desk.guest()))
    assert (page.status, result(page)) == (200, ("ok", "Checked in", "Amara Okafor", "14:00"))
    assert page.buttons() == ["Undo 10 s"]


def test_the_second_day_says_who_was_here_before(world, reader_of) -> None:
    desk = OpenDesk(world, ends_at=NOON + timedelta(days=2))
    organizer, code = reader_of(desk.organizer_id), desk.code(desk.guest())
    lines = []
    for day in range(3):
        at(NOON + timedelta(days=day))
        lines.append(result(scan(organizer, desk, code))[3])
    assert lines == ["14:00", "14:00, also here on day 1", "14:00, also here on days 1 and 2"]


def test_already_in_is_amber_and_says_since_when_and_where(desk, organizer) -> None:
    code = desk.code(desk.guest())
    scan(organizer, desk, code)
    at(NOON + timedelta(minutes=30))
    page = scan(organizer, desk, code)
    assert result(page) == (
        "again",
        "Already checked in",
        "Amara Okafor",
        "30 minutes ago, at 14:00, Desk. Nothing changed.",
    )
    assert page.buttons() == ["See entry"]


def test_a_double_read_makes_no_second_sound(desk, organizer) -> None:
    code = desk.code(desk.guest())
    first, second = scan(organizer, desk, code), scan(organizer, desk, code)
    keys = [next(page.tree.iter("section")).get("data-result") for page in (first, second)]
    assert keys[0] == keys[1]


@pytest.mark.parametrize(
    ("days", "more"),
    [
        (-3, "Harbour Code Camp is on Wed 10 June. Nothing was saved."),
        (2, "The last day was Wed 10 June. Make changes under Enrollments."),
    ],
)
def test_not_today_names_the_day(desk, organizer, session, days, more) -> None:
    code = desk.code(desk.guest())
    at(NOON + timedelta(days=days))
    assert result(scan(organizer, desk, code)) == ("ask", "Not today", "Amara Okafor", more)
    assert session.scalar(select(CheckIn.id)) is None


def test_a_waiting_guest_is_for_the_crew_to_decide(world, reader_of) -> None:
    desk = OpenDesk(world, capacity=1)
    names = ["Ada Seated", "Mei Chen", "Tomás Cortés"]
    ids = dict(zip(names, [desk.guest(name) for name in names], strict=True))
    organizer = reader_of(desk.organizer_id)
    full = scan(organizer, desk, desk.code(ids["Tomás Cortés"]))
    assert result(full) == (
        "ask",
        "On the waitlist (position 2)",
        "Tomás Cortés",
        "The only place is taken. 1 person hasn’t arrived yet.",
    )
    with world.app.app_context():
        cancel(enrollment_id=ids["Ada Seated"], actor=desk.organizer, by="organizer", now=NOON)
    free = scan(organizer, desk, desk.code(ids["Tomás Cortés"]))
    assert result(free)[3] == "0 of 1 place taken. Position 1, Mei Chen, hasn’t arrived."
    assert free.buttons() == ["Give a place and check in", "Keep on the waitlist"]
    first = scan(organizer, desk, desk.code(ids["Mei Chen"]))
    assert result(first)[1:] == ("On the waitlist (position 1)", "Mei Chen", "0 of 1 place taken.")
    decide = f"/desk/{desk.event_id}/decide/{ids['Mei Chen']}"
    given = organizer.post(decide, htmx=True, **first.fields(decide))
    assert result(given)[:3] == ("ok", "Checked in", "Mei Chen")


def test_a_cancelled_guest_is_enrolled_again_where_places_are_free(desk, organizer) -> None:
    amara = desk.guest()
    with desk.world.app.app_context():
        cancel(enrollment_id=amara, actor=desk.organizer, by="organizer", now=NOON)
    page = scan(organizer, desk, desk.code(amara))
    assert result(page) == ("ask", "Cancelled by the organizer on Wed 10 June", "Amara Okafor", "Places are available.")
    decide = f"/desk/{desk.event_id}/decide/{amara}"
    assert result(organizer.post(decide, htmx=True, **page.fields(decide)))[:3] == ("ok", "Checked in", "Amara Okafor")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("completed", ("ask", "This event is closed", "Amara Okafor", "Confirmed. Make changes under Enrollments.")),
        ("cancelled", ("stop", "This event was called off", "Amara Okafor", "No one can be checked in.")),
    ],
)
def test_a_closed_event_says_so(desk, organizer, app, status, expected) -> None:
    code = desk.code(desk.guest())
    set_event(app, status=status)
    assert result(scan(organizer, desk, code)) == expected


def test_a_misread_code_is_told_apart_from_an_unknown_one(desk, organizer) -> None:
    body = "1234567"
    good = body + check_character(body)
    bad = body + ("0" if good[-1] != "0" else "1")
    assert result(scan(organizer, desk, good)) == (
        "stop",
        "Not on this list",
        good,
        "This code isn’t from Harbour Code Camp.",
    )
    assert result(scan(organizer, desk, bad))[1] == "Typing error in this code"


def test_a_code_for_another_event_names_it_but_not_to_another_organization(desk, organizer, world) -> None:
    sister = world.event("Hand-building with clay")
    ours = desk.code(desk.guest("Hanna Lindqvist", event_id=sister))
    assert result(scan(organizer, desk, ours)) == (
        "stop",
        "Code for another event",
        "Hanna Lindqvist",
        "Hand-building with clay, Thu 11 June.",
    )
    world.organization("Elsewhere")
    other = OpenDesk(world)
    theirs = scan(organizer, desk, other.code(other.guest("Secret Person")))
    assert result(theirs)[1] == "Not on this list"
    assert "Secret" not in theirs.html


def test_an_unknown_name_offers_a_walk_in_with_that_name(desk, organizer) -> None:
    page = scan(organizer, desk, "Nobody <b>Known</b>")
    assert result(page)[:3] == ("stop", "Not on this list", "Nobody <b>Known</b>")
    assert page.links()["Add as walk-in"] == f"/desk/{desk.event_id}/walk-in?name=Nobody+%3Cb%3EKnown%3C/b%3E"


def test_words_that_fit_several_show_them_in_the_list(desk, organizer, session) -> None:
    for name in ("Mira Sand", "Mira Stone"):
        desk.guest(name)
    page = scan(organizer, desk, "mira")
    assert "2 matches. Pick one or keep typing." in page.text
    assert [button for button in page.buttons("guests") if button == "Check in"] == ["Check in"] * 2
    assert session.scalar(select(CheckIn.id)) is None


def test_undo_takes_it_back_and_later_asks_why(desk, organizer) -> None:
    page = scan(organizer, desk, desk.code(desk.guest()))
    undo = f"/desk/{desk.event_id}/undo"
    assert result(organizer.post(undo, htmx=True, **page.fields(undo)))[:2] == ("again", "Undone")
    page = scan(organizer, desk, "Amara")
    at(NOON + timedelta(minutes=1))
    late = organizer.post(undo, htmx=True, **page.fields(undo))
    assert (late.status, result(late)[3], late.buttons()) == (422, "Enter a reason", ["Say why and undo"])
    form = organizer.get(late.links()["Say why and undo"])
    done = organizer.post(undo, **{**form.fields(undo), "reason": "Wrong person"})
    assert done.status == 303
    assert "Wrong person" in organizer.get(done.location).text


# ---- without JavaScript


def test_without_javascript_the_page_tells_the_result_again(desk, organizer) -> None:
    code = desk.code(desk.guest())
    answer = scan(organizer, desk, code, htmx=False)
    page = organizer.get(answer.location)
    assert (answer.status, result(page)) == (303, ("ok", "Checked in", "Amara Okafor", "14:00"))
    assert page.by_id("scan").get("autofocus") is not None
    at(NOON + timedelta(minutes=5))
    assert result(organizer.get(answer.location))[:2] == ("again", "Already checked in")
    assert result(organizer.get(scan(organizer, desk, code, htmx=False).location))[0] == "again"


@pytest.mark.parametrize(("q", "words"), [("1234 5678", "code"), ("Nobody Known", "Not on this list")])
def test_without_javascript_nobody_is_told_again_too(desk, organizer, q, words) -> None:
    page = organizer.get(scan(organizer, desk, q, htmx=False).location)
    assert words in page.words_of("result")
    assert page.by_id("scan").get("value") == q


@pytest.mark.parametrize(
    "value",
    [
        "in.999999",
        "in.x",
        "ask.999999",
        "in.-1",
        "ask.",
        "evil",
        "look",
        "in.9223372036854775808",
        "<script>alert(1)</script>",
    ],
)
def test_a_made_up_result_in_the_address_shows_nothing(desk, organizer, value) -> None:
    page = organizer.get(f"/desk/{desk.event_id}?result={value}")
    assert (page.status, page.words_of("result")) == (200, "")


def test_a_result_of_another_desk_is_never_green(desk, organizer, reader_of, world) -> None:
    answer = scan(organizer, desk, desk.code(desk.guest()), htmx=False)
    other = reader_of(world.person("Oscar Other", role=Role.ORGANIZER))
    assert result(other.get(answer.location))[0] == "again"


# ---- cost


@pytest.mark.parametrize("others", [10, 1000])
def test_a_scan_is_seven_statements_with_the_cookie_whatever_the_number_of_guests(
    desk, organizer, app, database, others
):
    desk.crowd(others)
    codes = [desk.code(desk.guest("Amara Okafor")), "Łukasz Wiśniewski"]
    desk.guest("Łukasz Wiśniewski")
    token = organizer.token()
    for q in codes:
        data = {"csrf_token": token, "q": q, "request_id": tap_id()}
        with counted_statements(app) as seen:
            organizer.client.post(f"/desk/{desk.event_id}/scan", data=data, headers={"HX-Request": "true"})
        assert len(seen) == {"sqlite": 7, "postgres": 5}[database.kind]


def test_a_refused_scan_writes_nothing(desk, organizer, session) -> None:
    amara = desk.guest()
    before = digest(session)
    for fields in (
        {"request_id": ""},
        {"request_id": "short"},
        {"request_id": "x" * 65},
        {"request_id": "spaces in it"},
    ):
        page = scan(organizer, desk, desk.code(amara), **fields)
        assert (page.status, result(page)[0]) == (422, "stop")
        assert scan(organizer, desk, desk.code(amara), htmx=False, **fields).status == 422
    assert digest(session) == before


def test_a_scan_on_another_layout_lets_in_with_script_and_without(desk, organizer) -> None:
    first, second = desk.guest("Amara Okafor"), desk.guest("Mei Lin")
    without = scan(organizer, desk, typed(f"HTTPS://TURNOUT.EXAMPLE/C/{desk.code(first)}", "French"), htmx=False)
    assert without.status == 303
    assert result(organizer.get(without.location))[:3] == ("ok", "Checked in", "Amara Okafor")
    keys = f"HTTPS://TURNOUT.EXAMPLE/C/{desk.code(second)}"

    page = scan(organizer, desk, "unreadable", keys=keys)

    assert result(page)[:3] == ("ok", "Checked in", "Mei Lin")


def test_keys_that_cannot_be_read_are_no_reason_to_refuse_a_scan(desk, organizer) -> None:
    page = scan(organizer, desk, desk.code(desk.guest()), keys="x\x07" * 400)

    assert result(page)[0] == "ok"


def test_a_name_leads_to_the_person_for_who_may_see_them(desk, organizer, reader_of, world) -> None:
    enrollment_id = desk.guest("Ana Silva")
    link = f"/admin/organization/{world.organization_id}/people/"

    seen = scan(organizer, desk, desk.code(enrollment_id))
    assert link in seen.links()["Ana Silva"]
    assert organizer.get(seen.links()["Ana Silva"]).status == 200
    assert link not in scan(reader_of(world.person("Lu", role=Role.DESK)), desk, desk.code(enrollment_id)).html
