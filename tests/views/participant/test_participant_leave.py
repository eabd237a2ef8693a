"""Giving a place back: the question, the answer, and forms that are older than the state."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.worlds.rows import broken, digest, standing
from tests.support.worlds.world import NOON
from webapp.models import Enrollment

#: The rules behind these pages are tried on both databases below them.
pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]
LEAVE = "/events/clay/leave"


@pytest.fixture
def mira(world) -> int:
    return world.person()


def form(reader) -> dict[str, str]:
    """What the question sends along."""
    fields = reader.get(LEAVE).fields(LEAVE)
    return {"enrollment": fields["enrollment"], "version": fields["version"]}


def test_the_question_says_what_is_lost(world, use_cases, reader_of, mira):
    event_id = world.event(slug="clay", capacity=1)
    use_cases.enrolls(event_id, mira)
    alone = reader_of(mira).get(LEAVE)
    assert alone.headings("h1") == ["Cancel your place?"]
    assert "Someone else can take your place right away. This can’t be undone." in alone.text
    assert alone.buttons("main") == ["Keep my place", "Cancel my place"]
    use_cases.fills(event_id, 1)
    assert (
        "Your place goes to the next person on the waitlist right away. This can’t be undone."
        in reader_of(mira).get(LEAVE).text
    )


def test_the_question_on_the_waitlist_names_the_position(world, use_cases, reader_of, mira):
    event_id = world.event(slug="clay", capacity=1)
    use_cases.fills(event_id, 3)
    use_cases.enrolls(event_id, mira)
    page = reader_of(mira).get(LEAVE)
    assert page.headings("h1") == ["Leave the waitlist?"]
    assert "You’ll lose position 3. If you join again, you’ll start at the end." in page.text


def test_inside_a_dialog_it_is_the_same_form_without_the_page_around_it(world, use_cases, reader_of, mira):
    use_cases.enrolls(world.event(slug="clay"), mira)
    fragment = reader_of(mira).get(LEAVE, htmx=True)
    assert (fragment.status, fragment.headings("h1", "h2")) == (200, ["Cancel your place?"])
    assert "<header" not in fragment.html
    assert 'hx-post="/events/clay/leave"' in fragment.html


def test_giving_up_moves_the_next_person_up(world, use_cases, reader_of, mira, session):
    event_id, ben = world.event(slug="clay", capacity=1), world.person("Ben")
    use_cases.enrolls(event_id, mira)
    use_cases.enrolls(event_id, ben)
    reader = reader_of(mira)
    answer = reader.post(LEAVE, **form(reader))
    assert (answer.status, answer.location) == (303, "/events/clay#enrollment")
    page = reader.get("/events/clay")
    assert page.words_of("enrollment-h") == "You cancelled your place"
    assert "You cancelled your place." in page.text
    assert reader_of(ben).get("/events/clay").words_of("enrollment-h") == "You are in"
    assert standing(session, event_id).statuses == {"cancelled": 1, "confirmed": 1}
    assert broken(session, event_id) == []


def test_over_htmx_the_block_changes_and_the_dialog_closes(world, use_cases, reader_of, mira):
    use_cases.enrolls(world.event(slug="clay", capacity=5), mira)
    reader = reader_of(mira)
    answer = reader.post(LEAVE, htmx=True, **form(reader))
    assert (answer.status, answer.headings("h2")) == (200, ["You cancelled your place"])
    assert answer.headers["HX-Trigger"] == "close-dialog"
    assert answer.words_of("places").startswith("0 of 5 places taken")


@pytest.mark.parametrize("htmx", [True, False])
def test_answering_twice_is_done_once_and_no_error(world, use_cases, reader_of, mira, session, htmx):
    use_cases.enrolls(world.event(slug="clay", capacity=1), mira)
    reader = reader_of(mira)
    fields = form(reader)
    first = reader.post(LEAVE, htmx=htmx, **fields)
    before = digest(session)
    second = reader.post(LEAVE, htmx=htmx, **fields)
    assert (second.status, second.location) == (first.status, first.location)
    assert digest(session) == before


def test_a_form_from_before_a_change_is_409_and_changes_nothing(world, use_cases, reader_of, mira, session):
    event_id, first = world.event(slug="clay", capacity=1), world.person()
    placed = use_cases.enrolls(event_id, first)
    use_cases.enrolls(event_id, mira)
    reader = reader_of(mira)
    old = form(reader)  # asks about a place in line
    use_cases.leaves(placed, first)  # now it is a place
    before = digest(session)
    answers = [reader.post(LEAVE, htmx=htmx, **old) for htmx in (True, False)]
    assert [answer.status for answer in answers] == [409, 409]
    assert [answer.words_of("enrollment-h") for answer in answers] == ["You are in"] * 2
    assert "This changed a moment ago. Check it and decide again." in answers[0].words_of("enrollment")
    assert digest(session) == before


def test_a_form_about_an_earlier_enrollment_does_not_cancel_the_later_one(world, use_cases, reader_of, mira, session):
    event_id = world.event(slug="clay", capacity=5)
    placed = use_cases.enrolls(event_id, mira)
    reader = reader_of(mira)
    old = form(reader)
    use_cases.leaves(placed, mira)
    use_cases.enrolls(event_id, mira)
    before = digest(session)
    answer = reader.post(LEAVE, htmx=True, **old)
    assert (answer.status, answer.headings("h2")) == (409, ["You are enrolled"])
    assert digest(session) == before


def test_after_the_deadline_a_place_stays(world, use_cases, reader_of, mira, session):
    event_id = world.event(slug="clay", starts_at=NOON + timedelta(hours=5), cancellation_deadline_hours=6)
    use_cases.enrolls(event_id, mira, now=NOON - timedelta(hours=2))
    reader, before = reader_of(mira), digest(session)
    assert "Cancel my place" not in reader.get("/events/clay").buttons("enrollment")
    answers = [reader.get(LEAVE), reader.post(LEAVE, version="1")]
    assert [answer.status for answer in answers] == [409, 409]
    for answer in answers:
        said = answer.words_of("enrollment")
        assert "You could cancel until Wed 10 June, 13:00. If you can’t come, write to the organizer." in said
    assert digest(session) == before


def test_whoever_has_nothing_cannot_leave(world, reader_of, mira, session):
    world.event(slug="clay")
    reader, before = reader_of(mira), digest(session)
    answers = [reader.get(LEAVE), reader.post(LEAVE)]
    assert [answer.status for answer in answers] == [409, 409]
    assert "You are not enrolled. Nothing was changed." in answers[0].words_of("enrollment")
    assert digest(session) == before


def test_whoever_is_checked_in_cannot_leave(world, use_cases, reader_of, mira, session):
    event_id = world.event(slug="clay", starts_at=NOON - timedelta(minutes=30))
    placed = use_cases.enrolls(event_id, mira, now=NOON - timedelta(days=1))
    use_cases.is_checked_in(event_id, placed, now=NOON)
    reader, before = reader_of(mira), digest(session)
    assert [reader.get(LEAVE).status, reader.post(LEAVE).status] == [409, 409]
    assert digest(session) == before


BROKEN = [("version", "x", 422), ("version", "01", 422), ("version", "99999999999", 422), ("enrollment", "-1", 422)]


@pytest.mark.parametrize(("field", "value", "status"), [*BROKEN, ("version", "2", 409), ("enrollment", "77", 409)])
def test_numbers_that_the_form_never_sent_change_nothing(
    world, use_cases, reader_of, mira, session, field, value, status
):
    use_cases.enrolls(world.event(slug="clay"), mira)
    reader = reader_of(mira)
    fields = {**form(reader), field: value}
    before = digest(session)
    assert reader.post(LEAVE, **fields).status == status
    assert digest(session) == before


def test_nobody_leaves_for_somebody_else(world, use_cases, reader_of, mira, session):
    placed = use_cases.enrolls(world.event(slug="clay"), mira)
    stranger = reader_of(world.person("Ben"))
    answer = stranger.post(LEAVE, enrollment=str(placed.enrollment_id), version="1")
    assert answer.status == 409
    assert session.scalar(select(Enrollment.status)) == "confirmed"
