"""Rooms of the video server, by their names: nobody shares one at the same time."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from webapp.services.named_lock import wait_for_name


def wait_for_rooms(session: Session, names: Sequence[str]) -> None:
    """Two events that take the same free name (in order) at the same moment: one after the other."""
    for name in names:
        wait_for_name(session, f"room {name}")
