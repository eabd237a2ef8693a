"""What the form of an event does not accept: each value named beside its field, in which words, and nothing changed."""

import pytest

from tests.support.worlds.rows import digest

#: The rules behind these pages are tried on both databases below them.
pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]


CAPACITY = "Enter a whole number of places from 1 to 100,000, or leave it blank for no limit"
TIME = "Enter a valid date and time for {}, like 2026-06-13 10:00"
ZONE = "Enter a time zone by its city, like Europe/Berlin or America/Sao_Paulo"
MIDNIGHT = "An end at 00:00 counts as another event day. Enter 23:59 the evening before, or a later time."
BAD = [
    ("title", "", "Enter a title"),
    ("title", " \t ", "Enter a title"),
    ("title", "\u200b" * 10, "Enter a title"),
    ("title", "x" * 10_000, "Shorten the title to 160 characters"),
    ("title", "a\0b", "Remove line breaks and characters that can’t be displayed from the title"),
    ("title", "a\r\nBcc: b", "Remove line breaks and characters that can’t be displayed from the title"),
    ("title", "\x1b[2J", "Remove line breaks and characters that can’t be displayed from the title"),
    ("description", "a\0b", "Remove characters that can’t be displayed from the description"),
    ("description", "x" * 8001, "Shorten the description to 8,000 characters"),
    ("place", "y" * 201, "Shorten the room or meeting point to 200 characters"),
    *[
        ("capacity", bad, CAPACITY)
        for bad in (
            "0",
            "-1",
            "x",
            "1000000000000",
            "100001",
            "1.5",
            "1e3",
            " 5 ",
            "5_0",
            "٥",
            "５",
            "0x5",
            "NaN",
            "01",
            "9" * 5000,
            "true",
            "[5]",
            "5; DROP TABLE x",
        )
    ],
    ("facility_id", "", "Choose a facility"),
    ("facility_id", "987654", "Choose a facility"),
    ("facility_id", "99999999999999999999", "Choose a facility"),
    *[("timezone", bad, ZONE) for bad in ("Mars/Base", "../../etc/passwd", "x" * 300, "localtime", "europe/berlin")],
    *[
        ("starts_at", bad, TIME.format("the start"))
        for bad in (
            "",
            "2026-13-01 10:00",
            "2026-02-30 10:00",
            "0000-00-00 00:00",
            "10000-01-01 10:00",
            "1799999999",
            "2026-06-13T10:00+25:00",
            "2026-06-13 23:59:60",
            "2026-06-13",
            "1969-12-31 10:00",
        )
    ],
    (
        "starts_at",
        "2026-03-29 02:30",
        "02:30 on 29 March doesn’t exist in Berlin that day, because the clocks go forward. Enter 03:30 instead",
    ),
    ("ends_at", "2026-06-13 10:00", "Enter an end that is after the start"),
    ("ends_at", "2026-06-12 10:00", "Enter an end that is after the start"),
    ("ends_at", "2027-06-20 10:00", "An event can last at most 365 days"),
    ("ends_at", "2026-06-14 00:00", MIDNIGHT),
    ("opens_at", "2026-06-13 10:00", "Enrollment has to open before it closes"),
    ("closes_at", "2026-06-13 13:00", "Enrollment has to close before the event ends"),
    ("cover", "url(evil)", "Choose one of the options"),
    ("method", "lottery", "Choose one of the options"),
    ("attendance_requirement", "sometimes", "Choose one of the options"),
    ("has_waitlist", "perhaps", "Choose one of the options"),
]


@pytest.mark.parametrize(("field", "value", "sentence"), BAD, ids=[f"{f}-{n}" for n, (f, _, _) in enumerate(BAD)])
def test_a_bad_value_is_named_kept_and_changes_nothing(browser, new, session, field, value, sentence):
    before = digest(session)

    page = browser.post("/admin/events/new", **{**new, field: value})

    assert (page.status, page.title.startswith("Error: ")) == (422, True)
    assert page.links()[sentence] == f"#{field}"
    assert digest(session) == before
    kept = page.by_id("title").get("value") if field != "title" else page.by_id("place").get("value")
    assert kept == new["title" if field != "title" else "place"]


@pytest.mark.parametrize("hours", ["", "-1", "2161", "1.5", "another"])
def test_another_deadline_that_is_no_number_of_hours_is_asked_for_again(browser, new, session, hours):
    before = digest(session)

    sent = {"cancellation_deadline_hours": "another", "other_deadline_hours": hours}
    page = browser.post("/admin/events/new", **{**new, **sent})

    assert (page.status, digest(session)) == (422, before)
    assert page.links()["Enter a whole number of hours from 0 to 2,160"] == "#other_deadline_hours"
    assert page.chosen("/admin/events/new")["cancellation_deadline_hours"] == "another"
    assert page.by_id("other_deadline_hours").get("value") == hours


def test_the_same_field_sent_twice_is_refused(browser, new, session):
    before = digest(session)
    page = browser.post("/admin/events/new", **{**new, "capacity": ["5", "6"]})
    assert (page.status, digest(session)) == (422, before)


@pytest.mark.parametrize("request_id", ["", "short", "x" * 65, "a b c d e f g", "ünïcödé-id"])
def test_a_form_without_its_id_is_refused(browser, new, session, request_id):
    before = digest(session)
    assert browser.post("/admin/events/new", **{**new, "request_id": request_id}).status == 422
    assert digest(session) == before
