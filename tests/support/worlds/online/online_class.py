"""A running class whose session is held online, and who was in its room: the real services."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support.worlds.classes.classroom import Classroom
from tests.support.worlds.online.online_event import HOUR, MINUTE, START, calculate
from tests.support.worlds.online.video_room import VideoRoom
from webapp.domain.permission import Actor
from webapp.models import ClassAttendance
from webapp.queries.online.session_owner import SessionOwner

SOON, LATER = START + HOUR + 6 * MINUTE, START + 2 * HOUR + MINUTE


class OnlineClass:
    """Its session is online for an hour from `start`; Ana, Ben and Cleo are in the class, in that order."""

    def __init__(self, classroom: Classroom, actor: Actor | None = None, *, start: datetime = START) -> None:
        self.classroom, self.actor, self.world = classroom, actor, classroom.world
        began = self.world.now - timedelta(days=1)
        self.class_id = classroom.make("Pottery", status="active", starts_on=began.date(), activated_at=began)
        self.people = classroom.belong([self.world.person(name) for name in ("Ana Silva", "Ben Okafor", "Cleo Duarte")])
        self.places = [classroom.enrolls(self.class_id, user_id).enrollment_id for user_id in self.people]
        self.session_id = classroom.meets(self.class_id, start)
        self.meeting_id = classroom.goes_online(self.session_id)
        self.room = VideoRoom(classroom.app, f"session-{self.meeting_id}", start)

    @property
    def owner(self) -> SessionOwner:
        return SessionOwner(None, self.class_id)

    def stays(self, identity: str, come: float, go: float) -> None:
        """Somebody is in the room from this minute to that one; folded at once."""
        self.room.stays(identity, come, go)
        self.room.fold()

    def calculates(self) -> None:
        """What the job does after the end."""
        with self.classroom.app.app_context():
            calculate(SOON)

    def stands(self, status: str) -> None:
        self.classroom.stands(self.class_id, status)

    def roll_call(self, session: Session) -> dict[int, tuple]:
        """(status, minutes, automatic) by user."""
        session.rollback()
        rows = session.scalars(select(ClassAttendance).where(ClassAttendance.session_id == self.session_id))
        return {row.user_id: (row.status, row.minutes, row.is_automatic) for row in rows}
