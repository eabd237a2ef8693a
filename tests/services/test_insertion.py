"""Many rows in one statement: each as it was given, whatever they have in common, and none twice."""

import pytest
from sqlalchemy import select

from tests.support.worlds.world import NOON, World
from webapp.models import Message
from webapp.services.insertion import Filled, insert_rows_unless_there
from webapp.services.unit_of_work import write_transaction

MESSAGE = Message.__table__
#: What a database, a driver or JSON could take for something of its own.
ODD = """<b>"O'Neil"</b> 100% {0} %s %(a)s $1 \\x \\u0041 {{ name }}\n\tСёма 😀"""
GREETING = ("Dear ", ",\n", " is over. ", "\n")
pytestmark = pytest.mark.usefixtures("app_context")


def row(user_id: int, key: str, body: object, **columns: object) -> dict[str, object]:
    return {
        "dedupe_key": key,
        "kind": "prompt",
        "user_id": user_id,
        "recipient": f"{key}@post.example",
        "subject": "Hello",
        "body": body,
        "html": None,
        "details": {"a": [1, None]},
        "created_at": NOON,
        "attempts": 0,
        "next_try_at": NOON,
        **columns,
    }


def insert(rows: list[dict[str, object]]) -> list[str]:
    with write_transaction() as session:
        new = insert_rows_unless_there(session, MESSAGE, rows, MESSAGE.c.dedupe_key, index_elements=["dedupe_key"])
    return sorted(one.dedupe_key for one in new)


def written(session, *names: str) -> list[tuple]:
    found = session.execute(select(*(MESSAGE.c[name] for name in names)).order_by(MESSAGE.c.dedupe_key)).all()
    session.rollback()
    return [tuple(one) for one in found]


@pytest.fixture
def user_id(app) -> int:
    return World(app).person()


@pytest.mark.parametrize("number", [1, 3], ids=["one", "several"])
def test_a_text_with_gaps_is_written_as_a_whole(user_id, session, number):
    words = [(ODD, f"Talk {at}", "") for at in range(number)]

    keys = insert([row(user_id, f"k{at}", Filled(GREETING, own)) for at, own in enumerate(words)])

    assert keys == [f"k{at}" for at in range(number)]
    assert written(session, "body") == [(f"Dear {ODD},\nTalk {at} is over. \n",) for at in range(number)]


def test_what_stands_around_the_gaps_is_taken_as_it_is(user_id, session):
    insert([row(user_id, name, Filled((ODD, ODD, ODD), (name, ODD))) for name in ("a", "b")])
    assert written(session, "body") == [(f"{ODD}{name}{ODD}{ODD}{ODD}",) for name in ("a", "b")]


def test_texts_of_several_sheets_go_together_with_plain_ones_and_none(user_id, session):
    rows = [
        row(user_id, "a", Filled(GREETING, ("Ana", "Clay", "!")), html=Filled(("<p>", "</p>"), ("A",))),
        row(user_id, "b", Filled(("Hi ", ""), ("Bo",)), html=None),
        row(user_id, "c", ODD, html=Filled(("<p>", "</p>"), ("C",))),
        row(user_id, "d", Filled(("nothing to fill",), ())),
    ]

    insert(rows)

    assert written(session, "body", "html") == [
        ("Dear Ana,\nClay is over. !\n", "<p>A</p>"),
        ("Hi Bo", None),
        (ODD, "<p>C</p>"),
        ("nothing to fill", None),
    ]


@pytest.mark.parametrize("body", [Filled(("always the same",), ()), "always the same"], ids=["sheet", "text"])
def test_rows_that_are_alike_are_one_row(user_id, session, body):
    assert insert([row(user_id, "k", body)] * 2) == ["k"]
    assert insert([row(user_id, "k", body)] * 2) == []
    assert written(session, "dedupe_key", "body", "details", "next_try_at") == [
        ("k", "always the same", {"a": [1, None]}, NOON)
    ]


def test_a_row_that_is_there_stays_as_it_was(user_id, session):
    insert([row(user_id, "a", "first"), row(user_id, "b", "first")])
    assert insert([row(user_id, "b", "second", attempts=2), row(user_id, "c", "second", attempts=3)]) == ["c"]
    assert written(session, "dedupe_key", "body", "attempts") == [
        ("a", "first", 0),
        ("b", "first", 0),
        ("c", "second", 3),
    ]
