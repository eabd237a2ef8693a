"""Several people with one address: which of them has its account, and whom that account looks after.

Why it is so: docs/decisions/128-people-in-care.md.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from webapp.domain.people.care import MOST_CARED_FOR
from webapp.domain.places.lists.guest_repeats import holder_of
from webapp.domain.text import fold
from webapp.models import User
from webapp.queries.id_set import is_among, is_among_words
from webapp.services.accounts.people_by_address import people_by_address
from webapp.services.accounts.people_without_address import add_people_without_address


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom a line means: the account of an address or, with `member` (a folded name), somebody it looks after."""

    address: str
    member: str = ""
    #: The name that a new account of the address gets.
    holder: str = field(default="", compare=False)


class Households:
    """The accounts of some addresses, and everybody they look after."""

    def __init__(self, accounts: Mapping[str, tuple[int, str]], members: Mapping[int, dict[str, int]]) -> None:
        self._accounts, self._members = accounts, members
        self._new: dict[str, set[str]] = defaultdict(set)

    def whom(self, address: str, name: str, family: Sequence[str] = ()) -> Whom:
        """Whom a line with that name means; `family`: the names of all who come with the address, if several do.

        Somebody who is looked after is found by their name. Who comes alone has the account, whatever its name is,
        unless that is known to look after others: then another name is one more of them.
        """
        user_id, account = self._accounts.get(address, (0, None))
        holder = holder_of(family or [name], account)
        has_family = bool(family or self._members.get(user_id))
        if name == holder or not name or not has_family:
            return Whom(address, holder=name)
        return Whom(address, fold(name), holder=(family or [name])[0])

    def id_of(self, whom: Whom) -> int | None:
        """Their row; None for somebody new."""
        user_id, _ = self._accounts.get(whom.address, (None, ""))
        return self._members.get(user_id or 0, {}).get(whom.member) if whom.member else user_id

    def has_room(self, whom: Whom) -> bool:
        """Whether the account can look after this one, too; who is new counts from then on."""
        if not whom.member or self.id_of(whom) is not None:
            return True
        user_id, _ = self._accounts.get(whom.address, (0, ""))
        new = self._new[whom.address] | {whom.member}
        if len(self._members.get(user_id, {})) + len(new) > MOST_CARED_FOR:
            return False
        self._new[whom.address] = new
        return True


def read_households(session: Session, addresses: Collection[str]) -> Households:
    """The accounts of those addresses (lower case); of somebody who was merged it is the other one. Two statements."""
    kept = aliased(User)
    rows = session.execute(
        select(User.email, kept.id, kept.name)
        .join(kept, kept.id == func.coalesce(User.merged_into_id, User.id))
        .where(is_among_words(session, User.email, sorted(set(addresses))))
    )
    accounts = {row.email: (row.id, row.name) for row in rows}
    return Households(accounts, _members_of(session, {user_id for user_id, _ in accounts.values()}))


def people_listed(session: Session, names: Mapping[Whom, str], *, now: datetime) -> dict[Whom, int]:
    """Everybody's row; accounts and people to look after who are not there yet are made with these names.

    Others give them something: an account whose address nobody proved opens by its mailbox only from now on.
    """
    wanted = {whom.address: whom.holder for whom in names} | {
        whom.address: name for whom, name in names.items() if not whom.member
    }
    accounts, _ = people_by_address(session, wanted, now=now)
    found = {whom: accounts[whom.address] for whom in names if not whom.member}
    members = {whom: accounts[whom.address] for whom in names if whom.member}
    return found | _members_listed(session, members, names, now) if members else found


def _members_listed(
    session: Session, carers: Mapping[Whom, int], names: Mapping[Whom, str], now: datetime
) -> dict[Whom, int]:
    # Of two lists that name one child at once, one waits here and finds it.
    held = select(User.id).where(is_among(session, User.id, sorted(set(carers.values())))).order_by(User.id)
    session.execute(held.with_for_update(key_share=True)).all()
    there = _members_of(session, set(carers.values()))
    missing = [whom for whom, carer_id in carers.items() if whom.member not in there.get(carer_id, {})]
    made = add_people_without_address(
        session, [(names[whom], None) for whom in missing], carer_ids=[carers[whom] for whom in missing], now=now
    )
    new = dict(zip(missing, made, strict=True))
    return new | {whom: there[carers[whom]][whom.member] for whom in carers if whom not in new}


def _members_of(session: Session, carer_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """By carer: folded name and id of everybody they look after; of two with one name the first."""
    found: dict[int, dict[str, int]] = defaultdict(dict)
    rows = session.execute(
        select(User.managed_by_id, User.id, User.name)
        .where(is_among(session, User.managed_by_id, sorted(carer_ids)), User.guest_name.is_(None))
        .order_by(User.id)
    )
    for carer_id, user_id, name in rows:
        if carer_id is not None:
            found[carer_id].setdefault(fold(name), user_id)
    return found
