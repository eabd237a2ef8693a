"""The form by which somebody enrolls with others."""

from dataclasses import dataclass, replace

from flask import request

from webapp.domain.permission import Actor
from webapp.domain.places.party import MOST_BY_CHOICE, MOST_HEADS, most_heads, read_heads
from webapp.domain.refusal import Refused
from webapp.queries.events.event import EventFacts
from webapp.queries.places.parties.party import PartyView
from webapp.services.places.parties.joining import Company
from webapp.views.current_actor import current_actor
from webapp.views.forms.sent import first_field, several_fields
from webapp.views.participant.blueprint import blueprint

#: What somebody can want where only some of them fit.
_SPLIT = {"wait": False, "split": True}


@dataclass(frozen=True, slots=True)
class SignUp:
    """What was typed: how many people, the names of the others, what happens where not all of them fit."""

    heads: str = "1"
    names: tuple[str, ...] = ()
    split: str = ""
    #: So many of them would fit, so that they have to say what they want.
    free: int | None = None

    @property
    def company(self) -> Company:
        """Who comes along. Raises `party_size_wrong`."""
        others = read_heads(self.heads) - 1
        names = (*self.names[:others], *("" for _ in range(others - len(self.names))))
        return Company(names, _SPLIT.get(self.split))

    @property
    def heads_along(self) -> str | None:
        """What a page on the way to the place carries along, with `split`: no names, which can be said later."""
        return None if self.heads == "1" else self.heads

    def refused(self, refused: Refused) -> "SignUp":
        """The same, to be asked what happens to those who do not fit, where that is what was refused."""
        free = refused.facts.get("free") if refused.code == "party_fits_in_part" else None
        return replace(self, free=free if isinstance(free, int) else None)

    @property
    def size(self) -> int:
        """How many people they are."""
        return read_heads(self.heads)

    def name(self, number: int) -> str:
        """What was typed for that one of the others, from 1."""
        return self.names[number - 1] if number <= len(self.names) else ""


def sent_sign_up() -> SignUp:
    """What the form says; one without a number is of somebody who comes alone."""
    return SignUp(
        first_field("heads") or "1",
        tuple(several_fields("guest")[: MOST_HEADS - 1]),
        first_field("split"),
    )


def asked_sign_up() -> SignUp:
    """The same as the address of a page on the way says it; what cannot be read is refused once it is sent."""
    return SignUp(request.args.get("heads", "1")[:3], (), request.args.get("split", "")[:5])


def needs_of(party: PartyView | None, actor: Actor | None) -> int:
    """How many seats somebody who waits needs at once: who leads a party answers for all of it."""
    return party.needs if party is not None and leads(party, actor) and party.waiting else 1


def leads(party: PartyView | None, actor: Actor | None) -> bool:
    """Whether that person answers for all of them."""
    return party is not None and actor is not None and party.leader_id == actor.user_id


@blueprint.app_template_global()
def most_of_party(event: EventFacts) -> int:
    """As many people as the reader can enroll at once: one, for somebody they look after."""
    actor = current_actor()
    if actor is None or actor.through_id is not None:
        return 1
    return most_heads(event.party_size, event.capacity)


@blueprint.app_template_global()
def has_choice_of_heads(most: int) -> bool:
    """Whether the number is chosen, with names beside it; else it is typed, and the names come later."""
    return most <= MOST_BY_CHOICE
