"""Programs, classes and the people of a facility, for tests; and the invariants of one class, from outside."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import count

from flask import Flask
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tests.support.worlds.world import World
from webapp.domain.classes.class_enrollment import LIVE, SEATED
from webapp.domain.permission import SYSTEM, Actor, Trigger
from webapp.models import (
    ClassCompletion,
    ClassEnrollment,
    ClassEnrollmentTransition,
    ClassOutboxEvent,
    ClassSession,
    FacilityPerson,
    MeetingSession,
    Program,
    ProgramClass,
    ProgramFacility,
)
from webapp.services.classes.class_meetings import follow_sessions
from webapp.services.classes.people.class_enrollment import enroll_in_class
from webapp.services.classes.people.class_newcomers import Placed
from webapp.services.unit_of_work import write_transaction

_number = count(1)


class Classroom:
    """Builds classes at the world's facility. Every id it returns is an int."""

    def __init__(self, app: Flask, world: World) -> None:
        self.app, self.world = app, world

    def program(self, name: str | None = None) -> int:
        """A program that the world's facility offers."""
        if not self.world.organization_id:
            self.world.organization()
        with self.app.app_context(), write_transaction() as session:
            row = Program(
                organization_id=self.world.organization_id,
                name=name or f"Program {next(_number)}",
                created_at=self.world.now,
            )
            session.add(row)
            session.flush()
            session.execute(insert(ProgramFacility).values(program_id=row.id, facility_id=self.world.facility_id))
            return row.id

    def make(
        self,
        title: str = "Pottery, beginners",
        *,
        status: str = "scheduled",
        capacity: int = 20,
        starts_on: date | None = None,
        ends_on: date | None = None,
        **columns: object,
    ) -> int:
        """A class that starts tomorrow and lasts eight weeks, in a program of its own."""
        program_id = self.program()
        starts_on = starts_on or self.world.now.date() + timedelta(days=1)
        with self.app.app_context(), write_transaction() as session:
            row = ProgramClass(
                program_id=program_id,
                organization_id=self.world.organization_id,
                title=title,
                search_text=" " + title.lower(),
                status=status,
                capacity=capacity,
                starts_on=starts_on,
                ends_on=ends_on or starts_on + timedelta(weeks=8),
                created_at=self.world.now,
                **{"facility_id": self.world.facility_id, **columns},
            )
            session.add(row)
            session.flush()
            return row.id

    def meets(self, class_id: int, starts_at: datetime, minutes: int = 60) -> int:
        """A session of it."""
        with self.app.app_context(), write_transaction() as session:
            row = ClassSession(
                class_id=class_id,
                local_on=starts_at.date(),
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=minutes),
            )
            session.add(row)
            session.flush()
            return row.id

    def goes_online(self, session_id: int, kind: str | None = "academic") -> int:
        """That session is held online (None: not any more); the id of its online side."""
        with self.app.app_context(), write_transaction() as session:
            session.execute(update(ClassSession).where(ClassSession.id == session_id).values(online_kind=kind))
            follow_sessions(session, [session_id], actor=SYSTEM, now=self.world.now)
            beside = select(MeetingSession.id).where(MeetingSession.class_session_id == session_id)
            return session.scalars(beside).one()

    def stands(self, class_id: int, status: str) -> None:
        """Move the class itself, past all rules."""
        with self.app.app_context(), write_transaction() as session:
            session.execute(update(ProgramClass).where(ProgramClass.id == class_id).values(status=status))

    def belong(self, user_ids: Sequence[int]) -> list[int]:
        """They belong to the facility."""
        if not self.world.organization_id:
            self.world.organization()
        with self.app.app_context(), write_transaction() as session:
            rows = [
                {"facility_id": self.world.facility_id, "user_id": user_id, "added_at": self.world.now}
                for user_id in user_ids
            ]
            session.execute(insert(FacilityPerson), rows)
        return list(user_ids)

    def people(self, number: int) -> list[int]:
        """So many people of the facility."""
        return self.belong(self.world.people(number))

    def enrolls(self, class_id: int, user_id: int, *, now: datetime | None = None) -> Placed:
        """As staff would."""
        with self.app.app_context():
            return enroll_in_class(
                class_id=class_id,
                user_id=user_id,
                actor=Actor(user_id=user_id, name="Somebody"),
                by=Trigger.ORGANIZER,
                now=now or self.world.now,
            )


def statuses(session: Session, class_id: int) -> Counter[str]:
    """How many stand where."""
    session.rollback()
    return Counter(session.scalars(select(ClassEnrollment.status).where(ClassEnrollment.class_id == class_id)))


def queue(session: Session, class_id: int) -> list[tuple[int, int]]:
    """(user, ticket) of everybody who waits, in order."""
    session.rollback()
    rows = session.execute(
        select(ClassEnrollment.user_id, ClassEnrollment.waitlist_position)
        .where(ClassEnrollment.class_id == class_id, ClassEnrollment.status == "waitlisted")
        .order_by(ClassEnrollment.waitlist_position)
    )
    return [tuple(row) for row in rows]


def row_of(session: Session, enrollment_id: int):
    """The enrollment as its row says it now."""
    session.rollback()
    return session.execute(select(ClassEnrollment.__table__).where(ClassEnrollment.id == enrollment_id)).one()


def broken_class(session: Session, class_id: int) -> list[str]:
    """Every invariant of the class that its rows break, in words. Written apart from `ops audit`."""
    session.rollback()
    one = session.execute(select(ProgramClass.__table__).where(ProgramClass.id == class_id)).one()
    rows = session.execute(select(ClassEnrollment.__table__).where(ClassEnrollment.class_id == class_id)).all()
    moves = session.execute(
        select(ClassEnrollmentTransition.__table__)
        .where(ClassEnrollmentTransition.class_id == class_id)
        .order_by(ClassEnrollmentTransition.id)
    ).all()
    told = session.execute(
        select(ClassOutboxEvent.enrollment_id, ClassOutboxEvent.version).where(ClassOutboxEvent.class_id == class_id)
    ).all()
    valid = session.scalars(select(ClassCompletion.enrollment_id).where(ClassCompletion.class_id == class_id)).all()
    session.rollback()
    seated = [row for row in rows if row.status in SEATED]
    waiting = [row for row in rows if row.status == "waitlisted"]
    live = Counter(row.user_id for row in rows if row.status in LIVE)
    stands: dict[int, tuple[int, str]] = {}
    gaps = []
    for move in moves:
        if stands.get(move.enrollment_id, (0, None)) != (move.version - 1, move.from_status):
            gaps.append(move.id)
        stands[move.enrollment_id] = (move.version, move.to_status)
    checks = {
        "seats_taken is the number of seated": one.seats_taken == len(seated),
        "waiting_count is the number of waiting": one.waiting_count == len(waiting),
        "never oversold": len(seated) <= one.capacity + one.seats_over,
        "over on purpose": max(len(seated) - one.capacity, 0)
        == one.seats_over
        <= sum(row.over_capacity for row in rows if row.status in LIVE | SEATED),
        "one live enrollment per person": max(live.values(), default=1) == 1,
        "the trail ends where the row stands": stands == {row.id: (row.version, row.status) for row in rows},
        "each move begins where the last ended": not gaps,
        "one domain event per move": Counter(map(tuple, told))
        == Counter((move.enrollment_id, move.version) for move in moves),
        "a record for everybody who completed": {row.id for row in rows if row.status == "completed"} <= set(valid),
    }
    return [words for words, holds in checks.items() if not holds]
