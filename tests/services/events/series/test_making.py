"""A series: made of an event, each date whole and once."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.services.events.event_drafts import refused_code
from tests.support.worlds.rows import broken, digest, stored_draft
from tests.support.worlds.world import NOON, World
from webapp.domain.events.copying import copied_draft
from webapp.domain.events.series import MOST_DATES
from webapp.domain.online.meeting_session import SessionDraft
from webapp.domain.permission import Role
from webapp.domain.recurrence import parse_rule
from webapp.models import Event, EventSeries
from webapp.services.events.event_deletion import delete_event
from webapp.services.events.event_lifecycle import cancel_event
from webapp.services.events.series import making
from webapp.services.events.series.making import repeat_event
from webapp.services.online.meeting_session import create_sessions

pytestmark = pytest.mark.usefixtures("app_context")
START = NOON + timedelta(days=1)
WEEKLY = parse_rule("FREQ=WEEKLY;COUNT=3")
LATER = [START + timedelta(weeks=week) for week in (1, 2, 3)]


@pytest.fixture
def world(app) -> World:
    world = World(app)
    world.organization()
    return world


@pytest.fixture
def iris(world):
    return world.actor(world.person("Iris", role=Role.ADMIN), Role.ADMIN)


@pytest.fixture
def event_id(world):
    return world.event("Clay", starts_at=START, ends_at=START + timedelta(hours=3), capacity=7)


def repeated(event_id, iris, *, starts=LATER, request_id="r" * 32, rule=WEEKLY):
    return repeat_event(event_id=event_id, starts=starts, rule=rule, actor=iris, request_id=request_id, now=NOON)


def starts_of(session, series_id):
    session.rollback()
    of_series = (Event.series_id == series_id, Event.deleted_at.is_(None))
    found = session.scalars(select(Event.starts_at).where(*of_series).order_by(Event.starts_at, Event.id)).all()
    session.rollback()
    return found


def test_the_event_is_the_first_date_and_the_others_are_drafts_like_it(world, event_id, iris, session):
    source = stored_draft(session, event_id)
    session.rollback()
    done = repeated(event_id, iris)

    series = session.get_one(EventSeries, done.series_id)
    assert (series.title, series.slug, series.rrule, series.organization_id, series.facility_id) == (
        "Clay", "clay", "FREQ=WEEKLY;COUNT=3", world.organization_id, world.facility_id,
    )  # fmt: skip
    assert starts_of(session, done.series_id) == [START, *LATER]
    for date_id, starts_at in zip(done.made, LATER, strict=True):
        assert stored_draft(session, date_id) == copied_draft(source, starts_at)
        assert session.get_one(Event, date_id).status == "draft"
        session.rollback()
        assert broken(session, date_id) == []


def test_the_same_form_sent_twice_makes_each_date_once(event_id, iris, session):
    first = repeated(event_id, iris)
    before = digest(session)
    again = repeated(event_id, iris)
    assert (again.series_id, again.made, again.refused) == (first.series_id, [], [])
    assert digest(session) == before


def test_after_a_stop_in_between_the_same_form_makes_what_is_missing(event_id, iris, session, monkeypatch):
    real = making._add_date

    def dies(*args, starts_at, **rest):
        if starts_at == LATER[1]:
            raise RuntimeError("killed")
        return real(*args, starts_at=starts_at, **rest)

    monkeypatch.setattr(making, "_add_date", dies)
    with pytest.raises(RuntimeError):
        repeated(event_id, iris)
    monkeypatch.undo()
    done = repeated(event_id, iris)
    assert len(done.made) == 2
    assert starts_of(session, done.series_id) == [START, *LATER]


def test_dates_are_added_to_the_series_from_any_of_its_dates(event_id, iris, session):
    first = repeated(event_id, iris)
    more = [LATER[-1] + timedelta(weeks=1)]
    done = repeated(
        first.made[-1], iris, starts=[*LATER, *more], request_id="q" * 32, rule=parse_rule("FREQ=DAILY;COUNT=4")
    )
    assert (done.series_id, len(done.made)) == (first.series_id, 1)
    assert starts_of(session, done.series_id) == [START, *LATER, *more]
    assert session.get_one(EventSeries, done.series_id).rrule == "FREQ=DAILY;COUNT=4"
    session.rollback()


def test_a_date_that_was_called_off_or_deleted_can_be_added_again(event_id, iris, session):
    done = repeated(event_id, iris)
    cancel_event(event_id=done.made[0], reason="Burst pipe", actor=iris, now=NOON)
    delete_event(event_id=done.made[1], typed_title="Clay", actor=iris, now=NOON)
    again = repeated(event_id, iris, request_id="q" * 32)
    assert len(again.made) == 2
    assert starts_of(session, done.series_id) == [START, LATER[0], *LATER]
    # The first form again: what it made was called off or deleted since, and is not made anew.
    assert repeated(event_id, iris).made == []


def test_a_date_that_cannot_be_made_is_said_and_holds_no_other_up(world, event_id, iris, session):
    """The room of its session is taken at that time."""
    for of_event, starts_at in ((event_id, START), (world.event("Talk", starts_at=LATER[1]), LATER[1])):
        draft = SessionDraft("Clinic", "event", starts_at, starts_at + timedelta(hours=1), "clinic")
        create_sessions(event_id=of_event, drafts=[draft], actor=iris, request_id=f"s{of_event:09}", now=NOON)
    done = repeated(event_id, iris)
    assert [(at, refused.code) for at, refused in done.refused] == [(LATER[1], "room_taken")]
    assert starts_of(session, done.series_id) == [START, LATER[0], LATER[2]]


def test_two_series_of_one_title_have_addresses_of_their_own(world, event_id, iris, session):
    other_id = world.event("Clay", starts_at=START)
    for one in (event_id, other_id):
        repeated(one, iris, request_id=f"r{one:031}")
    assert session.scalars(select(EventSeries.slug).order_by(EventSeries.id)).all() == ["clay", "clay-2"]


def test_nothing_is_begun_for_an_event_that_is_not_there(iris, session):
    assert refused_code(lambda: repeated(10**6, iris)) == "not_found"
    assert session.scalar(select(func.count()).select_from(EventSeries)) == 0


def test_a_series_is_not_made_longer_than_it_may_be(event_id, iris, session, monkeypatch):
    monkeypatch.setattr("webapp.domain.events.series.MOST_DATES", 3)
    assert refused_code(lambda: repeated(event_id, iris)) == "too_many_dates"
    session.rollback()
    assert session.scalar(select(func.count()).where(Event.series_id.is_not(None))) == 3
    assert MOST_DATES == 200
