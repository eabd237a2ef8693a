"""Accounts found or made by their e-mail address: a fixed number of statements for any number of people."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from webapp.domain.text import search_text
from webapp.models import User
from webapp.queries.id_set import is_among, is_among_words
from webapp.services.insertion import insert_unless_there

_USER = User.__table__


def ids_by_address(session: Session, addresses: list[str]) -> dict[str, int]:
    """The accounts of those addresses (lower case); an address without account is left out.

    Of somebody who was merged into another account it is that one.
    """
    account = func.coalesce(_USER.c.merged_into_id, _USER.c.id)
    query = select(_USER.c.email, account).where(is_among_words(session, _USER.c.email, addresses))
    return {email: user_id for email, user_id in session.execute(query)}


def people_by_address(
    session: Session,
    names: Mapping[str, str],
    *,
    now: datetime,
    password_hash: str | None = None,
    proved_at: datetime | None = None,
) -> tuple[dict[str, int], int]:
    """Account ids for every address (lower case) in `names`, and how many accounts were made.

    A new account gets the name given here; one that exists keeps its own. Somebody who signs
    up with the same address in the same instant wins, and is found. Whoever asks gives these people
    something: accounts whose address nobody proved open by their mailbox only from now on. `proved_at`
    is for new accounts whose address needs no proof, such as those of the demonstration.
    """
    addresses = list(names)
    people = ids_by_address(session, addresses)
    missing = [address for address in addresses if address not in people]
    rows = [
        {
            "email": address,
            "name": names[address],
            "search_text": search_text(names[address], address),
            "password_hash": password_hash,
            "is_operator": False,
            "is_system": False,
            "created_at": now,
            "address_proved_at": proved_at,
            "given_by_others": True,
        }
        for address in missing
    ]
    if rows:
        session.execute(insert_unless_there(session, _USER, index_elements=["email"]), rows)
        people = {**people, **ids_by_address(session, missing)}
    mark_as_given(session, list(people.values()))
    return people, len(missing)


def mark_as_given(session: Session, user_ids: list[int]) -> None:
    """Others gave these people something: an address that nobody proved does not own it."""
    unproved = update(_USER).where(
        is_among(session, _USER.c.id, user_ids), _USER.c.address_proved_at.is_(None), _USER.c.given_by_others.is_(False)
    )
    session.execute(unproved.values(given_by_others=True))
