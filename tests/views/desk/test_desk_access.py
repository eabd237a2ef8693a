"""Who may stand at a desk, and what bad input gets there."""

import re
from datetime import timedelta

import pytest

from tests.support.pages.reading import Reader
from tests.support.worlds.open_desk import OpenDesk, tap_id
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON, World
from webapp import clock
from webapp.domain.permission import Role

#: The rules behind these pages are tried on both databases below them.
pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]

GETS = ["", "/guests", "/live", "/arrivals", "/walk-in", "/keys", "/decide/{guest}", "/undo/{entry}"]
POSTS = ["/scan", "/checkin", "/undo", "/walk-in", "/decide/{guest}"]
STAFF_ONLY = ["/helpers"]
BAD_IDS = [
    "0",
    "-1",
    "2147483648",
    "9223372036854775808",
    "1" * 21,
    "1.0",
    "1e3",
    "0x1",
    "01",
    "%D9%A1",
    "%201",
    "null",
    "1;drop",
    "3f2c0e6e-7b54-4f0e-9d36-0c1b2a394857",
    "%00",
]


@pytest.fixture
def desk(world) -> OpenDesk:
    return OpenDesk(world)


@pytest.fixture
def organizer(desk, reader_of) -> Reader:
    return reader_of(desk.organizer_id)


@pytest.fixture
def ids(desk, app) -> dict[str, int]:
    with app.app_context():
        guest = desk.guest()
        return {"guest": guest, "entry": desk.press(guest).entry.id}


def path_of(desk: OpenDesk, path: str, ids: dict[str, int]) -> str:
    return f"/desk/{desk.event_id}" + path.format(**ids)


def link_for(organizer: Reader, desk: OpenDesk, name: str = "Mia") -> str:
    page = organizer.post(f"/desk/{desk.event_id}/helpers", name=name, desk="Desk Left")
    return re.search(r"/desk/join/[\w-]+", page.html).group()


@pytest.fixture
def helper(app, organizer, desk) -> Reader:
    reader = Reader(app.test_client())
    reader.get(link_for(organizer, desk))
    return reader


def test_a_stranger_is_asked_to_sign_in(desk, ids, reader) -> None:
    for path in GETS + STAFF_ONLY:
        page = reader.get(path_of(desk, path, ids))
        assert (page.status, page.location.startswith("/login?next=")) == (302, True)
    for path in POSTS + STAFF_ONLY:
        assert reader.post(path_of(desk, path, ids)).status == 401
        assert "HX-Redirect" in reader.post(path_of(desk, path, ids), htmx=True).headers


@pytest.mark.parametrize("role", [None, Role.ORGANIZER])
def test_other_people_find_nothing(desk, ids, reader_of, app, session, role) -> None:
    other = World(app)
    other.organization("Elsewhere")
    reader = reader_of(other.person("Else", role=role))
    fields = {
        "request_id": tap_id(),
        "q": "amara",
        "enrollment": ids["guest"],
        "check_in": ids["entry"],
        "name": "Zed",
        "decision": "enroll_again",
    }
    token = reader.token()
    before = digest(session)
    for path in GETS:
        assert reader.get(path_of(desk, path, ids)).status == 404
    for path in POSTS:
        data = {**fields, "csrf_token": token}
        assert reader.client.post(path_of(desk, path, ids), data=data).status_code == 404
    assert reader.get(path_of(desk, "/helpers", ids)).status == (404 if role else 403)
    assert digest(session) == before


def test_a_helper_runs_this_desk_and_no_other(desk, ids, helper, world) -> None:
    sister = OpenDesk(world)
    assert helper.get("/desk/").location == f"/desk/{desk.event_id}"
    for path in GETS:
        if not path.startswith(("/decide", "/undo")):
            assert helper.get(path_of(desk, path, ids)).status == 200
            assert helper.get(path_of(sister, path, ids)).status == 404
    answer = {"request_id": tap_id(), "q": "Nobody"}
    assert helper.post(f"/desk/{desk.event_id}/scan", htmx=True, **answer).status == 200
    assert helper.post(f"/desk/{sister.event_id}/scan", htmx=True, **answer).status == 404
    assert helper.get(f"/desk/{desk.event_id}/helpers").status == 302


def test_a_helper_sees_no_address(desk, helper, organizer) -> None:
    desk.guest("Mira Sand", email="mira@post.example")
    pages = [helper.get(f"/desk/{desk.event_id}{path}").html for path in ("", "/guests?q=mira", "/arrivals")]
    assert ["mira@post.example" in page for page in pages] == [False] * 3
    assert "mira@post.example" in organizer.get(f"/desk/{desk.event_id}").html


def test_a_helper_works_under_the_name_of_the_link(desk, helper, organizer) -> None:
    guest = desk.guest("Mira Sand")
    helper.post(f"/desk/{desk.event_id}/checkin", htmx=True, enrollment=guest, request_id=tap_id())
    assert "Mira Sand Desk Left" in organizer.get(f"/desk/{desk.event_id}").words_of("arrivals")


def test_a_link_that_ended_opens_nothing(desk, organizer, app) -> None:
    link = link_for(organizer, desk)
    for broken in (link[:-1], link + "x", "/desk/join/" + "A" * 43, "/desk/join/%00", "/desk/join/" + "a" * 101):
        reader = Reader(app.test_client())
        assert reader.get(broken).status == 404
        assert reader.get(f"/desk/{desk.event_id}").status == 302
    reader = Reader(app.test_client())
    assert reader.get(link).status == 303
    clock.move(NOON + timedelta(hours=9) - clock.real_now())
    assert [reader.get(one).status for one in (f"/desk/{desk.event_id}", link)] == [302, 404]


def test_a_withdrawn_link_ends_at_once(desk, organizer, helper) -> None:
    page = organizer.get(f"/desk/{desk.event_id}/helpers")
    link = next(one for one in page.tree.iter("button") if one.get("name") == "link").get("value")
    for _ in range(2):
        assert organizer.post(f"/desk/{desk.event_id}/helpers/withdraw", link=link).status == 303
    assert helper.get(f"/desk/{desk.event_id}").status == 302


def test_the_token_is_shown_once_and_never_again(desk, organizer) -> None:
    token = link_for(organizer, desk).rsplit("/", 1)[1]
    assert token not in organizer.get(f"/desk/{desk.event_id}/helpers").html


@pytest.mark.parametrize(
    ("fields", "bad"),
    [
        ({"name": "", "desk": "Left"}, "name"),
        ({"name": "Mia", "desk": ""}, "desk"),
        ({"name": "x" * 121, "desk": "Left"}, "name"),
        ({"name": "a\0", "desk": "L"}, "name"),
    ],
)
def test_a_helper_without_a_usable_name_is_not_made(desk, organizer, session, fields, bad) -> None:
    before = digest(session)
    page = organizer.post(f"/desk/{desk.event_id}/helpers", **fields)
    assert (page.status, page.by_id(bad).get("aria-invalid")) == (422, "true")
    assert digest(session) == before


@pytest.mark.parametrize("bad", BAD_IDS)
def test_an_id_that_cannot_be_one_is_not_found(desk, ids, organizer, session, bad) -> None:
    token = organizer.token()
    before = digest(session)
    assert organizer.get(f"/desk/{bad}").status == 404
    for path, name in (("/checkin", "enrollment"), ("/undo", "check_in")):
        data = {"csrf_token": token, "request_id": tap_id(), name: bad}
        assert organizer.client.post(f"/desk/{desk.event_id}{path}", data=data).status_code == 404
    for path in (f"/desk/{bad}/scan", f"/desk/{desk.event_id}/decide/{bad}"):
        data = {"csrf_token": token, "request_id": tap_id(), "q": "x", "decision": "give_place"}
        assert organizer.client.post(path, data=data).status_code == 404
    assert digest(session) == before


@pytest.mark.parametrize("q", ["", " \t", "x" * 10_000, "a\0b", "a\x1b[2J", "\u200b" * 10])
def test_a_scan_of_nothing_usable_is_refused_calmly(desk, organizer, session, q) -> None:
    before = digest(session)
    for htmx in (True, False):
        assert organizer.post(f"/desk/{desk.event_id}/scan", htmx=htmx, q=q, request_id=tap_id()).status == 422
    assert digest(session) == before


@pytest.mark.parametrize(
    "q",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "' OR 1=1 --",
        "%",
        "_",
        "{{7*7}}",
        "💥" * 100,
        "\u202eevil",
        "\ufffd\ufffd",
    ],
)
def test_hostile_words_are_only_words(desk, organizer, q) -> None:
    desk.guest()
    page = organizer.post(f"/desk/{desk.event_id}/scan", htmx=True, q=q, request_id=tap_id())
    assert (page.status, "<script>alert" in page.html, "<img" in page.html) == (200, False, False)
    assert organizer.client.get(f"/desk/{desk.event_id}/guests", query_string={"q": q}).status_code == 200


def test_a_field_sent_twice_is_refused(desk, ids, organizer, session) -> None:
    data = {"csrf_token": organizer.token(), "request_id": tap_id(), "enrollment": [str(ids["guest"]), "99"]}
    before = digest(session)
    assert organizer.client.post(f"/desk/{desk.event_id}/checkin", data=data).status_code == 422
    assert digest(session) == before


@pytest.mark.parametrize("path", POSTS)
def test_a_change_needs_the_token_and_our_own_page(desk, ids, organizer, session, path) -> None:
    address = path_of(desk, path, ids)
    data = {"request_id": tap_id(), "q": "amara", "enrollment": ids["guest"], "check_in": ids["entry"], "name": "Zed"}
    token = organizer.token()
    before = digest(session)
    assert organizer.client.post(address, data=data).status_code == 400
    evil = {"Origin": "https://evil.example"}
    assert organizer.client.post(address, data={**data, "csrf_token": token}, headers=evil).status_code == 403
    assert digest(session) == before


def test_a_stale_decision_is_a_conflict(desk, organizer, world, session) -> None:
    full = OpenDesk(world, capacity=1)
    full.guest("Ada")
    waiting = full.guest("Bo")
    reader = organizer
    path = f"/desk/{full.event_id}/decide/{waiting}"
    before = digest(session)
    old = {"decision": "give_place", "request_id": tap_id(), "reason": "x", "version": "7"}
    assert reader.post(path, **old).status == 409
    assert reader.post(path, **{**old, "version": "x"}).status == 409
    assert reader.post(path, **{**old, "decision": "nonsense"}).status == 422
    assert digest(session) == before


SUGGESTIONS = "/walk-in/people?name=mira"


def test_suggestions_for_a_walk_in_are_for_staff_of_the_organization(
    desk, helper, organizer, reader, reader_of, app
) -> None:
    desk.guest("Mira Sand", email="mira@post.example")
    path = f"/desk/{desk.event_id}{SUGGESTIONS}"
    elsewhere = World(app)
    elsewhere.organization("Elsewhere")
    others = [elsewhere.person("Else", role=role) for role in (None, Role.ORGANIZER, Role.ADMIN)]

    assert "Mira Sand &lt;mira@post.example&gt;" in organizer.get(path, htmx=True).html
    assert [reader_of(one).get(path, htmx=True).status for one in others] == [404] * 3
    assert (helper.get(path, htmx=True).status, reader.get(path).status) == (404, 302)
    assert [
        path.partition("?")[0] in who.get(f"/desk/{desk.event_id}/walk-in").html for who in (helper, organizer)
    ] == [
        False,
        True,
    ]


def test_suggestions_are_people_of_the_events_organization_only(desk, organizer, app, use_cases) -> None:
    elsewhere = World(app)
    elsewhere.organization("Elsewhere")
    use_cases.enrolls(elsewhere.event(), elsewhere.person("Mira Far", email="far@post.example"))

    assert organizer.get(f"/desk/{desk.event_id}{SUGGESTIONS}", htmx=True).html.strip() == ""
