"""What stands behind the rules: every constraint is broken on purpose, with SQL of the database's own."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

import pytest
from flask import Flask
from sqlalchemy import CheckConstraint, Index, UniqueConstraint, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from tests.models import constraints_after_event as after_event
from tests.models import constraints_classes as classes
from tests.models import constraints_guests as guests
from tests.models import constraints_identities as identities
from tests.models import constraints_mailings as mailings
from tests.models import constraints_online_sessions as online_sessions
from tests.models import constraints_questions as questions
from tests.models import constraints_series as series
from tests.models import constraints_teams as teams
from tests.support.databases.database_fixtures import Database
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON, World
from webapp import create_app
from webapp.config import Settings
from webapp.extensions import db
from webapp.models import (
    AttendanceResponse,
    CheckIn,
    CheckInReversal,
    ClassAttendanceMark,
    ClassChange,
    ClassEnrollmentTransition,
    ClassRule,
    ClassSession,
    ClassSessionChange,
    Enrollment,
    EnrollmentTransition,
    Event,
    FacilityMove,
    IdentityMatchChange,
    JobRun,
    LegalText,
    MeetingAttendance,
    MeetingSession,
    Message,
    OperatorChange,
    OutboxEvent,
    SessionMark,
    WebhookDelivery,
)
from webapp.services.places.enrollment import enroll
from webapp.services.unit_of_work import write_transaction

_number = count(1)
#: Broken by the named test below; `test_every_constraint_is_broken_by_some_test` compares with the tables.
BROKEN: dict[str, str] = {
    # checks: a statement that sets what must not be
    "ck_users_email_lower": "UPDATE users SET email = 'Ana@Post.example' WHERE id = :user",
    "ck_users_managed_has_no_way_in": "UPDATE users SET managed_by_id = 1 WHERE id = :user",
    "ck_users_merged_is_disabled": "UPDATE users SET merged_into_id = 1 WHERE id = :user",
    "ck_password_resets_purpose":
        "INSERT INTO password_resets (token_hash, user_id, purpose, created_at, expires_at)"
        " SELECT 'x', id, 'gift', created_at, created_at FROM users WHERE id = :user",
    "ck_events_status": "UPDATE events SET status = 'open' WHERE id = :event",
    "ck_events_end_after_start": "UPDATE events SET ends_at = starts_at WHERE id = :event",
    "ck_event_policies_method": "UPDATE event_policies SET method = 'raffle' WHERE event_id = :event",
    "ck_event_policies_attendance_requirement":
        "UPDATE event_policies SET attendance_requirement = 'some' WHERE event_id = :event",
    "ck_event_policies_capacity_positive": "UPDATE event_policies SET capacity = 0 WHERE event_id = :event",
    "ck_event_policies_seats_not_negative": "UPDATE event_policies SET seats_taken = -1 WHERE event_id = :event",
    "ck_event_policies_waiting_not_negative": "UPDATE event_policies SET waiting_count = -1 WHERE event_id = :event",
    "ck_event_policies_offered_not_negative": "UPDATE event_policies SET seats_offered = -1 WHERE event_id = :event",
    "ck_event_policies_closing_delay_not_negative": (
        "UPDATE event_policies SET closing_delay_minutes = -1 WHERE event_id = :event"
    ),
    "ck_event_policies_offer_hours_positive": "UPDATE event_policies SET offer_hours = 0 WHERE event_id = :event",
    "ck_event_policies_last_call_not_negative": (
        "UPDATE event_policies SET last_call_hours = -1, last_call_at = '2026-06-10' WHERE event_id = :event"
    ),
    "ck_event_policies_standby_not_negative": (
        "UPDATE event_policies SET standby_minutes = -1, standby_at = '2026-06-10' WHERE event_id = :event"
    ),
    "ck_event_policies_standby_has_time": "UPDATE event_policies SET standby_minutes = 15 WHERE event_id = :event",
    "ck_event_policies_last_call_has_time": "UPDATE event_policies SET last_call_hours = 1 WHERE event_id = :event",
    "ck_event_policies_who_may": "UPDATE event_policies SET who_may = 'friends' WHERE event_id = :event",
    "ck_event_policies_link_has_token": "UPDATE event_policies SET who_may = 'link' WHERE event_id = :event",
    "ck_event_policies_list_opens_first": (
        "UPDATE event_policies SET list_opens_at = '2026-06-10' WHERE event_id = :event"
    ),
    "ck_event_policies_over_not_negative": "UPDATE event_policies SET seats_over = -1 WHERE event_id = :event",
    "ck_event_policies_never_oversold": "UPDATE event_policies SET seats_taken = 3 WHERE event_id = :event",
    "ck_event_policies_minimum_days_present": "UPDATE event_policies SET minimum_days = 2 WHERE event_id = :event",
    "ck_event_policies_minimum_days_positive":
        "UPDATE event_policies SET attendance_requirement = 'minimum_days', minimum_days = 0 WHERE event_id = :event",
    "ck_event_policies_deadline_not_negative":
        "UPDATE event_policies SET cancellation_deadline_hours = -1 WHERE event_id = :event",
    "ck_enrollments_status": "UPDATE enrollments SET status = 'maybe' WHERE id = :enrollment",
    "ck_enrollments_waiting_has_ticket": "UPDATE enrollments SET status = 'waitlisted' WHERE id = :enrollment",
    "ck_job_runs_status":
        "INSERT INTO job_runs (name, status, attempt, takeovers, as_of_at, created_at, counts) "
        "SELECT 'tick', 'asleep', 0, 0, created_at, created_at, '{}' FROM events WHERE id = :event",
    "ck_outbox_events_kind": "UPDATE outbox_events SET kind = 'Whatever' WHERE enrollment_id = :enrollment",
    **after_event.BROKEN,
}  # fmt: skip


@pytest.fixture(scope="module")
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Database:
    """One for all of them: what is refused leaves nothing behind, and nothing else is committed."""
    if request.param == "sqlite":
        folder = tmp_path_factory.mktemp("constraints")
        return Database(request.getfixturevalue("_sqlite_template").copy_to(folder), "sqlite")
    return Database(request.getfixturevalue("_postgres_template").clone(), "postgres")


@pytest.fixture(scope="module")
def app(database: Database, _valkey, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    home = tmp_path_factory.mktemp("home")
    app = create_app(Settings.for_tests(database_url=database.url, redis_url=_valkey.url, home=home))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def ids(app: Flask) -> dict[str, int]:
    """An event of two seats with one person and an online session, another person, a class; a row in each trail."""
    world = World(app)
    event_id, user_id = world.event(capacity=2), world.person("Ana")
    with app.app_context():
        with write_transaction() as session:
            row = online_sessions.session_row({"event": event_id}, request_id="first")
            session_id = session.scalar(insert(MeetingSession).values(row).returning(MeetingSession.id))
        placed = enroll(event_id=event_id, user_id=user_id, actor=world.actor(user_id), now=NOON)
        ids = {
            "event": event_id, "user": user_id, "enrollment": placed.enrollment_id, "other": world.person("Bo"),
            "organization": world.organization_id, "facility": world.facility_id,
            "session": session_id, "other_facility": world.facility("Studio 3"),
        }  # fmt: skip
        with write_transaction() as session:
            ids = classes.seed(session, ids)
            ids = mailings.seed(session, ids)
            series.seed(session, ids)
            teams.seed(session, ids)
            identities.seed(session, ids)
            _leave_trails(session, ids)
        db.session.remove()
    return ids


def _leave_trails(session: Session, ids: dict[str, int]) -> None:
    """A row in every table that only grows."""
    row = check_in_row(ids, local_on=date(2026, 6, 30))
    check_in_id = session.scalar(insert(CheckIn).values(row).returning(CheckIn.id))
    session.execute(insert(CheckInReversal).values(check_in_id=check_in_id, event_id=ids["event"], at=NOON))
    session.execute(insert(WebhookDelivery).values(online_sessions.delivery_row(ids, room_name="session-0")))
    session.execute(insert(SessionMark).values(online_sessions.mark_row(ids, request_id="first")))
    session.execute(insert(IdentityMatchChange).values(online_sessions.match_change_row(ids)))
    session.execute(insert(ClassChange).values(classes.change_row(ids, version=90)))
    session.execute(insert(ClassSessionChange).values(classes.session_change_row(ids, version=90)))
    session.execute(insert(ClassEnrollmentTransition).values(classes.transition_row(ids, version=90)))
    session.execute(insert(ClassAttendanceMark).values(classes.mark_row(ids, version=90)))
    session.execute(insert(FacilityMove).values(classes.facility_move_row(ids)))
    session.execute(insert(OperatorChange).values(teams.act_row(ids)))
    teams.leave_trails(session, ids)


def enrollment_row(ids, **changes) -> dict:
    usual = {
        "event_id": ids["event"], "user_id": ids["other"], "status": "confirmed", "version": 1,
        "pass_code": f"{next(_number):08d}", "source": "web", "enrolled_at": NOON, "changed_at": NOON,
    }  # fmt: skip
    return {**usual, **changes}


def transition_row(ids, **changes) -> dict:
    usual = {
        "enrollment_id": ids["enrollment"], "event_id": ids["event"], "version": 2, "from_status": "confirmed",
        "to_status": "checked_in", "kind": "move", "triggered_by": "user", "actor_id": ids["user"], "at": NOON,
    }  # fmt: skip
    return {**usual, **changes}


def check_in_row(ids, **changes) -> dict:
    usual = {
        "enrollment_id": ids["enrollment"], "event_id": ids["event"], "local_on": date(2026, 6, 11), "sequence": 0,
        "method": "manual", "at": NOON,
    }  # fmt: skip
    return {**usual, **changes}


def event_row(ids, **changes) -> dict:
    usual = {
        "organization_id": ids["organization"], "facility_id": ids["facility"], "slug": f"copy-{next(_number)}",
        "title": "Copy", "timezone": "UTC", "starts_at": NOON, "effective_end_at": NOON + timedelta(hours=2),
        "created_at": NOON, "request_id": "tap",
    }  # fmt: skip
    return {**usual, **changes}


def message_row(ids, **changes) -> dict:
    usual = {
        "dedupe_key": "one", "kind": "promoted", "user_id": ids["user"], "recipient": "a@post.example",
        "subject": "s", "body": "b", "details": {}, "created_at": NOON, "attempts": 0, "next_try_at": NOON,
    }  # fmt: skip
    return {**usual, **changes}


def job_run_row(ids, **changes) -> dict:
    usual = {
        "name": "close-event", "status": "pending", "attempt": 0, "takeovers": 0, "as_of_at": NOON,
        "created_at": NOON, "counts": {},
    }  # fmt: skip
    return {**usual, **changes}


def legal_row(ids, **changes) -> dict:
    row = {
        "organization_id": ids["organization"],
        "kind": "terms",
        "version": 1,
        "text": "Be kind",
        "published_at": NOON,
    }
    return row | changes


#: Unique constraints: the table, a first row (None: one is there already) and a second that must not follow.
TWICE = {
    "uq_enrollments_live": (Enrollment, None, lambda ids: enrollment_row(ids, user_id=ids["user"])),
    "uq_enrollments_ticket": (
        Enrollment,
        lambda ids: enrollment_row(ids, status="waitlisted", waitlist_position=1),
        lambda ids: enrollment_row(ids, status="cancelled", waitlist_position=1),
    ),
    "uq_enrollments_request": (
        Enrollment,
        lambda ids: enrollment_row(ids, request_id="tap"),
        lambda ids: enrollment_row(ids, status="cancelled", request_id="tap"),
    ),
    "uq_enrollment_transitions_version": (EnrollmentTransition, None, lambda ids: transition_row(ids, version=1)),
    "uq_check_ins_day": (CheckIn, check_in_row, check_in_row),
    "uq_check_ins_request": (
        CheckIn,
        lambda ids: check_in_row(ids, request_id="tap"),
        lambda ids: check_in_row(ids, local_on=date(2026, 6, 12), request_id="tap"),
    ),
    "uq_outbox_events_version": (
        OutboxEvent,
        None,
        lambda ids: {
            "kind": "EnrollmentConfirmed", "event_id": ids["event"], "enrollment_id": ids["enrollment"], "version": 1,
            "occurred_at": NOON,
        },
    ),
    "uq_job_runs_open": (JobRun, job_run_row, lambda ids: job_run_row(ids, status="retrying")),
    "uq_job_runs_open_event": (
        JobRun,
        lambda ids: job_run_row(ids, event_id=ids["event"], status="running"),
        lambda ids: job_run_row(ids, event_id=ids["event"]),
    ),
    "uq_events_request": (Event, event_row, event_row),
    "uq_messages_dedupe_key": (Message, message_row, message_row),
    "uq_legal_texts_organization": (LegalText, legal_row, legal_row),
    "uq_legal_texts_installation": (
        LegalText,
        lambda ids: legal_row(ids, organization_id=None),
        lambda ids: legal_row(ids, organization_id=None),
    ),
    **after_event.TWICE,
    **online_sessions.TWICE,
    **classes.TWICE,
    **guests.TWICE,
    **mailings.TWICE,
    **series.TWICE,
    **identities.TWICE,
    **teams.TWICE,
}  # fmt: skip
#: Checks that are broken by INSERT: append-only tables take no UPDATE, and of others there is no row yet.
WRONG_ROW = {
    "ck_enrollment_transitions_triggered_by": (
        EnrollmentTransition,
        lambda ids: transition_row(ids, triggered_by="cat"),
    ),
    "ck_enrollment_transitions_kind": (EnrollmentTransition, lambda ids: transition_row(ids, kind="jump")),
    "ck_legal_texts_kind": (LegalText, lambda ids: legal_row(ids, kind="joke")),
    "ck_check_ins_method": (CheckIn, lambda ids: check_in_row(ids, method="wave")),
    **after_event.WRONG_ROW,
    **guests.WRONG_ROW,
    **mailings.WRONG_ROW,
    **questions.WRONG_ROW,
    **identities.WRONG_ROW,
    **teams.WRONG_ROW,
    **online_sessions.WRONG_ROW,
    **classes.WRONG_ROW,
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_check_refuses_what_no_rule_allows(session, ids, name):
    before = digest(session)

    with pytest.raises(IntegrityError) as caught:
        session.execute(text(BROKEN[name]), ids)

    assert name in str(caught.value.orig)
    assert digest(session) == before


@pytest.mark.parametrize("name", WRONG_ROW)
def test_a_check_refuses_a_wrong_row(session, ids, name):
    model, row = WRONG_ROW[name]

    with pytest.raises(IntegrityError) as caught:
        session.execute(insert(model).values(row(ids)))

    assert name in str(caught.value.orig)


@pytest.mark.parametrize("name", TWICE)
def test_what_must_be_there_once_cannot_be_there_twice(session, ids, name):
    model, first, second = TWICE[name]
    if first is not None:
        session.execute(insert(model).values(first(ids)))

    with pytest.raises(IntegrityError) as caught:
        session.execute(insert(model).values(second(ids)))

    assert "UNIQUE" in str(caught.value.orig).upper()


def test_after_a_cancellation_the_same_person_may_have_a_live_enrollment(session, ids):
    session.execute(insert(Enrollment).values(enrollment_row(ids, user_id=ids["user"], status="cancelled")))
    session.rollback()


def test_one_tap_takes_back_one_check_in(session, ids):
    taken_back = [
        session.scalar(insert(CheckIn).values(check_in_row(ids, local_on=date(2026, 6, day))).returning(CheckIn.id))
        for day in (12, 13)
    ]
    undo = {"event_id": ids["event"], "request_id": "tap", "at": NOON}
    session.execute(insert(CheckInReversal).values(check_in_id=taken_back[0], **undo))

    with pytest.raises(IntegrityError) as caught:
        session.execute(insert(CheckInReversal).values(check_in_id=taken_back[1], **undo))

    assert "UNIQUE" in str(caught.value.orig).upper()


def test_a_comment_is_no_longer_than_the_rule_allows(session, ids):
    row = after_event.response_row(ids, comment="x" * 1001)

    # PostgreSQL already refuses it by the column's length, SQLite knows only the check.
    with pytest.raises(DBAPIError):
        session.execute(insert(AttendanceResponse).values(row))


def test_a_rule_gives_a_date_one_session(session, ids):
    rule = {
        "class_id": ids["class"], "rrule": "FREQ=WEEKLY", "starts_on": classes.FIRST, "starts_at_local": "18:00",
        "minutes": 60, "created_at": NOON,
    }  # fmt: skip
    rule_id = session.scalar(insert(ClassRule).values(rule).returning(ClassRule.id))
    row = classes.session_row(ids, rule_id=rule_id, rule_on=classes.FIRST)
    session.execute(insert(ClassSession).values(row))

    with pytest.raises(IntegrityError) as caught:
        session.execute(insert(ClassSession).values(row))

    assert "UNIQUE" in str(caught.value.orig).upper()


def test_every_named_constraint_is_broken_by_some_test():
    """Unique columns of accounts, tokens and slugs are plain keys; what carries a rule has a name of its own.

    Those that are left have a test of their own.
    """
    named = set()
    for table in db.metadata.sorted_tables:
        named |= {c.name for c in table.constraints if isinstance(c, CheckConstraint | UniqueConstraint) and c.name}
        named |= {index.name for index in table.indexes if isinstance(index, Index) and index.unique}

    assert named - PLAIN_KEYS - set(BROKEN) - set(TWICE) - set(WRONG_ROW) == {
        "uq_check_in_reversals_request", "ck_attendance_responses_comment_length", "uq_class_sessions_rule_date",
    }  # fmt: skip


PLAIN_KEYS = {
    "uq_users_email", "uq_sign_ins_token_hash", "uq_password_resets_token_hash", "uq_organizations_slug",
    "uq_events_slug", "uq_helper_links_token_hash", "uq_enrollments_pass_code", "uq_cron_jobs_name",
    "uq_class_completions_code", "uq_mail_codes_token_hash", "uq_mail_codes_link_hash",
    "uq_passkeys_credential_key", "uq_passkey_challenges_challenge_hash", "uq_started_sign_ins_token_hash",
    "uq_address_changes_undo_hash",
    "uq_calendar_feeds_token_hash", "uq_event_certificates_code",
}  # fmt: skip


#: Tables that only grow, and a column of each.
APPEND_ONLY = {
    "enrollment_transitions": "at", "check_ins": "at", "check_in_reversals": "at",
    "webhook_deliveries": "received_at", "session_marks": "at",
    "identity_match_changes": "at",
    "class_changes": "at", "class_session_changes": "at", "class_enrollment_transitions": "at",
    "class_attendance_marks": "at", "facility_moves": "at", "operator_changes": "at",
    "person_merges": "at", "person_merge_undos": "at",
}  # fmt: skip


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("statement", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0} CASCADE"])
def test_evidence_and_trails_cannot_be_rewritten(session, ids, database, table, statement):
    if statement.startswith("TRUNCATE") and database.kind == "sqlite":
        statement = "DELETE FROM {0} WHERE 1 = 1"
    before = digest(session)

    with pytest.raises(DBAPIError) as caught:
        session.execute(text(statement.format(table, APPEND_ONLY[table])))

    assert f"{table} is append-only" in str(caught.value.orig)
    assert digest(session) == before


def test_a_percentage_is_the_same_decimal_on_both_databases(session, ids):
    row = online_sessions.attendance_row(ids, percentage=Decimal("33.33"))
    session.execute(insert(MeetingAttendance).values(row))

    assert session.scalar(select(MeetingAttendance.percentage)) == Decimal("33.33")


def test_a_naive_datetime_is_a_bug_and_not_a_guess(session, ids):
    with pytest.raises(Exception, match="naive datetime"):
        session.execute(insert(Enrollment).values(enrollment_row(ids, enrolled_at=NOON.replace(tzinfo=None))))
