"""Names that are written in more than one way: nobody is let in for somebody else."""

import pytest

from tests.support.worlds.open_desk import OpenDesk
from tests.support.worlds.rows import digest
from tests.support.worlds.world import World
from webapp.domain.desk.check_in import Verdict, read_typed
from webapp.queries.desk.arrivals import arrivals_of_day
from webapp.queries.desk.roster import found_in_roster
from webapp.queries.places.roster import RosterFilter, roster_page

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def desk(app) -> OpenDesk:
    return OpenDesk(World(app))


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("Mueller", ["Soeren Mueller", "Jürgen Müller"]),
        ("Müller", ["Soeren Mueller", "Jürgen Müller"]),
        ("Muller", ["Soeren Mueller", "Jürgen Müller"]),
        ("Soeren", ["Soeren Mueller", "Sören Lund"]),
        ("Søren", ["Soeren Mueller", "Sören Lund"]),
        ("Hoest", ["Hoest, Ida", "Åsa Høst"]),
        ("Aasa", ["Aasa Berg", "Åsa Høst"]),
        ("Asa", ["Aasa Berg", "Åsa Høst"]),
        ("Gross", ["Hans Groß", "Ute Gross"]),
        ("Groß", ["Hans Groß", "Ute Gross"]),
        ("Muell", ["Soeren Mueller", "Jürgen Müller"]),
        ("Oedegaard", ["Kim Oedegaard", "Ærø Ødegård"]),
        ("Mueller", ["Jürgen Müller"]),
        ("Aeroe", ["Ærø Ødegård"]),
    ],
)
def test_a_name_that_fits_by_another_spelling_is_chosen_from_the_list(desk, session, typed, names) -> None:
    guests = {desk.guest(name) for name in names}
    desk.guest("Nobody Else")
    before = digest(session)

    outcome = desk.type(typed)
    listed = found_in_roster(desk.event_id, outcome.door.today, typed=read_typed(typed), show=30)

    assert (outcome.several, outcome.verdict) == (True, None)
    assert {row.enrollment_id for row in listed.rows} == guests
    assert digest(session) == before


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Müller", "Jürgen Müller"),
        ("Muller", "Jürgen Müller"),
        ("Mueller", "Soeren Mueller"),
        ("Groß", "Hans Groß"),
        ("Gross", "Hans Groß"),
        ("Juergen Müller", "Jürgen Müller"),
        ("asa host", "Åsa Høst"),
        ("Joe", "Joe Ray"),
    ],
)
def test_a_name_as_it_is_written_lets_in_at_once(desk, typed, name) -> None:
    guest = desk.guest(name, email="juergen@n.example")
    desk.guest("Jonas Mull")

    outcome = desk.type(typed)

    assert (outcome.verdict, outcome.guest.enrollment_id) == (Verdict.IN, guest)


def test_the_same_tap_sent_again_is_its_first_answer_whoever_came_since(desk) -> None:
    mueller = desk.guest("Soeren Mueller")
    first = desk.type("Mueller", request_id="tap-of-mueller")
    desk.guest("Jürgen Müller")

    again = desk.type("Mueller", request_id="tap-of-mueller")

    assert [one.guest.enrollment_id for one in (first, again)] == [mueller, mueller]


def test_every_list_finds_people_by_other_spellings(desk) -> None:
    guest = desk.guest("Jürgen Müller")
    desk.press(guest)

    arrived = arrivals_of_day(desk.event_id, desk.starts_at.date(), desk=None, typed=read_typed("Mueller"), limit=9)

    assert [one.enrollment_id for one in arrived] == [guest]
    people = roster_page(desk.event_id, RosterFilter(query="Juergen Muel")).rows
    assert [one.name for one in people] == ["Jürgen Müller"]
