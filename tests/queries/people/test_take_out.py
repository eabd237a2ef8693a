"""Everything about one person, nothing about others; and no table that could be forgotten."""

import csv
import io
import json
from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from tests.support.databases.statements import counted_statements
from tests.support.worlds.use_cases import UseCases
from tests.support.worlds.world import NOON, World
from webapp.domain.asking.attendance_response import Answer, Feedback
from webapp.domain.people.privacy import Sharing
from webapp.domain.permission import Role
from webapp.extensions import db
from webapp.models import EventView, Message, User
from webapp.queries.people.take_out import PARTS
from webapp.queries.people.take_out_lines import take_out_csv, take_out_json
from webapp.services.accounts.address_proof import request_reset, write_requested_resets
from webapp.services.accounts.sign_in import begin_sign_in
from webapp.services.asking.attendance_response import answer, give_feedback
from webapp.services.asking.privacy import choose_handle
from webapp.services.notices.outbox import relay_batch
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("app_context")
#: The two files are written of the same rows; that both databases give them is asked once.
SQLITE = pytest.mark.only_db("sqlite")
OVER = NOON + timedelta(hours=5)

#: Columns of those tables that no part of the file has, and why. Everything else has to be in it.
NOBODY_TAKES_OUT = {
    "answer_files.body": "a file, to be had from the page of the answers",
    "appeals.filed_by_id": "who filed it is known to them, or looks after them",
    "appeals.decided_by_id": "who decided is told in words, not by number",
    "no_show_excuses.given_by_id": "staff",
    "no_show_excuses.withdrawn_by_id": "staff",
    "appeal_pictures.body": "a picture, to be had from the page of the event",
    "users.password_hash": "a secret",
    "users.search_text": "name and address once more",
    "users.sort_name": "the name once more",
    "users.is_system": "true for nobody who can ask",
    "sign_ins.token_hash": "a secret",
    "authenticator_apps.secret": "a secret",
    "authenticator_apps.new_secret": "a secret",
    "authenticator_apps.last_step": "a count of the app",
    "recovery_codes.code_hash": "a secret",
    "started_sign_ins.token_hash": "a secret",
    "address_changes.code_hash": "a secret",
    "address_changes.undo_hash": "a secret",
    "passkeys.public_key": "nothing that a person could read",
    "calendar_feeds.token_hash": "a secret",
    "password_resets.token_hash": "a secret",
    "person_claims.token_hash": "a secret",
    "messages.unsubscribe_url": "a key to one's own settings",
    "people_imports.data": "a list of other people",
    "enrollments.request_id": "a number drawn by lot",
    "helper_links.token_hash": "a secret",
    "team_invitations.token_hash": "a secret",
    "helper_links.name": "another person's name",
    "events.description": "the organization's text",
    "events.search_text": "the title once more",
    "events.request_id": "a number drawn by lot",
    "job_runs.counts": "about the installation",
    "job_runs.error": "about the installation",
    "job_runs.holder": "about the installation",
    "meeting_sessions.calculation_error": "about the installation",
    "mailings.request_id": "a number drawn by lot",
    "meeting_sessions.request_id": "a number drawn by lot",
    "class_enrollments.request_id": "a number drawn by lot",
    "program_classes.request_id": "a number drawn by lot",
    "program_classes.description": "the organization's text",
    "program_classes.search_text": "the title once more",
}


@pytest.fixture
def world(app) -> World:
    return World(app)


@pytest.fixture
def mira(app, world) -> int:
    """Somebody who did a bit of everything, beside somebody else who did, too."""
    world.organization()
    use_cases = UseCases(app, world)
    people = [world.person("Mira Sand", email="mira@post.example"), world.person("Ben Okafor")]
    event_id = world.event(starts_at=NOON + timedelta(hours=1))
    for user_id in people:
        placed = use_cases.enrolls(event_id, user_id)
        use_cases.is_checked_in(event_id, placed, NOON + timedelta(hours=1))
        with write_transaction() as session:
            session.execute(insert(EventView).values(event_id=event_id, user_id=user_id, viewed_at=NOON))
    use_cases.is_closed(event_id, OVER)
    for user_id, words in zip(people, ("=1+1 good", "Ben's own words"), strict=True):
        answer(user_id=user_id, event_id=event_id, answer=Answer.ATTENDED, now=OVER)
        give_feedback(
            user_id=user_id, event_id=event_id, said=Feedback(4, words), sharing=Sharing(False, True), now=OVER
        )
    choose_handle(user_id=people[0], text="mira-sand")
    begin_sign_in(user_id=people[0], user_agent="=cmd|' /C calc'!A0", real_now=OVER)
    request_reset(email="mira@post.example", now=OVER)
    write_requested_resets(now=OVER)
    relay_batch(now=OVER)
    return people[0]


def taken_out(user_id: int) -> dict:
    return json.loads("".join(take_out_json(user_id, now=OVER)))


@SQLITE
def test_every_table_that_mentions_people_is_in_it():
    mentions = {
        f"{table.name}.{key.parent.name}"
        for table in db.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "users"
    }
    covered = {f"{part.model.__tablename__}.{key}" for part in PARTS for key in part.keys}

    assert mentions - covered == set(), "add a part to PARTS in webapp/queries/people/take_out.py for each of these"
    # A role belongs to a membership, which names the person.
    assert covered - mentions == {"users.id", "member_roles.user_id"}


@SQLITE
def test_no_column_is_left_out_but_those_with_a_reason():
    left_out: dict[str, set[str]] = {}
    for part in PARTS:
        left_out.setdefault(part.model.__tablename__, set(part.left_out)).intersection_update(part.left_out)
    nowhere = {f"{table}.{column}" for table, columns in left_out.items() for column in columns}

    assert nowhere == set(NOBODY_TAKES_OUT)


def test_the_file_says_what_is_stored_about_the_person(mira):
    file = taken_out(mira)

    assert list(file) == ["taken_out_at", *(part.name for part in PARTS)]
    assert {name: file["account"][0][name] for name in ("name", "email", "handle", "records_on_profile")} == {
        "name": "Mira Sand",
        "email": "mira@post.example",
        "handle": "mira-sand",
        "records_on_profile": True,
    }
    assert [(row["status"], row["event_title"], row["organization_name"]) for row in file["enrollments"]] == [
        ("attended", "Hand-building with clay", "Northside Makers")
    ]
    assert [row["to_status"] for row in file["moves_of_enrollments"]] == ["confirmed", "checked_in", "attended"]
    assert [(row["method"], row["desk"]) for row in file["check_ins"]] == [("manual", "Left")]
    assert [(row["answer"], row["rating"], row["comment"]) for row in file["answers_and_feedback"]] == [
        ("attended", 4, "=1+1 good")
    ]
    assert [(row["on_profile"], row["to_organizations"]) for row in file["privacy_of_records"]] == [(False, True)]
    counts = {name: len(file[name]) for name in ("sign_ins", "password_resets", "events_looked_at", "memberships")}
    assert counts == {"sign_ins": 1, "password_resets": 1, "events_looked_at": 1, "memberships": 0}


@SQLITE
def test_it_says_nothing_about_anybody_else(mira):
    text = "".join(take_out_json(mira, now=OVER)) + "".join(take_out_csv(mira))

    assert [word for word in ("Ben", "Okafor", "Orla") if word in text] == []


@SQLITE
def test_a_living_link_for_a_new_password_is_not_in_it(mira):
    mails = taken_out(mira)["messages"]

    resets = [mail for mail in mails if mail["kind"] == "password_reset"]
    assert [(mail["body"], mail["html"]) for mail in resets] == [("", None)]
    assert all(mail["body"] for mail in mails if mail["kind"] != "password_reset")


@SQLITE
def test_the_spreadsheet_has_the_same_rows_and_runs_no_formula(mira):
    file = taken_out(mira)
    text = "".join(take_out_csv(mira))
    rows = [row for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"))) if row]

    named = {part.name: [row for row in rows if row[0] == part.name] for part in PARTS}
    assert {name: len(found) for name, found in named.items()} == {part.name: len(file[part.name]) for part in PARTS}
    headers = [row for row in rows if row[0] == "part"]
    assert [header[1:] for header in headers] == [part.columns for part in PARTS if file[part.name]]
    assert [cell for row in rows for cell in row if cell[:1] in tuple("=+-@\t\r")] == []
    assert any("'=1+1 good" in row for row in named["answers_and_feedback"])


def test_what_somebody_did_as_staff_is_theirs_too_without_whom_they_did_it_to(app, world, mira):
    orla = world.person("Orla", role=Role.ADMIN)
    with write_transaction() as session:
        session.execute(update(Message).where(Message.kind == "confirmed").values(body="Dear Ben Okafor"))
        session.execute(update(User).where(User.id == orla).values(timezone="Europe/Berlin"))
    file = taken_out(orla)

    assert [row["role"] for row in file["roles"]] == ["admin"]
    assert (file["enrollments"], file["moves_made"]) == ([], [])
    assert "Okafor" not in json.dumps(file)


@SQLITE
def test_the_number_of_statements_is_the_number_of_parts(app, mira):
    with counted_statements(app) as seen:
        taken_out(mira)

    assert len(seen) == len(PARTS)


@SQLITE
def test_somebody_who_did_nothing_gets_empty_lists(world):
    world.organization()
    file = taken_out(world.person("Ana"))

    assert {name for name, rows in file.items() if rows} == {"taken_out_at", "account"}
