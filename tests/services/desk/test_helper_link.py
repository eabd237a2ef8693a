"""Personal links to one desk: shown once, ended with the event or at once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from tests.support.worlds.open_desk import OpenDesk
from tests.support.worlds.rows import digest, stored_draft
from tests.support.worlds.world import NOON, World
from webapp.domain.desk.helper_link import HELPER_GRACE
from webapp.domain.permission import Role
from webapp.domain.refusal import Refused
from webapp.models import Event, HelperLink
from webapp.queries.people.actor import helper_by_token
from webapp.services.desk.helper_link import (
    create_helper_link,
    link_picture,
    withdraw_helper_link,
)
from webapp.services.events.event_editing import edit_event
from webapp.services.unit_of_work import write_transaction

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def desk(app) -> OpenDesk:
    return OpenDesk(World(app))


def make(desk: OpenDesk, name: str = "Mia", where: str = "Desk Left", **changes):
    values = {"event_id": desk.event_id, "name": name, "desk": where, "actor": desk.organizer, "now": NOON}
    return create_helper_link(**{**values, **changes})


def test_a_link_to_an_event_that_is_called_off_opens_nothing(desk) -> None:
    link = make(desk)
    with write_transaction() as session:
        session.execute(update(Event).where(Event.id == desk.event_id).values(status="cancelled"))
    assert helper_by_token(link.token, NOON) is None


def test_a_link_opens_its_own_desk_and_keeps_only_a_hash(desk, session) -> None:
    link = make(desk)
    helper = helper_by_token(link.token, NOON)
    assert (helper.name, helper.desk_name, helper.helper_event_id, helper.user_id) == (
        "Mia",
        "Desk Left",
        desk.event_id,
        None,
    )
    assert link.token not in repr(session.execute(select(HelperLink.__table__)).all())


def test_it_ends_six_hours_after_the_event(desk) -> None:
    link = make(desk)
    end = NOON + timedelta(hours=2) + HELPER_GRACE
    assert [helper_by_token(link.token, at) is None for at in (end - timedelta(seconds=1), end)] == [False, True]


def test_it_moves_with_the_event(desk, session) -> None:
    link = make(desk)
    draft = stored_draft(session, desk.event_id)
    for end in (NOON + timedelta(days=2), NOON + timedelta(hours=1)):
        version = session.get_one(Event, desk.event_id, populate_existing=True).version
        edit_event(event_id=desk.event_id, draft=replace(draft, ends_at=end), expected_version=version, now=NOON)
        session.rollback()
        last = end + HELPER_GRACE - timedelta(seconds=1)
        assert [helper_by_token(link.token, at) is None for at in (last, end + HELPER_GRACE)] == [False, True]


def test_an_edit_of_the_words_leaves_it_alone(desk, session) -> None:
    link = make(desk)
    draft = replace(stored_draft(session, desk.event_id), title="Another name")
    edit_event(event_id=desk.event_id, draft=draft, expected_version=1, now=NOON)
    end = NOON + timedelta(hours=2) + HELPER_GRACE
    assert [helper_by_token(link.token, at) is None for at in (end - timedelta(seconds=1), end)] == [False, True]


def test_making_it_again_replaces_it(desk) -> None:
    first, second, other = make(desk), make(desk), make(desk, "Ben")
    assert [helper_by_token(one.token, NOON) is None for one in (first, second, other)] == [True, False, False]


def test_withdrawing_ends_it_at_once_and_twice_changes_nothing(desk, session) -> None:
    link = make(desk)
    withdraw = {"event_id": desk.event_id, "link_id": link.link_id, "actor": desk.organizer}
    withdraw_helper_link(now=NOON, **withdraw)
    before = digest(session)
    withdraw_helper_link(now=NOON + timedelta(hours=1), **withdraw)
    assert digest(session) == before
    assert helper_by_token(link.token, NOON) is None


def test_an_altered_token_is_nobody(desk) -> None:
    token = make(desk).token
    assert [helper_by_token(text, NOON) for text in (token[:-1], token + "x", token.swapcase(), "", "\ud800")] == [
        None
    ] * 5


def test_only_an_organizer_of_the_event_makes_and_withdraws(desk, app, session) -> None:
    link = make(desk)
    stranger = OpenDesk(World(app))
    theirs = stranger.world.actor(stranger.organizer_id, Role.ORGANIZER)
    before = digest(session)
    for actor in (theirs, desk.helper()):
        with pytest.raises(Refused, match="not_found"):
            make(desk, actor=actor)
        with pytest.raises(Refused, match="not_found"):
            withdraw_helper_link(event_id=desk.event_id, link_id=link.link_id, actor=actor, now=NOON)
    with pytest.raises(Refused, match="not_found"):
        withdraw_helper_link(event_id=stranger.event_id, link_id=link.link_id, actor=theirs, now=NOON)
    assert digest(session) == before


@pytest.mark.parametrize(
    ("status", "code"), [("completed", "event_closed"), ("draft", "not_published"), (None, "event_over")]
)
def test_no_link_for_a_desk_that_will_not_open_again(desk, session, status, code) -> None:
    with write_transaction() as writing:
        writing.execute(update(Event).values(status=status or "published"))
    with pytest.raises(Refused, match=code):
        make(desk, now=NOON if status else NOON + timedelta(hours=8))
    assert session.scalar(select(func.count()).select_from(HelperLink)) == 0


def test_a_link_has_a_picture() -> None:
    assert link_picture("https://door.example/desk/join/abc").path.startswith("M")
