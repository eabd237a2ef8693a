"""`export event`: one JSON value or one CSV row per enrollment, to the screen or to a file."""

import csv
import io
import json

import pytest

from tests.support.worlds.world import NOON, World
from webapp import clock
from webapp.services.places.enrollment import enroll


@pytest.fixture
def world(app) -> World:
    return World(app, now=clock.now())


@pytest.fixture
def event_id(app, world) -> int:
    event_id = world.event("Clay", slug="clay", capacity=1)
    for name in ('=HYPERLINK("x")', " +49 170", "＝1+1", "Mira Sand"):
        user_id = world.person(name)
        with app.app_context():
            enroll(event_id=event_id, user_id=user_id, actor=world.actor(user_id), now=NOON)
    return event_id


def test_json_is_one_value_with_every_list(flask, event_id) -> None:
    exported = flask("export", "event", "clay", "--format", "json")
    told = json.loads(exported.stdout)

    assert exported.exit_code == 0
    lists = ["enrollments", "check_ins", "transitions", "appeals", "outbox_events"]
    assert list(told) == ["exported_at", "event", "policy", *lists]
    assert [row["rank"] for row in told["enrollments"]] == [None, 1, 2, 3]
    assert told["enrollments"][0]["enrolled_at"] == "2026-06-10T12:00:00Z"
    assert told["enrollments"][0]["name"] == '=HYPERLINK("x")'


def test_csv_is_quoted_and_no_cell_is_a_formula(flask, event_id) -> None:
    exported = flask("export", "event", event_id, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(exported.stdout, newline="")))

    assert [row["name"] for row in rows] == ['\'=HYPERLINK("x")', "' +49 170", "'＝1+1", "Mira Sand"]
    assert [row["rank"] for row in rows] == ["", "1", "2", "3"]
    assert all(line.startswith('"') and line.endswith('"') for line in exported.stdout.splitlines())


def test_a_file_is_written_whole_and_replaced(flask, tmp_path, event_id) -> None:
    file = tmp_path / "clay.csv"
    file.write_text("old")

    written = flask("export", "event", "clay", "--format", "csv", "--bom", "--output", file)

    assert (written.exit_code, written.stdout) == (0, "")
    assert file.read_bytes().startswith(b'\xef\xbb\xbf"id","name"')
    assert [path.name for path in tmp_path.glob("*clay.csv*")] == ["clay.csv"]


@pytest.mark.only_db("sqlite")
def test_a_file_that_cannot_be_written_is_one_clear_line(flask, tmp_path, event_id) -> None:
    refused = flask("export", "event", "clay", "--output", tmp_path / "nowhere" / "x.json")

    assert (refused.exit_code, refused.stderr.count("\n")) == (2, 1)
    assert "cannot write" in refused.stderr


@pytest.mark.only_db("sqlite")
@pytest.mark.parametrize("words", [["99"], ["clay", "--format", "xml"], []])
def test_what_cannot_be_exported_is_refused(flask, event_id, words) -> None:
    assert flask("export", "event", *words).exit_code == 2
