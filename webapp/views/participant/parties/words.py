"""What is said of people who come together."""

from dataclasses import replace

from webapp.domain.places.enrollment import CANCELLABLE
from webapp.domain.places.enrollment import EnrollmentStatus as S
from webapp.domain.places.opening import is_open_for
from webapp.domain.places.party import most_heads, waits_with_others
from webapp.domain.places.standing import StandingState
from webapp.languages.words import N_, gettext, ngettext
from webapp.queries.events.event import EventFacts
from webapp.queries.places.parties.party import Head
from webapp.views.current_actor import current_actor
from webapp.views.participant.blueprint import blueprint
from webapp.views.participant.parties.sign_up import SignUp
from webapp.views.participant.places.block import Block
from webapp.views.words.instants import when

_STATUS = {
    S.PENDING: N_("With the organizer"),
    S.CHECKED_IN: N_("Checked in"),
    S.ATTENDED: N_("Attended"),
    S.NO_SHOW: N_("Not marked as attended"),
    S.UNDECIDED: N_("Not decided yet"),
}


@blueprint.app_template_global()
def head_words(block: Block, head: Head) -> str:
    """Who somebody of a party is for its leader, and where they stand if that is not simply a place."""
    actor = current_actor()
    if head.is_unnamed:
        who = gettext("No name yet")
    elif actor is not None and head.user_id == actor.user_id:
        who = gettext("You")
    else:
        who = gettext("Has their own pass") if head.has_pass else ""
    words = ", ".join(filter(None, (who, _standing_words(block, head))))
    return words[:1].upper() + words[1:]


def _standing_words(block: Block, head: Head) -> str:
    if head.held_until is not None and block.now < head.held_until:
        until = when(head.held_until, block.place.event.timezone, block.now)
        return gettext("a place is held until {when}", when=until)
    if head.status is S.WAITLISTED and _wait_together(block):
        # The block's own heading says where they stand.
        return ""
    if head.status is S.WAITLISTED:
        return gettext("on the waitlist (position {rank})", rank=head.rank)
    return str(_STATUS.get(head.status, ""))


def _wait_together(block: Block) -> bool:
    heads = block.party.heads if block.party else ()
    return len({(head.status, head.rank) for head in heads}) == 1


@blueprint.app_template_global()
def party_policy(event: EventFacts) -> str:
    """What becomes of a party for which there are not enough places."""
    if event.parties_pass:
        return gettext(
            "If there aren’t enough places for all of you, you can wait together. Others who fit may get places first."
        )
    return gettext("If there aren’t enough places for all of you, you can wait together. No one behind you passes you.")


@blueprint.app_template_global()
def choice_heading(asked: SignUp) -> str:
    """There are places for some of them."""
    free, size = asked.free or 0, asked.size
    return ngettext("{n} place left, and you are {size}", "{n} places left, and you are {size}", free, size=size)


@blueprint.app_template_global()
def party_heading(block: Block) -> str:
    """Who has a place, for who leads a party; "" for anybody else."""
    seated = len(block.led_party.of(S.CONFIRMED, S.CHECKED_IN)) if block.led_party else 0
    if seated < 2:
        return ""
    return ngettext("You and {n} other are enrolled", "You and {n} others are enrolled", seated - 1)


@blueprint.app_template_global()
def ahead_words(event: EventFacts, ahead: int) -> str:
    """How many stand ahead in line: a party has one place in it."""
    if event.has_parties:
        return ngettext("{n} person or party is ahead of you.", "{n} people or parties are ahead of you.", ahead)
    return ngettext("{n} person is ahead of you.", "{n} people are ahead of you.", ahead)


@blueprint.app_template_global()
def party_turn(block: Block) -> str:
    """When those who wait together get places."""
    party, event = block.party, block.place.event
    if party is None or party.may_split:
        return gettext("Places go in order, and each of you gets one as it opens. We email you.")
    size = len(party.waiting)
    if event.parties_pass:
        return gettext(
            "When {size} places are free, all of you get one and we email you. Others who fit may get places first.",
            size=size,
        )
    return gettext(
        "Places go in order: when {size} are free, all of you get one and we email you. No one behind you passes you.",
        size=size,
    )


@blueprint.app_template_global()
def line_policy(event: EventFacts) -> str:
    """What becomes of a free place where the party that is next needs more of them."""
    if event.parties_pass:
        return gettext("If a party needs more places than are free, the next people who fit get them.")
    return gettext("If the party that is next needs more places than are free, everyone waits until there are enough.")


@blueprint.app_template_global()
def room_for_more(block: Block) -> int:
    """How many people the reader can enroll besides those who are in: as the button would."""
    own, event, actor = block.place.own, block.place.event, current_actor()
    is_leader = block.party is None or block.led_party is not None
    if own is None or own.status not in CANCELLABLE or not is_leader or actor is None or actor.through_id is not None:
        return 0
    comer = replace(block.place.comer, is_in=False)
    if block.state is StandingState.OFFERED or not is_open_for(event.terms, block.now, comer):
        return 0
    is_in = len(block.party.heads) if block.party else 1
    return max(most_heads(event.party_size, event.capacity) - is_in, 0)


@blueprint.app_template_global()
def more_words(block: Block, room: int) -> str:
    """What becomes of those who are added, and of those who wait already."""
    party = block.led_party
    up_to = ngettext("{n} at most.", "Up to {n}.", room)
    if party is not None and waits_with_others(len(party.waiting), may_split=party.may_split):
        return f"{up_to} {gettext('All of you who wait move to the end of the waitlist with them.')}"
    own = block.place.own
    if party is None and own is not None and own.status is S.WAITLISTED:
        return f"{up_to} {gettext('You move to the end of the waitlist with them.')}"
    return f"{up_to} {gettext('If there is no place for them, they wait at the end of the waitlist.')}"
