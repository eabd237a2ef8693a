"""Enrolling with others: one transaction, one lock, a place for each of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from webapp.domain.permission import Actor, Trigger
from webapp.domain.places.enrollment import LIVE, EnrollmentMethod, EnrollmentSource, require_open
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.party import GuestName, place_party, require_heads, unnamed
from webapp.domain.refusal import Refused
from webapp.domain.text import fold
from webapp.models import Enrollment, EventPolicy, Party, User
from webapp.queries.places.access.comer import comer_of
from webapp.services.accounts.account import require_name
from webapp.services.accounts.people_without_address import add_people_without_address
from webapp.services.places.enrollment import (
    Placed,
    add_enrollment,
    let_in,
    lock_for_newcomer,
    require_newcomer,
)
from webapp.services.places.newcomers import Place, add_newcomers
from webapp.services.places.seats import LockedEvent, save_counters
from webapp.services.places.transition import Cause
from webapp.services.places.waitlist import promote_next
from webapp.services.questions.answers import SentAnswers, keep_first_answers, require_nothing_asked
from webapp.services.unit_of_work import write_transaction

_ENROLLMENT, _PARTY, _POLICY, _USER = Enrollment.__table__, Party.__table__, EventPolicy.__table__, User.__table__


@dataclass(frozen=True, slots=True)
class Company:
    """Who comes along: the names of the others, blank where they are not known yet.

    `may_split`: what they want where only some of them fit; None: they were not asked.
    """

    names: tuple[str, ...] = ()
    may_split: bool | None = None

    @property
    def size(self) -> int:
        """How many they are, with who enrolls them."""
        return len(self.names) + 1

    def clean(self) -> "Company":
        """With the names as they are stored. Raises `text_...`."""
        return Company(tuple(require_name(name) if name.strip() else "" for name in self.names), self.may_split)


@dataclass(frozen=True, slots=True)
class Joining:
    """Heads come to this party, brought by its leader."""

    party_id: int
    leader: Actor
    cause: Cause


def enroll_company(
    *,
    slug: str,
    company: Company,
    actor: Actor,
    now: datetime,
    sent: SentAnswers | None = None,
    links: Collection[str] = (),
) -> Placed:
    """Enroll the signed-in person with others; `sent`: what they answered, where the event asks something before.

    Where not everybody may enroll, whoever may brings as many as the event lets one person bring.

    Raises Refused, besides what `enroll_by_slug` does: `party_too_large`, `party_over_capacity`, `party_does_not_fit`,
    `party_fits_in_part` (they have to say what they want), `party_for_another` (who enrolls is looked after),
    `head_enrolled`, `text_...`; with `sent` what `keep_first_answers` does.
    """
    clean = company.clean()
    cause = Cause(by=Trigger.USER, actor=actor, at=now)
    with write_transaction() as session:
        locked = lock_for_newcomer(session, slug, actor, now=now)
        placed = let_company_in(session, locked, actor, clean, cause=cause, links=links)
        if sent is not None and placed.is_new:
            keep_first_answers(session, placed.enrollment_id, sent, by=actor, now=now)
        elif placed.is_new and locked.row.has_questions:
            require_nothing_asked(session, locked.id)
        return placed


def let_company_in(
    session: Session, locked: LockedEvent, actor: Actor, company: Company, *, cause: Cause, links: Collection[str] = ()
) -> Placed:
    """`enroll_company` under the lock."""
    if not company.names:
        return let_in(session, locked, actor.user_id, cause=cause, source=EnrollmentSource.WEB, links=links)
    if actor.user_id is None:
        raise Refused("not_found")
    if actor.through_id is not None:
        raise Refused("party_for_another")
    require_open(locked.terms, cause.at, comer_of(session, locked.row, actor.user_id, links))
    promoted = promote_next(session, locked, now=cause.at)
    statuses = _statuses(session, locked, actor.user_id, company, cause)
    may_split = bool(company.may_split)
    party_id = new_party(session, locked, actor.user_id, may_split=may_split, now=cause.at)
    leader = add_enrollment(
        session,
        locked,
        user_id=actor.user_id,
        cause=cause,
        source=EnrollmentSource.WEB,
        of_party=(party_id, statuses[0]),
    )
    heads = list(zip(company.names, statuses[1:], strict=True))
    add_heads(session, locked, Joining(party_id, actor, cause), heads)
    save_counters(session, locked)
    return replace(leader, promoted=tuple(promoted))


def _statuses(session: Session, locked: LockedEvent, user_id: int, company: Company, cause: Cause) -> tuple[S, ...]:
    """Where the rule places each. Who is in already is told that, whatever the rule says."""
    try:
        require_heads(company.size, most=locked.row.party_size, capacity=locked.capacity)
        if locked.terms.method is EnrollmentMethod.APPLICATION:
            return (S.PENDING,) * company.size
        return place_party(
            locked.terms,
            company.size,
            capacity=locked.capacity,
            taken=locked.taken,
            ahead=locked.ahead_of_newcomer(cause.at),
            may_split=company.may_split,
            now=cause.at,
        )
    except Refused:
        require_newcomer(session, locked.id, user_id, by=cause.by)
        raise


def new_party(session: Session, locked: LockedEvent, leader_id: int, *, may_split: bool, now: datetime) -> int:
    """A party of the locked event, with nobody in it yet; its id."""
    if not locked.row.has_parties:
        session.execute(update(_POLICY).where(_POLICY.c.event_id == locked.id).values(has_parties=True))
        locked.row.has_parties = True
    party = insert(_PARTY).values(
        event_id=locked.id,
        leader_id=leader_id,
        most=locked.row.party_size,
        may_split=may_split,
        created_at=now,
    )
    party_id: int = session.scalars(party.returning(_PARTY.c.id)).one()
    return party_id


def add_heads(
    session: Session, locked: LockedEvent, joining: Joining, heads: Sequence[tuple[str, S]], *, first_number: int = 1
) -> None:
    """Enroll those who come with the leader (name, status), in their order. Raises `head_enrolled` (fact: `name`).

    `first_number`: of the first of them among all who came with the leader, for those without a name.
    """
    people = _people(session, locked.id, joining, [name for name, _ in heads], first_number)
    places: dict[int, Place] = {}
    for user_id, (_, status) in zip(people, heads, strict=True):
        locked.count_move(None, status)
        places[user_id] = Place(status, locked.next_ticket(locked.lane) if status is S.WAITLISTED else None)
    party_id = joining.party_id
    add_newcomers(session, locked, places, cause=joining.cause, source=EnrollmentSource.WEB, party_id=party_id)


def _people(session: Session, event_id: int, joining: Joining, names: Sequence[str], first_number: int) -> list[int]:
    """A person for each: whom the leader looks after already by that name, else somebody new."""
    leader_id = joining.leader.user_id or 0
    known = _known(session, event_id, leader_id, names)
    found: list[int | None] = []
    for name in names:
        user_id, is_in = known.pop(fold(name), (None, False)) if name else (None, False)
        if is_in:
            raise Refused("head_enrolled", name=name)
        found.append(user_id)
    new = [place for place, user_id in enumerate(found) if user_id is None]
    called = [(names[place] or unnamed(joining.leader.name, first_number + place), None) for place in new]
    kinds = [GuestName.NAMED if names[place] else GuestName.UNNAMED for place in new]
    now, carers = joining.cause.at, [leader_id] * len(new)
    made = add_people_without_address(session, called, carer_ids=carers, guest_names=kinds, now=now)
    for place, user_id in zip(new, made, strict=True):
        found[place] = user_id
    return [user_id for user_id in found if user_id is not None]


def _known(session: Session, event_id: int, leader_id: int, names: Sequence[str]) -> dict[str, tuple[int, bool]]:
    """Whom the leader looks after, by folded name: their row, and whether they are in already."""
    if not any(names):
        return {}
    is_in = select(_ENROLLMENT.c.id).where(
        _ENROLLMENT.c.event_id == event_id, _ENROLLMENT.c.user_id == _USER.c.id, _ENROLLMENT.c.status.in_(sorted(LIVE))
    )
    rows = session.execute(
        select(_USER.c.id, _USER.c.name, is_in.exists().label("is_in"))
        .where(_USER.c.managed_by_id == leader_id)
        .order_by(_USER.c.id.desc())
    )
    return {fold(row.name): (row.id, bool(row.is_in)) for row in rows}
