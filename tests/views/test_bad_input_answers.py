"""Bad input at every door of an answer, of feedback and of a snooze: a 4xx with a sentence, and nothing changed."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.support.pages.reading import Reader
from tests.support.worlds.asking import answer_link, is_asked
from tests.support.worlds.rows import digest
from tests.support.worlds.use_cases import days
from tests.support.worlds.world import NOON
from webapp import clock
from webapp.adapters.signed_link import LinkPurpose
from webapp.models import Notification, User
from webapp.services.unit_of_work import write_transaction

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("postgres")]

START, END = NOON - timedelta(hours=3), NOON - timedelta(hours=1)
SECOND = timedelta(seconds=1)
LONG = "x" * 100_000


@pytest.fixture
def clay(world) -> int:
    return world.event(slug="clay", starts_at=START, ends_at=END)


@pytest.fixture
def mira(app, world, use_cases, clay) -> int:
    person = world.person("Mira Sand")
    use_cases.enrolls(clay, person, now=START - days(1))
    with app.app_context():
        is_asked(clay, person)
    return person


@pytest.fixture
def doors(app, clay, mira, session, reader, reader_of) -> dict[str, tuple[Reader, str, str]]:
    """(browser, address of the question, of the feedback): by link, and signed in by notification."""
    link, number = answer_link(app, clay, mira), session.query(Notification.id).scalar()
    return {
        "link": (reader, link, f"{link}/feedback"),
        "signed in": (reader_of(mira), f"/notifications/{number}/prompt", "/attendance/clay/feedback"),
    }


@pytest.fixture
def refuses(session):
    """Every one of these, plain and by htmx, is answered with this status and sentence and changes nothing."""

    def check(browser: Reader, path: str, cases, *, status: int, sentence: str) -> None:
        before = digest(session)
        for fields in cases:
            for htmx in (False, True):
                page = browser.post(path, htmx=htmx, **fields)
                said = (page.status, sentence in page.text)
                assert said == (status, True), (path, str(fields)[:200], htmx, page.status, page.text[:500])
        assert digest(session) == before

    return check


def at(instant) -> None:
    clock.move(instant - clock.real_now())


def test_an_answer_is_one_of_three_and_silence_is_none(doors, refuses):
    wrong = ["unknown", "", "Attended", "attended ", "yes", "1", LONG, "<script>", "' OR 1=1 --"]
    cases = [{"answer": text} for text in wrong] + [{}]
    for browser, page, _ in doors.values():
        refuses(browser, f"{page}/answer", cases, status=422, sentence="Choose one of the answers")


def test_an_answer_given_twice_in_one_form_is_refused(doors, refuses):
    browser, page, _ = doors["link"]
    refuses(
        browser,
        f"{page}/answer",
        [{"answer": ["attended", "partial"]}],
        status=422,
        sentence="Part of this form got lost on the way",
    )


def test_a_rating_is_one_to_five_in_plain_digits(doors, refuses):
    wrong = ["0", "6", "4.5", "x", "-1", "+4", " 4", "04", "4e0", "٤", "４", "0x4", "NaN", "true", "[4]", "5" * 5000]
    for browser, page, feedback in doors.values():
        browser.post(f"{page}/answer", answer="attended")
        cases = [{"rating": text, "comment": "Fine"} for text in wrong]
        refuses(browser, feedback, cases, status=422, sentence="Choose a rating from 1 to 5")


def test_a_comment_has_a_thousand_characters_that_can_be_shown(doors, refuses):
    browser, page, feedback = doors["link"]
    browser.post(f"{page}/answer", answer="attended")
    too_long = [{"comment": text, "rating": "4"} for text in (LONG, "x" * 1001, "👩🏽" * 501)]
    refuses(browser, feedback, too_long, status=422, sentence="Use at most 1,000 characters")
    broken = [{"comment": text, "rating": "4"} for text in ("a\0b", "\x1b[2J")]
    refuses(browser, feedback, broken, status=422, sentence="Remove the characters that can’t be displayed")
    refuses(
        browser,
        feedback,
        [{}, {"on_profile": "1"}, {"comment": " \n "}],
        status=422,
        sentence="Choose a rating or press Skip",
    )


def test_what_was_typed_is_kept_and_stays_text(doors):
    browser, page, feedback = doors["link"]
    browser.post(f"{page}/answer", answer="attended")
    typed = "</textarea><script>alert(1)</script>{{7*7}}"
    again = browser.post(feedback, rating="6", comment=typed, to_organizations="1")
    assert again.title == "Error: How was Hand-building with clay? - Turnout"
    assert "&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in again.html
    assert again.by_id("comment").text == typed
    assert {name: again.by_id(name).get("checked") is not None for name in ("on_profile", "to_organizations")} == {
        "on_profile": False,
        "to_organizations": True,
    }


def test_feedback_needs_an_answer_that_says_one_was_there(doors, refuses):
    browser, page, feedback = doors["link"]
    refuses(browser, feedback, [{"rating": "4"}], status=409, sentence="Tell us first whether you were there.")
    browser.post(f"{page}/answer", answer="not_attended")
    refuses(browser, feedback, [{"rating": "4"}], status=409, sentence="You said you didn’t go")


def test_nothing_is_taken_one_second_too_early_or_too_late(app, doors, clay, mira, refuses):
    link = answer_link(app, clay, mira, expires_at=NOON + days(30))
    browser, page, feedback = doors["signed in"]
    at(START - 2 * SECOND)
    for address in (f"{page}/answer", f"{link}/answer"):
        refuses(browser, address, [{"answer": "attended"}], status=409, sentence="This event hasn’t started yet")
    at(NOON)
    browser.post(f"{page}/answer", answer="attended")
    at(END + days(14) + SECOND)
    sentence = "This can no longer be changed here"
    for address in (f"{page}/answer", f"{link}/answer", "/attendance/clay/answer"):
        refuses(browser, address, [{"answer": "partial"}], status=409, sentence=sentence)
    for address in (feedback, f"{link}/feedback"):
        refuses(browser, address, [{"rating": "4"}], status=409, sentence=sentence)


def test_a_prompt_that_was_put_off_answered_or_asked_twice_cannot_be_put_off(app, doors, clay, mira, refuses, session):
    browser, page, _ = doors["signed in"]
    number = session.query(Notification.id).scalar()
    with app.app_context(), write_transaction() as writing:
        writing.execute(update(Notification).values(read_at=NOON, responded_at=NOON))
    before = digest(session)
    assert browser.post(f"{page}/snooze").status == 409
    assert digest(session) == before
    with app.app_context():
        second = is_asked(clay, mira, number=2)
    assert browser.post(f"/notifications/{second}/prompt/snooze").status == 303
    for address in (f"/notifications/{second}/prompt/snooze", f"/notifications/{number}/prompt/snooze"):
        before = digest(session)
        assert (browser.post(address).status, digest(session)) == (409, before)
    browser.post(f"{page}/answer", answer="attended")
    for address in (f"{page}/snooze", f"/notifications/{second}/prompt/snooze", "/attendance/clay/snooze"):
        before = digest(session)
        assert (browser.post(address).status, digest(session)) == (409, before)


def test_other_peoples_prompts_and_events_do_not_exist(app, world, use_cases, doors, clay, mira, reader_of, session):
    ben, number = world.person("Ben"), session.query(Notification.id).scalar()
    told = Notification(
        dedupe_key="x", user_id=mira, type="confirmed", title="You are in", created_at=NOON, event_id=clay
    )
    session.add(told)
    session.commit()
    world.event(slug="draft", status="draft", starts_at=START)
    stranger = reader_of(ben)
    before = digest(session)
    unknown = stranger.get("/notifications/999999999/prompt")
    assert unknown.status == 404
    assert _bytes(stranger.get(f"/notifications/{number}/prompt")) == _bytes(unknown)
    assert doors["signed in"][0].get(f"/notifications/{told.id}/prompt").status == 404
    for path in (f"/notifications/{number}/prompt", "/attendance/clay", "/attendance/draft", "/attendance/nowhere"):
        for what, fields in (("answer", {"answer": "attended"}), ("snooze", {})):
            assert stranger.post(f"{path}/{what}", **fields).status == 404
    for path in ("/attendance/clay/feedback", "/attendance/draft/feedback"):
        assert (stranger.get(path).status, stranger.post(path, rating="4").status) == (404, 404)
    assert digest(session) == before


@pytest.mark.parametrize("number", ["0", "-1", "01", "1.0", "1e3", "%D9%A1", "9223372036854775808", "9" * 5000, "null"])
def test_the_number_of_a_prompt_has_one_spelling(doors, number):
    browser, _, _ = doors["signed in"]
    assert browser.get(f"/notifications/{number}/prompt").status == 404
    assert browser.post(f"/notifications/{number}/prompt/answer", answer="attended").status == 404


def test_links_that_are_altered_old_or_for_something_else_open_nothing(app, doors, clay, mira, reader, session):
    good = answer_link(app, clay, mira)
    token = good.rpartition("/")[2]
    last = token[:-1] + ("A" if token[-1] != "A" else "B")
    links = {
        "/prompts/x": 404,
        f"/prompts/{last}": 404,
        f"/prompts/x{token}": 404,
        f"/prompts/{token[:-5]}": 404,
        f"/prompts/{'x' * 400}": 404,
        f"/prompts/{'x' * 5000}": 404,
        "/prompts/%00": 404,
        answer_link(app, clay, mira, purpose=LinkPurpose.ATTEND): 404,
        answer_link(app, clay, mira, purpose=LinkPurpose.UNSUBSCRIBE): 404,
        answer_link(app, 10**12, mira): 404,
        answer_link(app, clay, 10**12): 404,
        answer_link(app, clay, 1): 404,
        answer_link(app, clay, mira, expires_at=NOON - SECOND): 410,
    }
    before = digest(session)
    for link, status in links.items():
        seen = {
            "get": reader.get(link).status,
            "htmx": reader.get(link, htmx=True).status,
            "answer": reader.post(f"{link}/answer", answer="attended").status,
            "snooze": reader.post(f"{link}/snooze").status,
            "feedback": reader.get(f"{link}/feedback").status,
            "rate": reader.post(f"{link}/feedback", rating="4").status,
        }
        assert seen == dict.fromkeys(seen, status), link[:80]
    assert digest(session) == before


def test_the_link_of_a_closed_account_opens_nothing(app, world, clay, mira, reader, session):
    link = answer_link(app, clay, mira)
    with app.app_context(), write_transaction() as writing:
        writing.execute(update(User).where(User.id == mira).values(disabled_at=NOON))
    assert (reader.get(link).status, reader.post(f"{link}/answer", answer="attended").status) == (404, 404)


def test_the_link_answers_by_post_only(doors, session):
    """It proves itself: neither the form's token nor an origin is asked for (`test_links_of_mails`)."""
    browser, page, _ = doors["link"]
    before = digest(session)
    assert browser.get(f"{page}/answer?answer=attended").status == 405
    assert digest(session) == before


def test_who_is_signed_out_answers_by_link_only(doors, session):
    number = session.query(Notification.id).scalar()
    browser = doors["link"][0]
    before = digest(session)
    for path in (f"/notifications/{number}/prompt/answer", "/attendance/clay/answer", "/attendance/clay/feedback"):
        page = browser.post(path, answer="attended", rating="4")
        assert page.status == 401
        assert browser.post(path, htmx=True, answer="attended", rating="4").status == 401
    assert digest(session) == before


def _bytes(page) -> tuple[int, str]:
    """Status and body without what changes with every request."""
    return page.status, page.text
