"""People of the demonstration: accounts that all have the same, public password."""

from datetime import datetime

from webapp.adapters.passwords import hash_password
from webapp.services.people.people_by_address import people_by_address
from webapp.services.unit_of_work import write_transaction

DEMO_PASSWORD = "turnout-demo"  # noqa: S105 -- printed on the screen of every demonstration


def add_demo_people(*, count: int, now: datetime) -> int:
    """Make sure that p0001@demo.test and so many more exist; returns how many were added."""
    names = {f"p{number:04d}@demo.test": f"Person {number:04d}" for number in range(1, count + 1)}
    password_hash = hash_password(DEMO_PASSWORD)
    with write_transaction() as session:
        _, added = people_by_address(session, names, now=now, password_hash=password_hash)
    return added
