"""Thousands of enrollments at once, each with the trail and the outbox row the product would have written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Engine, insert, select, update

from webapp.domain.places.enrollment import SEATED
from webapp.domain.places.pass_code import new_pass_code
from webapp.domain.text import search_text
from webapp.models import CheckIn, Enrollment, EnrollmentTransition, EventPolicy, OutboxEvent, User

_STEPS = {
    "confirmed": [(None, "confirmed", "EnrollmentConfirmed")],
    "waitlisted": [(None, "waitlisted", "EnrollmentWaitlisted")],
    "pending": [(None, "pending", "EnrollmentRequested")],
    "checked_in": [(None, "confirmed", "EnrollmentConfirmed"), ("confirmed", "checked_in", "ParticipantCheckedIn")],
    "cancelled": [(None, "confirmed", "EnrollmentConfirmed"), ("confirmed", "cancelled", "EnrollmentCancelled")],
}


@dataclass(frozen=True)
class Guest:
    """How one person stands, and on which local dates they were checked in."""

    status: str = "confirmed"
    days: tuple[date, ...] = ()


def fill(engine: Engine, event_id: int, guests: Sequence[Guest], *, at: datetime) -> list[int]:
    """Enroll so many new people behind those who are; their enrollment ids, in that order. All of it is handed over."""
    with engine.connect().execution_options(write=True) as connection, connection.begin():
        people = [
            {
                "name": f"Guest {n}",
                "email": f"guest-{event_id}-{n}@post.example",
                "created_at": at,
                "search_text": search_text(f"Guest {n}", None),
                "is_operator": False,
                "is_system": False,
            }
            for n in range(len(guests))
        ]
        connection.execute(insert(User.__table__), people)
        users = connection.scalars(
            select(User.id).where(User.email.like(f"guest-{event_id}-%")).order_by(User.id)
        ).all()
        last = connection.scalar(select(EventPolicy.last_waitlist_position).where(EventPolicy.event_id == event_id))
        codes = _fresh_codes(len(guests), set(connection.scalars(select(Enrollment.pass_code))))
        connection.execute(insert(Enrollment.__table__), _enrollments(event_id, guests, users, codes, at, last or 0))
        ids = connection.scalars(
            select(Enrollment.id).where(Enrollment.event_id == event_id).order_by(Enrollment.id.desc())
        ).all()[: len(guests)][::-1]
        for model, rows in _records(event_id, guests, ids, at).items():
            if rows:
                connection.execute(insert(model.__table__), rows)
        taken = sum(guest.status in SEATED for guest in guests)
        waiting = sum(guest.status == "waitlisted" for guest in guests)
        connection.execute(
            update(EventPolicy)
            .where(EventPolicy.event_id == event_id)
            .values(
                seats_taken=EventPolicy.seats_taken + taken,
                waiting_count=EventPolicy.waiting_count + waiting,
                last_waitlist_position=EventPolicy.last_waitlist_position + waiting,
            )
        )
    return list(ids)


def _fresh_codes(count: int, taken: set[str]) -> set[str]:
    """Among tens of thousands two are the same once in twenty times."""
    codes: set[str] = set()
    while len(codes) < count:
        codes |= {new_pass_code()} - taken
    return codes


def _enrollments(
    event_id: int, guests: Sequence[Guest], users: Sequence[int], codes: set[str], at: datetime, ticket: int
) -> list[dict]:
    """`ticket` is the last one that was given out before."""
    rows = []
    for guest, user_id, code in zip(guests, users, codes, strict=True):
        waits = guest.status == "waitlisted"
        ticket += waits
        rows.append(
            {
                "event_id": event_id,
                "user_id": user_id,
                "status": guest.status,
                "version": len(_STEPS[guest.status]),
                "waitlist_position": ticket if waits else None,
                "pass_code": code,
                "source": "web",
                "enrolled_at": at,
                "confirmed_at": None if waits else at,
                "changed_at": at,
                "checked_in_at": at if guest.status == "checked_in" else None,
            }
        )
    return rows


def _records(event_id: int, guests: Sequence[Guest], ids: Sequence[int], at: datetime) -> dict[type, list[dict]]:
    moves, told, check_ins = [], [], []
    for guest, enrollment_id in zip(guests, ids, strict=True):
        own = {"event_id": event_id, "enrollment_id": enrollment_id}
        for version, (before, after, kind) in enumerate(_STEPS[guest.status], start=1):
            moves.append(
                {
                    **own,
                    "version": version,
                    "from_status": before,
                    "to_status": after,
                    "kind": "move",
                    "triggered_by": "user",
                    "at": at,
                }
            )
            told.append({**own, "version": version, "kind": kind, "occurred_at": at, "dispatched_at": at})
        check_ins += [
            {**own, "local_on": day, "sequence": 0, "method": "code", "desk": "", "at": at + timedelta(seconds=1)}
            for day in guest.days
        ]
    return {EnrollmentTransition: moves, OutboxEvent: told, CheckIn: check_ins}
