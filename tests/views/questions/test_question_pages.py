"""The doors of questions: the organizer's page, before enrolling, on one's own page, at the desk, table and files."""

from dataclasses import replace
from io import BytesIO

import pytest
from sqlalchemy import select

from tests.support.databases.statements import counted_statements
from tests.support.pages.reading import Page
from tests.support.worlds import asked
from tests.support.worlds.accounts import mailed_code
from tests.support.worlds.asked import BADGE, EATS, FORM, PDF_FILE, SIZE, food
from tests.support.worlds.open_desk import OpenDesk, tap_id
from tests.support.worlds.rows import digest
from webapp.domain.permission import Role
from webapp.domain.questions.question import SeenBy
from webapp.models import Enrollment, EnrollmentAnswer, EventQuestion

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]
NEW = {
    "kind": "one_of",
    "wording": "What do you eat?",
    "choices": "Everything\nVegan\n",
    "help": "",
    "asked": "sign_up",
    "seen_by": "desk",
    "kept_days": "90",
    "condition": "",
}


@pytest.fixture
def ask(app):
    """What an event asks, in a context that no request shares."""

    def asking(event_id: int, *drafts) -> list[int]:
        with app.app_context():
            return asked.ask(event_id, *drafts)

    return asking


@pytest.fixture
def clay(world) -> int:
    world.organization()
    return world.event(slug="clay")


@pytest.fixture
def organizer(world, clay, reader_of):
    return reader_of(world.person("Orla", role=Role.ORGANIZER))


def name(question_id: int) -> str:
    return f"answer-{question_id}"


def enroll(reader, texts: dict[int, object], slug: str = "clay") -> Page:
    return reader.post(f"/events/{slug}/answers", **{name(id_): value for id_, value in texts.items()})


def test_an_organizer_adds_changes_orders_and_ends_a_question(organizer, world, session, clay, ask):
    page = f"/admin/events/{clay}/questions"
    eats = ask(clay, EATS)[0]
    added = organizer.post(f"{page}/new", **NEW | {"condition": f"{eats}:yes"})
    assert (added.status, added.location) == (303, page)
    new = session.scalars(select(EventQuestion).where(EventQuestion.kind == "one_of")).one()
    assert (new.choices, new.kept_days, new.shown_if_id, new.shown_if_answer) == ("Everything\nVegan", 90, eats, "yes")
    session.rollback()
    listed = organizer.get(page)
    assert "Only if “Will you eat with us?” is “Yes”" in listed.text
    assert "What people see" in listed.text
    stuck = organizer.post(f"/admin/questions/{new.id}/up")
    assert (stuck.status, "needs to come before it" in stuck.text) == (422, True)
    form = organizer.get(f"/admin/questions/{new.id}").fields(f"/admin/questions/{new.id}")
    changed = NEW | {"condition": f"{eats}:yes", "version": form["version"], "wording": "Your meal?"}
    assert organizer.post(f"/admin/questions/{new.id}", **changed).status == 303
    assert organizer.post(f"/admin/questions/{new.id}", **changed | {"wording": "Your dish?"}).status == 409
    assert organizer.post(f"/admin/questions/{new.id}/retire").status == 303
    assert "Your meal?" not in organizer.get(page).text
    assert organizer.get(f"/admin/questions/{new.id}").status == 404


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"wording": " "}, "Enter the question"),
        ({"wording": "x" * 100_000}, "Use at most 200 characters"),
        ({"kind": "riddle"}, "Choose one of the answers"),
        ({"choices": "One"}, "Enter at least 2 choices, one per line"),
        ({"choices": "x\n" * 60_000}, "Use at most 7,320 characters"),
        ({"kept_days": "7"}, "Choose how long to keep the answers"),
        ({"condition": "999:yes"}, "Choose a condition from the list"),
    ],
)
def test_a_question_that_cannot_be_asked_is_told_so(organizer, session, clay, change, sentence):
    before = digest(session)
    refused = organizer.post(f"/admin/events/{clay}/questions/new", **NEW | change)
    assert (refused.status, sentence in refused.text) == (422, True)
    session.rollback()
    assert digest(session) == before


def test_pressing_enroll_leads_to_the_questions_and_those_to_the_place(world, session, reader_of, clay, ask):
    eats = ask(clay, EATS)[0]
    what = ask(clay, food(eats))[0]
    mira = reader_of(world.person("Mira Sand"))
    pressed = mira.post("/events/clay/enroll", seen="open")
    assert (pressed.status, pressed.location) == (303, "/events/clay/answers")
    assert mira.post("/events/clay/enroll", htmx=True, seen="open").headers["HX-Redirect"] == "/events/clay/answers"
    shown = mira.get("/events/clay/answers")
    assert ("Enroll" in shown.buttons(), "Only if “Will you eat with us?” is “Yes”" in shown.text) == (True, True)
    before = digest(session)
    session.rollback()
    for texts, status, sentence in (
        ({}, 422, "Choose an answer"),
        ({eats: "yes", what: "x" * 100_000}, 422, "Choose one of the answers"),
        ({eats: "no", 999_999: "x"}, 409, "The organizer changed the questions a moment ago."),
    ):
        refused = enroll(mira, texts)
        assert (refused.status, sentence in refused.text) == (status, True)
    session.rollback()
    assert digest(session) == before
    session.rollback()
    assert enroll(mira, {eats: "yes", what: "Vegan"}).location == "/events/clay#enrollment"
    assert session.scalar(select(Enrollment.status)) == "confirmed"
    session.rollback()
    assert "See or change your answers" in mira.get("/events/clay").text
    # Pressed once more: the first press is what counts.
    assert enroll(mira, {eats: "no"}).status == 303


def test_later_questions_wait_on_my_events(world, session, use_cases, reader_of, clay, ask):
    size, form = ask(clay, SIZE, FORM)
    ana, ben = world.person("Ana"), world.person("Ben")
    placed = use_cases.enrolls(clay, ana)
    use_cases.enrolls(clay, ben)
    reader, other = reader_of(ana), reader_of(ben)
    assert "2 questions" in reader.get("/me").text
    assert "Please answer 2 more questions by Thu 11 June, 14:00." in reader.get("/events/clay").text
    sent = {name(size): "M", name(form): (BytesIO(PDF_FILE), "../my form.pdf")}
    assert reader.post("/events/clay/answers", **sent).status == 303
    assert "2 questions" not in reader.get("/me").text
    file = f"/me/enrollments/{placed.enrollment_id}/answers/{form}"
    got = reader.get(file)
    assert got.response.data == PDF_FILE
    assert got.headers["Content-Disposition"].startswith("attachment;")
    assert (got.headers["X-Content-Type-Options"], "no-store" in got.headers["Cache-Control"]) == ("nosniff", True)
    assert other.get(file).status == 404
    broken = reader.post("/events/clay/answers", **{name(form): (BytesIO(b"MZ"), "x.pdf"), name(size): "L"})
    assert (broken.status, "PDF, JPEG or PNG file. Choose" in broken.text) == (422, True)
    assert session.scalar(select(EnrollmentAnswer.value).where(EnrollmentAnswer.question_id == size)) == "M"


def test_a_guest_goes_on_to_the_questions_and_keeps_the_place(world, session, reader, clay, ask):
    eats = ask(clay, EATS)[0]
    session.rollback()
    reader.post("/events/clay/guest", name="Mira Sand", email="mira@post.example", seen="open")
    code, _ = mailed_code(session, "mira@post.example")
    session.rollback()
    assert reader.post("/code", code=code).location == "/events/clay/answers"
    assert "Your place is held until" in reader.get("/events/clay/answers").text
    assert enroll(reader, {eats: "no"}).status == 303
    assert session.scalars(select(Enrollment.status)).all() == ["confirmed"]


def test_the_desk_asks_after_a_check_in_and_keeps_the_answer(world, session, reader_of, ask):
    desk = OpenDesk(world)
    badge, _eats, _secret = ask(
        desk.event_id, BADGE, EATS, replace(BADGE, wording="Weight?", seen_by=SeenBy.ORGANIZERS)
    )
    guest = desk.guest("Amara Okafor")
    session.rollback()
    crew = reader_of(world.person("Dora", role=Role.DESK))
    tapped = crew.post(f"/desk/{desk.event_id}/checkin", htmx=True, enrollment=guest, request_id=tap_id())
    page = f"/desk/{desk.event_id}/answers/{guest}"
    assert tapped.links()["Ask 1 question"] == page
    shown = crew.get(page)
    assert ("Badge number?" in shown.text, "Weight?" in shown.text) == (True, False)
    wrong = crew.post(page, htmx=True, **{name(badge): "twelve"})
    assert (wrong.status, wrong.headers["HX-Retarget"]) == (422, "#dialog")
    saved = crew.post(page, htmx=True, **{name(badge): "12"})
    assert (saved.headers["HX-Trigger"], "Answers saved" in saved.text) == ("close-dialog", True)
    assert session.scalars(select(EnrollmentAnswer.value)).all() == ["12"]
    session.rollback()
    assert crew.get(f"/desk/{world.event('Other')}/answers/{guest}").status == 404


def test_the_table_shows_each_reader_what_is_theirs(world, session, use_cases, reader_of, organizer, clay, ask):
    eats, secret = ask(clay, EATS, replace(SIZE, wording="=Illness?"))
    for person, texts in (("=Ana", {eats: "yes"}), ("Ben", {eats: "no"})):
        user_id = world.person(person)
        use_cases.enrolls(clay, user_id)
        reader_of(user_id).post(
            "/events/clay/answers", **{name(id_): text for id_, text in texts.items()}, **{name(secret): "@1+1"}
        )
    page = f"/admin/events/{clay}/answers"
    assert {"=Ana", "Ben"} <= set(organizer.get(page).links())
    yes = organizer.get(f"{page}?answer={eats}.is.yes")
    assert ("=Ana" in yes.text, "Ben" in yes.links()) == (True, False)
    assert organizer.get(f"{page}?answer={eats}.none").status == 200
    text = organizer.get(f"{page}.csv?answer={eats}.is.yes").html
    assert text.splitlines()[0].endswith('"name","email","status","Will you eat with us?","\'=Illness?"')
    assert text.splitlines()[1].startswith('"\'=Ana","person-')
    assert text.splitlines()[1].endswith('"confirmed","yes","\'@1+1"')
    desk = reader_of(world.person("Dora", role=Role.DESK))
    assert ("eat with us" in desk.get(page).text, "Illness" in desk.get(page).text) == (True, False)
    assert "email" not in desk.get(f"{page}.csv").html
    assert reader_of(world.person("Vera", role=Role.VIEWER)).get(page).status == 403
    teacher = reader_of(world.person("Theo", role=Role.TEACHER)).get(page)
    assert ("eat with us" in teacher.text, teacher.status) == (False, 200)
    own = session.scalars(select(Enrollment.id).order_by(Enrollment.id)).first()
    session.rollback()
    assert "=Illness?" in organizer.get(f"/admin/enrollments/{own}").text


def test_only_an_event_that_asks_costs_one_statement_more(app, world, use_cases, reader_of, clay, ask):
    mira = world.person()
    quiet = world.event("Quiet", slug="quiet")
    costs = {}
    ask(clay, SIZE)
    for slug, event_id in (("quiet", quiet), ("clay", clay)):
        use_cases.enrolls(event_id, mira)
        reader = reader_of(mira)
        reader.get(f"/events/{slug}")
        with counted_statements(app) as seen:
            assert reader.get(f"/events/{slug}").status == 200
        costs[slug] = len(seen)
    assert costs == {"quiet": 2, "clay": 3}


def test_when_answers_are_due_is_said_and_copied_questions_are_asked(organizer, world, session, clay, ask):
    page = f"/admin/events/{clay}/questions"
    other = world.event("Other")
    ask(other, EATS)
    session.rollback()
    assert organizer.post(f"{page}/due", due_at="2026-06-11T10:00").status == 303
    late = organizer.post(f"{page}/due", due_at="2026-07-11T10:00")
    assert (late.status, "Enter a time before the event ends" in late.text) == (422, True)
    assert organizer.post(f"{page}/copy", from_event=other).status == 303
    assert session.scalars(select(EventQuestion.wording).where(EventQuestion.event_id == clay)).all() == [EATS.wording]
    session.rollback()
    world.organization("Pier Crew")
    assert organizer.post(f"{page}/copy", from_event=world.event("Theirs")).status == 404
