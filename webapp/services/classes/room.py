"""The rooms of a facility."""

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from webapp.domain.refusal import Refused
from webapp.models import ClassSession, Facility, ProgramClass, Room
from webapp.services.insertion import insert_unless_there
from webapp.services.unit_of_work import write_transaction

_ROOM = Room.__table__


def add_room(*, facility_id: int, name: str, capacity: int | None = None) -> int:
    """Add a room and return its id; `capacity` is how many people it holds, None: nobody said.

    Raises Refused: `not_found`, `room_name_taken`.
    """
    with write_transaction() as session:
        _lock_facility(session, facility_id)
        new = insert_unless_there(session, _ROOM).values(facility_id=facility_id, name=name, capacity=capacity)
        room_id: int | None = session.scalar(new.returning(_ROOM.c.id))
        if room_id is None:
            raise Refused("room_name_taken")
        return room_id


def change_room(*, room_id: int, name: str, capacity: int | None) -> None:
    """Give it another name or capacity. Raises Refused: `not_found`, `room_name_taken`."""
    with write_transaction() as session:
        facility_id = session.scalar(select(Room.facility_id).where(Room.id == room_id))
        if facility_id is None:
            raise Refused("not_found")
        _lock_facility(session, facility_id)
        same = (Room.facility_id == facility_id, Room.name == name, Room.id != room_id)
        if session.scalar(select(exists().where(*same))):
            raise Refused("room_name_taken")
        session.execute(update(_ROOM).where(_ROOM.c.id == room_id).values(name=name, capacity=capacity))


def remove_room(*, room_id: int) -> None:
    """Remove a room that no class and no session ever used. Gone already: nothing happens.

    Raises Refused: `room_in_use`.
    """
    with write_transaction() as session:
        facility_id = session.scalar(select(Room.facility_id).where(Room.id == room_id))
        if facility_id is None:
            return
        _lock_facility(session, facility_id)
        used = exists().where(ClassSession.room_id == room_id) | exists().where(ProgramClass.room_id == room_id)
        if session.scalar(select(used)):
            raise Refused("room_in_use")
        session.execute(delete(_ROOM).where(_ROOM.c.id == room_id))


def _lock_facility(session: Session, facility_id: int) -> None:
    query = select(Facility.id).where(Facility.id == facility_id).with_for_update(key_share=True)
    if session.scalar(query) is None:
        raise Refused("not_found")
