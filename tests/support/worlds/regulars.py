"""Events that are closed, with people who came or did not: what forecasts and figures are made of."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import insert, update

from tests.support.worlds.world import NOON, World
from webapp.domain.places.pass_code import new_pass_code
from webapp.models import AttendanceResponse, Enrollment, Event, EventPolicy
from webapp.services.unit_of_work import write_transaction

DAY = timedelta(days=1)


@dataclass
class Regulars:
    """So many people who all come to the same events."""

    world: World
    number: int = 10
    people: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not self.world.organization_id:
            self.world.organization()
        self.people = self.world.people(self.number)

    def had(
        self, starts_at: datetime, outcomes: Sequence[str], *, capacity: int | None = None, **columns: object
    ) -> int:
        """An event of two hours that is closed, with these outcomes of the first people; its id."""
        columns = {"status": "completed", **columns}
        status = str(columns.pop("status"))
        event_id = self.world.event(
            "Open studio night", starts_at=starts_at, ends_at=starts_at + DAY / 12, status=status
        )
        self._places(event_id, outcomes, confirmed_at=starts_at - DAY)
        with self.world.app.app_context(), write_transaction() as session:
            session.execute(update(EventPolicy).where(EventPolicy.event_id == event_id).values(capacity=capacity))
            if columns:
                session.execute(update(Event).where(Event.id == event_id).values(**columns))
        return event_id

    def will_have(self, starts_at: datetime, places: int, **policy: object) -> int:
        """An event that comes, in which the first people have a place; its id."""
        event_id = self.world.event("Open studio night", starts_at=starts_at, **policy)
        self._places(event_id, ["confirmed"] * places, confirmed_at=NOON - DAY)
        return event_id

    def answers(self, event_id: int, *said: str) -> None:
        """What the first people say afterwards."""
        with self.world.app.app_context(), write_transaction() as session:
            rows = [
                {
                    "event_id": event_id,
                    "user_id": user_id,
                    "answer": answer,
                    "answered_at": None if answer == "unknown" else NOON,
                    "changed_at": NOON,
                    "created_at": NOON,
                }
                for user_id, answer in zip(self.people, said, strict=False)
            ]
            session.execute(insert(AttendanceResponse), rows)

    def _places(self, event_id: int, statuses: Sequence[str], *, confirmed_at: datetime) -> None:
        rows = [
            {
                "event_id": event_id,
                "user_id": user_id,
                "status": status,
                "version": 1,
                "pass_code": new_pass_code(),
                "source": "web",
                "enrolled_at": confirmed_at,
                "confirmed_at": confirmed_at,
                "changed_at": confirmed_at,
            }
            for user_id, status in zip(self.people, statuses, strict=False)
        ]
        taken = sum(status != "no_show" for status in statuses)
        with self.world.app.app_context(), write_transaction() as session:
            session.execute(insert(Enrollment), rows)
            session.execute(update(EventPolicy).where(EventPolicy.event_id == event_id).values(seats_taken=taken))
