"""One after the other where no row can be locked, because it is not there yet."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def wait_for_name(session: Session, name: str) -> None:
    """Be alone with that name until the end of the transaction. Several are taken in order, so that nobody waits
    for somebody who waits for them. SQLite has one writer at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
