"""Every link, filter and form of every page, as each kind of person, on the server that `make run` starts.

The test client takes answers that no server can send, and a test of one page presses what its author thought of.
Why it is so: docs/decisions/087-what-a-walk-through-the-pages-holds.md.
"""

import pytest

from tests.crawl.conftest import ROLES, STARTS, Stage
from tests.support.browsers.crawling import Crawl

pytestmark = pytest.mark.xdist_group("crawl")
_LONG = (pytest.mark.long, pytest.mark.slow)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("role", "world"),
    [
        ("anonymous", "demo"),
        ("helper", "demo"),
        ("participant", "filled"),
        ("desk", "demo"),
        ("viewer", "demo"),
        ("teacher", "demo"),
        ("operator", "filled"),
    ],
)
def test_no_link_filter_or_form_leads_to_an_error(stage: Stage, role: str, world: str) -> None:
    crawl = stage.walked(role, world)
    stage.show(world)
    crawl.client.close()
    crawl.client = stage.enter(role)

    crawl.send_forms()

    assert crawl.faults == []


@pytest.mark.slow
def test_an_organizer_comes_to_no_dead_end(stage: Stage) -> None:
    assert stage.walked("organizer", "demo").faults == []


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize("world", ["demo", "filled"])
@pytest.mark.parametrize("role", ROLES)
def test_no_page_of_many_leads_to_an_error(stage: Stage, role: str, world: str) -> None:
    stage.show(world)
    crawl = Crawl(stage.enter(role), stage.routes, role, stage.base_url, pages_alike=60, choices_alike=4, forms_alike=8)

    crawl.follow(*STARTS.get(role, ("/",)))
    crawl.send_forms()

    assert crawl.faults == []
