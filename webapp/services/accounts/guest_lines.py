"""The lines of a guest list with clean names and addresses, and which of them count: the same for every door."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from webapp.domain.places.lists.guest_answer import Answer
from webapp.domain.places.lists.guest_list import Guest
from webapp.domain.places.lists.guest_repeats import Elsewhere, Said, families, settle_repeats
from webapp.domain.refusal import Refused
from webapp.domain.text import clean_line
from webapp.services.accounts.account import NAME_LIMIT, require_email


@dataclass(frozen=True, slots=True)
class CheckedGuest:
    """One line: clean where that is possible, what is wrong with it, or which other line counts instead."""

    number: int
    name: str
    address: str
    answer: Answer
    says: str
    tickets: int
    bad_address: Refused | None = None
    bad_name: Refused | None = None
    elsewhere: Elsewhere | None = None
    #: The names of all who come with this address, where several do.
    family: tuple[str, ...] = ()
    #: Another person of the list comes with this address.
    is_shared: bool = False

    @property
    def wants_place(self) -> bool:
        return self.answer in {Answer.COMING, Answer.WAITING}


def check_guests(guests: Sequence[Guest], *, names_required: bool) -> list[CheckedGuest]:
    """Clean every line and settle what the file itself settles; in the order of the file.

    A name or an address that is missing is `text_missing`.
    """
    checked = [_checked(guest, names_required=names_required) for guest in guests]
    usable = [Said(one.number, one.name, one.address, one.answer) for one in checked if _is_usable(one)]
    elsewhere = settle_repeats(usable)
    together = families(said for said in usable if said.number not in elsewhere)
    coming = {one.address for one in usable if one.number not in elsewhere and one.answer is Answer.COMING}
    return [
        replace(
            one,
            elsewhere=elsewhere.get(one.number) if _is_usable(one) else None,
            family=together.get(one.number, ()) if _is_usable(one) else (),
            is_shared=not one.wants_place and one.address in coming,
        )
        for one in checked
    ]


def _is_usable(one: CheckedGuest) -> bool:
    """A line whose address can be read; whoever comes needs a name that can be read, too."""
    return one.bad_address is None and (one.bad_name is None or not one.wants_place)


def _checked(guest: Guest, *, names_required: bool) -> CheckedGuest:
    one = CheckedGuest(guest.number, guest.name, guest.address, guest.answer, guest.says, guest.tickets)
    try:
        one = replace(one, address=_address(guest.address))
    except Refused as refused:
        one = replace(one, bad_address=refused)
    try:
        if guest.name or names_required:
            one = replace(one, name=clean_line(guest.name, limit=NAME_LIMIT, field="the name"))
    except Refused as refused:
        one = replace(one, bad_name=refused)
    return one


def _address(text: str) -> str:
    if not text:
        raise Refused("text_missing", field="email")
    if text.count("@") > 1 and any(mark in text for mark in ";, ") and '"' not in text:
        raise Refused("email_invalid", email=text, why="There are several addresses. Keep one of them.")
    return require_email(text)
