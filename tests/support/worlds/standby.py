"""An event with a standby line that began at ten: two seats, whose people are late, and a waitlist."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.support.worlds.open_desk import OpenDesk, tap
from tests.support.worlds.world import NOON, World
from webapp.domain.permission import Actor
from webapp.extensions import db
from webapp.queries.places.standby.picture import Picture, picture_of
from webapp.services.desk.check_in import Outcome
from webapp.services.desk.standby import leave_standby
from webapp.services.desk.walk_in import Newcomer, WalkedIn, walk_in
from webapp.services.places.standby.release import Released, release_places

#: It begins, and from then on places may be released.
START = NOON - timedelta(hours=2)
RELEASE = START + timedelta(minutes=15)


@dataclass
class StandbyDesk:
    """Ana and Ben have the two places; Cy, Dee and Eli wait, in this order. Nobody is there yet."""

    world: World
    policy: dict = field(default_factory=dict)
    starts_at: datetime = START

    def __post_init__(self) -> None:
        terms = {"has_waitlist": True, "standby_minutes": 15, **self.policy}
        ends_at = self.starts_at + timedelta(hours=4)
        self.desk = OpenDesk(self.world, capacity=2, starts_at=self.starts_at, ends_at=ends_at, policy=terms)
        self.event_id = self.desk.event_id
        names = ("Ana", "Ben", "Cy", "Dee", "Eli")
        self.ana, self.ben, self.cy, self.dee, self.eli = (self.desk.guest(f"{name} Sand") for name in names)

    @property
    def organizer(self) -> Actor:
        return self.desk.organizer

    def comes(self, enrollment_id: int, at=START, **changes) -> Outcome:
        """That person comes to the desk."""
        return self.desk.press(enrollment_id, at=at, **changes)

    def walks_in(self, name: str, at=START, **changes) -> WalkedIn:
        newcomer = Newcomer(name, is_another=True)
        return walk_in(event_id=self.event_id, newcomer=newcomer, crew=[self.organizer], tap=tap(at, **changes))

    def leaves_line(self, enrollment_id: int, at=START) -> None:
        leave_standby(event_id=self.event_id, enrollment_id=enrollment_id, crew=[self.organizer], tap=tap(at))

    def picture(self) -> Picture:
        with self.world.app.app_context():
            db.session.rollback()
            found = picture_of(db.session(), self.event_id, online_counts=bool(self.policy.get("online_counts")))
            db.session.rollback()
            return found

    def line(self) -> list[int]:
        return [one.enrollment_id for one in self.picture().line]

    def releases(self, *chosen: int, at=RELEASE, seen: str | None = None) -> Released:
        """The button is pressed by somebody who sees what is so now."""
        return release_places(
            event_id=self.event_id,
            chosen=chosen,
            seen=self.picture().key if seen is None else seen,
            actor=self.organizer,
            now=at,
        )
