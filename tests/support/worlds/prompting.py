"""An event that is over and the people around it, for tests of what is asked afterwards."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tests.support.worlds.world import NOON, World
from webapp.models import (
    AttendanceResponse,
    CheckIn,
    Enrollment,
    Event,
    EventView,
    Message,
    Notification,
    NotificationPreference,
    Organization,
    ScheduledAttendancePrompt,
    User,
)

PROMPT = ScheduledAttendancePrompt.__table__
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
#: When `Asking.event` ended: two hours before `NOON`.
END = NOON - 2 * HOUR

_codes = iter(range(10_000_000, 100_000_000))


@dataclass
class Asking:
    """Rows around prompts. An event is of `world`'s organization and ended two hours before `NOON`."""

    app: Flask
    world: World
    session: Session

    def event(self, *, end: datetime = END, **columns: object) -> int:
        event_id = self.world.event("Clay", starts_at=end - 2 * HOUR, ends_at=end)
        if columns:
            self.change(Event, event_id, **columns)
        return event_id

    def person(self, name: str = "Mira Sand", **columns: object) -> int:
        user_id = self.world.person(name, timezone="Europe/Berlin")
        if columns:
            self.change(User, user_id, **columns)
        return user_id

    def enrolled(self, event_id: int, status: str = "confirmed", *, user_id: int | None = None) -> int:
        """A person (a new one) with a place in that state; their id."""
        user_id = user_id or self.person()
        row = {
            "event_id": event_id,
            "user_id": user_id,
            "status": status,
            "version": 1,
            "waitlist_position": user_id if status == "waitlisted" else None,
            "pass_code": str(next(_codes)),
            "source": "web",
            "enrolled_at": END - DAY,
            "changed_at": END - DAY,
        }
        self.put(Enrollment, **row)
        return user_id

    def checked_in(self, event_id: int, user_id: int) -> int:
        """That person gets a place and is let in at the end of the event; the id of the check-in."""
        self.enrolled(event_id, "checked_in", user_id=user_id)
        own = select(Enrollment.id).where(Enrollment.event_id == event_id, Enrollment.user_id == user_id)
        return self.put(
            CheckIn,
            enrollment_id=self._rows(own)[0].id,
            event_id=event_id,
            local_on=END.date(),
            sequence=0,
            method="code",
            at=END,
        )

    def viewed(self, event_id: int, user_id: int | None = None) -> int:
        """A person (a new one) who looked at the event's page; their id."""
        user_id = user_id or self.person()
        self.put(EventView, event_id=event_id, user_id=user_id, viewed_at=END - DAY)
        return user_id

    def answered(self, event_id: int, user_id: int, answer: str = "attended") -> None:
        at = None if answer == "unknown" else NOON
        self.put(
            AttendanceResponse,
            event_id=event_id,
            user_id=user_id,
            answer=answer,
            answered_at=at,
            changed_at=NOON,
            created_at=NOON,
        )

    def wants(self, user_id: int, frequency: str) -> None:
        """What that person said about the world's organization."""
        self.put(
            NotificationPreference,
            user_id=user_id,
            organization_id=self.world.organization_id,
            frequency=frequency,
            changed_at=NOON,
        )

    def organization(self, **columns: object) -> None:
        self.change(Organization, self.world.organization_id, **columns)

    def planned(self, event_id: int, user_id: int, *, number: int = 1, due_at: datetime = NOON) -> int:
        """An open prompt; its id."""
        return self.put(
            ScheduledAttendancePrompt,
            event_id=event_id,
            user_id=user_id,
            number=number,
            due_at=due_at,
            created_at=NOON,
        )

    def put(self, model, **columns: object) -> int:
        self.session.rollback()
        found = self.session.execute(insert(model.__table__).values(columns))
        self.session.commit()
        return found.inserted_primary_key[0]

    def change(self, model, row_id: int, **columns: object) -> None:
        self.session.rollback()
        self.session.execute(update(model.__table__).where(model.__table__.c.id == row_id).values(columns))
        self.session.commit()

    def prompts(self, event_id: int) -> list[tuple[int, int]]:
        """(user, number) of every prompt of the event."""
        return self._rows(
            select(PROMPT.c.user_id, PROMPT.c.number)
            .where(PROMPT.c.event_id == event_id)
            .order_by(PROMPT.c.user_id, PROMPT.c.number)
        )

    def prompt(self, event_id: int, user_id: int, number: int = 1):
        """That prompt's row as it is now, or None."""
        rows = self._rows(
            select(PROMPT).where(PROMPT.c.event_id == event_id, PROMPT.c.user_id == user_id, PROMPT.c.number == number)
        )
        return rows[0] if rows else None

    def lines(self, event_id: int) -> list[tuple[int, int]]:
        """(user, number) of every line about it in the notification centre."""
        return self._rows(
            select(Notification.user_id, Notification.prompt_number)
            .where(Notification.event_id == event_id, Notification.prompt_number.is_not(None))
            .order_by(Notification.user_id, Notification.prompt_number)
        )

    def mails(self) -> list:
        """Every mail of a prompt."""
        return self._rows(
            select(Message.__table__).where(Message.dedupe_key.startswith("prompt:")).order_by(Message.id)
        )

    def answers(self, event_id: int) -> dict[int, str]:
        """Answer by user."""
        rows = self._rows(
            select(AttendanceResponse.user_id, AttendanceResponse.answer).where(AttendanceResponse.event_id == event_id)
        )
        return dict(map(tuple, rows))

    def notification_id(self, event_id: int, user_id: int, number: int = 1) -> int:
        return self._rows(
            select(Notification.id).where(
                Notification.event_id == event_id,
                Notification.user_id == user_id,
                Notification.prompt_number == number,
            )
        )[0].id

    def fill(self, event_id: int, number: int) -> None:
        """So many more people who looked at the page, in one transaction."""
        people = self.world.people(number)
        rows = [{"event_id": event_id, "user_id": user_id, "viewed_at": END} for user_id in people]
        self.session.rollback()
        self.session.execute(insert(EventView), rows)
        self.session.commit()

    def is_asked_once(self, event_id: int, people: int) -> bool:
        """Whether so many people have exactly one sent prompt, one line and one mail each."""
        sent = self._rows(select(PROMPT.c.user_id).where(PROMPT.c.event_id == event_id, PROMPT.c.sent_at.is_not(None)))
        counts = [Counter(row.user_id for row in rows) for rows in (sent, self._lines_of(event_id), self.mails())]
        return all(len(one) == people and set(one.values()) == {1} for one in counts)

    def _lines_of(self, event_id: int) -> list:
        return self._rows(select(Notification.user_id).where(Notification.event_id == event_id))

    def _rows(self, query) -> list:
        self.session.rollback()
        rows = self.session.execute(query).all()
        self.session.rollback()
        return list(rows)
