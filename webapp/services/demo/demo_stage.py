"""Who acts in the demonstration, and the few things they do again and again."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from webapp.domain.desk.check_in import read_typed
from webapp.domain.permission import Actor, Grant, Role, Trigger
from webapp.domain.refusal import Refused
from webapp.extensions import db
from webapp.models import Enrollment
from webapp.queries.row_types import AnyRow
from webapp.services.demo.demo_cast import ALL
from webapp.services.demo.demo_plan import PlannedEvent
from webapp.services.desk.check_in import check_in
from webapp.services.desk.tap import Tap
from webapp.services.events.event_editing import create_event
from webapp.services.events.event_lifecycle import publish_event
from webapp.services.places.enrollment import cancel, enroll


@dataclass(frozen=True)
class Stage:
    """One organization with its places and everybody's ids; `now` is when the world was begun."""

    now: datetime
    organization_id: int
    facilities: dict[str, int]
    people: dict[str, int]

    def actor(self, who: str, role: Role | None = None) -> Actor:
        grants = {self.organization_id: [Grant(role)]} if role else {}
        return Actor(user_id=self.people[who], name=ALL[who], grants=grants)

    def event(self, name: str, plan: PlannedEvent, *, at: datetime, publish: bool = True) -> int:
        """Make the event as its organizer did, at that instant."""
        event_id = create_event(
            organization_id=self.organization_id,
            draft=plan.draft(self.facilities[plan.timezone]),
            request_id=name,
            now=at,
        )
        if publish:
            with once():
                publish_event(event_id=event_id, now=at)
        return event_id

    def enroll(self, event_id: int, who: Iterable[str], *, first: datetime, every: timedelta) -> None:
        """Let them enroll one after the other."""
        for number, person in enumerate(who):
            with once():
                enroll(
                    event_id=event_id,
                    user_id=self.people[person],
                    actor=self.actor(person),
                    now=first + number * every,
                )

    def cancel(self, event_id: int, who: str, *, at: datetime) -> None:
        """Let them give their place back."""
        with once():
            cancel(enrollment_id=self.enrollment(event_id, who).id, actor=self.actor(who), by=Trigger.USER, now=at)

    def enrollment(self, event_id: int, who: str) -> AnyRow:
        """Id, version and pass code of that person's latest enrollment."""
        query = select(Enrollment.id, Enrollment.version, Enrollment.pass_code).where(
            Enrollment.event_id == event_id, Enrollment.user_id == self.people[who]
        )
        return db.session.execute(query.order_by(Enrollment.id.desc()).limit(1)).one()

    def check_in(self, event_id: int, who: Sequence[str], *, first: datetime, last: datetime) -> None:
        """Let them arrive, evenly from first to last: two by their code, every third by name."""
        step = (last - first) / max(1, len(who) - 1)
        crew = [self.actor("organizer", Role.ORGANIZER)]
        for number, person in enumerate(who):
            at = first + number * step
            guest = self.enrollment(event_id, person)
            target = guest.id if number % 3 == 2 else read_typed(guest.pass_code)
            desk = "Left door" if number % 2 else "Right door"
            tap = Tap(request_id=f"demo-{at:%Y%m%d}-{guest.id}", desk=desk, now=at)
            check_in(event_id=event_id, target=target, crew=crew, tap=tap)


#: How a use case says that an interrupted start has done this step already.
_DONE_BEFORE = {
    "already_enrolled",
    "application_rejected",
    "illegal_move",
    "event_not_published",
    "event_not_draft",
}


@contextmanager
def once() -> Iterator[None]:
    """A step that an interrupted start has done already is done."""
    try:
        yield
    except Refused as refused:
        if refused.code not in _DONE_BEFORE:
            raise
