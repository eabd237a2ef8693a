"""People of the demonstration: accounts that all have the same, public password."""

from datetime import datetime

from sqlalchemy import update

from webapp.adapters.signing_in.passwords import hash_password
from webapp.models import User
from webapp.services.accounts.people_by_address import people_by_address
from webapp.services.unit_of_work import write_transaction

DEMO_PASSWORD = "turnout-demo"  # noqa: S105 -- printed on the screen of every demonstration


def add_demo_people(*, count: int, now: datetime) -> int:
    """Make sure that p0001@demo.test and so many more exist; returns how many were added."""
    names = {f"p{number:04d}@demo.test": f"Person {number:04d}" for number in range(1, count + 1)}
    password_hash = hash_password(DEMO_PASSWORD)
    with write_transaction() as session:
        _, added = people_by_address(session, names, now=now, password_hash=password_hash, proved_at=now)
    return added


def prove_demo_people(*, now: datetime) -> None:
    """The demonstration's accounts need no proof, also in a world that was laid out before there were any."""
    unproved = User.email.like("%@demo.test"), User.address_proved_at.is_(None)
    proved = update(User).where(*unproved).values(address_proved_at=now)
    with write_transaction() as session:
        session.execute(proved, execution_options={"synchronize_session": False})
