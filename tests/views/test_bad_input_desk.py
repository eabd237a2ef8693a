"""Bad input at the desk's and the walk-in's fields: a clear 4xx, nothing changed, and text stays text."""

from urllib.parse import quote

import pytest
from sqlalchemy import func, select

from tests.support.pages.reading import Reader
from tests.support.worlds.open_desk import OpenDesk, tap_id
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.domain.text import LONGEST_SEARCH_TEXT
from webapp.models import CheckInReversal, Enrollment, HelperLink, User

#: What is refused is refused before the database; where it is not, PostgreSQL is the stricter of the two.
pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("postgres")]

HOSTILE = [
    "\U0001f3b7" * 40,
    "👨‍👩‍👧‍👦 Sand",
    "\u202eevil",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<div hx-get=/admin hx-trigger=load>",
    "{{7*7}}${7*7}",
    '=HYPERLINK("https://evil.example","x")',
    "@SUM(A1)",
    "' OR 1=1 --",
    "محمد الأمين",
    "Z" + "\u0351" * 39,
    "javascript:alert(1)",
    "㌖" * 40,
    "ﷺ" * 40,
]
BROKEN = [
    "a\0b",
    "x" * 10_000,
    "㌖" * 10_000,
    "👨‍👩‍👧‍👦" * 1000,
    "x\r\nBcc: a@evil.example",
    "\x1b[2J\x1b[31m",
    "\u200b" * 10,
    "\ufeff",
]
MARKUP = ("<script>alert", "<img src=x", "<div hx-get", ">49<", "$49")
ADDRESSES = [
    "nonsense",
    "a@b",
    "a b@post.example",
    "a\0@post.example",
    "x" * 250 + "@post.example",
    "İ" * 240 + "@post.example",
    "system_batch@turnout.invalid",
    "a@post.example\r\nBcc: b@post.example",
    "a@-post.example",
    "<script>@post.example",
    "x" * 10_000,
]


@pytest.fixture
def desk(world) -> OpenDesk:
    return OpenDesk(world)


@pytest.fixture
def organizer(desk, reader_of) -> Reader:
    return reader_of(desk.organizer_id)


def send(reader: Reader, desk: OpenDesk, path: str, *, htmx: bool = False, **fields):
    return reader.post(f"/desk/{desk.event_id}{path}", htmx=htmx, **{"request_id": tap_id(), **fields})


def unharmed(page) -> bool:
    return not any(markup in page.html for markup in MARKUP)


# ---- a walk-in


@pytest.mark.parametrize("name", [*HOSTILE, "㌖" * 120, "\U0001f3b7" * 120])
def test_a_walk_in_of_any_name_is_kept_and_shown_as_text(desk, organizer, session, name) -> None:
    page = send(organizer, desk, "/walk-in", htmx=True, name=name)
    assert (page.status, unharmed(page)) == (200, True)
    user = session.scalars(select(User).where(User.name == name)).one()
    assert len(user.search_text) <= LONGEST_SEARCH_TEXT
    for path in ("", "/arrivals", f"/decide/{session.scalar(select(Enrollment.id))}"):
        answer = organizer.client.get(f"/desk/{desk.event_id}{path}", follow_redirects=True)
        assert (answer.status_code, any(markup in answer.get_data(as_text=True) for markup in MARKUP)) == (200, False)


@pytest.mark.parametrize("name", ["㌖" * 120, "ﷺ" * 40, "محمد الأمين", "<script>alert(1)", "Z" + "\u0351" * 39])
def test_a_walk_in_is_known_by_the_name_whatever_folding_makes_of_it(desk, organizer, session, name) -> None:
    statuses = [send(organizer, desk, "/walk-in", name=name).status for _ in range(2)]
    assert (statuses, session.scalar(select(func.count()).select_from(Enrollment))) == ([303, 409], 1)


@pytest.mark.parametrize("name", [*BROKEN, "", " \t", "x" * 121, "\U0001f3b7" * 121])
@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain"])
def test_a_walk_in_whose_name_cannot_be_kept_is_422_beside_its_field(desk, organizer, session, name, htmx) -> None:
    before = digest(session)
    page = send(organizer, desk, "/walk-in", htmx=htmx, name=name, email="zed@post.example")
    assert (page.status, page.by_id("name").get("aria-invalid")) == (422, "true")
    assert page.by_id("email").get("value") == "zed@post.example"
    assert digest(session) == before


@pytest.mark.parametrize("email", ADDRESSES)
def test_a_walk_in_whose_address_is_none_is_422_beside_its_field(desk, organizer, session, email) -> None:
    before = digest(session)
    page = send(organizer, desk, "/walk-in", name="Zed Walker", email=email)
    assert (page.status, page.by_id("email").get("aria-invalid")) == (422, "true")
    assert page.by_id("name").get("value") == "Zed Walker"
    assert digest(session) == before


@pytest.mark.parametrize(
    ("one", "other", "kept"),
    [
        ("x@xn--mnchen-3ya.example", "x@münchen.example", "x@münchen.example"),
        ("X@MÜNCHEN.example", "x@mu\u0308nchen.example", "x@münchen.example"),
        ("J\u030c@post.example", "\u01f0@post.example", "\u01f0@post.example"),
        (" Zed@Post.Example ", "zed@post.example", "zed@post.example"),
    ],
)
def test_one_mailbox_is_one_account_however_it_is_spelled(desk, organizer, session, one, other, kept) -> None:
    assert send(organizer, desk, "/walk-in", name="Zed Walker", email=one).status == 303
    page = send(organizer, desk, "/walk-in", name="Somebody Else", email=other)
    assert (page.status, page.headings("h1")) == (409, ["Zed Walker is already enrolled"])
    assert "Add a different person with this name" not in page.buttons()
    assert session.scalars(select(User.email).where(User.name == "Zed Walker")).all() == [kept]


@pytest.mark.parametrize("name", [*HOSTILE, *BROKEN])
def test_a_walk_in_form_opens_with_any_name_in_its_address(desk, organizer, name) -> None:
    answer = organizer.client.get(f"/desk/{desk.event_id}/walk-in", query_string={"name": name})
    body = answer.get_data(as_text=True)
    assert (answer.status_code, any(markup in body for markup in MARKUP)) == (200, False)


# ---- taking back


@pytest.mark.parametrize("reason", HOSTILE)
def test_any_reason_is_kept_and_shown_as_text(desk, organizer, session, app, reason) -> None:
    with app.app_context():
        entry = desk.press(desk.guest(), at=NOON.replace(hour=11)).entry
    assert send(organizer, desk, "/undo", check_in=entry.id, reason=reason, back="arrivals").status == 303
    assert session.scalar(select(CheckInReversal.reason)) == reason
    assert unharmed(organizer.get(f"/desk/{desk.event_id}/arrivals"))


@pytest.mark.parametrize(
    "fields",
    [
        {"reason": "a\0b"},
        {"reason": "x" * 501},
        {"reason": "㌖" * 10_000},
        {"reason": "\x1b[2J"},
        {"reason": " "},
        {"request_id": ""},
        {"request_id": "a\0bcdefgh"},
        {"request_id": "x" * 65},
        {"request_id": "ｘ" * 12},
        {"reason": ["one", "two"]},
    ],
)
@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain"])
def test_what_takes_nothing_back_changes_nothing(desk, organizer, session, app, fields, htmx) -> None:
    with app.app_context():
        entry = desk.press(desk.guest(), at=NOON.replace(hour=11)).entry
    before = digest(session)
    sent = {"check_in": entry.id, "reason": "Wrong person", **fields}
    assert send(organizer, desk, "/undo", htmx=htmx, **sent).status == 422
    assert digest(session) == before


@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain"])
def test_an_id_that_took_back_another_check_in_is_422(desk, organizer, session, app, htmx) -> None:
    with app.app_context():
        amara, ben = (desk.press(desk.guest(name)).entry for name in ("Amara Okafor", "Ben Achterberg"))
    for _ in range(2):
        assert send(organizer, desk, "/undo", htmx=True, check_in=amara.id, request_id="one-undo").status == 200
    before = digest(session)
    assert send(organizer, desk, "/undo", htmx=htmx, check_in=ben.id, request_id="one-undo").status == 422
    assert digest(session) == before


# ---- scanning and looking


@pytest.mark.parametrize("q", HOSTILE)
@pytest.mark.parametrize("htmx", [True, False], ids=["htmx", "plain"])
def test_whatever_is_scanned_is_only_words(desk, organizer, session, q, htmx) -> None:
    desk.guest()
    before = digest(session)
    page = send(organizer, desk, "/scan", htmx=htmx, q=q, device_at=q)
    assert page.status == (200 if htmx else 303)
    assert unharmed(page if htmx else organizer.get(page.location))
    assert digest(session) == before


@pytest.mark.parametrize("text", [*HOSTILE, *BROKEN, "", "%", "_", "\\", "\ud800".encode("utf-8", "replace")])
def test_whatever_is_looked_for_is_a_page(desk, organizer, app, text) -> None:
    with app.app_context():
        desk.press(desk.guest())
    for path in ("", "/guests", "/arrivals", "/live"):
        for name in ("q", "desk", "show", "all", "since", "result"):
            query = {name: text}
            answer = organizer.client.get(f"/desk/{desk.event_id}{path}", query_string=query)
            body = answer.get_data(as_text=True)
            assert (answer.status_code, any(markup in body for markup in MARKUP)) == (200, False)


@pytest.mark.parametrize("desk_name", ["%00", "%FF%FE", "%ED%A0%80", "x" * 3000, "%E2%80%AE", ""])
def test_arrivals_of_a_desk_that_cannot_be_are_a_page(desk, organizer, desk_name) -> None:
    assert organizer.get(f"/desk/{desk.event_id}/arrivals?desk={desk_name}").status == 200


# ---- names of desks and helpers


@pytest.mark.parametrize("name", HOSTILE)
def test_any_name_of_a_desk_and_a_helper_is_kept_and_shown_as_text(desk, organizer, session, name) -> None:
    assert organizer.post("/desk/", event=desk.event_id, desk=name).status == 303
    guest = desk.guest()
    press = send(organizer, desk, "/checkin", htmx=True, enrollment=guest)
    pages = [press, organizer.get("/desk/"), organizer.get(f"/desk/{desk.event_id}/arrivals")]
    made = organizer.post(f"/desk/{desk.event_id}/helpers", name=name, desk=name)
    assert ([page.status for page in [*pages, made]], [unharmed(page) for page in [*pages, made]]) == (
        [200] * 4,
        [True] * 4,
    )
    assert tuple(session.execute(select(HelperLink.name, HelperLink.desk)).one()) == (name, name)


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("field", ["name", "desk"])
def test_a_helper_whose_names_cannot_be_kept_is_422_beside_the_field(desk, organizer, session, name, field) -> None:
    before = digest(session)
    page = organizer.post(f"/desk/{desk.event_id}/helpers", **{"name": "Mia", "desk": "Left", field: name})
    assert (page.status, page.by_id(field).get("aria-invalid")) == (422, "true")
    assert digest(session) == before


@pytest.mark.parametrize("name", [*HOSTILE, *BROKEN])
def test_a_cookie_with_any_name_of_a_desk_is_no_error(desk, organizer, name) -> None:
    organizer.client.set_cookie("turnout_desk", quote(name)[:3000], path="/desk")
    assert unharmed(organizer.get(f"/desk/{desk.event_id}"))
    assert send(organizer, desk, "/scan", htmx=True, q="Nobody").status == 200
