"""A place further up in line, given by organizers against the rule and with a reason.

Why it is so: docs/decisions/122-more-people-than-places.md.
"""

from sqlalchemy import BigInteger, Integer, select, update
from sqlalchemy.orm import Session

from webapp.domain.places.waitlist import LANE
from webapp.queries.id_set import is_among
from webapp.queries.row_set import row_set
from webapp.services.places.seats import LockedSeats


def tickets_at(session: Session, locked: LockedSeats, rank: int, people: int) -> list[int]:
    """Tickets for so many newcomers who stand in line from `rank` (from 1) on; everybody behind moves back.

    Nobody is put among those who wait behind others: a rank beyond the rest is the end of the rest. The
    tickets are counted in `locked`, the newcomers are not: three statements,
    whatever the number. Nobody who moves back loses their order.
    """
    ledger, columns = locked.ledger, locked.ledger.enrollments.c
    in_line = (columns[ledger.key] == locked.id, columns.status == ledger.waiting)
    behind = session.execute(
        select(columns.id, columns.waitlist_position)
        .where(*in_line, columns.waitlist_position < LANE)
        .order_by(columns.waitlist_position)
        .offset(max(rank, 1) - 1)
    ).all()
    tickets = sorted([*(row.waitlist_position for row in behind), *(locked.next_ticket() for _ in range(people))])
    if behind:
        ids = [row.id for row in behind]
        give_tickets(session, locked, list(zip(ids, tickets[people:], strict=True)))
    return tickets[:people]


def give_tickets(session: Session, locked: LockedSeats, given: list[tuple[int, int]]) -> None:
    """Give each of these enrollments its ticket, in two statements, whatever the number.

    Below zero first: no ticket is held twice, not even between two rows of one statement.
    """
    table = locked.ledger.enrollments
    chosen = is_among(session, table.c.id, [enrollment_id for enrollment_id, _ in given])
    session.execute(update(table).where(chosen).values(waitlist_position=-table.c.waitlist_position))
    rows = row_set(session, {"id": BigInteger(), "ticket": Integer()}, given)
    session.execute(update(table).where(table.c.id == rows.c.id).values(waitlist_position=rows.c.ticket))
