"""Who may enroll in an event by themselves: everybody, people with its link, or people on its list.

Why it is so: docs/decisions/142-who-may-enroll.md.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from webapp.domain.refusal import Refused


class WhoMay(StrEnum):
    """Whom an event lets in."""

    OPEN = "open"
    #: Not listed anywhere, and whoever has the link enrolls.
    LINK = "link"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Comer:
    """What is known of somebody who wants to enroll."""

    #: They came by the link that works now.
    has_link: bool = False
    #: None: their address is not proved yet, so nobody can tell.
    is_listed: bool | None = False
    #: They are enrolled already: neither link nor list is asked again.
    is_in: bool = False


#: Somebody of whom nothing is known, and a guest before the address is confirmed.
STRANGER, UNPROVED = Comer(), Comer(is_listed=None)


def require_admitted(who_may: WhoMay, comer: Comer) -> None:
    """Refuse who came without the link (`needs_link`) or is not on the list (`not_on_list`)."""
    if comer.is_in:
        return
    if who_may is WhoMay.LINK and not comer.has_link:
        raise Refused("needs_link")
    if who_may is WhoMay.LIST and comer.is_listed is False:
        raise Refused("not_on_list")


def opens_for(opens_at: datetime | None, list_opens_at: datetime | None, comer: Comer) -> datetime | None:
    """When enrollment opens for them (UTC), earlier for who is on the list; None: it is open since it is published."""
    return list_opens_at if list_opens_at is not None and comer.is_listed is not False else opens_at


def asks_for_list(who_may: str, list_opens_at: datetime | None) -> bool:
    """Whether it matters to anybody who is on the list."""
    return who_may == WhoMay.LIST or list_opens_at is not None


def require_list_opening(who_may: WhoMay, opens_at: datetime | None, list_opens_at: datetime | None) -> None:
    """Refuse an earlier opening that is none: without one for everybody (`list_opens_alone`), not before it
    (`list_opens_late`), or where everybody needs the list or the link (`list_opens_for_all`).
    """
    if list_opens_at is None:
        return
    if who_may != WhoMay.OPEN:
        raise Refused("list_opens_for_all")
    if opens_at is None:
        raise Refused("list_opens_alone")
    if list_opens_at >= opens_at:
        raise Refused("list_opens_late")


def new_link_token() -> str:
    """What stands in the link of an event: 128 bits that nobody guesses."""
    return secrets.token_urlsafe(16)


def is_link(current: str | None, given: Collection[str]) -> bool:
    """Whether the link that works now is among those somebody came by."""
    return current is not None and any(secrets.compare_digest(current.encode(), one.encode()) for one in given)
