"""What counts against somebody, and what an organization's policy makes of it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, select, update

from tests.support.worlds.regulars import DAY, Regulars
from tests.support.worlds.use_cases import UseCases
from tests.support.worlds.world import NOON, World
from webapp.domain.events.appeal import AppealOutcome
from webapp.domain.permission import Role, Trigger
from webapp.domain.places.no_shows.excuse import ExcuseReason
from webapp.domain.places.no_shows.policy import Consequence, NoShowPolicy
from webapp.domain.refusal import Refused
from webapp.extensions import db
from webapp.models import Appeal, Enrollment, Event, NoShowExcuse, NoShowRule, User
from webapp.queries.audit import broken_invariants
from webapp.queries.places.no_shows.strikes import Record, record_at, records_of
from webapp.services.organizations.days_off import close_on
from webapp.services.organizations.no_show_policy import switch_off, switch_on
from webapp.services.places.enrollment import cancel, enroll_by_slug
from webapp.services.places.no_shows.excuse import Given, excuse, withdraw_excuse
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("app_context")
WARNED = NoShowPolicy(3, 180, Consequence.WARNED)
LATER = NoShowPolicy(2, 180, Consequence.LATER, 24)
LATE = NoShowPolicy(3, 180, Consequence.WARNED, late_counts=True)
LONG_AGO = NOON - DAY * 400


@pytest.fixture
def world(app) -> World:
    return World(app)


@pytest.fixture
def regulars(world) -> Regulars:
    return Regulars(world, number=2)


@pytest.fixture
def mira(regulars) -> int:
    return regulars.people[0]


@pytest.fixture
def admin(world, regulars):
    return world.actor(world.person("Dana Kim", role=Role.ADMIN))


@pytest.fixture
def policy(world, admin):
    """Switch one on, long ago unless said otherwise."""

    def on(policy, since=LONG_AGO):
        switch_on(organization_id=world.organization_id, policy=policy, actor=admin, now=since)

    return on


def missed(regulars, days_ago: int, status: str = "no_show") -> int:
    """The first regular's place in an event that ended so many days ago; its enrollment."""
    event_id = regulars.had(NOON - DAY * days_ago, [status])
    db.session.remove()
    return db.session.scalars(select(Enrollment.id).where(Enrollment.event_id == event_id)).one()


def record(world, user_id: int, now=NOON) -> Record | None:
    db.session.remove()
    return record_at(user_id, world.organization_id, now)


def counted(world, user_id: int, now=NOON) -> int:
    found = record(world, user_id, now)
    return found.tally.halves if found else 0


def test_without_a_policy_nothing_counts(world, regulars, mira):
    missed(regulars, 10)

    assert records_of(mira, NOON) == []


def test_no_shows_count_until_they_fade(world, regulars, mira, policy):
    policy(WARNED)
    for days_ago in (10, 100, 181):
        missed(regulars, days_ago)
    missed(regulars, 5, "attended")

    found = record(world, mira)

    assert (found.tally.halves, found.organization_name) == (4, "Northside Makers")
    assert [one.strike.fades_on for one in found.struck] == [date(2026, 8, 29), date(2026, 11, 27)]
    assert counted(world, mira, NOON + DAY * 200) == 0


def test_strikes_begin_at_zero_where_a_policy_is_switched_on(world, regulars, mira, policy):
    missed(regulars, 30)
    policy(WARNED, since=NOON - DAY * 20)
    missed(regulars, 10)
    assert counted(world, mira) == 2

    # A change keeps what counted; switching off and on again forgets it.
    policy(NoShowPolicy(5, 90, Consequence.WARNED), since=NOON - DAY)
    assert counted(world, mira) == 2
    switch_off(organization_id=world.organization_id)
    switch_off(organization_id=world.organization_id)
    policy(WARNED, since=NOON - DAY)
    assert counted(world, mira) == 0


def test_closed_days_of_the_facility_do_not_count(world, regulars, mira, policy):
    policy(WARNED)
    missed(regulars, 10)
    first = NOON.date()
    close_on(facility_id=world.facility_id, first_on=first, last_on=first + timedelta(days=13), reason="Summer break")

    assert record(world, mira).tally.first.fades_on == date(2026, 12, 11)


@pytest.mark.parametrize(
    ("outcome", "counts"),
    [
        (AppealOutcome.OPEN, False),
        (AppealOutcome.LAPSED, False),
        (AppealOutcome.DECLINED, True),
        (AppealOutcome.WITHDRAWN, True),
        (AppealOutcome.OVERTAKEN, True),
    ],
)
def test_what_is_disputed_does_not_count(world, regulars, mira, policy, outcome, counts):
    policy(WARNED)
    enrollment_id = missed(regulars, 10)
    event_id = db.session.scalars(select(Enrollment.event_id).where(Enrollment.id == enrollment_id)).one()
    decider = mira if outcome is AppealOutcome.DECLINED else None
    with write_transaction() as session:
        row = {"event_id": event_id, "enrollment_id": enrollment_id, "filed_at": NOON, "filed_by_id": mira, "words": ""}
        row |= {"decided_until": NOON + DAY, "outcome": outcome, "answer": "", "decided_by_id": decider}
        session.execute(insert(Appeal).values(**row, ended_at=None if outcome is AppealOutcome.OPEN else NOON))

    assert bool(counted(world, mira)) is counts


@pytest.mark.parametrize("status", ["undecided", "released", "cancelled", "attended", "confirmed"])
def test_only_a_no_show_counts(world, regulars, mira, policy, status):
    policy(WARNED)
    missed(regulars, 10, status)

    assert counted(world, mira) == 0


def test_whom_somebody_looks_after_has_no_strikes(world, regulars, mira, policy):
    policy(WARNED)
    missed(regulars, 10)
    with write_transaction() as session:
        carer = {"managed_by_id": regulars.people[1], "email": None, "password_hash": None}
        session.execute(update(User).where(User.id == mira).values(**carer))

    assert counted(world, mira) == 0


def test_other_organizations_count_by_themselves(world, regulars, mira, policy):
    policy(WARNED)
    missed(regulars, 10)
    world.organization("Harbour Crew")

    assert counted(world, mira) == 0
    assert [one.organization_name for one in records_of(mira, NOON)] == ["Northside Makers"]


def test_an_excuse_takes_a_strike_away_and_its_withdrawal_brings_it_back(world, regulars, mira, policy, admin):
    policy(WARNED)
    enrollment_id = missed(regulars, 10)
    given = Given(ExcuseReason.ILL, in_time=False, words=" Sent a note ")
    for _ in range(2):
        excuse(enrollment_id=enrollment_id, given=given, actor=admin, now=NOON)
    assert counted(world, mira) == 0

    with pytest.raises(Refused, match="excused_already"):
        excuse(enrollment_id=enrollment_id, given=Given(ExcuseReason.WORK, in_time=True), actor=admin, now=NOON)
    for _ in range(2):
        withdraw_excuse(enrollment_id=enrollment_id, actor=admin, now=NOON + DAY)
    assert counted(world, mira) == 2

    excuse(enrollment_id=enrollment_id, given=Given(ExcuseReason.WORK, in_time=True), actor=admin, now=NOON)
    kept = db.session.execute(select(NoShowExcuse.reason, NoShowExcuse.words).order_by(NoShowExcuse.id)).all()
    assert kept == [("ill", "Sent a note"), ("work", "")]
    assert counted(world, mira) == 0


@pytest.mark.parametrize(
    ("status", "words", "code"), [("attended", "", "nothing_to_excuse"), ("no_show", "x" * 301, "text_too_long")]
)
def test_an_excuse_that_cannot_be_kept(regulars, admin, status, words, code):
    enrollment_id = missed(regulars, 10, status)

    with pytest.raises(Refused, match=code):
        given = Given(ExcuseReason.ILL, in_time=False, words=words)
        excuse(enrollment_id=enrollment_id, given=given, actor=admin, now=NOON)
    assert db.session.scalars(select(NoShowExcuse.id)).all() == []


def test_others_enroll_first(world, regulars, mira, policy):
    policy(LATER)
    for days_ago in (10, 20):
        missed(regulars, days_ago)
    event_id = world.event(slug="clay", starts_at=NOON + DAY * 30)
    published = {"published_at": NOON - timedelta(hours=2), "created_at": NOON - DAY * 9}
    with write_transaction() as session:
        session.execute(update(Event).where(Event.id == event_id).values(published))

    with pytest.raises(Refused) as refused:
        enroll_by_slug(slug="clay", actor=world.actor(mira), now=NOON)
    assert refused.value.facts == {"until": NOON + timedelta(hours=22)}
    assert refused.value.code == "enrolls_later"

    # Somebody else is not held back, and they are not for ever.
    enroll_by_slug(slug="clay", actor=world.actor(regulars.people[1]), now=NOON)
    placed = enroll_by_slug(slug="clay", actor=world.actor(mira), now=NOON + timedelta(hours=22))
    with pytest.raises(Refused, match="already_enrolled"):
        enroll_by_slug(slug="clay", actor=world.actor(mira), now=NOON)
    assert placed.status == "confirmed"


def test_staff_adds_whom_it_likes(app, world, regulars, mira, policy):
    policy(NoShowPolicy(1, 180, Consequence.LATER, 72))
    missed(regulars, 10)
    event_id = world.event(starts_at=NOON + DAY * 30)

    assert UseCases(app, world).enrolls(event_id, mira).status == "confirmed"


def test_cancelling_late_counts_as_half_where_the_policy_lets_people(app, world, regulars, mira, policy):
    event_id = world.event(starts_at=NOON + timedelta(hours=5), cancellation_deadline_hours=24)
    placed = UseCases(app, world).enrolls(event_id, mira, NOON - DAY * 3)
    leaves = {"enrollment_id": placed.enrollment_id, "actor": world.actor(mira), "by": Trigger.USER}
    policy(WARNED)
    with pytest.raises(Refused, match="deadline_passed"):
        cancel(**leaves, now=NOON)

    policy(LATE)
    cancel(**leaves, now=NOON)

    after = NOON + DAY
    found = record(world, mira, after)
    assert (found.tally.halves, found.struck[0].strike.fades_on) == (1, date(2026, 12, 7))
    assert list(broken_invariants(after)) == []

    # It is for nothing where the policy no longer asks, and where they came after all.
    policy(WARNED)
    assert counted(world, mira, after) == 0


def test_who_came_back_did_not_cancel(app, world, regulars, mira, policy):
    policy(LATE)
    event_id = world.event(starts_at=NOON + timedelta(hours=5), cancellation_deadline_hours=24)
    placed = UseCases(app, world).enrolls(event_id, mira, NOON - DAY * 3)
    cancel(enrollment_id=placed.enrollment_id, actor=world.actor(mira), by=Trigger.USER, now=NOON)
    UseCases(app, world).enrolls(event_id, mira, NOON)

    assert counted(world, mira, NOON + DAY) == 0


@pytest.mark.parametrize("by", [Trigger.USER, Trigger.ORGANIZER])
def test_what_may_be_given_back_is_never_late(app, world, regulars, mira, policy, by):
    policy(LATE)
    event_id = world.event(starts_at=NOON + timedelta(hours=5), cancellation_deadline_hours=24)
    # Got after the deadline by the person; before it, and cancelled by the organizer.
    at = NOON if by is Trigger.USER else NOON - DAY * 3
    placed = UseCases(app, world).enrolls(event_id, mira, at)
    cancel(enrollment_id=placed.enrollment_id, actor=world.actor(mira), by=by, now=NOON)

    assert counted(world, mira, NOON + DAY) == 0


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (NoShowPolicy(0, 180, Consequence.WARNED), "strikes_outside"),
        (NoShowPolicy(3, 180, Consequence.LATER), "hours_outside"),
    ],
)
def test_a_policy_that_cannot_be_switched_on(policy, wrong, code):
    with pytest.raises(Refused, match=code):
        policy(wrong)
    assert db.session.scalars(select(NoShowRule.organization_id)).all() == []
