"""What staff read of how many will come, and the last months in small pictures and files."""

import csv
import io
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from tests.support.databases.statements import counted_statements
from tests.support.worlds.classes.running_class import PRESENT, UNEXCUSED, RunningClass
from tests.support.worlds.regulars import DAY, Regulars
from tests.support.worlds.world import NOON
from webapp.domain.permission import Role
from webapp.extensions import db
from webapp.models import ProgramClass
from webapp.services.events.forecast import keep_forecasts
from webapp.services.unit_of_work import write_transaction

pytestmark = [pytest.mark.usefixtures("noon")]
BERLIN = ZoneInfo("Europe/Berlin")
CAME, MISSED = "attended", "no_show"


@pytest.fixture
def regulars(world) -> Regulars:
    world.organization()
    return Regulars(world)


@pytest.fixture
def owner(world, regulars, reader_of):
    return reader_of(world.person("Dana Kim", role=Role.OWNER))


def figures(reader, name: str, **by: str) -> list[tuple[str, ...]]:
    page = reader.get(f"/admin/figures/{name}.csv" + "".join(f"?{key}={value}" for key, value in by.items()))
    assert (page.status, page.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    return [tuple(row.values()) for row in csv.DictReader(io.StringIO(page.html.removeprefix("\ufeff")))]


def test_a_coming_event_says_how_many_are_expected_and_participants_never_read_it(regulars, owner, reader_of):
    for n in range(6):
        regulars.had(NOON - (40 - n) * DAY, [CAME] * 8 + [MISSED] * 2)
    coming = regulars.will_have(NOON + DAY, 10, slug="clay", capacity=10)

    assert "about 7 to 9" in owner.get("/admin").text
    participant = reader_of(regulars.people[0])
    for path in ("/events/clay", "/events", "/me"):
        assert "about 7" not in participant.get(path).text
    assert participant.get("/admin/forecast").status == 403
    assert coming


def test_too_little_is_said_to_be_too_little(regulars, owner):
    regulars.had(NOON - 40 * DAY, [CAME] * 10)
    regulars.will_have(NOON + DAY, 10)

    assert "Too few past events to tell" in owner.get("/admin").text


def test_the_page_of_the_method_shows_how_often_it_was_right(regulars, owner, app):
    assert "No estimate can be compared with an event yet." in owner.get("/admin/forecast").text
    for n in range(9):
        regulars.had(NOON - (40 - n) * DAY, [CAME] * 8 + [MISSED] * 2)
    regulars.had(NOON - 20 * DAY, [MISSED] * 10)
    with app.app_context():
        keep_forecasts(now=NOON)
    page = owner.get("/admin/forecast")

    assert "We said 80%, and were right in 80% of 5 events." in page.text
    cells = [" ".join("".join(cell.itertext()).split()) for cell in page.tree.iter("td")]
    assert cells[:5] == ["Up to 20", "5", "4 (80%)", "1", "0"]


@pytest.mark.only_db("sqlite")
def test_an_organizer_of_one_facility_reads_of_its_events_only(regulars, world, app, reader_of):
    for n in range(6):
        regulars.had(NOON - (40 - n) * DAY, [CAME] * 10)
    with app.app_context():
        keep_forecasts(now=NOON)
    other = world.facility("Studio 3")
    user_id = world.person("Orla")
    with app.app_context(), write_transaction() as session:
        world.join_team(session, user_id, Role.ORGANIZER, other)
    reader = reader_of(user_id)

    assert "No estimate can be compared" in reader.get("/admin/forecast").text
    assert {row[1] for row in figures(reader, "no-shows")} == {"0"}
    assert reader.get(f"/admin/figures/no-shows.csv?by=facility-{world.facility_id}").status == 404


def test_months_are_those_of_the_facilitys_zone(regulars, owner):
    regulars.had(datetime(2026, 5, 31, 23, 30, tzinfo=BERLIN), [CAME] * 3 + [MISSED], capacity=5)
    regulars.had(datetime(2026, 6, 1, 0, 30, tzinfo=BERLIN), [CAME] * 2 + ["undecided"], capacity=10)

    assert figures(owner, "show-rate")[-2:] == [("2026-05", "3", "4", "75.0"), ("2026-06", "2", "2", "100.0")]
    assert figures(owner, "places-filled")[-2:] == [("2026-05", "4", "5", "80.0"), ("2026-06", "3", "10", "30.0")]
    without_appeals = ("0", "0", "0", "0")
    assert figures(owner, "no-shows")[-2:] == [
        ("2026-05", "1", "4", "25.0", *without_appeals),
        ("2026-06", "0", "2", "0.0", *without_appeals),
    ]
    assert figures(owner, "show-rate")[0] == ("2026-01", "0", "0", "")


def test_answers_are_of_who_was_asked(regulars, owner):
    asked = regulars.had(NOON - 5 * DAY, [CAME] * 4)
    regulars.had(NOON - 4 * DAY, [CAME] * 4)
    regulars.answers(asked, "attended", "partial", "unknown")

    assert figures(owner, "follow-up-answers")[-1] == ("2026-06", "2", "4", "50.0")


def test_what_did_not_take_place_or_is_not_over_counts_nothing(regulars, owner, world):
    regulars.had(NOON - 5 * DAY, [CAME] * 4, status="cancelled")
    regulars.had(NOON - 5 * DAY, [CAME] * 4, deleted_at=NOON)
    regulars.will_have(NOON + DAY, 4, capacity=4)

    assert {row[1] for row in figures(owner, "places-filled")} == {"0"}
    assert "Last six months" not in owner.get("/admin").text, "six empty pictures say nothing"


@pytest.mark.only_db("sqlite")
def test_pictures_have_tables_and_a_file_each_and_can_be_narrowed(regulars, owner, world):
    first, second = world.facility_id, world.facility("Studio 3")
    regulars.had(NOON - 5 * DAY, [CAME] * 3 + [MISSED])
    world.facility_id = second
    regulars.had(NOON - 4 * DAY, [MISSED] * 2)
    page = owner.get("/admin")
    assert page.headings("h3") == ["Places filled", "Show rate", "No-shows", "Answered the follow-up"]
    assert "50%" in page.text
    assert page.links()["Export CSV: No-shows"] == "/admin/figures/no-shows.csv"

    narrowed = owner.get(f"/admin?by=facility-{first}")

    assert narrowed.links()["Export CSV: No-shows"] == f"/admin/figures/no-shows.csv?by=facility-{first}"
    assert figures(owner, "no-shows", by=f"facility-{first}")[-1][:4] == ("2026-06", "1", "4", "25.0")
    assert figures(owner, "no-shows", by=f"facility-{second}")[-1][:4] == ("2026-06", "2", "2", "100.0")
    for wrong in ("facility-987654", "program-1", "x", "facility-1'--"):
        assert owner.get(f"/admin?by={wrong}").status == 404
    assert owner.get("/admin/figures/people.csv").status == 404


def test_a_program_is_its_marks(regulars, owner, world, app):
    with app.app_context():
        course = RunningClass(app, world=world)
        course.takes(PRESENT, PRESENT, UNEXCUSED)
        program_id = course.room.program("Other")
    with app.app_context():
        own = db.session.scalar(select(ProgramClass.program_id).where(ProgramClass.id == course.class_id))
    page = owner.get(f"/admin?by=program-{own}")

    assert "Answered the follow-up" not in page.headings("h3")
    assert figures(owner, "show-rate", by=f"program-{own}")[-1] == ("2026-06", "2", "3", "66.7")
    assert figures(owner, "places-filled", by=f"program-{own}")[-1] == ("2026-06", "3", "20", "15.0")
    assert owner.get(f"/admin?by=program-{program_id}").status == 404, "it has no class"


def test_numbers_of_statements_are_the_same_for_few_and_many(regulars, owner, app):
    def cost(path: str) -> int:
        with counted_statements(app) as statements:
            assert owner.get(path).status == 200
        return len(statements)

    paths = ("/admin", "/admin/forecast", "/admin/figures/show-rate.csv")
    regulars.had(NOON - 40 * DAY, [CAME] * 2)
    regulars.will_have(NOON + DAY, 1)
    few = [cost(path) for path in paths]
    for n in range(20):
        regulars.had(NOON - (39 - n) * DAY, [CAME] * 10)
        regulars.will_have(NOON + DAY + n * timedelta(minutes=1), 10)

    assert [cost(path) for path in paths] == few
    assert few[0] <= 24
