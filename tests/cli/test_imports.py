"""`import guests`: what is printed, and what refuses a whole file with one clear line."""

from pathlib import Path

import pytest

from tests.support.rows import digest, standing
from tests.support.world import World
from webapp import clock

DATA = Path(__file__).parent.parent / "data"


@pytest.fixture
def world(app) -> World:
    return World(app, now=clock.now())


@pytest.fixture
def event_id(world) -> int:
    return world.event("Clay", slug="clay", capacity=3)


def test_a_file_is_told_line_by_line_and_the_second_run_changes_nothing(flask, session, event_id) -> None:
    first = flask("import", "guests", "clay", DATA / "guests-messy.csv")
    before = digest(session)
    second = flask("import", "guests", event_id, DATA / "guests-messy.csv")

    assert first.exit_code == second.exit_code == 0
    assert first.stdout.splitlines()[:10] == [
        f"Event {event_id}: Clay",
        "Read as utf-8, separated by commas: 19 rows",
        "Columns: address = 'E-Mail Address', name = 'Name'",
        "Columns not used: none",
        "line 2: ana.silva@post.example: enrolled",
        "line 3: ana.silva@post.example: duplicate of line 2",
        "line 4: noname@post.example: no name",
        "line 5: No Mail: no address",
        "line 6: bad@@post..example: bad address: The part after the @-sign contains invalid characters: '@'.",
        "line 7: formula@post.example: enrolled",
    ]
    assert "line 9: markup@post.example: waitlisted at 1" in first.stdout
    assert "line 12: long@post.example: bad name: the name is longer than 120 characters" in first.stdout
    assert first.stdout.splitlines()[-1] == (
        "Result: 3 enrolled, 8 waitlisted, 2 duplicates, 1 without name, 2 without address, 1 with a bad name, "
        "2 with a bad address"
    )
    assert "Result: 11 already enrolled" in second.stdout
    assert digest(session) == before


def test_a_dry_run_says_the_same_and_that_it_wrote_nothing(flask, session, event_id) -> None:
    before = digest(session)
    rehearsed = flask("import", "guests", "clay", DATA / "guests-pretix.csv", "--dry-run")
    assert digest(session) == before

    real = flask("import", "guests", "clay", DATA / "guests-pretix.csv")

    assert rehearsed.stdout == real.stdout + "Dry run: nothing was written.\n"
    assert "separated by semicolons: 240 rows" in real.stdout


def test_an_encoding_that_is_named_is_used(flask, tmp_path, session, event_id) -> None:
    file = tmp_path / "liste.csv"
    file.write_bytes("Name;E-Mail\nJörg Müller;joerg@post.example\n".encode("cp1252"))

    refused = flask("import", "guests", "clay", file)
    accepted = flask("import", "guests", "clay", file, "--encoding", "cp1252")

    assert refused.stderr == (
        "Error: line 2 is not utf-8 text; say how it is written, for example --encoding cp1252\n"
    )
    assert (refused.exit_code, accepted.exit_code) == (2, 0)
    assert standing(session, event_id).statuses == {"confirmed": 1}


def test_text_with_a_byte_order_mark_is_read_as_it_says(flask, tmp_path, event_id) -> None:
    file = tmp_path / "unicode.txt"
    file.write_bytes("Name\tE-Mail\nJörg\tjoerg@post.example\n".encode("utf-16"))

    assert "Read as utf-16, separated by tabs: 1 rows" in flask("import", "guests", "clay", file).stdout


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "the file is empty"),
        (b"Name,Email\nAna,a\0b@x.example\n", "line 2 cannot be read: it contains NUL bytes"),
        (b"Name,Email\nA\xff,a@x.example\n",
         "line 2 is not utf-8 text; say how it is written, for example --encoding cp1252"),
        (b"Name,Phone\nAna,12\n", "no column of e-mail addresses was recognised; the headings are: Name, Phone"),
        (b"Name,Email\n" + b"A,a@x.example\n" * 20_001, "the file has more than 20,000 rows"),
        (b"x" * (10 * 1024 * 1024 + 1), "guests.csv is larger than 10 MB"),
        (b'Name,Email\n"Ana,a@x.example\n', "line 2 cannot be read: unexpected end of data"),
    ],
)  # fmt: skip
@pytest.mark.only_db("sqlite")
@pytest.mark.usefixtures("event_id")
def test_a_file_that_is_no_guest_list_is_one_clear_line(flask, tmp_path, session, content, line) -> None:
    file = tmp_path / "guests.csv"
    file.write_bytes(content)
    before = digest(session)

    refused = flask("import", "guests", "clay", file)

    assert (refused.exit_code, refused.stderr) == (2, f"Error: {line}\n")
    assert digest(session) == before


@pytest.mark.only_db("sqlite")
@pytest.mark.parametrize("event", ["nowhere", "0", "99", "-1", "9" * 30, "a\0b", "../x"])
def test_an_event_that_is_not_there_is_one_clear_line(flask, event) -> None:
    refused = flask("import", "guests", "--", event, DATA / "guests-messy.csv")

    assert (refused.exit_code, refused.stderr.count("\n")) == (2, 1)
    assert refused.stderr.startswith("Error: there is no event ")


@pytest.mark.only_db("sqlite")
def test_an_event_that_is_not_published_takes_nobody(flask, world, session) -> None:
    world.event(slug="draft", status="draft")
    before = digest(session)

    refused = flask("import", "guests", "draft", DATA / "guests-messy.csv")

    assert (refused.exit_code, refused.stderr) == (2, "Error: the event is not published\n")
    assert digest(session) == before


@pytest.mark.only_db("sqlite")
def test_what_could_move_a_terminals_cursor_is_written_out(flask, tmp_path, event_id) -> None:
    file = tmp_path / "guests.csv"
    file.write_text("Name,Email\n,\x1b[2Jx\u202e@post.example\n")

    assert "line 2: \\x1b[2Jx\\u202e@post.example: no name" in flask("import", "guests", "clay", file).stdout
