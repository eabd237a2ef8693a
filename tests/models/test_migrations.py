"""The way of the tables through all of their versions, with the demo world in them: back, and on again."""

import re
from collections.abc import Iterator

import flask_migrate
import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Connection, insert, inspect, text

from runtime.paths import ROOT
from tests.support.databases.database_fixtures import KINDS
from tests.support.databases.standing_apps import made
from tests.support.worlds.demo_database import lay_out_demo
from tests.support.worlds.world import NOON
from webapp.adapters.id_counters import advance, counters
from webapp.config import Settings
from webapp.extensions import db
from webapp.models import IdentityMatch, MeetingAttendance, SessionMark, SessionReport
from webapp.services.unit_of_work import write_transaction

REVISIONS = [
    script.revision for script in ScriptDirectory(str(ROOT / "webapp" / "migrations")).walk_revisions()
]  # newest first
NEWEST, OLDER = REVISIONS[0], REVISIONS[1:]
LOSING = ["lose-records=yes"]
#: So many versions back in every run; all of them in the long one.
_LATEST = 12


@pytest.fixture(
    scope="module", params=[pytest.param(kind, marks=pytest.mark.xdist_group(f"migrations-{kind}")) for kind in KINDS]
)
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An app on a demo world of its own. Each test leaves it as it was, the last one without what it went back by."""
    kind = request.param
    if request.config.getoption("--db") not in {kind, "both"}:
        pytest.skip("not this database")
    folder = tmp_path_factory.mktemp("migrations")
    template = request.getfixturevalue(f"_{kind}_template")
    url = template.copy_to(folder) if kind == "sqlite" else template.clone()
    lay_out_demo(url, folder, NOON)
    app = made(Settings.for_tests(database_url=url, redis_url="unix:///nowhere", home=folder))
    with app.app_context():
        measure_an_online_class()
        yield app
        db.session.remove()
        db.engine.dispose()


def measure_an_online_class() -> None:
    """A session of a class that was held online, with what was measured and marked, and somebody matched."""
    with write_transaction() as session:
        meeting, class_id, user_id = session.execute(
            text(
                "SELECT m.id, s.class_id, e.user_id FROM meeting_sessions m "
                "JOIN class_sessions s ON s.id = m.class_session_id "
                "JOIN class_enrollments e ON e.class_id = s.class_id ORDER BY m.id, e.id LIMIT 1"
            )
        ).one()
        person = {"session_id": meeting, "user_id": user_id}
        session.execute(insert(MeetingAttendance).values(**person, status="present", calculated_at=NOON))
        session.execute(insert(SessionReport).values(**person, minutes=50, percentage=80, status="present", fields={}))
        session.execute(
            insert(SessionMark).values(**person, status="present", reason="She was there", actor_id=user_id, at=NOON)
        )
        session.execute(
            insert(IdentityMatch).values(
                class_id=class_id, identity="guest-1", user_id=user_id, matched_by_id=user_id, matched_at=NOON
            )
        )


def looked_at(look):
    """What `look` sees on a connection that is given back at once."""
    with db.engine.connect() as connection:
        return look(connection)


def rows(connection: Connection) -> dict[str, int]:
    names = inspect(connection).get_table_names()
    return {name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one() for name in names}


def revision(connection: Connection) -> str:
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()


def shape(connection: Connection) -> dict[str, object]:
    """Tables with their columns, keys, indexes, checks and triggers, in words that both ways of making them share."""
    seen = inspect(connection)
    triggers = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.dialect.name == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    found: dict[str, object] = {"triggers": sorted(connection.execute(text(triggers)).scalars())}
    for table in sorted(seen.get_table_names()):
        found[table] = {
            "columns": sorted((one["name"], str(one["type"]), one["nullable"]) for one in seen.get_columns(table)),
            "key": seen.get_pk_constraint(table)["constrained_columns"],
            "foreign": sorted(
                (one["constrained_columns"], one["referred_table"]) for one in seen.get_foreign_keys(table)
            ),
            "indexes": sorted((one["name"], one["column_names"]) for one in seen.get_indexes(table)),
            "unique": sorted(sorted(one["column_names"]) for one in seen.get_unique_constraints(table)),
            "checks": sorted(one["name"] for one in seen.get_check_constraints(table)),
        }
    return found


def test_classes_are_not_lost_on_the_way_back(filled: Flask, caplog):
    # What 0008 has no words for: who was told of a correction.
    flask_migrate.downgrade(revision="0008", x_arg=LOSING)
    before = looked_at(rows)

    with pytest.raises(SystemExit):
        flask_migrate.downgrade(revision="0007")

    assert re.search(r"from 0008 would delete rows of .*program_classes \(3\)", caplog.text)
    assert looked_at(revision) == "0008"
    flask_migrate.upgrade()
    assert looked_at(revision) == NEWEST
    # Tables that came later are there again, and empty, except for what the team's roles were made of.
    after = looked_at(rows)
    assert after.pop("member_roles") == before["memberships"]
    assert after == {**dict.fromkeys(after, 0), **before}


def test_counters_outlive_the_way_back_and_on(filled: Flask):
    """Tables that are made anew (SQLite) keep what they counted, not what is in them."""
    with write_transaction() as session:
        session.execute(text("UPDATE users SET disabled_at = NULL"))
        advance(session.connection(), {"rooms": 70, "program_classes": 80, "sign_ins": 90})
    before = looked_at(counters)
    assert (before["rooms"], before["program_classes"], before["sign_ins"]) == (70, 80, 90)

    flask_migrate.downgrade(revision="0008", x_arg=LOSING)
    flask_migrate.upgrade()

    after = looked_at(counters)
    # Made of the memberships anew, those that the old tables know: no trail names such a row by its id.
    assert after.pop("member_roles") <= before.pop("member_roles")
    assert after == before


def test_people_are_found_by_other_spellings_of_their_names(filled: Flask):
    """What was written by the version before is written anew; what nobody may find stays empty."""
    flask_migrate.downgrade(revision="0010", x_arg=LOSING)
    with write_transaction() as session:
        known = session.execute(text("SELECT id, name, search_text FROM users ORDER BY id LIMIT 3")).all()
        for person, old in zip(known, (" jurgen muller", " ana ana@x.example", ""), strict=True):
            name = {"name": "Jürgen Müller", "old": old, "id": person.id}
            session.execute(text("UPDATE users SET name = :name, search_text = :old WHERE id = :id"), name)

    flask_migrate.upgrade()

    with write_transaction() as session:
        texts = session.execute(text("SELECT search_text FROM users ORDER BY id LIMIT 3")).scalars().all()
        assert [" mueller" in one and " juergen" in one for one in texts] == [True, True, False]
        assert texts[2] == ""
        for person in known:
            session.execute(
                text("UPDATE users SET name = :name, search_text = :search_text WHERE id = :id"), person._asdict()
            )


@pytest.mark.parametrize(
    "versions",
    [
        pytest.param(OLDER[:_LATEST], id="latest"),
        pytest.param(OLDER, id="all", marks=(pytest.mark.long, pytest.mark.slow)),
    ],
)
def test_back_to_every_version_and_on_again(filled: Flask, caplog, versions):
    """Every downgrade with all that is in the tables, and every upgrade with what an installation of then held."""
    newest, shapes, refused = looked_at(shape), {}, set()
    for older in versions:
        if not goes_back_unasked(older, caplog):
            refused.add(older)
            flask_migrate.downgrade(revision=older, x_arg=LOSING)
        assert looked_at(revision) == older
        shapes[older] = looked_at(shape)
    kept = looked_at(rows)
    assert {"0007", "0005", "0004"} & set(versions) <= refused

    for version in reversed(versions):
        flask_migrate.upgrade(revision=version)
        assert looked_at(shape) == shapes[version], version
    flask_migrate.upgrade()

    assert looked_at(shape) == newest
    assert {table: count for table, count in looked_at(rows).items() if table in kept} == kept


def goes_back_unasked(older: str, caplog) -> bool:
    """Go back one version without leave to lose records: all are kept, or nothing happens and a sentence says why."""
    before, stood = looked_at(rows), looked_at(revision)
    caplog.clear()
    try:
        flask_migrate.downgrade(revision=older)
    except SystemExit:
        assert "would delete rows of" in caplog.text
        assert "flask db -x lose-records=yes downgrade" in caplog.text
        assert (looked_at(rows), looked_at(revision)) == (before, stood)
        return False
    after = looked_at(rows)
    assert {table: after.get(table, 0) for table in before} == before
    return True
