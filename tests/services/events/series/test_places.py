"""Places on several dates: each by its own seats, line and rules, and nothing twice."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.services.events.event_drafts import refused_code
from tests.support.worlds.asked import EATS, ask
from tests.support.worlds.rows import broken, digest
from tests.support.worlds.world import NOON, World
from webapp.domain.refusal import Refused
from webapp.models import Enrollment, Organization
from webapp.services.events.series.places import enroll_in_dates, leave_dates
from webapp.services.places.enrollment import enroll
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def world(app) -> World:
    world = World(app)
    world.organization()
    return world


@pytest.fixture
def dates(world) -> dict[str, int]:
    """Free, full with a waitlist, full without one, not published, asking a question."""
    free = world.event("Clay", slug="free", starts_at=NOON + timedelta(days=1), capacity=2)
    line = world.event("Clay", slug="line", starts_at=NOON + timedelta(days=2), capacity=1)
    full = world.event("Clay", slug="full", starts_at=NOON + timedelta(days=3), capacity=1, has_waitlist=False)
    draft = world.event("Clay", slug="draft", starts_at=NOON + timedelta(days=4), status="draft")
    asking = world.event("Clay", slug="asking", starts_at=NOON + timedelta(days=5))
    (other,) = world.people(1)
    for event_id in (line, full):
        enroll(event_id=event_id, user_id=other, actor=world.actor(other), now=NOON)
    ask(asking, EATS)
    return {"free": free, "line": line, "full": full, "draft": draft, "asking": asking}


def words(done) -> dict[str, str]:
    return {key: one.code if isinstance(one, Refused) else str(one.status) for key, one in done.items()}


def test_each_date_is_taken_by_its_own_rules(world, dates, session):
    mira = world.actor(world.person())
    done = enroll_in_dates(slugs=[*dates, "nowhere"], actor=mira, now=NOON)
    assert words(done) == {
        "free": "confirmed",
        "line": "waitlisted",
        "full": "event_full",
        "draft": "event_not_published",
        "asking": "questions_unanswered",
        "nowhere": "not_found",
    }
    for event_id in dates.values():
        assert broken(session, event_id) == []


def test_pressing_again_changes_nothing_and_takes_what_is_free_by_then(world, dates, session):
    mira = world.actor(world.person())
    enroll_in_dates(slugs=["free"], actor=mira, now=NOON)
    before = digest(session)
    assert words(enroll_in_dates(slugs=["free"], actor=mira, now=NOON)) == {"free": "already_enrolled"}
    assert digest(session) == before
    again = enroll_in_dates(slugs=["free", "line"], actor=mira, now=NOON)
    assert words(again) == {"free": "already_enrolled", "line": "waitlisted"}


def test_what_is_asked_of_all_dates_stops_before_the_first(world, dates, session):
    mira = world.actor(world.person())
    with write_transaction() as writing:
        writing.get_one(Organization, world.organization_id).suspended_at = NOON
    before = digest(session)
    assert refused_code(lambda: enroll_in_dates(slugs=list(dates), actor=mira, now=NOON)) == "organization_closed"
    assert digest(session) == before


def test_one_or_several_are_given_up_and_who_waits_moves_up(world, dates, session):
    mira_id, (waiting,) = world.person(), world.people(1)
    mira = world.actor(mira_id)
    enroll_in_dates(slugs=["free", "line"], actor=mira, now=NOON)
    (other,) = world.people(1)
    for user_id in (other, waiting):
        enroll(event_id=dates["free"], user_id=user_id, actor=world.actor(user_id), now=NOON)
    own = dict(session.execute(select(Enrollment.event_id, Enrollment.id).where(Enrollment.user_id == mira_id)).all())
    session.rollback()
    free, line = own[dates["free"]], own[dates["line"]]

    # The line as it was seen before something changed, and a place of somebody who left already.
    assert words(leave_dates(versions={free: 1, line: 7}, actor=mira, now=NOON)) == {free: "cancelled", line: "stale"}
    assert words(leave_dates(versions={line: 1}, actor=mira, now=NOON)) == {line: "cancelled"}
    assert words(leave_dates(versions={line: 2}, actor=mira, now=NOON)) == {line: "illegal_move"}
    moved = select(Enrollment.status).where(Enrollment.event_id == dates["free"], Enrollment.user_id == waiting)
    assert session.scalar(moved) == "confirmed"
    session.rollback()
    for event_id in dates.values():
        assert broken(session, event_id) == []
