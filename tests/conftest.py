"""Every fixture that stands on a real server; see the modules named here."""

import gc
import os

from hypothesis import settings

from tests.support.databases.correlation import watch_correlation

# The same examples in every run: a check that passed stays passed. TURNOUT_EXPLORE=1 looks for new ones.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=2000, deadline=None)
settings.load_profile("explore" if os.environ.get("TURNOUT_EXPLORE") else "steady")

pytest_plugins = [
    "tests.support.databases.database_fixtures",
    "tests.support.servers.server_fixtures",
    "tests.support.browsers.browser_fixtures",
    "tests.support.worlds.demo_database",
    "tests.support.pages.view_fixtures",
    "tests.support.worlds.online.online_pages",
]


def pytest_configure() -> None:
    """No statement of any test asks a whole table where it means the row around it."""
    watch_correlation()


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: the garbage collector need not look at it again and again."""
    gc.collect()
    gc.freeze()
