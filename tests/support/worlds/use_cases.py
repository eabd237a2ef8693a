"""What people did before a test looks at a page: the real use cases, one line each."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from flask import Flask

from tests.support.worlds.world import NOON, World
from webapp.domain.permission import Actor, Role, Trigger
from webapp.services.desk.check_in import check_in
from webapp.services.desk.tap import Tap
from webapp.services.events.closure import close_event
from webapp.services.places.decision import decide_application
from webapp.services.places.enrollment import Placed, add_enrollment, cancel, enroll
from webapp.services.places.seats import lock_event, save_counters
from webapp.services.places.transition import Cause
from webapp.services.unit_of_work import write_transaction

_number = count(1)


@dataclass
class UseCases:
    """Every method is one use case in an app context of its own. Instants are `NOON` unless given."""

    app: Flask
    world: World

    def enrolls(self, event_id: int, user_id: int, now: datetime = NOON) -> Placed:
        with self.app.app_context():
            return enroll(event_id=event_id, user_id=user_id, actor=self.world.actor(user_id), now=now)

    def fills(self, event_id: int, number: int, now: datetime = NOON) -> list[Placed]:
        """So many strangers, one after the other."""
        return [self.enrolls(event_id, user_id, now) for user_id in self.world.people(number)]

    def leaves(self, placed: Placed, user_id: int, now: datetime = NOON) -> None:
        with self.app.app_context():
            cancel(enrollment_id=placed.enrollment_id, actor=self.world.actor(user_id), by=Trigger.USER, now=now)

    def is_cancelled_by_organizer(self, placed: Placed, reason: str, now: datetime = NOON) -> None:
        """An organizer cancels somebody's place."""
        organizer = self._organizer()
        with self.app.app_context():
            cancel(enrollment_id=placed.enrollment_id, actor=organizer, by=Trigger.ORGANIZER, now=now, reason=reason)

    def is_decided(self, placed: Placed, *, approve: bool, reason: str | None = None, now: datetime = NOON) -> None:
        organizer = self._organizer()
        with self.app.app_context():
            decide_application(
                enrollment_id=placed.enrollment_id,
                approve=approve,
                actor=organizer,
                by=Trigger.ORGANIZER,
                now=now,
                reason=reason,
            )

    def is_checked_in(self, event_id: int, placed: Placed, now: datetime) -> None:
        tap = Tap(request_id=f"tap-{next(_number):012d}", desk="Left", now=now)
        with self.app.app_context():
            check_in(event_id=event_id, target=placed.enrollment_id, crew=[self._organizer()], tap=tap)

    def walks_in(self, event_id: int, user_id: int, now: datetime) -> Placed:
        """An organizer enrolls somebody who is there."""
        cause = Cause(by=Trigger.ORGANIZER, actor=self._organizer(), at=now)
        with self.app.app_context(), write_transaction() as session:
            locked = lock_event(session, event_id)
            placed = add_enrollment(session, locked, user_id=user_id, cause=cause, source="walk_in")
            save_counters(session, locked)
            return placed

    def is_closed(self, event_id: int, now: datetime) -> None:
        """The closing job decides, with the answers of the desk before it."""
        with self.app.app_context():
            close_event(event_id=event_id, now=now)

    def _organizer(self) -> Actor:
        organizer = self.world.person("Orla", role=Role.ORGANIZER)
        return self.world.actor(organizer, Role.ORGANIZER)


def days(number: float) -> timedelta:
    return timedelta(days=number)
