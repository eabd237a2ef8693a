"""Lists and the dates of a series say of each date what its own page says: the list and the link count there, too."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update

from tests.support.databases.statements import counted_statements
from tests.support.worlds.places.access import LINK, put_on_list
from tests.support.worlds.world import NOON
from webapp.models import Enrollment, Event, EventSeries
from webapp.services.unit_of_work import write_transaction

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.only_db("sqlite")]
ANA = "ana@studio.example"
DAY = timedelta(days=1)


@pytest.fixture
def dates(app, world) -> dict[str, int]:
    """A series: for a list, early for the list, with a link, for anybody. Ana is on both lists."""
    later = {"opens_at": NOON + DAY, "list_opens_at": NOON - DAY}
    made = {
        "listed": world.event("Clay", slug="listed", starts_at=NOON + 3 * DAY, who_may="list"),
        "early": world.event("Clay", slug="early", starts_at=NOON + 4 * DAY, **later),
        "linked": world.event("Clay", slug="linked", starts_at=NOON + 5 * DAY, who_may="link", link_token=LINK),
        "open": world.event("Clay", slug="open", starts_at=NOON + 6 * DAY),
    }
    of = {"organization_id": world.organization_id, "facility_id": world.facility_id, "created_at": NOON}
    with app.app_context():
        for name in ("listed", "early"):
            put_on_list(made[name], ANA)
        with write_transaction() as session:
            named = {"slug": "clay", "title": "Clay", "rrule": "FREQ=WEEKLY;COUNT=4;BYDAY=TH"}
            series_id = session.scalar(insert(EventSeries).values(**of, **named).returning(EventSeries.id))
            session.execute(update(Event).values(series_id=series_id))
    return made


@pytest.fixture
def ana(world, reader_of, dates):
    return reader_of(world.person("Ana", email=ANA))


@pytest.fixture
def ben(world, reader_of, dates):
    return reader_of(world.person("Ben"))


def enrolled(session) -> set[str]:
    session.rollback()
    found = set(session.scalars(select(Event.slug).join(Enrollment, Enrollment.event_id == Event.id)))
    session.rollback()
    return found


def test_who_is_on_the_list_takes_those_dates_with_the_others(ana, ben, session):
    assert "You can enroll for 1 date" in ben.get("/series/clay").text
    assert "Enroll for all 3 dates" in ana.get("/series/clay").buttons("main")
    assert ana.post("/series/clay/enroll", all="1").status == 303
    assert enrolled(session) == {"listed", "early", "open"}


def test_a_row_of_the_list_says_what_the_page_says(ana, ben, session, dates):
    session.execute(update(Event).values(series_id=None))
    session.commit()
    texts = {who: reader.get("/events").text for who, reader in (("ana", ana), ("ben", ben))}
    opening = "Opens"
    assert (opening in texts["ana"], opening in texts["ben"]) == (False, True)


def test_lists_cost_one_statement_more_and_only_where_a_date_asks(app, ana, session, dates):
    costs = []
    for _ in range(2):
        ana.get("/events")
        with counted_statements(app) as statements:
            ana.get("/events")
        costs.append(len(statements))
        session.execute(
            update(Event).where(Event.slug.in_(["listed", "early"])).values(starts_at=NOON - DAY, effective_end_at=NOON)
        )
        session.commit()
    assert costs[0] == costs[1] + 1
