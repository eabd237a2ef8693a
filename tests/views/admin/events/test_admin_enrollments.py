"""The table of an event's people, and what an organizer decides about one of them."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.support.databases.statements import counted_statements
from tests.support.worlds.rows import broken, digest, standing, trail
from tests.support.worlds.world import NOON
from webapp.domain.permission import Role
from webapp.models import Enrollment, EnrollmentTransition, EventPolicy
from webapp.services.places.enrollment import cancel, enroll
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("noon")
NAMES = ["Łukasz Wiśniewski", "Fatima Al-Zahra", "Mei Chen", "Tomás Cortés", "Jonas Weber"]


@pytest.fixture
def browser(world, reader_of):
    world.organization()
    return reader_of(world.person("Orla Byrne", role=Role.ORGANIZER))


@pytest.fixture
def event(world, browser):
    """Two places; three people wait."""
    return world.event(capacity=2)


@pytest.fixture
def people(world, app, event):
    ids = [world.person(name, email=f"{n}@post.example") for n, name in enumerate(NAMES)]
    enroll_all(world, app, event, ids)
    return ids


def enroll_all(world, app, event, ids):
    with app.app_context():
        for user_id in ids:
            enroll(event_id=event, user_id=user_id, actor=world.actor(user_id), now=NOON)


def rows(page):
    """(name, status, position) of every row, in order."""
    body = next(page.tree.iter("tbody"), ())
    found = []
    for row in body and body.iter("tr"):
        cells = [" ".join("".join(cell.itertext()).split()) for cell in row.iter("td")]
        name = next(row.iter("bdi"))
        found.append(("".join(name.itertext()), cells[1], cells[2]))
    return found


def names(page):
    return [name for name, _, _ in rows(page)]


def chips(page):
    nav = page.by_id("chips")
    return {
        " ".join("".join(a.itertext()).split()).rsplit(" ", 1)[0]: "".join(a.itertext()).split()[-1]
        for a in nav.iter("a")
    }


def id_of(session, user_id):
    session.rollback()
    return session.scalars(
        select(Enrollment.id).where(Enrollment.user_id == user_id).order_by(Enrollment.id.desc())
    ).first()


def test_everybody_by_name_with_ranks_from_one(browser, event, people):
    page = browser.get(f"/admin/events/{event}/enrollments")

    assert names(page) == ["Fatima Al-Zahra", "Jonas Weber", "Łukasz Wiśniewski", "Mei Chen", "Tomás Cortés"]
    assert [rank for _, _, rank in rows(page)] == ["", "3", "", "1", "2"]
    assert chips(page) == {
        "All": "5",
        "Confirmed": "2",
        "Waitlisted": "3",
        "Checked in": "0",
        "Attended": "0",
        "No-show": "0",
        "Cancelled": "0",
    }


def test_the_waitlist_is_read_by_position_and_stays_contiguous(browser, event, people, world, app, session):
    with app.app_context():
        cancel(enrollment_id=id_of(session, people[3]), actor=world.actor(people[3]), by="user", now=NOON)
    page = browser.get(f"/admin/events/{event}/enrollments?status=waitlisted")
    assert [(name, rank) for name, _, rank in rows(page)] == [("Mei Chen", "1"), ("Jonas Weber", "2")]


SEARCHES = [
    ("wisniewski", ["Łukasz Wiśniewski"]),
    ("zahra fat", ["Fatima Al-Zahra"]),
    ("CHEN mei", ["Mei Chen"]),
    ("cort", ["Tomás Cortés"]),
    ("4@post", ["Jonas Weber"]),
    ("post.example", sorted(["Fatima Al-Zahra", "Jonas Weber", "Łukasz Wiśniewski", "Mei Chen", "Tomás Cortés"])),
]


@pytest.mark.parametrize(("query", "found"), SEARCHES)
def test_search_finds_words_in_any_order_whatever_the_accents(browser, event, people, query, found):
    page = browser.get(f"/admin/events/{event}/enrollments?q={query.replace(' ', '+')}")
    assert sorted(names(page)) == sorted(found)
    assert chips(page)["All"] == str(len(found))


@pytest.mark.parametrize("query", ["hen", "%25", "_", "%00", "\u202e", "x" * 5000, "' or 1=1 --"])
def test_what_nobody_is_called_finds_nobody(browser, event, people, query):
    page = browser.get(f"/admin/events/{event}/enrollments?q={query}")
    assert page.status == 200
    if query in {"hen", "x" * 5000, "' or 1=1 --"}:
        assert "No matches" in page.text


def test_the_address_is_the_state(browser, event, people):
    page = browser.get(f"/admin/events/{event}/enrollments?status=waitlisted&q=post&sort=name")
    assert names(page) == ["Jonas Weber", "Mei Chen", "Tomás Cortés"]
    assert page.by_id("q").get("value") == "post"
    page = browser.get(f"/admin/events/{event}/enrollments?status=waitlisted&q=mei")
    assert page.links()["Confirmed 0"] == f"/admin/events/{event}/enrollments?status=confirmed&q=mei"


@pytest.mark.parametrize("query", ["status=unknown", "sort=shoe", "status=", "status=attended%00"])
def test_an_unknown_filter_is_no_filter(browser, event, people, query):
    assert len(rows(browser.get(f"/admin/events/{event}/enrollments?{query}"))) == 5


@pytest.mark.parametrize("page", ["0", "-1", "x", "1e3", "9999999999999999999"])
def test_a_page_that_is_no_number_is_not_found(browser, event, page):
    assert browser.get(f"/admin/events/{event}/enrollments?page={page}").status == 404


def test_over_htmx_the_rows_come_with_their_filters_and_the_address(browser, event, people):
    page = browser.get(f"/admin/events/{event}/enrollments?q=mei&status=", htmx=True)
    assert page.headers["HX-Push-Url"] == f"/admin/events/{event}/enrollments?q=mei"
    assert page.html.lstrip().startswith('<div id="rows"')
    assert (names(page), page.words_of("say")) == (["Mei Chen"], "1 person")
    assert page.by_id("chips").get("hx-swap-oob") == "true"


def test_going_back_shows_the_whole_page(browser, event, people):
    page = browser.get(f"/admin/events/{event}/enrollments", htmx=True, **{"HX-History-Restore-Request": "true"})
    assert page.headings("h1") == ["Enrollments"]


def test_fifty_to_a_page(browser, event, world, app):
    enroll_all(world, app, event, world.people(51))
    first = browser.get(f"/admin/events/{event}/enrollments")
    assert (len(rows(first)), "1 to 50 of 51" in first.text) == (50, True)
    last = browser.get(first.links()["Next page"])
    assert (len(rows(last)), "51 to 51 of 51" in last.text) == (1, True)
    assert len(rows(browser.get(f"/admin/events/{event}/enrollments?page=99"))) == 1


def test_a_thousand_people_cost_as_many_statements_as_ten(browser, world, app):
    def statements(number):
        event_id = world.event(capacity=number // 2)
        ids = world.people(number)
        with app.app_context(), write_transaction() as own:
            half = number // 2
            own.add_all(
                Enrollment(
                    event_id=event_id,
                    user_id=user_id,
                    status="confirmed" if n < half else "waitlisted",
                    waitlist_position=None if n < half else n,
                    pass_code=f"{event_id:03d}{n:05d}",
                    enrolled_at=NOON,
                    changed_at=NOON,
                )
                for n, user_id in enumerate(ids)
            )
            own.execute(
                update(EventPolicy).where(EventPolicy.event_id == event_id).values(seats_taken=half, waiting_count=half)
            )
        with counted_statements(app) as seen:
            assert browser.get(f"/admin/events/{event_id}/enrollments?q=person&sort=position").status == 200
        return len(seen)

    assert statements(1000) == statements(10) == 6


def test_an_empty_table_says_why(browser, event):
    assert "No one has enrolled yet" in browser.get(f"/admin/events/{event}/enrollments").text
    assert "No one is checked in" in browser.get(f"/admin/events/{event}/enrollments?status=checked_in").text


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "{{7*7}}", '" onmouseover="x', "א\u202eב"])
def test_a_name_is_text(browser, event, world, app, name):
    enroll_all(world, app, event, [world.person(name)])
    page = browser.get(f"/admin/events/{event}/enrollments")
    assert [link for link in page.links() if link == " ".join(name.split())] != []
    assert page.html.count("<script") == browser.get("/admin/events").html.count("<script")


# --- decisions about one person


def decide(browser, enrollment_id, what, *, version=1, **sent):
    return browser.post(f"/admin/enrollments/{enrollment_id}/{what}", version=str(version), **sent)


@pytest.fixture
def applicant(world, app, session, browser):
    event_id = world.event(capacity=1, method="application")
    user_id = world.person("Noor Haddad")
    enroll_all(world, app, event_id, [user_id])
    return event_id, id_of(session, user_id)


def test_an_applicant_is_approved_once(browser, applicant, session):
    event_id, enrollment_id = applicant
    page = browser.get(f"/admin/events/{event_id}/enrollments?status=pending")
    assert "Approve" in page.buttons()
    answer = decide(browser, enrollment_id, "approve", return_to=f"/admin/events/{event_id}/enrollments?status=pending")
    assert answer.location == f"/admin/events/{event_id}/enrollments?status=pending"
    once = digest(session)
    again = decide(browser, enrollment_id, "approve")
    assert (again.status, digest(session)) == (409, once)
    assert "Given a place by \u2068Orla Byrne\u2069 changed this a moment ago to Confirmed." in again.text


def test_an_applicant_is_turned_down_with_or_without_a_reason(browser, applicant, session):
    event_id, enrollment_id = applicant
    assert decide(browser, enrollment_id, "reject", reason="").status == 303
    assert trail(session, event_id)[-1][1:] == ("pending", "rejected", "organizer")


def test_cancelling_a_place_needs_a_reason_and_moves_the_next_up(browser, event, people, session):
    enrollment_id = id_of(session, people[0])
    before = digest(session)
    page = decide(browser, enrollment_id, "cancel", reason=" ")
    assert (page.status, page.links()["Enter a reason"], digest(session)) == (422, "#reason", before)

    assert decide(browser, enrollment_id, "cancel", reason="Called to say no").status == 303

    assert standing(session, event).queue == people[3:]
    assert trail(session, event)[-2:] == [
        (people[0], "confirmed", "cancelled", "organizer"),
        (people[2], "waitlisted", "confirmed", "system"),
    ]
    assert broken(session, event) == []


def test_a_place_out_of_turn_needs_a_free_seat_and_a_reason(browser, event, people, session, app):
    enrollment_id = id_of(session, people[4])
    before = digest(session)
    page = decide(browser, enrollment_id, "give-place", reason="Is the speaker")
    assert (page.status, "Event is full" in page.text, digest(session)) == (422, True, before)
    with app.app_context(), write_transaction() as own:
        own.execute(update(EventPolicy).where(EventPolicy.event_id == event).values(capacity=3))

    assert decide(browser, enrollment_id, "give-place", reason="Is the speaker").status == 303

    session.rollback()
    last = session.scalars(select(EnrollmentTransition).order_by(EnrollmentTransition.id.desc())).first()
    assert (last.to_status, last.triggered_by, last.reason) == ("confirmed", "organizer", "Is the speaker")


def test_an_admin_is_named_as_one_in_the_trail(world, reader_of, event, people, session):
    admin = reader_of(world.person("Dana Kim", role=Role.ADMIN))
    decide(admin, id_of(session, people[4]), "cancel", reason="Asked by phone")
    assert trail(session, event)[-1][1:] == ("waitlisted", "cancelled", "admin")


@pytest.mark.parametrize("reason", ["x" * 501, "a\0b", "\x1b[31m"])
def test_a_reason_that_cannot_be_kept_is_refused_and_stays_in_the_field(browser, event, people, session, reason):
    before = digest(session)
    page = decide(browser, id_of(session, people[0]), "cancel", reason=reason)
    assert (page.status, digest(session)) == (422, before)


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil", "javascript:alert(1)"])
def test_the_way_back_stays_on_this_site(browser, event, people, session, target):
    enrollment_id = id_of(session, people[0])
    answer = decide(browser, enrollment_id, "cancel", reason="Asked by phone", return_to=target)
    assert answer.location == f"/admin/enrollments/{enrollment_id}"


def test_the_persons_page_tells_what_happened_newest_first(browser, event, people, session):
    enrollment_id = id_of(session, people[0])
    decide(browser, enrollment_id, "cancel", reason="Called to say <no>")
    page = browser.get(f"/admin/enrollments/{enrollment_id}")
    entries = [" ".join("".join(li.itertext()).split()) for ol in page.tree.iter("ol") for li in ol.iter("li")]
    assert entries == [
        "Confirmed →to Cancelled Cancelled by \u2068Orla Byrne\u2069, Wed 10 June, 14:00 Called to say <no>",
        "Confirmed Enrolled, Wed 10 June, 14:00",
    ]


def test_the_list_of_events_counts_phases_and_says_what_needs_attention(browser, world, app):
    world.event("Upcoming one")
    world.event("Running one", starts_at=NOON - timedelta(hours=1))
    late = world.event("Ended one", starts_at=NOON - timedelta(days=1), closes_at=NOON)
    world.event("Forgotten draft", status="draft")
    applied = world.event("Apply here", method="application")
    enroll_all(world, app, applied, world.people(2))
    guest = world.person("Late Guest")
    with app.app_context(), write_transaction() as own:
        own.add(
            Enrollment(
                event_id=late,
                user_id=guest,
                status="confirmed",
                pass_code="ZZZZZZZZ",
                enrolled_at=NOON,
                changed_at=NOON,
            )
        )

    page = browser.get("/admin/events")

    assert chips(page) == {"All": "5", "Upcoming": "2", "Running": "1", "Past": "1", "Draft": "1"}
    assert names_of_events(page)[0] == "Running one"
    assert names_of_events(page)[-1] == "Ended one"
    for words in ("Ended, not closed yet", "Starts soon, not published", "2 applications to decide on"):
        assert words in page.text
    assert "Upcoming one" not in browser.get("/admin/events?show=running").text
    assert names_of_events(browser.get("/admin/events?q=one+upc")) == ["Upcoming one"]


def names_of_events(page):
    return [" ".join("".join(b.itertext()).split()) for b in page.by_id("rows").iter("bdi")]


# --- taking it away


def test_the_export_holds_what_the_filter_shows_and_no_formula(browser, world, app, event):
    enroll_all(world, app, event, [world.person('=HYPERLINK("https://evil.example")'), world.person("Mei Chen")])
    enroll_all(world, app, event, [world.person("@waiting")])

    table = browser.get(f"/admin/events/{event}/enrollments")
    answer = browser.get(table.links()["Export CSV"])

    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=event-")
    lines = answer.html.splitlines()
    assert (len(lines), lines[0][:6]) == (4, '\ufeff"id",')
    assert "\"'=HYPERLINK(" in lines[1]
    waiting = browser.get(f"/admin/events/{event}/export.csv?status=waitlisted").html.splitlines()
    assert (len(waiting), "'@waiting" in waiting[1], '"waitlisted","1"' in waiting[1]) == (2, True, True)
    assert len(browser.get(f"/admin/events/{event}/export.csv?q=mei").html.splitlines()) == 2


def test_everything_about_an_event_as_json(browser, event, people):
    answer = browser.get(f"/admin/events/{event}/export.json")
    assert [row["name"] for row in answer.response.json["enrollments"]] == NAMES
