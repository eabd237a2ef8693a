"""Making events: what is stored, what is refused, and that sending it twice is harmless."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.services.events.event_drafts import START, draft, edited, refused_code
from tests.support.worlds.rows import digest
from tests.support.worlds.world import NOON, World
from webapp.domain.events.closure import AttendanceRequirement
from webapp.models import Event, EventPolicy
from webapp.services.events.event_editing import create_event

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def world(app) -> World:
    world = World(app)
    world.organization()
    return world


def test_a_new_event_is_a_draft_with_its_policy_and_a_readable_address(world, session):
    event_id = create_event(
        organization_id=world.organization_id,
        draft=draft(world, title="Żółw & Słoń: 2. Treffen!"),
        request_id="r" * 20,
        now=NOON,
    )

    event = session.get_one(Event, event_id)
    assert (event.status, event.slug, event.version) == ("draft", "zolw-slon-2-treffen", 1)
    assert event.effective_end_at == START + timedelta(hours=2)
    assert session.get_one(EventPolicy, event_id).capacity == 12


def test_the_same_form_sent_twice_makes_one_event(world, session):
    def send(**changes):
        return create_event(
            organization_id=world.organization_id, draft=draft(world, **changes), request_id="same", now=NOON
        )

    first = send()
    assert send() == first
    assert refused_code(lambda: send(title="Another one")) == "already_saved"
    assert session.scalar(select(func.count()).select_from(Event)) == 1


@pytest.mark.parametrize(
    ("title", "slugs"),
    [
        ("Clay", ["clay", "clay-2", "clay-3"]),
        ("陶芸", ["taoyun", "taoyun-2", "taoyun-3"]),
        ("Кино в парке", ["kino-v-parke", "kino-v-parke-2", "kino-v-parke-3"]),
        ("x" * 160, ["x" * 70, "x" * 70 + "-2", "x" * 70 + "-3"]),
    ],
)
def test_events_of_one_title_get_different_addresses(world, session, title, slugs):
    made = [
        create_event(
            organization_id=world.organization_id, draft=draft(world, title=title), request_id=str(n), now=NOON
        )
        for n in range(3)
    ]
    assert [session.get_one(Event, one).slug for one in made] == slugs


def test_a_title_that_nobody_can_read_out_gets_an_address_of_its_own(world, session):
    made = [
        create_event(organization_id=world.organization_id, draft=draft(world, title="…"), request_id=str(n), now=NOON)
        for n in range(3)
    ]
    slugs = {session.get_one(Event, one).slug for one in made}
    assert len(slugs) == 3
    assert {len(slug) for slug in slugs} == {8}
    edited(session, made[0], title="— … —")
    assert session.get_one(Event, made[0]).slug in slugs, "still nothing to read out: no reason for another address"


def test_a_title_whose_folded_words_are_longer_than_the_column_is_stored(world, session):
    event_id = create_event(
        organization_id=world.organization_id, draft=draft(world, title="\ufdfa" * 160), request_id="long", now=NOON
    )
    assert len(session.get_one(Event, event_id).search_text) == 400


CONTRADICTIONS = [
    ("end_not_after_start", {"ends_at": START}),
    ("end_not_after_start", {"ends_at": START - timedelta(hours=1)}),
    ("event_too_long", {"ends_at": START + timedelta(days=366)}),
    ("unknown_timezone", {"timezone": "Mars/Base"}),
    ("unknown_timezone", {"timezone": "../../etc/passwd"}),
    ("unknown_timezone", {"timezone": "localtime"}),
    ("minimum_days_out_of_range", {"attendance_requirement": AttendanceRequirement.MINIMUM_DAYS}),
    ("minimum_days_out_of_range", {"attendance_requirement": AttendanceRequirement.MINIMUM_DAYS, "minimum_days": 2}),
    ("window_upside_down", {"opens_at": START}),
    ("window_upside_down", {"opens_at": NOON, "closes_at": NOON}),
    ("window_after_end", {"closes_at": START + timedelta(hours=3)}),
    ("unknown_facility", {"facility_id": 4711}),
]


@pytest.mark.parametrize(
    ("code", "changes"), CONTRADICTIONS, ids=[f"{c}-{n}" for n, (c, _) in enumerate(CONTRADICTIONS)]
)
def test_what_contradicts_itself_is_refused_when_made_and_when_edited(world, session, code, changes):
    event_id = world.event()
    before = digest(session)

    def make():
        create_event(organization_id=world.organization_id, draft=draft(world, **changes), request_id="x", now=NOON)

    assert refused_code(make) == code
    assert (
        refused_code(
            lambda: (
                edited(session, event_id, ends_at=START + timedelta(hours=2), **changes)
                if "ends_at" not in changes
                else edited(session, event_id, **changes)
            )
        )
        == code
    )
    assert digest(session) == before


def test_another_organizations_place_is_unknown(world, session):
    foreign = world.facility_id
    world.organization("Harbour Crew")
    assert (
        refused_code(
            lambda: create_event(
                organization_id=world.organization_id,
                draft=draft(world, facility_id=foreign),
                request_id="x",
                now=NOON,
            )
        )
        == "unknown_facility"
    )
