"""Imported by the server that competitors are forked off: what every app compiles is compiled before the fork.

Without it eight competitors compile the same eight times before each race, which takes longer than the race.
"""

from pathlib import Path

from sqlalchemy.orm import configure_mappers

from tests.support.databases.standing_apps import made
from webapp.config import Settings

configure_mappers()
# Nothing connects: neither address leads anywhere.
made(Settings.for_tests(database_url="sqlite:////nowhere/none.sqlite3", redis_url="unix:///nowhere", home=Path()))
