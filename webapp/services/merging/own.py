"""Merging by the person themselves: another account whose mailbox they proved a moment ago becomes part of theirs."""

from datetime import datetime

from sqlalchemy import select, update

from webapp.domain.people.merge import MergeWay
from webapp.domain.permission import Actor
from webapp.domain.refusal import Refused
from webapp.models import AddressChange, User
from webapp.queries.people.address_change import is_proved
from webapp.queries.people.records.merge import merge_by_id
from webapp.services.merging.merge import Wish, merge_rows, undo_merge
from webapp.services.unit_of_work import write_transaction


def merge_own(*, actor: Actor, other_id: int, now: datetime) -> int:
    """Everything of the account of the proved mailbox is theirs from now on; the id of the merge.

    `other_id`: the account that was on their page. Raises Refused: `merge_proof_over`, and what `merge_rows` raises.
    """
    proof = update(AddressChange).where(
        AddressChange.user_id == actor.user_id,
        AddressChange.address == select(User.email).where(User.id == other_id).scalar_subquery(),
        is_proved(now),
    )
    with write_transaction() as session:
        if session.scalar(proof.values(done_at=now).returning(AddressChange.id)) is None:
            raise Refused("merge_proof_over")
        return merge_rows(session, Wish(actor.user_id or 0, other_id, MergeWay.SELF, ""), actor=actor, now=now)


def undo_own_merge(*, actor: Actor, merge_id: int, now: datetime) -> None:
    """Take it apart again. Raises Refused: `not_found` (also for what others merged), and what `undo_merge` raises."""
    found = merge_by_id(merge_id)
    if found is None or (found.kept_id, found.way) != (actor.user_id, MergeWay.SELF):
        raise Refused("not_found")
    undo_merge(merge_id=merge_id, actor=actor, now=now)
