"""Adding somebody to look after, giving them another name, removing them. Each is one transaction.

Why it is so: docs/decisions/128-people-in-care.md.
"""

from datetime import datetime

from sqlalchemy import func, insert, select, update

from webapp.adapters.tokens import new_token, token_hash
from webapp.domain.people.care import CLAIM_LIFETIME, require_room
from webapp.domain.people.merge import MergeWay
from webapp.domain.permission import Actor
from webapp.domain.refusal import Refused
from webapp.domain.text import search_text, sort_name
from webapp.models import PersonClaim, User
from webapp.queries.people.records.care import cared_for, is_guest, is_open_claim
from webapp.services.accounts.account import require_name
from webapp.services.accounts.people_without_address import add_people_without_address
from webapp.services.leaving.account_deletion import leave_for_good
from webapp.services.merging.merge import Wish, merge_rows
from webapp.services.unit_of_work import write_transaction

_USER, _CLAIM = User.__table__, PersonClaim.__table__


def add_cared_for(*, carer_id: int, name: str, now: datetime) -> int:
    """A new person whom this one looks after; their id. Raises Refused: `cared_for_full`, `text_...`."""
    clean = require_name(name)
    with write_transaction() as session:
        session.execute(select(User.id).where(User.id == carer_id).with_for_update(key_share=True)).one()
        count = session.scalar(select(func.count()).where(_USER.c.managed_by_id == carer_id, ~is_guest())) or 0
        require_room(count)
        (user_id,) = add_people_without_address(session, [(clean, None)], carer_ids=[carer_id], now=now)
    return user_id


def rename_cared_for(*, carer_id: int, user_id: int, name: str) -> None:
    """Give them another name. Raises Refused: `not_found` (also for somebody else's), `text_...`."""
    clean = require_name(name)
    with write_transaction() as session:
        if cared_for(session, user_id, carer_id) is None:
            raise Refused("not_found")
        named = {"name": clean, "search_text": search_text(clean, None), "sort_name": sort_name(clean)}
        session.execute(update(_USER).where(_USER.c.id == user_id).values(named))


def remove_cared_for(*, carer_id: int, user_id: int, now: datetime) -> None:
    """They give up their places and are forgotten, as somebody who deletes an account.

    Raises Refused: `not_found` (also for somebody else's), `stale` where they came to a place meanwhile.
    """
    with write_transaction() as session:
        if cared_for(session, user_id, carer_id) is None:
            raise Refused("not_found")
        leave_for_good(session, [user_id], actor=Actor(user_id=carer_id, name=""), now=now)


def make_claim_link(*, carer_id: int, user_id: int, now: datetime) -> str:
    """The secret of a link by which they take their record over: once, for 7 days; an older one ends.

    Raises Refused: `not_found` (also for somebody else's).
    """
    token = new_token()
    with write_transaction() as session:
        if cared_for(session, user_id, carer_id) is None:
            raise Refused("not_found")
        session.execute(update(_CLAIM).where(_CLAIM.c.user_id == user_id, is_open_claim(now)).values(ended_at=now))
        session.execute(
            insert(_CLAIM).values(
                user_id=user_id,
                created_by_id=carer_id,
                token_hash=token_hash(token),
                created_at=now,
                expires_at=now + CLAIM_LIFETIME,
            )
        )
    return token


def claim_record(*, token: str, actor: Actor, now: datetime) -> None:
    """Places, history and all that was theirs go to the account of whoever holds the link; nobody looks after it then.

    Raises Refused: `claim_over`, `claim_own` (by who looks after them), `merge_unproved` where the account's address
    was not proved, and what `merge_rows` raises.
    """
    with write_transaction() as session:
        found = session.execute(
            update(_CLAIM)
            .where(_CLAIM.c.token_hash == token_hash(token), is_open_claim(now))
            .values(ended_at=now)
            .returning(_CLAIM.c.user_id, _CLAIM.c.created_by_id)
        ).one_or_none()
        if found is None:
            raise Refused("claim_over")
        if cared_for(session, found.user_id, actor.user_id) is not None:
            raise Refused("claim_own")
        wish = Wish(actor.user_id or 0, found.user_id, MergeWay.CLAIM, "")
        merge_rows(session, wish, actor=actor, now=now)
