"""My history: what is in a row, one's own answer changed in it, and nobody else's."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.databases.statements import counted_statements
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp.domain.asking.attendance_response import Answer
from webapp.models import AttendanceResponse
from webapp.services.asking.attendance_response import answer

pytestmark = [pytest.mark.only_db("sqlite"), pytest.mark.usefixtures("noon")]


@pytest.fixture
def mira(world) -> int:
    world.organization()
    return world.person("Mira Sand")


@pytest.fixture
def went(app, world, use_cases, mira):
    """Makes an event of the past in which she had a place: `went("clay", days_ago=2, came=True)`."""

    def make(slug: str, *, days_ago: float = 2, came: bool = True, said: Answer | None = None, **event) -> int:
        starts_at = NOON - timedelta(days=days_ago)
        event_id = world.event(slug=slug, starts_at=starts_at, **event)
        placed = use_cases.enrolls(event_id, mira, now=starts_at - timedelta(days=1))
        if came:
            use_cases.is_checked_in(event_id, placed, starts_at + timedelta(minutes=1))
        use_cases.is_closed(event_id, starts_at + timedelta(hours=3))
        if said is not None:
            with app.app_context():
                answer(user_id=mira, event_id=event_id, answer=said, now=starts_at + timedelta(hours=3))
        return event_id

    return make


def said(session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(AttendanceResponse.answer)))


def test_a_row_says_where_what_was_recorded_and_what_one_said(reader_of, mira, went):
    went("clay", said=Answer.PARTIAL)

    row = reader_of(mira).get("/me/history").words_of("record-clay")

    assert row == (
        "Jun8 Hand-building with clay NMNorthside Makers, Mon 8 June, 14:00, Studio 2"
        " Attended Your answer: For part of it Change for Hand-building with clay"
    )


def test_a_contradiction_offers_to_write_to_the_organizer(reader_of, mira, went):
    went("clay", came=False, said=Answer.ATTENDED)
    page = reader_of(mira).get("/me/history")

    assert "Not marked as attended Your answer: I was there" in page.words_of("record-clay")
    assert page.links()["Ask the organizer to check Hand-building with clay"] == (
        "mailto:hello@northside.example?subject=Hand-building%20with%20clay"
    )


def test_the_summary_and_the_filters_count(reader_of, mira, went):
    went("a", said=Answer.ATTENDED)
    went("b", came=False)
    went("c", days_ago=20, said=Answer.NOT_ATTENDED)
    page = reader_of(mira).get("/me/history")

    assert "Northside Makers attended 2 of 3" in page.text
    assert [words for words in page.links() if words.split()[-1].isdigit()] == [
        "All 3",
        "Attended 1",
        "Part of it 0",
        "Did not go 2",
        "Not answered 1",
    ]
    chosen = reader_of(mira).get("/me/history?show=not_attended")
    assert (chosen.by_id("record-b") is not None, chosen.by_id("record-a")) == (True, None)


def test_nothing_yet_nothing_found_and_a_filter_nobody_knows(reader_of, mira, went):
    assert "No past events yet" in reader_of(mira).get("/me/history").headings()
    went("clay")
    assert "Nothing here" in reader_of(mira).get("/me/history?show=partial").headings()
    assert reader_of(mira).get("/me/history?show=' OR 1=1").by_id("record-clay") is not None
    assert [reader_of(mira).get(f"/me/history?page={page}").status for page in ("0", "x", "2")] == [404, 404, 200]


@pytest.mark.parametrize(("days", "offered"), [(13.9, True), (14.1, False)])
def test_change_is_offered_while_answers_are_open(reader_of, mira, went, days, offered):
    went("clay", days_ago=days + 2 / 24)
    page = reader_of(mira).get("/me/history")

    assert ("Answer for Hand-building with clay" in page.links()) is offered


def test_without_scripts_change_is_a_page_and_the_answer_leads_back(reader_of, mira, went, session):
    went("clay")
    browser = reader_of(mira)
    page = browser.get("/me/history/clay/answer")
    assert page.headings("h1") == ["Were you at Hand-building with clay?"]
    assert page.buttons()[-4:] == ["I was there", "For part of it", "I didn’t go", "Keep it as it is"]

    answered = browser.post("/me/history/clay/answer", answer="partial")

    assert (answered.status, answered.location) == (303, "/me/history#record-clay")
    assert "Your answer is saved." in browser.get("/me/history").text
    assert said(session) == ["partial"]


def test_with_scripts_the_row_becomes_the_question_and_the_row_again(reader_of, mira, went, session):
    went("clay")
    browser = reader_of(mira)
    question = browser.get("/me/history/clay/answer", htmx=True)
    assert (question.by_id("record-clay").tag, question.headings("h1")) == ("li", [])

    row = browser.post("/me/history/clay/answer", htmx=True, answer="attended")

    assert "Your answer: I was there" in row.words_of("record-clay")
    assert row.words_of("say") == "Your answer is saved."
    assert browser.get("/me/history/clay", htmx=True).words_of("record-clay").startswith("Jun8")
    again = browser.post("/me/history/clay/answer", htmx=True, answer="attended")
    assert (again.status, said(session)) == (200, ["attended"])


@pytest.mark.parametrize("value", ["", "unknown", "ATTENDED", "yes", "attended\x00", "x" * 100_000])
def test_what_is_no_answer_is_refused_with_a_sentence(reader_of, mira, went, session, value):
    went("clay")
    browser = reader_of(mira)
    before = digest(session)

    refused = browser.post("/me/history/clay/answer", answer=value)

    assert (refused.status, digest(session)) == (422, before)
    assert refused.title.startswith("Error: ")


def test_after_the_window_nothing_changes_and_the_page_says_who_can(reader_of, mira, went, session):
    went("clay", days_ago=20)
    browser = reader_of(mira)
    before = digest(session)

    late = browser.post("/me/history/clay/answer", answer="attended")

    assert (late.status, digest(session)) == (409, before)
    assert "Northside Makers can still correct it." in late.text


@pytest.mark.parametrize("path", ["/me/history/clay/answer", "/me/history/nothing/answer", "/me/history/next/answer"])
def test_other_peoples_history_is_not_found(reader_of, world, went, session, path):
    went("clay")
    world.event(slug="next")
    ben = reader_of(world.person("Ben Okafor"))
    before = digest(session)

    answers = [ben.get(path), ben.get(path, htmx=True), ben.post(path, answer="attended")]

    assert [one.status for one in answers] == [404, 404, 404]
    assert "Mira" not in "".join(one.html for one in answers)
    assert digest(session) == before


def test_somebody_who_is_not_signed_in_is_asked_to(reader):
    assert reader.get("/me/history").location == "/login?next=/me/history"
    assert reader.get("/me/data.json").location == "/login?next=/me/data.json"


def test_a_page_of_the_history_costs_as_many_statements_with_one_row_as_with_many(app, reader_of, mira, went):
    browser = reader_of(mira)
    browser.get("/me/history")
    costs = []
    for number in (1, 10):
        for _ in range(number):
            went(f"event-{number}-{_}")
        with counted_statements(app) as seen:
            browser.get("/me/history")
        costs.append(len(seen))

    assert costs[0] == costs[1] <= 6


def test_the_data_comes_as_a_file_of_its_own(reader_of, mira, went):
    went("clay", said=Answer.ATTENDED)
    files = {name: reader_of(mira).get(f"/me/data.{name}") for name in ("json", "csv")}

    assert {name: file.headers["Content-Disposition"] for name, file in files.items()} == {
        "json": "attachment; filename=turnout-my-data.json",
        "csv": "attachment; filename=turnout-my-data.csv",
    }
    assert [file.headers["Cache-Control"] for file in files.values()] == ["private, no-store"] * 2
    assert all("Mira Sand" in file.html for file in files.values())
