"""A class that runs, with people in it and a session to take roll-call of."""

from datetime import datetime, timedelta

from flask import Flask

from tests.support.worlds.classes.classroom import Classroom
from tests.support.worlds.world import NOON, World
from webapp.domain.classes.roll_call import Line
from webapp.domain.classes.roll_call import RollCallStatus as R
from webapp.domain.permission import SYSTEM_USER_ID, Actor
from webapp.services.classes.roll_call import Called, Said, delete_mark, mark_person, take_roll_call

#: The session is at noon on the day before; roll-call is taken at `NOON`.
BEFORE = NOON - timedelta(days=1)
PRESENT, EXCUSED, UNEXCUSED = Line(R.PRESENT), Line(R.ABSENT_EXCUSED), Line(R.ABSENT_UNEXCUSED)
STAFF = Actor(user_id=SYSTEM_USER_ID, name="Dana")


class RunningClass:
    """A running class with people, and a session yesterday from noon to one (14:00 to 15:00 in Berlin)."""

    def __init__(
        self, app: Flask, people: int = 3, world: World | None = None, *, now: datetime = NOON, days: int = 30
    ) -> None:
        self.world = world or World(app)
        self.room = Classroom(app, self.world)
        self.before = now - timedelta(days=1)
        started = self.before - timedelta(days=days)
        self.class_id = self.room.make(
            status="active",
            starts_on=started.date(),
            ends_on=(now + timedelta(days=60)).date(),
            activated_at=started,
            capacity=max(people, 20),
        )
        self.session_id = self.room.meets(self.class_id, self.before)
        self.people = self.room.people(people)
        since = now - timedelta(days=days - 10)
        self.places = [self.room.enrolls(self.class_id, user_id, now=since) for user_id in self.people]

    def takes(self, *lines: Line, seen: int = 0, now: datetime = NOON) -> Called:
        """Of the first people, in order."""
        said = {user_id: Said(line, seen) for user_id, line in zip(self.people, lines, strict=False)}
        return take_roll_call(session_id=self.session_id, said=said, actor=STAFF, now=now)

    def marks(self, at: int, line: Line, seen: int = 0) -> Called:
        return mark_person(
            session_id=self.session_id, user_id=self.people[at], line=line, seen_version=seen, actor=STAFF, now=NOON
        )

    def deletes(self, at: int, seen: int) -> None:
        delete_mark(session_id=self.session_id, user_id=self.people[at], seen_version=seen, actor=STAFF, now=NOON)
