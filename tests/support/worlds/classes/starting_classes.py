"""Facilities on many clocks, and classes that begin there: real rows, with the trail that the services write."""

from datetime import date, datetime, timedelta
from itertools import count

from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tests.support.worlds.world import NOON, World
from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus as E
from webapp.domain.permission import Actor, Trigger
from webapp.models import (
    ClassAttendance,
    ClassChange,
    ClassEnrollment,
    ClassSession,
    Facility,
    FacilityPerson,
    Program,
    ProgramClass,
    ProgramFacility,
)
from webapp.services.classes.people.class_enrollment import end_class_enrollment, enroll_in_class
from webapp.services.unit_of_work import write_transaction

_number = count(1)
STAFF = Actor(user_id=None, name="Staff")
#: Long before any morning of the tests.
BEFORE = NOON - timedelta(days=120)


class StartingClasses:
    """Makes facilities, classes and their people; every id it returns is an int."""

    def __init__(self, app: Flask) -> None:
        self.app, self.world = app, World(app, now=BEFORE)

    def facility(self, timezone: str, name: str = "Studio") -> int:
        """One more facility of the world's organization."""
        if not self.world.organization_id:
            self.world.organization(timezone=timezone)
            return self.world.facility_id
        with self.app.app_context(), write_transaction() as session:
            values = {"organization_id": self.world.organization_id, "name": name, "address": "", "timezone": timezone}
            return session.scalar(insert(Facility).values(values).returning(Facility.id))

    def scheduled(
        self,
        facility_id: int,
        starts_on: date,
        *,
        enrolled: int = 0,
        waiting: int = 0,
        status: str = "scheduled",
        archived_at: datetime | None = None,
        title: str = "Pottery",
    ) -> int:
        """A class of that start date with so many people; with another status as if it had begun long ago."""
        with self.app.app_context(), write_transaction() as session:
            row = {
                "program_id": self._program(session, facility_id),
                "organization_id": self.world.organization_id,
                "facility_id": facility_id,
                "title": title,
                "capacity": max(enrolled, 1),
                "has_waitlist": True,
                "status": "scheduled",
                "starts_on": starts_on,
                "ends_on": starts_on + timedelta(days=30),
                "created_at": BEFORE,
            }
            class_id = session.scalar(insert(ProgramClass).values(row).returning(ProgramClass.id))
            made = {"class_id": class_id, "version": 1, "kind": "created", "to_status": "scheduled", "facts": {}}
            session.execute(insert(ClassChange).values(**made, triggered_by="organizer", at=BEFORE))
        self._enroll(class_id, facility_id, enrolled + waiting)
        if status != "scheduled":
            self._as_if(class_id, status, archived_at)
        return class_id

    def mark(self, class_id: int) -> None:
        """Somebody was marked present in a session of the class."""
        with self.app.app_context(), write_transaction() as session:
            at = {"starts_at": NOON, "ends_at": NOON + timedelta(hours=1), "local_on": NOON.date()}
            session_id = session.scalar(
                insert(ClassSession).values(class_id=class_id, status="scheduled", **at).returning(ClassSession.id)
            )
            user_id = session.scalar(select(ClassEnrollment.user_id).where(ClassEnrollment.class_id == class_id))
            session.execute(
                insert(ClassAttendance).values(
                    session_id=session_id,
                    user_id=user_id,
                    status="present",
                    note="",
                    is_automatic=False,
                    version=1,
                    marked_at=NOON,
                )
            )

    def leave(self, class_id: int, *, at: datetime) -> None:
        """One of its people withdraws."""
        with self.app.app_context(), write_transaction() as session:
            own = select(ClassEnrollment.id).where(ClassEnrollment.class_id == class_id)
            enrollment_id = session.scalar(own.order_by(ClassEnrollment.id))
        end_class_enrollment(
            enrollment_id=enrollment_id,
            to_status=E.WITHDRAWN,
            actor=self.world.actor(self.world.person()),
            by=Trigger.ORGANIZER,
            now=at,
            reason="Moved away",
        )

    def _program(self, session: Session, facility_id: int) -> int:
        """A program that the facility offers."""
        program = {
            "organization_id": self.world.organization_id,
            "name": f"Program {next(_number)}",
            "created_at": BEFORE,
            "is_active": True,
            "description": "",
            "version": 1,
        }
        program_id = session.execute(insert(Program).values(program).returning(Program.id)).scalar_one()
        session.execute(insert(ProgramFacility).values(program_id=program_id, facility_id=facility_id))
        return program_id

    def _enroll(self, class_id: int, facility_id: int, people: int) -> None:
        for user_id in self.world.people(people) if people else []:
            with self.app.app_context(), write_transaction() as session:
                row = {"facility_id": facility_id, "user_id": user_id, "added_at": BEFORE}
                session.execute(insert(FacilityPerson).values(row))
            with self.app.app_context():
                enroll_in_class(class_id=class_id, user_id=user_id, actor=STAFF, by=Trigger.ORGANIZER, now=BEFORE)

    def _as_if(self, class_id: int, status: str, archived_at: datetime | None) -> None:
        with self.app.app_context(), write_transaction() as session:
            table = ProgramClass.__table__
            session.execute(table.update().where(table.c.id == class_id).values(status=status, archived_at=archived_at))
