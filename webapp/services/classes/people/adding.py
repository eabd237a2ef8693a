"""Staff adds people to a class by name: by the rule, or against it with a reason; all of them or nobody.

Who does not belong to the class's facility yet belongs to it from then on. What it does is shown before.
Why it is so: docs/decisions/122-more-people-than-places.md.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from webapp.domain.classes.class_enrollment import ClassEnrollmentStatus as E
from webapp.domain.classes.class_enrollment import place_newcomer
from webapp.domain.classes.program_class import require_not_frozen
from webapp.domain.permission import Actor, Trigger
from webapp.domain.places.adding import AddedLine, Fate, Terms, key_of
from webapp.domain.places.enrollment import EnrollmentSource
from webapp.domain.places.lists.pasted_people import PastedPerson
from webapp.domain.places.waitlist import promotions_due
from webapp.domain.refusal import Refused
from webapp.domain.text import fold
from webapp.extensions import db
from webapp.models import FacilityPerson
from webapp.queries.classes.class_sessions import person_clashes
from webapp.queries.classes.program_class import class_by_id
from webapp.queries.ledger import CLASSES
from webapp.services.classes.people.class_newcomers import Place, add_people, belonging, standing
from webapp.services.classes.people.class_seats import LockedClass, lock_class
from webapp.services.insertion import insert_rows_unless_there
from webapp.services.places.added_lines import (
    clean_lines,
    decide_lines,
    households_of,
    ids_of_added,
    namesakes,
    reason_of,
    tickets_for,
)
from webapp.services.places.seats import save_counters
from webapp.services.places.transition import Cause
from webapp.services.places.waitlist import promote_next
from webapp.services.unit_of_work import end_reading, write_transaction

_PERSON = FacilityPerson.__table__


def rehearse_adding_to_class(
    *, class_id: int, people: Sequence[PastedPerson], terms: Terms, now: datetime
) -> list[AddedLine]:
    """What would become of each of them now; writes nothing. Raises Refused: `not_found`, `class_frozen`."""
    facts = class_by_id(class_id)
    if facts is None:
        raise Refused("not_found")
    locked = LockedClass.of(facts)
    moving_up = promotions_due(
        capacity=locked.capacity, taken=locked.taken, waiting=locked.waiting, until=locked.promotes_until, now=now
    )
    locked.count_move(E.WAITLISTED, E.ENROLLED, moving_up)
    lines = _decide(db.session(), locked, clean_lines(people), terms, holding=False)
    end_reading()
    return lines


def add_people_to_class(
    *,
    class_id: int,
    people: Sequence[PastedPerson],
    terms: Terms,
    seen: str,
    actor: Actor,
    by: Trigger,
    now: datetime,
) -> list[AddedLine]:
    """Add everybody as it was shown: `seen` is the `key_of` that `rehearse_adding_to_class` came to.

    Raises Refused: `not_found`, `class_frozen`, `reason_required`, `position_missing`, `preview_outdated`.
    """
    terms.require_reason()
    with write_transaction() as session:
        locked = lock_class(session, class_id)
        require_not_frozen(locked.status)
        promote_next(session, locked, now=now)
        lines = _decide(session, locked, clean_lines(people), terms, holding=True)
        if key_of(lines, terms) != seen:
            raise Refused("preview_outdated")
        _write(session, locked, lines, terms, Cause(by=by, actor=actor, at=now))
        save_counters(session, locked)
    return lines


def _decide(
    session: Session, locked: LockedClass, lines: list[AddedLine], terms: Terms, *, holding: bool
) -> list[AddedLine]:
    require_not_frozen(locked.status)
    lines, known = households_of(session, lines)
    ids = list(known.values())
    active, before = belonging(session, locked, ids, holding=holding), standing(session, locked, ids)
    clashes = person_clashes(session, ids, locked.id)
    same_name = set() if terms.is_another else namesakes(session, CLASSES, locked.id, lines)

    def settled(line: AddedLine) -> Fate | Refused | None:
        user_id = known.get(line.number, 0)
        if user_id in before:
            return Fate.ALREADY
        if active.get(user_id) is False:
            return Refused("person_deactivated")
        if user_id in clashes:
            return Refused("person_clash", clashes=clashes[user_id])
        return Fate.NAMESAKE if line.address is None and fold(line.name) in same_name else None

    def next_status() -> E:
        row = locked.row
        return place_newcomer(
            locked.status,
            has_waitlist=row.has_waitlist,
            capacity=row.capacity,
            taken=locked.taken,
            waiting=locked.waiting,
        )

    return decide_lines(locked, lines, terms, settled=settled, next_status=next_status)


def _write(session: Session, locked: LockedClass, lines: list[AddedLine], terms: Terms, cause: Cause) -> None:
    people = ids_of_added(session, lines, now=cause.at)
    belongs = [
        {"facility_id": locked.row.facility_id, "user_id": user_id, "added_at": cause.at} for user_id in people.values()
    ]
    if belongs:
        insert_rows_unless_there(session, _PERSON, belongs, _PERSON.c.user_id)
    tickets = iter(tickets_for(session, locked, lines, terms))
    places: dict[Fate, dict[int, Place]] = defaultdict(dict)
    for line in lines:
        if line.is_added:
            ticket = next(tickets) if line.fate is Fate.WAITLIST else None
            status = E.WAITLISTED if ticket is not None else E.ENROLLED
            place = Place(status, ticket, line.rank, is_over=line.fate is Fate.OVER)
            places[line.fate or Fate.PLACE][people[line.number]] = place
    for fate, of_fate in places.items():
        told = replace(cause, reason=reason_of(fate, terms))
        add_people(session, locked, of_fate, cause=told, source=EnrollmentSource.STAFF)
