"""An event whose desk is open at noon, and people who come to it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import select

from tests.support.worlds.crowd import Guest, fill
from tests.support.worlds.world import NOON, World
from webapp.domain.desk.check_in import read_typed
from webapp.domain.permission import Actor, Role, Trigger
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.extensions import db
from webapp.models import Enrollment
from webapp.services.desk.check_in import Outcome, check_in
from webapp.services.desk.tap import Tap
from webapp.services.desk.undo_check_in import Undone, undo_check_in
from webapp.services.places.enrollment import add_enrollment
from webapp.services.places.seats import lock_event, save_counters
from webapp.services.places.transition import Cause
from webapp.services.unit_of_work import write_transaction

_number = count(1)


def tap_id() -> str:
    """An id no tap had before."""
    return f"tap-{next(_number):08d}"


def tap(at: datetime = NOON, desk: str = "Desk Left", request_id: str | None = None) -> Tap:
    return Tap(request_id=request_id or tap_id(), desk=desk, now=at)


@dataclass
class OpenDesk:
    """One event of an organization with an organizer; by default from 10:00 to 14:00 UTC today."""

    world: World
    capacity: int | None = None
    starts_at: datetime = NOON - timedelta(hours=2)
    ends_at: datetime | None = NOON + timedelta(hours=2)
    policy: dict = field(default_factory=dict)
    event_id: int = 0
    organizer_id: int = 0

    def __post_init__(self) -> None:
        if not self.world.organization_id:
            self.world.organization()
        self.organizer_id = self.world.person("Olga Organizer", role=Role.ORGANIZER)
        self.event_id = self.world.event(
            "Harbour Code Camp", starts_at=self.starts_at, ends_at=self.ends_at, capacity=self.capacity, **self.policy
        )

    @property
    def organizer(self) -> Actor:
        return self.world.actor(self.organizer_id, Role.ORGANIZER)

    def guest(self, name: str = "Amara Okafor", *, email: str | None = None, event_id: int | None = None) -> int:
        """That person enrolled the day before the start; the id of the enrollment."""
        return self.enroll([self.world.person(name, email=email)], event_id=event_id)[0]

    def guests(self, number: int) -> list[int]:
        return self.enroll(self.world.people(number))

    def crowd(self, number: int) -> list[int]:
        """So many confirmed strangers in a few statements, where only their number matters."""
        with self.world.app.app_context():
            return fill(db.engine, self.event_id, [Guest()] * number, at=self.starts_at - timedelta(days=1))

    def enroll(self, people: list[int], *, event_id: int | None = None, source: str = "web") -> list[int]:
        target = event_id or self.event_id
        with self.world.app.app_context(), write_transaction() as session:
            locked = lock_event(session, target)
            at = locked.starts_at - timedelta(days=1)
            placed = [
                add_enrollment(
                    session,
                    locked,
                    user_id=user_id,
                    source=source,
                    cause=Cause(by=Trigger.USER, actor=Actor(user_id=user_id, name=""), at=at),
                ).enrollment_id
                for user_id in people
            ]
            save_counters(session, locked)
        return placed

    def code(self, enrollment_id: int) -> str:
        with self.world.app.app_context():
            return db.session.scalar(select(Enrollment.pass_code).where(Enrollment.id == enrollment_id))

    def status(self, enrollment_id: int) -> S:
        with self.world.app.app_context():
            db.session.rollback()
            return S(db.session.scalar(select(Enrollment.status).where(Enrollment.id == enrollment_id)))

    def press(self, enrollment_id: int, *, by: Actor | None = None, **changes) -> Outcome:
        """The row of that guest is pressed."""
        return check_in(event_id=self.event_id, target=enrollment_id, crew=[by or self.organizer], tap=tap(**changes))

    def type(self, text: str, *, by: Actor | None = None, **changes) -> Outcome:
        """That is scanned or typed, and Enter."""
        return check_in(
            event_id=self.event_id, target=read_typed(text), crew=[by or self.organizer], tap=tap(**changes)
        )

    def undo(
        self,
        check_in_id: int,
        at: datetime = NOON,
        *,
        by: Actor | None = None,
        reason: str | None = None,
        request_id: str | None = None,
    ) -> Undone:
        return undo_check_in(
            event_id=self.event_id,
            check_in_id=check_in_id,
            crew=[by or self.organizer],
            request_id=request_id or tap_id(),
            now=at,
            reason=reason,
        )

    def helper(self, name: str = "Mia", desk: str = "Desk Left", helper_id: int = 1) -> Actor:
        return Actor(user_id=None, name=name, helper_id=helper_id, helper_event_id=self.event_id, desk_name=desk)
