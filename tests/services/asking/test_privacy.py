"""What a person lets others see is kept: usually, for one event, and under which address."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.worlds.rows import digest
from tests.support.worlds.use_cases import UseCases
from tests.support.worlds.world import NOON, World
from webapp.domain.people.privacy import Sharing
from webapp.domain.refusal import Refused
from webapp.models import RecordPrivacy, User
from webapp.services.asking.privacy import choose_handle, choose_sharing, draw_handle, drop_handle, set_record_privacy
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("app_context")
LATER = NOON + timedelta(days=2)
NOWHERE, PROFILE, BOTH = Sharing(False, False), Sharing(True, False), Sharing(True, True)


@pytest.fixture
def world(app) -> World:
    return World(app)


@pytest.fixture
def mira(world) -> int:
    return world.person("Mira Sand")


@pytest.fixture
def event_id(app, world, mira) -> int:
    """An event of the past in which she had a place."""
    event_id = world.event(starts_at=NOON + timedelta(hours=1))
    UseCases(app, world).enrolls(event_id, mira)
    return event_id


def choose(mira: int, event_id: int, sharing: Sharing, now=LATER) -> None:
    choose_sharing(user_id=mira, records={event_id: sharing}, now=now)


def kept(session) -> list[tuple]:
    session.rollback()
    return [
        (row.on_profile, row.to_organizations, row.changed_at)
        for row in session.scalars(select(RecordPrivacy).execution_options(populate_existing=True))
    ]


def handle_of(session, user_id: int) -> str | None:
    session.rollback()
    return session.scalar(select(User.handle).where(User.id == user_id))


def test_a_choice_is_kept_and_a_later_one_takes_its_place(mira, event_id, session):
    choose(mira, event_id, NOWHERE)
    choose(mira, event_id, BOTH, now=LATER + timedelta(hours=1))
    choose(mira, event_id, BOTH, now=LATER + timedelta(hours=2))

    assert kept(session) == [(True, True, LATER + timedelta(hours=2))]


def test_what_only_repeats_the_usual_choice_is_none_and_follows_it(mira, event_id, session):
    choose(mira, event_id, PROFILE)
    assert kept(session) == []

    choose_sharing(user_id=mira, usual=NOWHERE, now=LATER)
    assert kept(session) == []


def test_a_choice_once_made_stays_whatever_becomes_the_usual_one(mira, event_id, session):
    choose(mira, event_id, NOWHERE)
    choose(mira, event_id, PROFILE)
    choose_sharing(user_id=mira, usual=BOTH, now=LATER)

    assert kept(session) == [(True, False, LATER)]


def test_events_are_compared_with_what_was_usual_before_the_same_form(mira, event_id, session):
    choose_sharing(user_id=mira, usual=NOWHERE, records={event_id: NOWHERE}, now=LATER)

    assert kept(session) == [(False, False, LATER)]


def test_the_step_of_other_use_cases_writes_the_same(mira, event_id, session):
    for _ in range(2):
        with write_transaction() as writing:
            set_record_privacy(writing, user_id=mira, event_id=event_id, sharing=Sharing(False, True), now=LATER)

    assert kept(session) == [(False, True, LATER)]


@pytest.mark.parametrize("whose", ["nobody", "another", "ahead"])
def test_events_that_are_not_in_ones_history_are_refused_and_nothing_is_kept(world, mira, event_id, session, whose):
    other = {
        "nobody": 9_000_000,
        "another": world.event(starts_at=NOON - timedelta(days=1)),
        "ahead": world.event(starts_at=LATER + timedelta(days=1)),
    }[whose]
    before = digest(session)

    with pytest.raises(Refused) as caught:
        choose_sharing(user_id=mira, usual=BOTH, records={event_id: NOWHERE, other: NOWHERE}, now=LATER)

    assert (caught.value.code, digest(session)) == ("not_found", before)


def test_a_handle_is_taken_once_and_free_again_when_it_is_given_up(world, mira, session):
    ben = world.person("Ben")
    assert handle_of(session, mira) is None
    choose_handle(user_id=mira, text="Mira-Sand")
    choose_handle(user_id=mira, text="mira-sand")
    with pytest.raises(Refused) as caught:
        choose_handle(user_id=ben, text="MIRA-SAND")
    assert (caught.value.code, handle_of(session, mira), handle_of(session, ben)) == ("handle_taken", "mira-sand", None)

    drop_handle(user_id=mira)
    drop_handle(user_id=mira)
    choose_handle(user_id=ben, text="mira-sand")

    assert (handle_of(session, mira), handle_of(session, ben)) == (None, "mira-sand")


def test_a_drawn_handle_takes_the_place_of_a_chosen_one(mira, session):
    choose_handle(user_id=mira, text="mira")

    drawn = draw_handle(user_id=mira)

    assert handle_of(session, mira) == drawn
    assert len(drawn) == 10


def test_a_handle_that_is_none_changes_nothing(mira, session):
    choose_handle(user_id=mira, text="mira")
    before = digest(session)

    for text, code in (("a b", "handle_invalid"), ("admin", "handle_reserved")):
        with pytest.raises(Refused) as caught:
            choose_handle(user_id=mira, text=text)
        assert (caught.value.code, digest(session)) == (code, before)
