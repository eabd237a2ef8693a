"""What the tables say, looked at from outside: a digest for "nothing changed", and the invariants of one event."""

import hashlib
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from webapp.domain.events.event_draft import EventDraft
from webapp.domain.places.enrollment import LIVE, SEATED
from webapp.extensions import db
from webapp.models import Enrollment, EnrollmentTransition, Event, EventPolicy, GuestHold, OutboxEvent, PlaceOffer
from webapp.services.places.standby.line import FROM_THE_LINE

#: Rows that come and go with requests, and say nothing about what happened.
PASSING = frozenset({"sign_ins"})


def digest(session: Session, *, leaving_out: frozenset[str] = PASSING) -> str:
    """One word for the content of every table; the same word before and after means nothing changed."""
    session.rollback()
    names = [table.name for table in db.metadata.sorted_tables if table.name not in leaving_out]
    said = _said_by_postgres if session.get_bind().dialect.name == "postgresql" else _said_by_sqlite
    content = said(session.connection(), names)
    session.rollback()
    return hashlib.sha256("\n".join(content).encode()).hexdigest()


def _said_by_postgres(connection: Connection, names: list[str]) -> list[str]:
    """Every row of every table, in one statement: tests ask this thousands of times."""
    rows = "SELECT '{0}' AS name, string_agg(one::text, ' ' ORDER BY one::text) AS rows FROM {0} one"
    answer = connection.exec_driver_sql(" UNION ALL ".join(rows.format(name) for name in names) + " ORDER BY name")
    return [f"{name} {text}" for name, text in answer]


def _said_by_sqlite(connection: Connection, names: list[str]) -> list[str]:
    return [
        f"{name} {sorted(repr(tuple(row)) for row in connection.exec_driver_sql(f'SELECT * FROM {name}'))}"
        for name in names
    ]


@dataclass(frozen=True)
class Standing:
    """Who stands where in one event."""

    statuses: Counter[str]
    queue: list[int]  # user ids in the order of their tickets
    taken: int
    waiting: int


def standing(session: Session, event_id: int) -> Standing:
    """The event as its rows say it now."""
    session.rollback()
    policy = session.get_one(EventPolicy, event_id, populate_existing=True)
    rows = session.execute(
        select(Enrollment.user_id, Enrollment.status)
        .where(Enrollment.event_id == event_id)
        .order_by(Enrollment.waitlist_position)
    ).all()
    queue = [row.user_id for row in rows if row.status == "waitlisted"]
    return Standing(Counter(row.status for row in rows), queue, policy.seats_taken, policy.waiting_count)


def stored_draft(session: Session, event_id: int) -> EventDraft:
    """The draft that a form opened now would send back unchanged."""
    session.rollback()
    event = session.get_one(Event, event_id, populate_existing=True)
    policy = session.get_one(EventPolicy, event_id, populate_existing=True)
    names = EventDraft.__slots__
    return EventDraft(**{name: getattr(event if hasattr(event, name) else policy, name) for name in names})


def trail(session: Session, event_id: int) -> list[tuple[int, str | None, str, str]]:
    """(user, from, to, triggered by) of every move of the event, in order."""
    session.rollback()
    return [
        tuple(row)
        for row in session.execute(
            select(
                Enrollment.user_id,
                EnrollmentTransition.from_status,
                EnrollmentTransition.to_status,
                EnrollmentTransition.triggered_by,
            )
            .join(Enrollment, Enrollment.id == EnrollmentTransition.enrollment_id)
            .where(EnrollmentTransition.event_id == event_id)
            .order_by(EnrollmentTransition.id)
        )
    ]


def told(session: Session, event_id: int) -> list[tuple[int, str]]:
    """(user, kind) of every domain event in the outbox, in order."""
    session.rollback()
    return [
        tuple(row)
        for row in session.execute(
            select(Enrollment.user_id, OutboxEvent.kind)
            .join(Enrollment, Enrollment.id == OutboxEvent.enrollment_id)
            .where(OutboxEvent.event_id == event_id)
            .order_by(OutboxEvent.id)
        )
    ]


def broken(session: Session, event_id: int) -> list[str]:
    """Every invariant of the event that its rows break, in words; empty when all is well.

    Written apart from `ops audit`, from what was promised and not from the product's code.
    """
    session.rollback()
    policy = session.get_one(EventPolicy, event_id, populate_existing=True)
    rows = session.execute(select(Enrollment.__table__).where(Enrollment.event_id == event_id)).all()
    moves = session.execute(
        select(EnrollmentTransition.__table__)
        .where(EnrollmentTransition.event_id == event_id)
        .order_by(EnrollmentTransition.id)
    ).all()
    outbox = session.execute(
        select(OutboxEvent.enrollment_id, OutboxEvent.version)
        # Below zero: what was changed about the event itself.
        .where(OutboxEvent.event_id == event_id, OutboxEvent.version > 0)
    ).all()
    guests = session.scalar(
        select(func.count()).where(GuestHold.event_id == event_id, GuestHold.outcome == "open", GuestHold.has_seat)
    )
    asked = set(
        session.scalars(
            select(PlaceOffer.enrollment_id).where(PlaceOffer.event_id == event_id, PlaceOffer.outcome == "open")
        )
    )
    session.rollback()
    corrections = {(move.enrollment_id, move.version) for move in moves if move.kind in {"override", "withdrawal"}}
    seated = [row for row in rows if row.status in SEATED]
    waiting = [row for row in rows if row.status == "waitlisted"]
    live = Counter(row.user_id for row in rows if row.status in LIVE)
    tickets = [row.waitlist_position for row in rows if row.waitlist_position is not None]
    checks = {
        **_of_seats(policy, len(seated) + guests, {row.id for row in waiting}, asked),
        "over on purpose": policy.seats_over <= sum(row.over_capacity for row in rows if row.status in LIVE),
        "one live enrollment per person": max(live.values(), default=1) == 1,
        "every ticket once": len(tickets) == len(set(tickets)),
        "no ticket beyond the last": max((one % 10**9 for one in tickets), default=0) <= policy.last_waitlist_position,
        "as many moves as versions": len(moves) == sum(row.version for row in rows),
        "the trail ends where the row stands": _ends(moves) == {row.id: (row.version, row.status) for row in rows},
        "each move begins where the last ended": _gaps(moves) == [],
        "one domain event per move": Counter(map(tuple, outbox))
        == Counter((move.enrollment_id, move.version) for move in moves) - Counter(corrections),
        # A party that does not fit is passed where the event says so.
        "nobody overtaken": policy.parties_pass or _overtaken(rows, moves) == [],
    }
    return [words for words, holds in checks.items() if not holds]


def _of_seats(policy: EventPolicy, given: int, waiting: set[int], asked: set[int]) -> dict[str, bool]:
    """Of counters and seats: so many are given or held for guests, and one is held for each who is asked."""
    taken, capacity = given + len(asked), policy.capacity
    return {
        "seats_taken is the number of seated and held": policy.seats_taken == taken,
        "waiting_count is the number of waiting": policy.waiting_count == len(waiting),
        "seats_offered is the number of open offers": policy.seats_offered == len(asked),
        "offers are to who waits": asked <= waiting,
        "never oversold": capacity is None or taken <= capacity + policy.seats_over,
        "over is counted": policy.seats_over == max(policy.seats_taken - (capacity or policy.seats_taken), 0),
        "no seat beside a queue": len(waiting) == len(asked)
        or capacity is None
        or taken >= capacity
        or bool(policy.last_call_told_at)
        # A party waits beside fewer seats than it needs: `ops audit` knows for whom there are enough.
        or policy.has_parties,
    }


def _ends(moves) -> dict[int, tuple[int, str]]:
    return {move.enrollment_id: (move.version, move.to_status) for move in moves}


def _gaps(moves) -> list[int]:
    """Transitions that do not continue the one before."""
    stands: dict[int, tuple[int, str | None]] = {}
    gaps = []
    for move in moves:
        if stands.get(move.enrollment_id, (0, None)) != (move.version - 1, move.from_status):
            gaps.append(move.id)
        stands[move.enrollment_id] = (move.version, move.to_status)
    return gaps


def _overtaken(rows, moves) -> list[int]:
    """Enrollments promoted by the system while somebody with an earlier ticket waited.

    Not those at the door, who pass whoever waits at home: they got in from the standby line.
    """
    ticket = {row.id: row.waitlist_position for row in rows}
    in_line: set[int] = set()
    overtaking = []
    for move in moves:
        leaves = in_line.discard if move.from_status == "waitlisted" else None
        if leaves:
            leaves(move.enrollment_id)
        if move.to_status == "waitlisted":
            in_line.add(move.enrollment_id)
        is_promoted = (move.from_status, move.to_status, move.triggered_by) == ("waitlisted", "confirmed", "system")
        if is_promoted and move.reason != FROM_THE_LINE:
            if any(ticket[other] < ticket[move.enrollment_id] for other in in_line):
                overtaking.append(move.enrollment_id)
    return overtaking
