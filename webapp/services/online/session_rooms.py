"""Rooms of the video server, by their names: nobody shares one at the same time."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def wait_for_rooms(session: Session, names: Sequence[str]) -> None:
    """Two events that take the same free name (in order) at the same moment: one after the other."""
    if session.get_bind().dialect.name == "postgresql":
        for name in names:
            session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"room {name}", 0))))
