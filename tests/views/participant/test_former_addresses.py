"""A draft whose title changed was perhaps shared by its first address: that one leads on."""

import pytest

from tests.services.events.event_drafts import edited
from tests.support.pages.reading import Reader
from webapp.models import Event
from webapp.services.events.event_lifecycle import publish_event

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]


@pytest.fixture
def renamed(app, world, session) -> int:
    """A draft that was at /events/clay, then at /events/raku-firing, and is at /events/raku-day."""
    world.organization()
    event_id = world.event("Clay", slug="clay", status="draft")
    with app.app_context():
        for title in ("Raku firing", "Raku day"):
            edited(session, event_id, title=title)
            session.rollback()
    return event_id


def publish(app, world, event_id: int) -> None:
    with app.app_context():
        publish_event(event_id=event_id, now=world.now)


@pytest.mark.parametrize("former", ["clay", "raku-firing"])
@pytest.mark.parametrize("page", ["", "/enrollment"])
def test_former_addresses_lead_to_the_one_of_today(app, world, renamed, former, page):
    stranger = Reader(app.test_client())
    assert stranger.get(f"/events/{former}{page}").status == 404, "a draft is nobody's business"

    publish(app, world, renamed)

    answer = stranger.get(f"/events/{former}{page}")
    assert (answer.status, answer.location) == (301, f"/events/raku-day{page}")
    assert stranger.get("/events/raku-day").status == 200
    assert stranger.get(f"/events/{former}-2").status == 404


def test_a_deleted_event_has_no_address_left(app, world, renamed, session):
    publish(app, world, renamed)
    session.execute(Event.__table__.update().values(deleted_at=world.now, status="cancelled"))
    session.commit()
    assert Reader(app.test_client()).get("/events/clay").status == 404
