"""`import guests`: what is printed, and what refuses a whole file with one clear line."""

from pathlib import Path

import pytest

from tests.support.worlds.rows import digest, standing
from tests.support.worlds.world import World
from webapp import clock

DATA = Path(__file__).parent.parent / "data"
NAMEABLE = (
    'a column is named like email="Contact"; what can be named is email, name, first name, last name, status, '
    "cancelled, tickets"
)


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

    assert refused.stderr == ("Error: line 2 is not utf-8 text; say how it is written, for example --encoding cp1252\n")
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
        (
            b"Name,Email\nA\xff,a@x.example\n",
            "line 2 is not utf-8 text; say how it is written, for example --encoding cp1252",
        ),
        (
            b"Name,Phone\nAna,12\n",
            "there is no email address in this file, so no one can be enrolled from it; the headings are: Name, Phone",
        ),
        (
            b"Name,Contact\nAna,a@x.example\n",
            "no column of email addresses was recognised; the headings are: "
            'Name, Contact; name the column yourself, for example --column email="Contact"',
        ),
        (
            b"PK\x03\x04 and so on",
            "this is a workbook (.xlsx, .xls, .ods) and not a CSV file; open it, choose Save as, "
            "CSV UTF-8, and import that file",
        ),
        (b"Name,Email\n" + b"A,a@x.example\n" * 20_001, "the file has more than 20,000 rows"),
        (b"x" * (10 * 1024 * 1024 + 1), "guests.csv is larger than 10 MB"),
        (b'Name,Email\n"Ana,a@x.example\n', "line 2 cannot be read: a quote that begins here never ends"),
    ],
)
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
    file.write_text("Name,Email\n\x1b[2Jx\u202e,\n")

    assert "line 2: \\x1b[2Jx\\u202e: no address" in flask("import", "guests", "clay", file).stdout


def test_columns_are_named_by_hand(flask, tmp_path, session, event_id) -> None:
    file = tmp_path / "guests.csv"
    file.write_text("Nick,Contact,Note\nAna,ana@x.example,no\nBen,ben@x.example,yes\n")
    named = ["--column", "email=Contact", "--column", "name=Nick", "--column", "status=Note"]

    told = flask("import", "guests", "clay", file, *named)

    assert told.exit_code == 0
    assert "Columns: address = 'Contact', name = 'Nick', status = 'Note'" in told.stdout
    assert "line 2: ana@x.example: not coming ('no')\nline 3: ben@x.example: enrolled\n" in told.stdout
    assert standing(session, event_id).statuses == {"confirmed": 1}


def test_a_column_can_be_said_to_be_nothing(flask, tmp_path, event_id) -> None:
    file = tmp_path / "guests.csv"
    file.write_text("Name,Email,Attendance\nAna,ana@x.example,none so far\nBen,ben@x.example,no\n")

    guessed = flask("import", "guests", "clay", file, "--dry-run").stdout
    told = flask("import", "guests", "clay", file, "--column", "status=").stdout

    assert "line 3: ben@x.example: not coming ('no')" in guessed
    assert "Columns: address = 'Email', name = 'Name'\n" in told and "line 3: ben@x.example: enrolled" in told


@pytest.mark.only_db("sqlite")
@pytest.mark.usefixtures("event_id")
@pytest.mark.parametrize(
    ("column", "line"),
    [
        ("email=Kontakt", "the file has no row with the headings Kontakt; its headings are: Name, Contact"),
        ("email=", "the column of email addresses cannot be left out"),
        ("email=Name", "the column 'Name' holds no email addresses"),
        ("phone=Contact", NAMEABLE),
        ("Contact", NAMEABLE),
    ],
)
def test_a_column_that_cannot_be_named_is_one_clear_line(flask, tmp_path, session, column, line) -> None:
    file = tmp_path / "guests.csv"
    file.write_text("Name,Contact\nAna,ana@x.example\n")
    before = digest(session)

    refused = flask("import", "guests", "clay", file, "--column", column)

    assert (refused.exit_code, refused.stderr) == (2, f"Error: {line}\n")
    assert digest(session) == before


def test_what_the_file_says_is_told_with_what_to_do(flask, world) -> None:
    world.event("Fair", slug="fair", capacity=50)
    orders = flask("import", "guests", "fair", DATA / "exports" / "eventbrite-orders.csv").stdout
    luma = flask("import", "guests", "fair", DATA / "exports" / "luma-guests.csv").stdout

    assert "Read as utf-8, separated by commas: 10 rows, 1 more without a name or an address" in orders
    assert "Read as coming: 'Attending', 'Checked In'\n" in orders
    assert "Read as not coming: 'Not Attending', 'Deleted', 'Transferred'\n" in orders
    assert (
        "line 2: dana@eb.example: enrolled\n"
        "line 3: dana@eb.example: enrolled, Lev Krol is looked after by dana@eb.example\n" in orders
    )
    assert "line 7: rut@eb.example: answered again in line 8\nline 8: rut@eb.example: not coming ('Deleted')" in orders
    assert "line 7: ivo@luma1.example: no answer yet ('invited')" in luma
    assert "line 5: wen@luma1.example: waiting in the file ('waitlist'), and places are free" in luma
    assert luma.splitlines()[-1] == (
        "Result: 4 enrolled, 1 not coming, 1 no answer yet, 2 waiting in the file, 1 without name"
    )


def test_a_later_file_says_whose_place_it_contradicts(flask, tmp_path, session, event_id) -> None:
    file = tmp_path / "guests.csv"
    file.write_text("Name,Email,RSVP\nAna,ana@x.example,Yes\n")
    flask("import", "guests", "clay", file)
    file.write_text("Name,Email,RSVP\nAna,ana@x.example,No\n")

    told = flask("import", "guests", "clay", file).stdout.splitlines()

    assert told[-3:] == [
        "line 2: ana@x.example: not coming ('No'), but has a place here (confirmed): cancel it under Enrollments if "
        "the file is right",
        "Result: 1 not coming",
        "Contradicted: 1 person has a place here, but the file says they are not coming. They keep their place.",
    ]
    assert standing(session, event_id).statuses == {"confirmed": 1}
