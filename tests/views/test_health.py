"""Probes ask by whatever name they know; who asks by a name that is not served learns yes or no."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from tests.support.worlds.classes.running_class import RunningClass
from tests.support.worlds.world import NOON
from webapp import create_app
from webapp.domain.work.schedule import RELAY_OUTBOX, SCHEDULE
from webapp.extensions import db
from webapp.queries.work.run import periodic_states
from webapp.services.work.due import start_due_jobs

NAMES = ["127.0.0.1:8000", "10.0.0.7", "[::1]:8000", "web", "turnout-1.internal:8080", "evil.example", "", "a b"]


class TestInProduction:
    @pytest.fixture
    def settings(self, settings):
        return replace(settings, hosts=("turnout.example",), proxy_hops=1)

    @pytest.mark.parametrize("name", NAMES)
    def test_health_answers_under_any_name(self, client, name):
        alive = client.get("/healthz", headers={"Host": name})
        ready = client.get("/readyz", headers={"Host": name, "X-Forwarded-Host": name})

        assert (alive.status_code, alive.text) == (200, "ok\n")
        assert (ready.status_code, ready.json) == (503, {"ready": False})

    def test_the_rest_stays_closed(self, client):
        for path in ("/events", "/healthz/", "/healthz/../events", "/static/css/app.css"):
            assert client.get(path, headers={"Host": "evil.example"}).status_code == 400

    def test_under_its_own_name_it_says_what_it_knows(self, client):
        known = client.get("/readyz", headers={"Host": "turnout.example"}).json
        assert known == {"ready": False, "database": "ok", "last_tick_at": None, "outbox_waiting": 0}


@pytest.mark.only_db("sqlite")
def test_a_database_that_is_away_is_told_as_shortly(settings):
    gone = replace(
        settings,
        hosts=("turnout.example",),
        database_url="postgresql+psycopg://nobody@127.0.0.1:1/nothing?connect_timeout=1",
    )
    app = create_app(gone)
    asked = [app.test_client().get("/readyz", headers={"Host": name}) for name in ("10.0.0.7", "turnout.example")]
    with app.app_context():
        db.engine.dispose()

    assert [answer.status_code for answer in asked] == [503, 503]
    assert [answer.json for answer in asked] == [{"ready": False}, {"ready": False, "database": "away"}]


def test_readiness_counts_what_waits_in_every_outbox(app, client, session, world, use_cases):
    """Events' and classes' alike: the second kind was forgotten, and no test looked at this page."""
    outboxes = [name for name in db.metadata.tables if name.endswith("outbox_events")]
    RunningClass(app, people=2, world=world)
    use_cases.enrolls(world.event(), world.person())
    waiting = {name: session.scalar(text(f"SELECT count(*) FROM {name}")) for name in outboxes}
    session.rollback()

    assert min(waiting.values()) > 0
    assert client.get("/readyz").json["outbox_waiting"] == sum(waiting.values())
    with app.app_context():
        start_due_jobs(SCHEDULE, now=NOON, real_now=NOON)
        assert periodic_states()[RELAY_OUTBOX.name].waiting == sum(waiting.values())
    for name in outboxes:
        session.execute(text(f"UPDATE {name} SET dispatched_at = occurred_at"))
    session.commit()
    assert client.get("/readyz").json["outbox_waiting"] == 0
