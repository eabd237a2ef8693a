"""While an event is settled its page says how long that takes; online sessions are measured first."""

from datetime import timedelta

import pytest

from tests.support.worlds.online.online_event import plan_session
from tests.support.worlds.use_cases import UseCases
from tests.support.worlds.world import World
from webapp import clock

pytestmark = pytest.mark.only_db("sqlite")
ENDED = timedelta(hours=1)


@pytest.mark.parametrize(
    ("is_online", "words"), [(False, "within 15 minutes"), (True, "The online sessions are measured first")]
)
def test_the_page_says_when_the_result_will_be_there(app, client, is_online, words):
    now = clock.real_now()
    world = World(app, now=now - timedelta(days=2))
    event_id = world.event(starts_at=now - 2 * ENDED, ends_at=now - timedelta(minutes=3), slug="settled")
    ana = world.person("Ana")
    UseCases(app, world).enrolls(event_id, ana, now=world.now)
    if is_online:
        with app.app_context():
            plan_session(event_id, now - 2 * ENDED, now - ENDED)
    world.sign_in(client, ana)

    page = client.get("/events/settled").text

    assert words in page
