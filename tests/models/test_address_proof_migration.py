"""What the upgrade makes of the accounts that are there: who is proved, who is asked, who keeps a role for how long."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import flask_migrate
import psycopg
import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import bindparam, text

from runtime.paths import ROOT
from tests.support.databases.database_fixtures import Database
from webapp import create_app
from webapp.config import Settings
from webapp.extensions import db
from webapp.models.columns import UtcDateTime

NOW = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SCRIPTS = ScriptDirectory(str(ROOT / "webapp" / "migrations"))
#: The step that this is about, whatever its number.
STEP = next(script for script in SCRIPTS.walk_revisions() if script.path.endswith("_address_proof.py"))
BEFORE, AFTER = STEP.down_revision, STEP.revision

#: Id -> who it is and whether the account has a password.
PEOPLE = {
    101: ("signed up", True),
    102: ("used a link", True),
    103: ("let a link lie", True),
    104: ("changed the password while a link was out", True),
    105: ("imported", False),
    106: ("imported, chose a password", True),
    107: ("signed up, was imported later", True),
    108: ("enrolled alone", True),
    109: ("walked in", False),
    110: ("admin", True),
    111: ("operator", True),
    112: ("of a facility", False),
    113: ("admin who used a link", True),
    114: ("went", False),
}
PROVED = {102, 106, 113}
GIVEN = {105, 106, 107, 109, 110, 111, 112, 113}
#: Keep their role for a while.
ASKED = {110, 111}


@pytest.fixture
def app(database: Database, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An empty database of its own, because tables change."""
    url = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    if database.kind == "postgres":
        url = request.getfixturevalue("_postgres_template").clone()
        with closing(psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True)) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
    app = create_app(Settings.for_tests(database_url=url, redis_url="unix:///nowhere", home=tmp_path))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def run(sql: str, **values: object) -> None:
    statement = text(sql)
    instants = [name for name, value in values.items() if isinstance(value, datetime)]
    if instants:
        statement = statement.bindparams(*(bindparam(name, type_=UtcDateTime()) for name in instants))
    with db.engine.connect().execution_options(write=True) as connection:
        connection.execute(statement, values)
        connection.commit()


def link(user_id: int, *, used_after: timedelta | None) -> None:
    run(
        "INSERT INTO password_resets (token_hash, user_id, created_at, expires_at, used_at)"
        " VALUES (:token, :user, :made, :ends, :used)",
        token=f"token of {user_id}",
        user=user_id,
        made=NOW,
        ends=NOW + HOUR / 2,
        used=None if used_after is None else NOW + used_after,
    )


def enrollment(user_id: int, source: str, at: datetime) -> None:
    run(
        "INSERT INTO enrollments (event_id, user_id, status, version, pass_code, source, enrolled_at, changed_at)"
        " VALUES (1, :user, 'confirmed', 1, :code, :source, :at, :at)",
        user=user_id,
        code=f"C{user_id}",
        source=source,
        at=at,
    )


@pytest.fixture
def people(app: Flask) -> None:
    """The accounts of an installation from before."""
    flask_migrate.upgrade(revision=BEFORE)
    run(
        "INSERT INTO organizations (id, slug, name, contact_email, created_at, asks_twice, asks_only_unknown)"
        " VALUES (1, 'n', 'N', 'n@post.example', :now, false, false)",
        now=NOW,
    )
    run("INSERT INTO facilities (id, organization_id, name, address, timezone) VALUES (1, 1, 'S', '', 'UTC')")
    run(
        "INSERT INTO events (id, organization_id, facility_id, slug, title, search_text, description, place, timezone,"
        " starts_at, effective_end_at, status, created_at, version, cover) VALUES"
        " (1, 1, 1, 'clay', 'Clay', ' clay', '', '', 'UTC', :now, :now, 'draft', :now, 1, '')",
        now=NOW,
    )
    for user_id, (name, has_password) in PEOPLE.items():
        run(
            "INSERT INTO users (id, email, name, search_text, password_hash, is_operator, is_system, created_at,"
            " records_on_profile, records_to_organizations, notification_frequency, anonymized_at)"
            " VALUES (:id, :email, :name, '', :hash, :operator, false, :now, true, false, 'all', :gone)",
            id=user_id,
            email=None if name == "went" else f"p{user_id}@post.example",
            name=name,
            hash="hash" if has_password else None,
            operator=name == "operator",
            now=NOW,
            gone=NOW if name == "went" else None,
        )
    for user_id in (102, 113):
        link(user_id, used_after=HOUR / 4)
    link(103, used_after=None)
    link(104, used_after=HOUR / 4)
    run(
        "INSERT INTO sign_ins (token_hash, user_id, created_at, seen_at, user_agent) VALUES ('x', 104, :now, :now, '')",
        now=NOW,
    )
    for user_id in (105, 106):
        enrollment(user_id, "import", NOW)
    enrollment(107, "import", NOW + HOUR)
    enrollment(108, "web", NOW + HOUR)
    enrollment(109, "walk_in", NOW)
    for user_id in (110, 113):
        run(
            "INSERT INTO memberships (organization_id, user_id, role, created_at) VALUES (1, :user, 'admin', :now)",
            user=user_id,
            now=NOW,
        )
    run("INSERT INTO facility_people (facility_id, user_id, added_at) VALUES (1, 112, :now)", now=NOW)


def said() -> dict[int, tuple[bool, bool, datetime | None]]:
    """Id -> proved, given by others, grace until."""
    query = text("SELECT id, address_proved_at, given_by_others, proof_grace_until FROM users WHERE NOT is_system")
    query = query.columns(proof_grace_until=UtcDateTime())
    with db.engine.connect() as connection:
        return {row[0]: (row[1] is not None, bool(row[2]), row[3]) for row in connection.execute(query)}


@pytest.mark.usefixtures("people")
def test_the_upgrade_says_of_every_account_what_is_known():
    earliest = datetime.now(UTC)
    flask_migrate.upgrade(revision=AFTER)
    latest = datetime.now(UTC)

    found = said()

    assert {user_id for user_id, (proved, _, _) in found.items() if proved} == PROVED
    assert {user_id for user_id, (_, given, _) in found.items() if given} == GIVEN
    graces = {user_id: until for user_id, (_, _, until) in found.items() if until is not None}
    assert set(graces) == ASKED
    fortnight = timedelta(days=14)
    assert all(earliest + fortnight <= until <= latest + fortnight for until in graces.values())


@pytest.mark.usefixtures("people")
def test_the_way_back_keeps_the_accounts_and_ends_the_links_that_were_not_known_before():
    flask_migrate.upgrade(revision=AFTER)
    run(
        "INSERT INTO password_resets (token_hash, user_id, purpose, created_at, expires_at)"
        " VALUES ('to confirm', 101, 'confirm', :now, :now)",
        now=NOW,
    )
    flask_migrate.downgrade(revision=BEFORE)

    with db.engine.connect() as connection:
        names = dict(connection.execute(text("SELECT id, name FROM users WHERE NOT is_system")).all())
        links = connection.scalars(text("SELECT token_hash FROM password_resets WHERE used_at IS NULL")).all()
    assert names == {user_id: name for user_id, (name, _) in PEOPLE.items()}
    assert links == ["token of 103"]
    flask_migrate.upgrade(revision=AFTER)
    assert {user_id for user_id, (proved, _, _) in said().items() if proved} == PROVED
