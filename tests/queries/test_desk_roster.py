"""The list of a desk is cut by the database: the order of names, whoever is in, and every way to read it."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.worlds.open_desk import OpenDesk
from tests.support.worlds.world import NOON, World
from webapp.domain.desk.check_in import read_typed
from webapp.domain.text import fold, sort_name
from webapp.queries.desk import roster as of_desk
from webapp.queries.desk.live import tally
from webapp.queries.desk.roster import Roster, found_in_roster, roster
from webapp.queries.events.event import event_by_id
from webapp.services.accounts.account import change_settings

pytestmark = pytest.mark.usefixtures("app_context")
NAMES = (
    "Joris van Aalst",
    "Ikram El Idrissi",
    "Łukasz Wiśniewski",
    "Åsa Høst",
    "渡邊 健",
    "Ёлкин Пётр",
    "Ana Silva",
    "Mia Silvano",
    "Zoë Ann",
    "Bo Anna",
    "O",
    "Ærø Ødegård",
    "d'Arc Jeanne",
    "Anna Ann-Marie",
    "Müller",
    "1 Guest",
)


@pytest.fixture
def desk(app) -> OpenDesk:
    return OpenDesk(World(app), ends_at=NOON + timedelta(days=2))


@pytest.fixture(params=["walked", "gathered"])
def read(request, monkeypatch):
    """The list, read in one of the two ways, however many people there are."""
    factor = 0 if request.param == "walked" else 10**9
    in_order = of_desk._in_order

    def as_if_among(part, event_id: int, people: int, *, limit: int):
        return in_order(part, event_id, people * factor, limit=limit)

    monkeypatch.setattr(of_desk, "_in_order", as_if_among)

    def read(desk: OpenDesk, show: int = 30) -> Roster:
        event = event_by_id(desk.event_id)
        return roster(desk.event_id, NOON.date(), tally=tally(event, NOON.date(), NOON), show=show)

    return read


def by_last_word(name: str) -> tuple[str, str]:
    folded = fold(name)
    return folded.rsplit(" ", 1)[-1], folded


def test_the_list_is_in_the_same_order_on_every_database(desk, read) -> None:
    guests = {name: desk.guest(name) for name in NAMES}
    missing = NAMES[4:]
    for name in NAMES[:4]:
        desk.press(guests[name])

    found = read(desk)

    expected = [*sorted(missing, key=by_last_word), *sorted(NAMES[:4], key=by_last_word)]
    assert [row.name for row in found.rows] == expected
    assert (found.missing, found.arrived, found.has_more) == (12, 4, False)
    assert [row.in_at is not None for row in found.rows] == [False] * 12 + [True] * 4


@pytest.mark.parametrize("show", [1, 11, 12, 13, 15])
def test_the_list_is_cut_anywhere(desk, read, show) -> None:
    guests = {name: desk.guest(name) for name in NAMES}
    for name in NAMES[:4]:
        desk.press(guests[name])

    found = read(desk, show)

    assert [row.name for row in found.rows] == [row.name for row in read(desk).rows][:show]
    assert (found.total, found.has_more) == (16, True)


def test_who_is_in_on_another_day_or_was_taken_back_is_missing_today(desk, read) -> None:
    late, back, here = (desk.guest(name) for name in ("Late Bird", "Taken Back", "Here Now"))
    desk.press(late, at=NOON + timedelta(days=1))
    entry = desk.press(back).entry
    desk.undo(entry.id, NOON)
    desk.press(here)

    found = read(desk)

    assert [(row.name, row.in_at is not None) for row in found.rows] == [
        ("Taken Back", False),
        ("Late Bird", False),
        ("Here Now", True),
    ]
    assert (found.missing, found.arrived) == (2, 1)


def test_ranks_are_those_of_the_line(app, read) -> None:
    desk = OpenDesk(World(app), capacity=2)
    for name in ("Ann Able", "Ben Baker", "Zoe Zabel", "Yan Young", "Xu Xavier"):
        desk.guest(name)

    assert [(row.name, row.rank) for row in read(desk, 4).rows] == [
        ("Ann Able", None),
        ("Ben Baker", None),
        ("Xu Xavier", 3),
        ("Yan Young", 2),
    ]


def test_a_search_is_in_the_same_order_and_counts_all_of_it(desk) -> None:
    guests = {name: desk.guest(name) for name in ("Ana Silva", "Ana Costa", "Ana Weiß", "Ben Ott")}
    desk.press(guests["Ana Costa"])

    found = found_in_roster(desk.event_id, NOON.date(), typed=read_typed("ana"), show=2)
    nobody = found_in_roster(desk.event_id, NOON.date(), typed=read_typed("xyz"), show=2)

    assert [row.name for row in found.rows] == ["Ana Silva", "Ana Weiß"]
    assert (found.missing, found.arrived, found.total) == (2, 1, 3)
    assert (nobody.rows, nobody.total) == ((), 0)


def test_another_name_is_listed_in_its_new_place(desk, read) -> None:
    desk.guest("Ana Zorn")
    ben = desk.world.person("Ben Young")
    desk.enroll([ben])
    change_settings(user_id=ben, name="Ben Adler", timezone=None)

    assert [row.name for row in read(desk).rows] == ["Ben Adler", "Ana Zorn"]


@given(st.lists(st.text(min_size=1, max_size=20), min_size=2, max_size=6))
def test_one_text_orders_as_the_last_word_and_then_the_name(names: list[str]) -> None:
    assert [fold(n) for n in sorted(names, key=sort_name)] == [fold(n) for n in sorted(names, key=by_last_word)]
