"""People who have no e-mail address: a name, perhaps a phone number, and no way to sign in."""

from collections.abc import Sequence
from datetime import datetime
from itertools import repeat

from sqlalchemy import insert
from sqlalchemy.orm import Session

from webapp.domain.places.party import GuestName
from webapp.domain.text import search_text, sort_name
from webapp.models import User


def add_people_without_address(
    session: Session,
    people: Sequence[tuple[str, str | None]],
    *,
    carer_ids: Sequence[int] | None = None,
    guest_names: Sequence[GuestName] | None = None,
    now: datetime,
) -> list[int]:
    """A new row for each name and phone number, in their order; one statement.

    `carer_ids`: who looks after each; `guest_names`: of heads of a party, whether the name is their own.
    """
    rows = [
        {
            "name": name,
            "phone": phone,
            "managed_by_id": carer_id,
            "guest_name": guest_name,
            "search_text": search_text(name, None),
            "sort_name": sort_name(name),
            "created_at": now,
            "is_operator": False,
            "is_system": False,
        }
        for (name, phone), carer_id, guest_name in zip(
            people, carer_ids or repeat(None), guest_names or repeat(None), strict=False
        )
    ]
    if not rows:
        return []
    made = insert(User).returning(User.id, sort_by_parameter_order=True)
    return list(session.scalars(made, rows))
