"""The report of a session: a line per person, why, marks, fields, guests, files; and the room while it runs."""

import csv
import io

import pytest
from sqlalchemy import select, update

from tests.support.databases.statements import counted_statements
from tests.support.worlds.online.online_event import END, MINUTE, START, measured, report
from tests.support.worlds.online.online_pages import Online
from tests.support.worlds.rows import digest
from webapp.models import IdentityMatch, MeetingSession, SessionMark

pytestmark = pytest.mark.only_db("postgres")


def row(page, user_id: int) -> str:
    return page.words_of(f"person-{user_id}")


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


@pytest.fixture
def told(online: Online) -> Online:
    """Ana was there, Ben twice and late, Cleo's leave was lost; a guest and somebody without a place came, too."""
    online_event = online.online_event
    online_event.stays(0, -3, 61)
    online_event.stays(1, 20, 35)
    online_event.stays(1, 37, 60)
    online_event.room.joins(online_event.identity(2), 5)
    online_event.room.joins("ipad", 2, participant_sid="PA_ipad", name="Moms iPad")
    online_event.room.leaves("ipad", "PA_ipad", 32)
    online_event.room.stays(f"u{online_event.world.person('Zoe Neighbour')}", 0, 30)
    online_event.room.fold()
    return online


def test_every_line_says_joined_left_minutes_share_and_result(told):
    told.calculated()
    page = told.staff.get(told.report)
    ana, ben, cleo = told.online_event.people
    # NOON is 14:00 in Berlin.
    said = row(page, ana)
    assert all(words in said for words in ("13:57", "15:01", "60 min", "100.00 %", "Present"))
    assert "Late by 20 min" in row(page, ben)
    assert "14:20 to 14:35" in row(page, ben)
    assert "No leave was reported: closed at the scheduled end." in row(page, cleo)
    assert "Closed by the clean-up job" in row(page, cleo)
    lanes = [one.get("aria-label") for one in page.tree.iter() if one.tag.endswith("svg") and one.get("role")]
    assert lanes == [
        "In the room 13:57 to 15:01",
        "In the room 14:20 to 14:35, 14:37 to 15:00",
        "In the room since 14:05, no leave reported",
    ]
    assert "Zoe Neighbour" not in page.text
    assert "Zoe Neighbour" in told.staff.get(told.report + "?show=outside").text
    assert "Present: in the room for more than 50 % of the session and within 15 minutes of the start" in page.text


def test_chips_narrow_by_result_and_their_numbers_add_up(told):
    told.calculated()
    page = told.staff.get(told.report)
    words = page.words_of("results").split()
    assert words == "All 3 Present 2 Late 1 Part of it 0 Absent 0 Not enrolled 1".split()
    late = told.staff.get(told.report + "?show=late")
    assert ("Ben Okafor" in late.text, "Ana Silva" in late.text) == (True, False)
    for address in ("?show=nonsense", "?show=absent", "?page=99", "?show=&page=1"):
        assert told.staff.get(told.report + address).status == 200
    assert told.staff.get(told.report + "?page=0").status == 404


def test_before_it_is_calculated_the_page_says_when(online):
    for now, words in (
        (START - MINUTE, "Not started yet"),
        (START + MINUTE, "Still running"),
        (END + MINUTE, "No results yet"),
    ):
        online.at(now)
        assert words in online.staff.get(online.report).text


def test_an_unsure_status_needs_review_until_somebody_decides(told, session):
    told.online_event.room.publishes(told.online_event.identity(2), "PA_x", 5)
    told.calculated(is_reconciled=False)
    page = told.staff.get(told.report)
    cleo = told.online_event.people[2]
    assert "Needs review" in row(page, cleo)
    assert "0 to 55 min" in row(page, cleo)
    assert "Needs review 1" in page.words_of("results")
    assert "Needs review" in told.staff.get(f"/admin/events/{told.online_event.event_id}/sessions").text


def mark(told, person: int, status: str, reason: str = "Sat beside me", htmx: bool = False, **more):
    path = f"/admin/sessions/{told.online_event.session_id}/people/{told.online_event.people[person]}/mark"
    fields = told.staff.get(path).fields(path)
    return told.staff.post(path, htmx=htmx, **{**fields, "status": status, "reason": reason, **more})


def test_a_mark_beats_what_was_measured_names_who_and_why_and_can_be_taken_back(told, session):
    told.calculated()
    ben = told.online_event.people[1]
    assert mark(told, 1, "present").status == 303
    page = told.staff.get(told.report)
    assert "marked by Dana Kim" in row(page, ben)
    assert "Present, marked by Dana Kim" in row(page, ben)
    assert "“Sat beside me” Measured: Late by 20 min." in row(page, ben)
    assert told.staff.post(f"/admin/sessions/{told.online_event.session_id}/calculate").status == 303
    assert report(session, told.online_event.session_id, ben).marked_status == "present"
    assert mark(told, 1, "measured", "It was somebody else").status == 303
    assert report(session, told.online_event.session_id, ben).marked_status is None
    assert "Late by 20 min" in row(told.staff.get(told.report), ben)


def test_a_mark_in_a_dialog_replaces_the_line_in_place(told):
    told.calculated()
    answer = mark(told, 1, "absent_excused", htmx=True)
    assert (answer.status, answer.headers["HX-Trigger"], answer.headers["HX-Reswap"]) == (200, "close-dialog", "none")
    assert f'id="person-{told.online_event.people[1]}"' in answer.html
    assert "Ben Okafor: Absent, excused" in answer.html
    assert "Absent 1" in answer.words_of("results")


def test_a_mark_without_reason_choice_or_from_an_old_page_changes_nothing(told, session):
    told.calculated()
    mark(told, 0, "late")
    before = digest(session)
    wrong = [mark(told, 0, "present", reason=text).status for text in ("", " ", "\u200b", "a\0b", "x" * 501)]
    wrong += [mark(told, 0, status).status for status in ("", "nonsense", "PRESENT", "a\0b")]
    wrong += [mark(told, 0, "present", request_id=one).status for one in ("", "x")]
    assert wrong == [422] * 11
    stale = mark(told, 0, "present", seen_mark="", request_id="form-00000009")
    assert (stale.status, "This changed a moment ago" in stale.text) == (409, True)
    assert mark(told, 1, "measured").status == 409
    assert digest(session) == before
    stranger = told.online_event.world.person()
    path = f"/admin/sessions/{told.online_event.session_id}/people"
    assert [told.staff.get(f"{path}/{one}/mark").status for one in (stranger, 0, "9" * 18)] == [404] * 3


def test_the_fields_of_the_kind_are_kept_checked_and_exported(told, session):
    session.execute(update(MeetingSession).values(kind="quran"))
    session.commit()
    told.calculated()
    ana = told.online_event.people[0]
    path = f"/admin/sessions/{told.online_event.session_id}/people/{ana}/fields"
    good = {"memorized": "Al-Fatiha", "recitation": "good", "mistakes": "3", "next_lesson": "=1+1"}
    assert told.staff.post(path, **good).status == 303
    before = digest(session)
    for name, values in {
        "mistakes": ["-1", "1.5", "1000", "٥", "x"],
        "recitation": ["best", "a\0b"],
        "memorized": ["x" * 201, "a\0b"],
        "next_lesson": ["x" * 501],
    }.items():
        for value in values:
            page = told.staff.post(path, **{**good, name: value})
            assert (page.status, page.by_id(name).get("aria-invalid")) == (422, "true")
    assert digest(session) == before
    assert "Memorization" not in told.staff.get(told.report).text
    assert "New memorizationAl-Fatiha" in row(told.staff.get(told.report), ana).replace(" Al-", "Al-")
    lines = table(told.staff.get(told.report + ".csv").html)
    assert (lines[0]["memorized"], lines[0]["mistakes"], lines[0]["next_lesson"]) == ("Al-Fatiha", "3", "'=1+1")


def test_files_say_the_same_as_the_page_and_add_up(told):
    told.calculated()
    mark(told, 1, "absent_unexcused", reason='=HYPERLINK("x")')
    lines = table(told.staff.get(told.report + ".csv").html)
    assert [(one["name"], one["has_place"], one["result"], one["minutes"]) for one in lines] == [
        ("Ana Silva", "yes", "present", "60"),
        ("Ben Okafor", "yes", "absent_unexcused", "38"),
        ("Cleo Duarte", "yes", "present", "55"),
        ("Zoe Neighbour", "no", "partial", "30"),
    ]
    assert lines[1]["marked_reason"] == '\'=HYPERLINK("x")'
    [summary] = table(told.staff.get(f"/admin/events/{told.online_event.event_id}/sessions.csv").html)
    results = [int(summary[name]) for name in ("present", "late", "partial", "absent", "needs_review")]
    assert (results, summary["people"], summary["without_place"]) == ([2, 0, 0, 1, 0], "3", "1")
    with_place = [one for one in lines if one["has_place"] == "yes"]
    assert int(summary["minutes"]) == sum(int(one["seconds"]) for one in with_place) // 60


def test_calculating_again_asks_first_and_only_after_the_end(told, session):
    told.at(START + MINUTE)
    path = f"/admin/sessions/{told.online_event.session_id}/calculate"
    before = digest(session)
    assert told.staff.post(path).status == 409
    assert digest(session) == before
    told.calculated()
    assert "3 results will be replaced" in told.staff.get(path).text
    before = digest(session)
    assert told.staff.post(path).status == 303
    assert digest(session) == before


# ---- who was that?


def test_a_guest_is_matched_counts_and_is_matched_no_more(told, session):
    told.calculated()
    page = told.staff.get(told.report)
    assert "We couldn’t match 1 person" in page.text
    assert "Moms iPad ipad, 14:02 to 14:32" in page.text
    path = f"/admin/sessions/{told.online_event.session_id}/guest"
    found = told.staff.get(f"{path}?identity=ipad&q=cleo")
    assert ("Cleo Duarte" in found.text, "Ana Silva" in found.text) == (True, False)
    cleo = told.online_event.people[2]
    assert told.staff.post(path, identity="ipad", user_id=str(cleo), reason="Her tablet").location.endswith("#guests")
    assert measured(session, told.online_event.session_id)[cleo][1] == 58 * 60
    assert "Moms iPad was Cleo Duarte" in told.staff.get(told.report).text
    assert told.staff.post(f"{path}/undo", identity="ipad", reason="Another one").status == 303
    assert measured(session, told.online_event.session_id)[cleo][1] == 55 * 60
    session.rollback()
    assert session.scalars(select(IdentityMatch)).all() == []


def test_nonsense_matches_nobody_and_changes_nothing(told, session):
    told.calculated()
    path = f"/admin/sessions/{told.online_event.session_id}/guest"
    before = digest(session)
    ids = ["", "x", "0", "-1", "9" * 30, "1.0", "٥"]
    assert {told.staff.post(path, identity="ipad", user_id=one, reason="Hers").status for one in ids} == {422}
    eve = str(told.online_event.world.person("Eve"))
    assert told.staff.post(path, identity="ipad", user_id=eve, reason="Hers").status == 409
    whose = str(told.online_event.people[0])
    names = ["", "nobody", "<script>", "x" * 3000, told.online_event.identity(0)]
    assert {told.staff.post(path, identity=one, user_id=whose, reason="Hers").status for one in names} == {422}
    assert [told.staff.get(f"{path}?identity={one}").status for one in ("", "nobody", "%00", "%FF")] == [404] * 4
    assert told.staff.post(f"{path}/undo", identity="nobody", reason="Nobody").status == 303
    assert told.staff.post(path, identity=["a", "b"], user_id="1").status == 422
    session.rollback()
    assert session.scalars(select(SessionMark)).all() == []
    assert digest(session, leaving_out=frozenset({"sign_ins", "users"})) != ""
    assert session.scalars(select(IdentityMatch)).all() == []
    assert before


# ---- the room while it runs


def test_the_room_shows_who_is_in_since_when_and_who_left(online):
    online_event = online.online_event
    online_event.stays(0, -2, 12)
    online_event.room.joins(online_event.identity(1), 4)
    online_event.room.joins("ipad", 5, name="Moms iPad")
    online_event.room.fold()
    online.at(START + 20 * MINUTE)
    page = online.staff.get(online.live)
    assert "1 of 3expected are in the room" in page.words_of("room")
    lines = [" ".join("".join(one.itertext()).split()) for one in page.by_id("room").iter("tbody")]
    assert [(line.split()[0], line.split(maxsplit=1)[1][-14:]) for line in lines] == [
        ("Ben", "In since 14:04"),
        ("Moms", "In since 14:05"),
        ("Ana", " Left at 14:12"),
    ]
    assert "Moms iPadnot matched with anyone" in lines[1]


def test_the_page_asks_again_until_the_session_is_over_and_then_no_more(online):
    online.online_event.room.joins(online.online_event.identity(0), 0)
    online.online_event.room.fold()
    online.at(END - MINUTE)
    room = online.staff.get(online.live).by_id("room")
    assert room.get("hx-trigger") == "every 4s"
    asked = room.get("hx-get")
    assert online.staff.get(asked, htmx=True).status == 204
    online.online_event.stays(1, 58, 59)
    changed = online.staff.get(asked, htmx=True)
    assert (changed.status, changed.by_id("room").get("hx-trigger")) == (200, "every 4s")
    online.at(END)
    over = online.staff.get(changed.by_id("room").get("hx-get"), htmx=True)
    assert (over.status, over.by_id("room").get("hx-trigger")) == (200, None)
    assert "The session is over." in over.text


def test_pages_cost_the_same_for_three_and_for_sixty_people(online):
    def cost(path: str) -> int:
        with counted_statements(online.app) as statements:
            assert online.staff.get(path).status == 200
        return len(statements)

    online_event = online.online_event
    paths = [online.live, online.report, f"/admin/events/{online_event.event_id}/sessions", online.report + ".csv"]
    online_event.stays(0, 0, 60)
    online_event.room.joins("guest-0", 5, name="A guest")
    online_event.room.fold()
    online.calculated()
    few = [cost(path) for path in paths for _ in range(2)][1::2]
    for number in range(60):
        online_event.room.stays(f"u{online_event.world.people(1)[0]}", number % 30, 50)
        online_event.room.joins(f"guest-{number}", 5, name="A guest")
    online_event.room.fold()
    online.staff.post(f"/admin/sessions/{online_event.session_id}/calculate")
    many = [cost(path) for path in paths]
    assert few == many
    assert few[0] <= 14
    assert few[1] <= 17


def test_everybody_can_be_shown_where_a_page_leaves_some_out(online):
    online_event = online.online_event
    for number in range(42):
        online_event.room.joins(f"guest-{number:02}", number / 10, name=f"Guest {number:02}")
    online_event.room.fold()
    online.at(START + 20 * MINUTE)
    page = online.staff.get(online.live)
    assert ("Guest 39" in page.text, "Guest 40" in page.text) == (True, False)
    assert "42in without a place" in page.words_of("room")
    with counted_statements(online.app) as statements:
        assert online.staff.get(page.by_id("room").get("hx-get"), htmx=True).status == 204
    assert not [one for one in statements if "stays" in one.lower()]  # nobody was read again, as nothing changed
    everybody = online.staff.get(page.links()["Show everyone"])
    assert ("Guest 41" in everybody.text, "all=1" in everybody.by_id("room").get("hx-get")) == (True, True)


def test_a_session_that_nobody_calculated_is_said_in_the_list_of_events(told):
    told.at(END + 19 * MINUTE)
    assert "not calculated" not in told.staff.get("/admin/events").text
    told.at(END + 21 * MINUTE)
    assert "1 session not calculated" in told.staff.get("/admin/events").text
    assert "1 session not calculated" in told.staff.get(f"/admin/events/{told.online_event.event_id}").text
    told.calculated()
    assert "not calculated" not in told.staff.get("/admin/events").text


def test_a_persons_page_says_how_they_took_part(told):
    told.calculated()
    page = told.staff.get(f"/admin/enrollments/{told.online_event.places[1]}")
    assert "Late by 20 min, 38 min, 63.33 %" in page.text
