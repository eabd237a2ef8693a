"""The sample cases, from the wire to the report, in every order: the same table."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert, select

from tests.support.worlds.online.livekit_cases import KEYS, Case, cases, orders, signed
from tests.support.worlds.online.online_event import calculate, reconcile
from tests.support.worlds.rows import broken, digest
from tests.support.worlds.world import World
from webapp.domain.refusal import Refused
from webapp.models import MeetingAttendance, MeetingSession, SessionReport, User
from webapp.services.online.folding import fold_due_rooms
from webapp.services.online.intake import take_delivery
from webapp.services.places.enrollment import enroll
from webapp.services.unit_of_work import write_transaction

LONG_BEFORE = datetime(2026, 9, 1, tzinfo=UTC)
ORDERS = tuple(orders(cases()[0].deliveries))
pytestmark = pytest.mark.usefixtures("app_context")


def instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text.replace("Z", "+00:00"))


@pytest.fixture
def planned(app) -> dict[str, int]:
    """Every case's sessions with their rosters, all in one database: the file's session ids -> ours."""
    world = World(app, now=LONG_BEFORE)
    ids = {}
    for case in cases():
        for one in case.sessions:
            starts_at, ends_at = instant(one["starts_at"]), instant(one["ends_at"])
            event_id = world.event(case.title, starts_at=starts_at, ends_at=ends_at, online_counts=True)
            people = [{"id": who["user_id"], "name": "Somebody", "created_at": LONG_BEFORE} for who in one["roster"]]
            values = {
                "event_id": event_id,
                "title": case.title,
                "room_name": one["room_name"],
                "starts_at": starts_at,
                "ends_at": ends_at,
                "created_at": LONG_BEFORE,
            }
            with write_transaction() as session:
                session.execute(insert(User), people)
                ids[one["session_id"]] = session.scalar(
                    insert(MeetingSession).values(values).returning(MeetingSession.id)
                )
            for who in one["roster"]:
                actor = world.actor(who["user_id"])
                enroll(event_id=event_id, user_id=who["user_id"], actor=actor, now=LONG_BEFORE)
    return ids


def play(order: str) -> None:
    for case in cases():
        for one in orders(case.deliveries)[order]:
            token = signed(one.body if one.is_good else one.body + b" ")
            try:
                take_delivery(one.body, token, keys=KEYS, now=LONG_BEFORE)
            except Refused as refused:
                assert (refused.code, one.is_good) == ("hook_unverified", False)
    fold_due_rooms(now=LONG_BEFORE)


def differences(case: Case, session: Any, ids: dict[str, int]) -> list[str]:
    """Where a report is not as the case expects it, within the case's tolerance."""
    allowed = case.expected["tolerance"]
    found = []
    for one, identity, expected in case.people():
        session_id, user_id = ids[one["session_id"]], int(identity[1:])
        row = session.execute(
            select(SessionReport, MeetingAttendance.seconds)
            .join(
                MeetingAttendance,
                (MeetingAttendance.session_id == SessionReport.session_id)
                & (MeetingAttendance.user_id == SessionReport.user_id),
            )
            .where(SessionReport.session_id == session_id, SessionReport.user_id == user_id)
        ).one()
        line = row.SessionReport
        checks = {
            "status": line.status == expected["status"],
            "minutes": abs(line.minutes - expected["total_minutes"]) <= allowed["total_minutes"],
            "seconds": abs(row.seconds - expected["total_seconds"]) <= allowed["seconds"],
            "percentage": abs(line.percentage - Decimal(str(expected["percentage"])))
            <= Decimal(str(allowed["percentage"])),
            "first_join": line.entered_at in accepted(expected, "first_join"),
            "last_leave": line.left_at in accepted(expected, "last_leave"),
        }
        found += [f"{case.id} {identity}: {what}" for what, holds in checks.items() if not holds]
    return found


def accepted(expected: dict[str, Any], what: str) -> list[datetime | None]:
    return [instant(text) for text in expected.get("accept", {}).get(what, [expected[what]])]


@pytest.mark.parametrize("order", ORDERS)
def test_every_case_ends_in_the_expected_table_in_whatever_order_it_comes(planned, session, order):
    play(order)
    over = max(instant(one["ends_at"]) for case in cases() for one in case.sessions)

    done = calculate(over + timedelta(minutes=6))
    reconcile(over + timedelta(hours=1, seconds=1))

    assert (done.sessions, done.failed) == (len(planned), {})
    assert [line for case in cases() for line in differences(case, session, planned)] == []
    strangers = select(MeetingAttendance.user_id).where(~MeetingAttendance.is_enrolled)
    assert session.scalars(strangers).all() == []
    events = session.scalars(select(MeetingSession.event_id)).all()
    assert [words for event_id in events for words in broken(session, event_id)] == []
    before = digest(session)
    calculate(over + timedelta(hours=2))
    assert digest(session) == before
