"""A party at the desk's page: boxes for who is here, with htmx and without JavaScript."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.worlds.enrolling import join_together
from tests.support.worlds.open_desk import OpenDesk, tap_id
from tests.support.worlds.world import NOON
from webapp.models import Enrollment, Event

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]


def test_one_some_or_all_are_checked_in(world, reader_of, session) -> None:
    desk = OpenDesk(world, policy={"party_size": 5})
    ana = world.person("Ana Silva")
    slug = session.scalars(select(Event.slug).where(Event.id == desk.event_id)).one()
    session.rollback()
    with world.app.app_context():
        join_together(world, slug, ana, 3, names=("Jonas Weber", ""), now=NOON - timedelta(days=1))
    codes = session.execute(select(Enrollment.id, Enrollment.pass_code).order_by(Enrollment.id)).all()
    session.rollback()
    reader, address = reader_of(desk.organizer_id), f"/desk/{desk.event_id}"
    page = reader.post(f"{address}/scan", htmx=True, q=codes[0].pass_code, request_id=tap_id())
    assert "Party of 3" in page.text
    assert "Choose who is here." in page.text
    assert page.buttons()[-2:] == ["Check in the selected people", "Check in all 3"]
    sent = {"enrollment": codes[0].id, "request_id": tap_id()}
    refused = reader.post(f"{address}/party", htmx=True, **sent)
    assert (refused.status, "Choose who is here." in refused.text) == (422, True)
    came = reader.post(f"{address}/party", htmx=True, head=codes[1].id, **sent)
    assert "Checked in" in came.text
    assert "Jonas Weber" in came.text
    # Without JavaScript the desk says it again.
    page = reader.post(f"{address}/scan", q=codes[0].pass_code, request_id=tap_id())
    page = reader.get(page.location)
    assert "1 is already in." in page.text
    assert "Jonas Weber is in" in page.text
    done = reader.post(f"{address}/party", enrollment=codes[0].id, all="1", request_id=tap_id())
    assert done.status == 303
    assert "Already checked in" in reader.get(done.location).text
