"""The desk's page, its list, what the other desks see, arrivals and walk-ins."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from tests.support.databases.statements import counted_statements
from tests.support.worlds.open_desk import OpenDesk, tap_id
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp import clock
from webapp.domain.permission import Role
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.pass_code import ALPHABET, is_well_formed
from webapp.models import CheckIn, Enrollment, Event, User
from webapp.services.care.people import add_cared_for
from webapp.services.events.override import override_status
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def desk(world) -> OpenDesk:
    return OpenDesk(world)


@pytest.fixture
def organizer(desk, reader_of):
    return reader_of(desk.organizer_id)


def press(reader, desk, enrollment_id):
    path = f"/desk/{desk.event_id}/checkin"
    return reader.post(path, htmx=True, enrollment=enrollment_id, request_id=tap_id())


def names(page) -> list[str]:
    return ["".join(one.itertext()) for one in page.tree.iter("p") if one.get("class") == "guest__n"]


def test_the_start_lists_today_first_and_remembers_the_desk(desk, organizer, world) -> None:
    world.event("Next week", starts_at=NOON + timedelta(days=7))
    world.event("Long gone", starts_at=NOON - timedelta(days=7))
    page = organizer.get("/desk/")
    assert [page.text.index(title) > 0 for title in ("Harbour Code Camp", "Next week")] == [True, True]
    assert (page.text.index("Harbour Code Camp") < page.text.index("Next week"), "Long gone" in page.text) == (
        True,
        False,
    )
    answer = organizer.post("/desk/", event=desk.event_id, desk="Door łeft")
    assert (answer.status, answer.location) == (303, f"/desk/{desk.event_id}")
    assert organizer.get("/desk/").by_id("desk").get("value") == "Door łeft"
    assert "Door łeft" in organizer.get(answer.location).text


@pytest.mark.parametrize("name", ["a\0b", "x" * 61, "\u200b\u200b"])
def test_a_desk_name_that_cannot_be_used_is_said_beside_its_field(desk, organizer, name) -> None:
    page = organizer.post("/desk/", event=desk.event_id, desk=name)
    assert (page.status, page.title.startswith("Error: "), page.by_id("desk").get("aria-invalid")) == (
        422,
        True,
        "true",
    )


def test_a_child_stands_in_the_list_and_in_the_result_with_who_looks_after_it(app, desk, organizer, world) -> None:
    with app.app_context():
        mira = world.person("Mira Sand", email="mira@sand.example")
        lina = add_cared_for(carer_id=mira, name="Lina Sand", now=NOON)
    (enrollment_id,) = desk.enroll([lina])
    path = f"/desk/{desk.event_id}/guests"
    assert "Lina Sandwith Mira Sand" in organizer.get(path, htmx=True).words_of("guests")
    assert "Lina Sandwith Mira Sand" in organizer.get(f"{path}?q=lina", htmx=True).words_of("guests")
    assert "Lina Sand with Mira Sand" in press(organizer, desk, enrollment_id).text
    assert "mira@sand.example" not in organizer.get(path, htmx=True).html


def test_the_list_is_by_the_last_word_and_those_in_come_below(desk, organizer) -> None:
    ids = {
        name: desk.guest(name)
        for name in ("Joris van Aalst", "Ikram El Idrissi", "Fatima Al-Zahra", "Łukasz Wiśniewski")
    }
    press(organizer, desk, ids["Joris van Aalst"])
    page = organizer.get(f"/desk/{desk.event_id}/guests", htmx=True)
    assert names(page) == ["Ikram El Idrissi", "Łukasz Wiśniewski", "Fatima Al-Zahra", "Joris van Aalst"]
    assert "In, 14:00" in page.text


@pytest.mark.parametrize("q", ["wisniewski", "WIS luk", "luk w", "łuk"])
def test_a_search_takes_words_in_any_order_without_accents(desk, organizer, q) -> None:
    desk.guest("Łukasz Wiśniewski")
    desk.guest("Greta Müller")
    assert names(organizer.get(f"/desk/{desk.event_id}/guests?q={q}", htmx=True)) == ["Łukasz Wiśniewski"]


def test_the_fragment_is_a_part_of_the_page(desk, organizer) -> None:
    desk.guests(3)
    for path in ("", "/guests", "/guests?q=person"):
        page = organizer.get(f"/desk/{desk.event_id}{path}")
        fragment = organizer.get(f"/desk/{desk.event_id}{path}", htmx=True)
        assert (fragment.status, names(fragment)) == (page.status, names(page))


def test_thirty_rows_then_more(desk, organizer) -> None:
    desk.guests(65)
    page = organizer.get(f"/desk/{desk.event_id}")
    seen = [len(names(page))]
    while "Show more" in page.links():
        page = organizer.get(page.links()["Show more"])
        seen.append(len(names(page)))
    assert seen == [30, 60, 65]


def test_a_page_costs_the_same_with_five_thousand_guests(world, reader_of, app) -> None:
    counts = []
    for number in (3, 5000):
        desk = OpenDesk(world)
        desk.crowd(number)
        organizer = reader_of(desk.organizer_id)
        for path in ("", "/guests?q=guest", "/arrivals", "/live?since=0"):
            organizer.get(f"/desk/{desk.event_id}{path}")
            with counted_statements(app) as seen:
                organizer.get(f"/desk/{desk.event_id}{path}")
            counts.append(len(seen))
    # A short list also looks for those who have come since the tally.
    assert all(many <= few <= many + 1 for few, many in zip(counts[:4], counts[4:], strict=True))
    assert max(counts) <= 7


def test_live_is_silent_until_something_changes(desk, organizer) -> None:
    amara = desk.guest()
    path = f"/desk/{desk.event_id}/live"
    first = organizer.get(path, htmx=True)
    since = first.by_id("tally").get("data-rev")
    assert organizer.get(f"{path}?since={since}", htmx=True).status == 204
    press(organizer, desk, amara)
    changed = organizer.get(f"{path}?since={since}", htmx=True)
    assert (changed.status, changed.by_id("tally").get("data-gone")) == (200, str(amara))
    assert "1 / 1" in changed.words_of("tally")
    assert "Amara Okafor" in changed.words_of("arrivals")


@pytest.mark.parametrize("since", ["", "x", "-1", "9" * 5000, "1-2", "<script>", "0\0"])
def test_live_takes_any_revision_as_an_old_one(desk, organizer, since) -> None:
    assert (
        organizer.client.get(
            f"/desk/{desk.event_id}/live", query_string={"since": since}, headers={"HX-Request": "true"}
        ).status_code
        == 200
    )


def test_a_closed_event_ends_the_asking(desk, organizer, app) -> None:
    with app.app_context(), write_transaction() as session:
        session.execute(update(Event).values(status="completed"))
    page = organizer.get(f"/desk/{desk.event_id}")
    assert (page.by_id("sync").get("data-live"), page.by_id("scan")) == (None, None)
    assert "This event is closed. Make changes under Enrollments." in page.text
    assert organizer.get(f"/desk/{desk.event_id}/live?since=x", htmx=True).status == 286


def test_another_day_is_to_look_at(world, reader_of) -> None:
    desk = OpenDesk(world, ends_at=NOON + timedelta(days=2))
    desk.guest()
    organizer = reader_of(desk.organizer_id)
    page = organizer.get(f"/desk/{desk.event_id}?day=2026-06-11")
    assert ("Go to today" in page.links(), page.by_id("scan"), "Check in" in page.buttons()) == (True, None, False)


@pytest.mark.parametrize(
    "day", ["2026-06-30", "2026-13-01", "2026-02-30", "x", "", "20260610", "٢٠٢٦-٠٦-١٠", "2026-W24-3"]
)
def test_a_day_that_is_none_of_the_event_does_not_exist(desk, organizer, day) -> None:
    assert organizer.get(f"/desk/{desk.event_id}?day={day}").status == 404


def test_before_the_day_the_field_can_be_tried(desk, organizer) -> None:
    clock.move(NOON - timedelta(days=3) - clock.real_now())
    page = organizer.get(f"/desk/{desk.event_id}")
    assert "Check-in opens Wed 10 June" in page.text
    assert page.by_id("scan") is not None


def test_arrivals_are_newest_first_and_can_be_filtered(desk, organizer, app) -> None:
    with app.app_context():
        for name, where in (("Amara Okafor", "Left"), ("Ben Achterberg", "Right")):
            desk.press(desk.guest(name), desk=where)
    path = f"/desk/{desk.event_id}/arrivals"
    text = organizer.get(path).words_of("all-arrivals")
    assert text.index("Ben Achterberg") < text.index("Amara Okafor")
    assert "Ben" not in organizer.get(f"{path}?desk=Left").words_of("all-arrivals")
    assert "Ben" not in organizer.get(f"{path}?q=oka").words_of("all-arrivals")
    assert "No matches" in organizer.get(f"{path}?q=nobody").text


def correct(desk, app, name: str = "Amara Okafor") -> int:
    """An admin writes down that this guest was there."""
    guest = desk.guest(name)
    admin = desk.world.actor(desk.world.person("Ada Admin", role=Role.ADMIN), Role.ADMIN)
    with app.app_context():
        override_status(
            enrollment_id=guest,
            to_status=S.CHECKED_IN,
            reason="Was there",
            actor=admin,
            now=NOON,
            expected_version=1,
            on_day=NOON.date(),
        )
    return guest


def test_a_check_in_by_an_admin_has_words_and_is_no_desk(desk, organizer, app) -> None:
    correct(desk, app)
    with app.app_context():
        desk.press(desk.guest("Ben Achterberg"), desk="Left")
    page = organizer.get(f"/desk/{desk.event_id}")
    assert page.words_of("arrivals").endswith("14:00Amara Okafor by an admin")
    assert page.words_of("desks") == "Live"
    arrivals = organizer.get(f"/desk/{desk.event_id}/arrivals")
    assert "Amara Okafor by an admin" in arrivals.words_of("all-arrivals")
    chips = {words for words, href in arrivals.links().items() if "/arrivals?" in href}
    assert chips >= {"All desks 2", "Left 1"}
    assert {words for words in chips if words[:1].isdigit() or not words} == set()


def test_who_was_checked_in_by_an_admin_is_in_already_and_it_says_so(desk, organizer, app, session) -> None:
    guest = correct(desk, app)
    page = press(organizer, desk, guest)
    assert "Just now, at 14:00, by an admin. Nothing changed." in page.text
    entry = session.scalar(select(CheckIn.id))
    assert "was checked in at 14:00, by an admin." in organizer.get(f"/desk/{desk.event_id}/undo/{entry}").text


# ---- walk-in


@pytest.mark.parametrize(
    ("capacity", "guests", "hours", "line"),
    [
        (None, 0, -2, "There’s no limit on places."),
        (3, 1, -2, "2 places left."),
        (2, 1, -2, "1 place left."),
        (1, 3, 2, "Full. This person would be number 3 on the waitlist."),
        (1, 1, -2, "Full. Only an admin can add more."),
    ],
)
def test_a_walk_in_says_where_the_person_will_stand(world, reader_of, capacity, guests, hours, line) -> None:
    start = NOON + timedelta(hours=hours)
    desk = OpenDesk(world, capacity=capacity, starts_at=start, ends_at=start + timedelta(hours=4))
    desk.guests(guests)
    page = reader_of(desk.organizer_id).get(f"/desk/{desk.event_id}/walk-in")
    assert line in page.text


def test_a_walk_in_is_added_and_in(desk, organizer) -> None:
    path = f"/desk/{desk.event_id}/walk-in"
    answer = organizer.post(path, **{**organizer.get(path).fields(path), "name": "Zed <i>Walker</i>"})
    page = organizer.get(answer.location)
    assert "Checked in Zed <i>Walker</i> 14:00, walk-in" in page.words_of("result")


@pytest.mark.parametrize("form", ["{code}", " {code} ", "https://turnout.example/c/{code}"])
def test_a_scan_that_went_into_the_name_is_a_scan(desk, organizer, session, form) -> None:
    code = session.get(Enrollment, desk.guest()).pass_code
    people = session.scalar(select(func.count()).select_from(User))
    page = organizer.post(f"/desk/{desk.event_id}/walk-in", htmx=True, name=form.format(code=code), request_id=tap_id())
    assert (page.status, page.response.headers["HX-Trigger"]) == (200, "close-dialog")
    assert "Checked in" in page.text and "Amara Okafor" in page.text
    session.rollback()
    assert session.scalar(select(func.count()).select_from(User)) == people


def test_a_name_that_could_be_a_code_is_a_name(desk, organizer, session) -> None:
    desk.guest()
    name = next(word for end in ALPHABET if is_well_formed(word := f"BRANDEN{end}"))
    page = organizer.post(f"/desk/{desk.event_id}/walk-in", htmx=True, name=name, request_id=tap_id())
    assert (page.status, session.scalar(select(User.name).where(User.name == name))) == (200, name)


def test_a_known_name_is_offered_instead(desk, organizer, session) -> None:
    desk.guest()
    path = f"/desk/{desk.event_id}/walk-in"
    before = digest(session)
    page = organizer.post(path, name="amara okafor", request_id=tap_id())
    assert (page.status, page.headings("h1")) == (409, ["Amara Okafor is already enrolled"])
    assert "Check in Amara Okafor" in page.buttons()
    assert digest(session) == before


@pytest.mark.parametrize(
    ("typed", "address"),
    [("", "ana@post.example"), ("Ana@Post.example", "ana@post.example"), ("b@post.example", "b@post.example")],
)
def test_somebody_picked_for_a_walk_in_brings_the_address(desk, organizer, session, typed, address) -> None:
    path = f"/desk/{desk.event_id}/walk-in"
    answer = organizer.post(path, name="Ana Silva <ana@post.example>", email=typed, request_id=tap_id())
    added = session.execute(select(User.name, User.email).where(User.email == address)).one()
    assert (answer.status, added.name) == (303, "Ana Silva")


@pytest.mark.parametrize(
    ("fields", "bad"),
    [
        ({"name": ""}, "name"),
        ({"name": "Ana <a@b>"}, "email"),
        ({"name": " \t"}, "name"),
        ({"name": "\u200b" * 10}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "a\r\nBcc: b"}, "name"),
        ({"name": "Zed", "email": "nonsense"}, "email"),
        ({"name": "Zed", "email": "a@b"}, "email"),
        ({"name": "Zed", "email": "a b@post.example"}, "email"),
        ({"name": "Zed", "email": "x" * 250 + "@post.example"}, "email"),
    ],
)
def test_a_walk_in_that_cannot_be_names_the_field_and_keeps_the_rest(desk, organizer, session, fields, bad) -> None:
    before = digest(session)
    page = organizer.post(f"/desk/{desk.event_id}/walk-in", request_id=tap_id(), **fields)
    assert (page.status, page.by_id(bad).get("aria-invalid")) == (422, "true")
    assert digest(session) == before


@pytest.mark.parametrize("name", ["🎈" * 120, "\u202eevil", "' OR 1=1 --", "{{7*7}}", "=HYPERLINK(1)", "محمد الأمين"])
def test_any_name_of_a_person_is_a_name(desk, organizer, name) -> None:
    page = organizer.post(f"/desk/{desk.event_id}/walk-in", htmx=True, name=name, request_id=tap_id())
    assert (page.status, f"<bdi>{name}</bdi>".replace("'", "&#39;") in page.html) == (200, True)


def test_the_same_walk_in_sent_again_after_an_undo_says_that_it_was_taken_back(desk, organizer) -> None:
    path = f"/desk/{desk.event_id}/walk-in"
    fields = {"name": "Zed Walker", "request_id": tap_id()}
    page = organizer.post(path, htmx=True, **fields)
    undo = f"/desk/{desk.event_id}/undo"
    organizer.post(undo, htmx=True, **page.fields(undo))
    again = organizer.post(path, htmx=True, **fields)
    assert "Undone Zed Walker" in again.text
    assert "waitlist" not in again.text
    plain = organizer.post(path, **fields)
    assert "Undone Zed Walker" in organizer.get(plain.location).words_of("result")


def test_the_same_walk_in_sent_again_by_somebody_who_waits_says_where_they_stand(world, reader_of) -> None:
    desk = OpenDesk(world, capacity=1, starts_at=NOON + timedelta(hours=3), ends_at=NOON + timedelta(hours=5))
    desk.guests(2)
    organizer, path = reader_of(desk.organizer_id), f"/desk/{desk.event_id}/walk-in"
    fields = {"name": "Zed Walker", "request_id": tap_id()}
    organizer.post(path, **fields)
    organizer.post(path, name="Somebody Else", request_id=tap_id())
    assert "On the waitlist (position 2)" in organizer.post(path, htmx=True, **fields).text
    plain = organizer.post(path, **fields)
    assert "Zed Walker is number 2 on the waitlist." in organizer.get(plain.location).text
