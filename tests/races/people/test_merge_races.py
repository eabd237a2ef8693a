"""Two records are merged while one of them enrolls, is checked in, or their event is closed: nothing is lost."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select, update

from tests.races.contest import Act, codes, contest
from tests.support.worlds.rows import broken
from tests.support.worlds.use_cases import UseCases
from tests.support.worlds.world import NOON, World
from webapp.domain.people.merge import MergeWay
from webapp.domain.permission import Actor, Grant, Role
from webapp.models import Enrollment, User
from webapp.queries.audit import broken_invariants
from webapp.services.desk.check_in import check_in
from webapp.services.desk.tap import Tap
from webapp.services.events.closure import close_event
from webapp.services.merging.merge import merge_people, undo_merge
from webapp.services.places.enrollment import enroll
from webapp.services.unit_of_work import write_transaction

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("app_context")]
ROUNDS = 8
SOON, LATER = NOON + timedelta(hours=1), NOON + timedelta(days=2)


class Pairs:
    """An event, and people of whom there are two records each."""

    def __init__(self, app) -> None:
        self.world = World(app)
        self.world.organization()
        admin = self.world.person("Dana Kim", role=Role.ADMIN)
        self.admin = Actor(user_id=admin, name="Dana Kim", grants={self.world.organization_id: [Grant(Role.ADMIN)]})
        self.kept, self.gone = self.world.people(ROUNDS), self.world.people(ROUNDS)
        with write_transaction() as session:
            added = update(User).where(User.id.in_(self.gone))
            session.execute(added.values(address_proved_at=None, given_by_others=True))
        self.use_cases = UseCases(app, self.world)

    def merges(self, *, now=NOON) -> list[Act]:
        said = {"way": MergeWay.STAFF, "actor": self.admin, "reason": "One phone", "now": now}
        said["organization_id"] = self.world.organization_id
        pairs = zip(self.kept, self.gone, strict=True)
        return [partial(merge_people, kept_id=kept, merged_id=gone, **said) for kept, gone in pairs]

    def enrolls(self, event_id: int) -> list[Act]:
        def act(one: int) -> Act:
            return partial(enroll, event_id=event_id, user_id=one, actor=self.world.actor(one), now=NOON)

        return [act(one) for one in self.gone]


@pytest.fixture
def pairs(app) -> Pairs:
    return Pairs(app)


def held_by(session, user_ids) -> set[int]:
    session.rollback()
    return set(session.scalars(select(Enrollment.user_id).where(Enrollment.user_id.in_(user_ids))).all())


def assert_all_is_well(session, now=NOON) -> None:
    session.rollback()
    assert list(broken_invariants(now)) == []
    session.rollback()


def test_who_enrolls_while_they_are_merged_has_the_place_as_one_person_or_none(pairs, session, settings):
    """The event is one that no record had to do with: the merge does not hold its lock."""
    event_id = pairs.world.event()

    outcomes = contest(settings, [pairs.merges(), pairs.enrolls(event_id)], in_step=True)

    assert set(codes(outcomes)) <= {"done", "stale"}
    for kept, gone, merge, placed in zip(pairs.kept, pairs.gone, *outcomes, strict=True):
        if merge.code == "done":
            assert held_by(session, [gone]) == set()
            assert (held_by(session, [kept]) == {kept}) == (placed.code == "done")
    assert broken(session, event_id) == []
    assert_all_is_well(session)


def test_who_is_checked_in_while_they_are_merged_is_in_once(pairs, session, settings):
    event_id = pairs.world.event(starts_at=SOON)
    placed = [pairs.use_cases.enrolls(event_id, one).enrollment_id for one in pairs.gone]
    for one in pairs.kept:
        pairs.use_cases.enrolls(event_id, one)
    taps = [
        partial(check_in, event_id=event_id, target=one, crew=[pairs.admin], tap=Tap(f"tap-{one:012d}", "Left", SOON))
        for one in placed
    ]

    outcomes = contest(settings, [pairs.merges(now=SOON), taps], in_step=True)

    assert set(codes(outcomes[:1])) <= {"done", "stale"}
    assert set(codes(outcomes[1:])) == {"done"}
    assert broken(session, event_id) == []
    assert_all_is_well(session, SOON)


def test_a_closing_and_a_merge_lose_nobody_s_presence(pairs, session, settings):
    event_id = pairs.world.event(starts_at=SOON)
    for kept, gone in zip(pairs.kept, pairs.gone, strict=True):
        pairs.use_cases.enrolls(event_id, kept)
        pairs.use_cases.is_checked_in(event_id, pairs.use_cases.enrolls(event_id, gone), SOON)

    outcomes = contest(settings, [pairs.merges(now=LATER), [partial(close_event, event_id=event_id, now=LATER)]])

    assert set(codes(outcomes)) <= {"done", "stale"}
    session.rollback()
    attended = set(session.scalars(select(Enrollment.user_id).where(Enrollment.is_attended)).all())
    merged = dict(session.execute(select(User.id, User.merged_into_id).where(User.id.in_(pairs.gone))).all())
    assert attended == {merged[gone] or gone for gone in pairs.gone}
    assert_all_is_well(session, LATER)


def test_of_two_merges_of_one_record_and_of_two_undoings_one_is_made(pairs, session, settings):
    outcomes = contest(settings, [pairs.merges(), pairs.merges()], in_step=True)

    assert codes(outcomes) == {"done": ROUNDS, "merge_person_gone": ROUNDS}
    made = sorted(one.value for lane in outcomes for one in lane if one.code == "done")
    undoing = [partial(undo_merge, merge_id=one, actor=pairs.admin, now=NOON) for one in made]
    outcomes = contest(settings, [undoing, undoing], in_step=True)
    assert codes(outcomes) == {"done": ROUNDS, "merge_undone": ROUNDS}
    assert_all_is_well(session)
