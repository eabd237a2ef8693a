"""Answers compared with records: contradictions first, filters in the address, and nobody recognised."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from tests.support.databases.statements import counted_statements
from tests.support.worlds.crowd import Guest, fill
from tests.support.worlds.opinions import keep_opinions, keep_prompts
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON
from webapp import clock
from webapp.domain.permission import Role
from webapp.extensions import db
from webapp.models import AttendanceResponse, Enrollment, Event
from webapp.services.unit_of_work import write_transaction

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]
KEPT_BACK = "Shown once there are five answers, so no one can be identified."
both = pytest.mark.only_db("sqlite", "postgres")


@pytest.fixture
def event_id(world) -> int:
    world.organization()
    return world.event("Clay", slug="clay", starts_at=NOON - timedelta(days=2))


@pytest.fixture
def admin(world, event_id, reader_of):
    return reader_of(world.person("Dana Kim", role=Role.ADMIN))


@pytest.fixture
def organizer(world, event_id, reader_of):
    return reader_of(world.person("Orla Byrne", role=Role.ORGANIZER))


@pytest.fixture
def told(app, world, use_cases, event_id):
    """Five people of a closed event, two of whom say something else than the record; and one who only answered."""
    names = ("Ana Silva", "Ben Okafor", "Zoë Åkesson", "Mei Chen", "Uri Cohen")
    people = {name: world.person(name) for name in names}
    early = NOON - timedelta(days=5)
    placed = {name: use_cases.enrolls(event_id, user_id, early) for name, user_id in people.items()}
    for name in ("Ana Silva", "Ben Okafor", "Zoë Åkesson"):
        use_cases.is_checked_in(event_id, placed[name], NOON - timedelta(days=2))
    use_cases.is_closed(event_id, NOON - timedelta(days=1))
    people["Guest Only"] = world.person("Guest Only")
    says = {
        "Ana Silva": "attended",
        "Ben Okafor": "not_attended",
        "Mei Chen": "partial",
        "Uri Cohen": "unknown",
        "Guest Only": "attended",
    }
    keep_prompts(app, event_id, [*people.values(), world.person("Silent Looker")], at=NOON)
    keep_opinions(app, event_id, [(people[who], said, None, None) for who, said in says.items()], at=NOON)
    return {name: one.enrollment_id for name, one in placed.items()} | {"ben": people["Ben Okafor"]}


def rows(page) -> list[list[str]]:
    """Name, answer, record and action of every row."""
    body = page.by_id("rows").find(".//tbody")
    return (
        []
        if body is None
        else [["".join(row[0].find(".//bdi").itertext()), *map(said, (row[1], row[2], row[4]))] for row in body]
    )


def said(cell) -> str:
    return " ".join("".join(cell.itertext()).split())


@both
def test_contradictions_come_first_each_with_what_an_admin_can_do(admin, told, event_id):
    page = admin.get(f"/admin/events/{event_id}/responses")

    assert rows(page) == [
        ["Ben Okafor", "I didn’t go", "Attended Contradiction", "Evidence"],
        ["Mei Chen", "For part of it", "No-show Contradiction", "Override"],
        ["Ana Silva", "I was there", "Attended", ""],
        ["Guest Only", "I was there", "Not enrolled", ""],
        ["Uri Cohen", "No answer", "No-show", ""],
        ["Zoë Åkesson", "No answer", "Attended", ""],
    ]
    assert "Silent Looker" not in page.text


@both
@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("?said=contradictions", ["Ben Okafor", "Mei Chen"]),
        ("?said=attended", ["Ana Silva", "Guest Only"]),
        ("?said=partial", ["Mei Chen"]),
        ("?said=not_attended", ["Ben Okafor"]),
        ("?said=nothing", ["Uri Cohen", "Zoë Åkesson"]),
        ("?said=attended&q=ana", ["Ana Silva"]),
        ("?q=akesson", ["Zoë Åkesson"]),
        ("?said=whatever", ["Ben Okafor", "Mei Chen", "Ana Silva", "Guest Only", "Uri Cohen", "Zoë Åkesson"]),
        ("?q=%25", ["Ben Okafor", "Mei Chen", "Ana Silva", "Guest Only", "Uri Cohen", "Zoë Åkesson"]),
        ("?q=nobody", []),
        ("?page=7&said=attended", ["Ana Silva", "Guest Only"]),
    ],
)
def test_the_address_is_the_state_as_a_page_and_as_a_fragment(admin, told, event_id, address, names):
    page = admin.get(f"/admin/events/{event_id}/responses{address}")
    part = admin.get(f"/admin/events/{event_id}/responses{address}", htmx=True)

    assert [row[0] for row in rows(page)] == names
    assert (part.status, [row[0] for row in rows(part)]) == (200, names)
    assert page.by_id("main") is not None
    assert part.by_id("main") is None


def test_chips_count_the_search_and_the_numbers_count_everybody(admin, told, event_id):
    page = admin.get(f"/admin/events/{event_id}/responses?q=a")

    assert page.words_of("chips") == "All 2 Contradictions 0 Said attended 1 Part of it 0 Did not go 0 No answer 1"
    numbers = next(one for one in page.tree.iter("div") if one.get("class") == "stats stats--3")
    assert [said(one) for one in numbers] == ["7Asked", "4Answered", "3No answer"]


@pytest.mark.parametrize("broken", ["page=0", "page=-1", "page=x", "page=1e3", "comments=0", "comments=%D9%A1"])
def test_a_page_that_is_none_is_not_found(admin, told, event_id, broken):
    assert admin.get(f"/admin/events/{event_id}/responses?{broken}").status == 404


def test_an_organizer_sees_the_same_and_is_shown_the_evidence_instead_of_the_override(organizer, told, event_id):
    page = organizer.get(f"/admin/events/{event_id}/responses?said=contradictions")

    assert [row[3] for row in rows(page)] == ["Evidence", "Evidence"]
    assert f"/admin/enrollments/{told['Mei Chen']}" in page.links()["Evidence"]


def test_the_override_says_what_the_person_says_and_leads_back(admin, told, event_id, session):
    path, back = f"/admin/enrollments/{told['Mei Chen']}/override", f"/admin/events/{event_id}/responses?q=mei"
    assert "Mei Chen says: For part of it" in admin.get(path).text

    answer = admin.post(path, version="2", to="attended", reason="Left early", return_to=back)

    assert (answer.status, answer.location) == (303, back)
    assert rows(admin.get(back)) == [["Mei Chen", "For part of it", "Attended", ""]]


def test_a_correction_that_the_person_contradicts_can_be_withdrawn_from_the_table(app, admin, told, event_id, world):
    uri = told["Uri Cohen"]
    admin.post(f"/admin/enrollments/{uri}/override", version="2", to="attended", reason="Somebody said so")
    with app.app_context(), write_transaction() as session:
        of_uri = AttendanceResponse.user_id.in_(db.select(Enrollment.user_id).where(Enrollment.id == uri))
        session.execute(update(AttendanceResponse).where(of_uri).values(answer="not_attended", answered_at=NOON))

    assert rows(admin.get(f"/admin/events/{event_id}/responses?q=uri"))[0][3] == "Withdraw"
    assert "Uri Cohen says: I didn’t go" in admin.get(f"/admin/enrollments/{uri}/withdrawal").text


def test_a_persons_page_and_the_table_of_enrollments_show_the_contradiction_too(admin, told, event_id):
    one, other = (admin.get(f"/admin/enrollments/{told[who]}").text for who in ("Mei Chen", "Ana Silva"))
    table = admin.get(f"/admin/events/{event_id}/enrollments?q=mei")

    assert "Own answer For part of it Contradicts the record" in one
    assert ("Own answer I was there" in other, "Contradicts" in other) == (True, False)
    assert "No-show Says: For part of it" in table.words_of("rows")
    assert "Says:" not in admin.get(f"/admin/events/{event_id}/enrollments?q=ana").words_of("rows")


def test_looking_and_exporting_change_nothing(admin, told, event_id, session):
    before = digest(session)
    for path in ("responses", "responses.csv", "responses?said=contradictions&q=x"):
        assert admin.get(f"/admin/events/{event_id}/{path}").status == 200
    assert digest(session) == before


@both
def test_the_export_holds_what_the_filter_shows_and_neither_ratings_nor_comments(app, admin, told, event_id, session):
    with app.app_context(), write_transaction() as own:
        said = {"rating": 1, "comment": "=HYPERLINK(1)", "feedback_at": NOON}
        own.execute(update(AttendanceResponse).where(AttendanceResponse.answer == "partial").values(said))
        own.execute(update(AttendanceResponse.__table__).values(changed_at=NOON))

    whole = admin.get(f"/admin/events/{event_id}/responses.csv")
    part = admin.get(f"/admin/events/{event_id}/responses.csv?said=contradictions")

    lines = [line.split('","') for line in whole.html.removeprefix("\ufeff").strip().splitlines()]
    assert [lines[0], len(lines)] == [['"name', "email", "status", "answer", 'contradiction"'], 7]
    assert [(line[0], *line[2:]) for line in lines[1:4]] == [
        ('"Ben Okafor', "attended", "not_attended", 'yes"'),
        ('"Mei Chen', "no_show", "partial", 'yes"'),
        ('"Ana Silva', "attended", "attended", '"'),
    ]
    assert "HYPERLINK" not in whole.html
    assert len(part.html.strip().splitlines()) == 3
    assert whole.headers["Content-Disposition"] == "attachment; filename=clay-responses.csv"


def test_names_of_formulas_are_text_in_the_export(app, admin, world, event_id):
    keep_opinions(app, event_id, [(world.person('=cmd|" /C calc"!A0'), "attended", None, None)], at=NOON)

    assert "\"'=cmd" in admin.get(f"/admin/events/{event_id}/responses.csv").html


# -- ratings and comments


@pytest.fixture
def opinions(app, world, event_id):
    """So many people who rate 1, 2, 3, 4, 5, 1, ... and write, the later ones later."""

    def say(number: int, *, written: int | None = None):
        written = number if written is None else written
        people = world.people(number)
        keep_opinions(
            app,
            event_id,
            [
                (user_id, "attended", 1 + n % 5, f"Comment {n}" if n < written else None)
                for n, user_id in enumerate(people)
            ],
            at=NOON,
        )

    return say


def shares(page) -> list[str]:
    return [" ".join("".join(row.itertext()).split()) for row in page.tree.find(".//table[@class='plot']/tbody")]


def test_four_opinions_are_kept_back_and_the_fifth_shows_all_five(admin, opinions, event_id):
    opinions(4)
    page = admin.get(f"/admin/events/{event_id}/responses")
    assert page.text.count(KEPT_BACK) == 2
    assert "4 people have rated it so far." in page.text
    assert ("Comment 0" in page.text, page.tree.find(".//table[@class='plot']")) == (False, None)

    opinions(1)
    page = admin.get(f"/admin/events/{event_id}/responses")
    assert shares(page) == [
        "5, excellent 0 people",
        "4, good 1 person",
        "3, fine 1 person",
        "2, fair 1 person",
        "1, poor 2 people",
    ]
    assert (page.text.count(KEPT_BACK), "2.2 of 5 on average, 5 people" in page.text) == (0, True)


@both
def test_while_people_can_answer_opinions_appear_five_at_a_time(admin, opinions, event_id):
    opinions(9, written=7)
    page = admin.get(f"/admin/events/{event_id}/responses")

    assert "3.0 of 5 on average, 5 people" in page.text
    assert "4 more ratings aren’t shown yet" in page.text
    assert "2 more comments aren’t shown yet" in page.text
    assert [n for n in range(7) if f"Comment {n}" in page.text] == [0, 1, 2, 3, 4]


def test_when_nothing_can_change_any_more_all_are_shown(admin, opinions, event_id):
    opinions(9, written=7)
    clock.move(NOON + timedelta(days=13) - clock.real_now())

    page = admin.get(f"/admin/events/{event_id}/responses")

    assert ("9 people" in page.text, "kept back" in page.text) == (True, False)
    assert [n for n in range(7) if f"Comment {n}" in page.text] == [0, 1, 2, 3, 4, 5, 6]


def test_comments_stand_in_no_order_without_names_or_times(admin, opinions, event_id, world):
    opinions(20)
    page = admin.get(f"/admin/events/{event_id}/responses")
    section = page.words_of("comments")

    order = [int(word) for word in section.split() if word.isdigit()]
    assert sorted(order[:20]) == list(range(20))
    assert order[:20] not in (list(range(20)), list(range(20))[::-1])
    assert ("Person" in section, "time" in {one.tag for one in page.by_id("comments").iter()}) == (False, False)


def test_many_comments_have_pages_of_their_own_and_the_table_stays_where_it_was(admin, opinions, event_id):
    opinions(45)
    first = admin.get(f"/admin/events/{event_id}/responses?said=attended")
    second = admin.get(first.links()["More comments"])

    seen = [{n for n in range(45) if f"Comment {n} " in page.words_of("comments") + " "} for page in (first, second)]
    assert ([len(one) for one in seen], seen[0] & seen[1]) == ([20, 20], set())
    assert second.words_of("chips") == first.words_of("chips")


def test_what_people_write_stays_text(admin, app, world, event_id):
    evil = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}", "\u202ereversed", "a\nb"]
    keep_opinions(
        app, event_id, [(user, "attended", 5, text) for user, text in zip(world.people(5), evil, strict=True)], at=NOON
    )
    page = admin.get(f"/admin/events/{event_id}/responses")

    written = ["".join(one.itertext()) for one in page.by_id("comments").iter("bdi")]
    assert sorted(written) == sorted(evil)
    assert [one.get("src") for one in page.tree.iter("img")] == []


# -- states and costs


def test_before_the_event_nobody_was_asked_yet(world, admin):
    coming = world.event("Later", starts_at=NOON + timedelta(days=3))

    page = admin.get(f"/admin/events/{coming}/responses")

    assert page.headings("h2") == ["No one has been asked yet"]
    assert "Sat 13 June, 17:00" in page.text  # two hours long, asked an hour after, Berlin time


def test_an_event_without_people_says_so(admin, event_id):
    assert "No one had a place" in admin.get(f"/admin/events/{event_id}/responses").headings("h3")


@both
def test_the_page_costs_the_same_statements_for_ten_and_for_a_thousand_people(app, world, admin, session):
    costs, nodes = [], []
    for number in (10, 1000):
        event_id = world.event(starts_at=NOON - timedelta(days=3))
        with app.app_context():
            ids = fill(db.engine, event_id, [Guest("checked_in")] * number, at=NOON - timedelta(days=9))
        with app.app_context(), write_transaction() as own:
            own.execute(update(Event).where(Event.id == event_id).values(status="published"))
            users = own.scalars(db.select(Enrollment.user_id).where(Enrollment.id.in_(ids[:1000]))).all()
            answers = [
                {
                    "event_id": event_id,
                    "user_id": user_id,
                    "answer": "not_attended" if n < 5 else "attended",
                    "answered_at": NOON,
                    "changed_at": NOON,
                    "created_at": NOON,
                    "rating": None if n < 5 else 4,
                    "comment": None if n < 5 else f"Comment {n}",
                }
                for n, user_id in enumerate(users)
            ]
            own.execute(insert(AttendanceResponse.__table__), answers)
        path = f"/admin/events/{event_id}/responses"
        admin.get(path)
        with counted_statements(app) as statements:
            page = admin.get(path)
        costs.append(len(statements))
        nodes.append(sum(1 for _ in page.tree.iter()))
    assert costs[0] == costs[1] <= 7
    assert nodes[1] <= 1500
