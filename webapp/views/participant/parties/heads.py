"""What who leads a party does with its heads: a name for one, more of them, places given back."""

from dataclasses import replace

from flask import Response, flash

from webapp.domain.places.party import read_heads
from webapp.domain.refusal import Refused
from webapp.languages.words import gettext
from webapp.services.places.parties.growing import add_people_to_party
from webapp.services.places.parties.heads import leave_with_heads, name_head
from webapp.services.places.parties.joining import Company
from webapp.views import request_time
from webapp.views.errors import status_of
from webapp.views.forms.sent import is_sent, one_field, row_ids, sent_id
from webapp.views.guards import signed_in, the_actor
from webapp.views.http.event_links import current_links
from webapp.views.participant.blueprint import blueprint
from webapp.views.participant.parties.words import room_for_more
from webapp.views.participant.places.block import Block, event_address, said_about, show_block
from webapp.views.participant.places.leaving import answer_block, refuse_block
from webapp.views.participant.places.loading_block import load_block
from webapp.views.responses import see_other, wants_fragment
from webapp.views.words.refusals import refusal_sentence


@blueprint.post("/events/<slug:slug>/party/name")
@signed_in
def name_one(slug: str) -> Response:
    """Say who a head is."""
    enrollment_id, name = sent_id("head"), one_field("name")
    block = _load(slug)
    try:
        _require_own(block, [enrollment_id])
        name_head(enrollment_id=enrollment_id, name=name, actor=the_actor(), now=block.now)
    except Refused as refused:
        line = gettext("Enter a name") if refused.code == "text_missing" else _sentence(block, refused)
        return show_block(replace(block, line=line, has_focus=True), status=status_of(refused), said=line)
    said = gettext("{name} was added.", name=" ".join(name.split()))
    if wants_fragment():
        return show_block(replace(_load(slug), has_focus=True), said=said)
    flash(said)
    return see_other(event_address(slug))


@blueprint.post("/events/<slug:slug>/party/leave")
@signed_in
def leave_party(slug: str) -> Response:
    """Give back the places of those who were chosen, or of all; the same again says the same."""
    block = _load(slug)
    party = block.party
    try:
        if party is None:
            raise Refused("not_enrolled")
        chosen = [one.enrollment_id for one in party.heads] if is_sent("all") else row_ids("head")
        _require_own(block, chosen)
        leave_with_heads(enrollment_ids=chosen, actor=the_actor(), now=block.now)
    except Refused as refused:
        return refuse_block(_load(slug), refused)
    after = _load(slug)
    if after.party is None:
        return answer_block(after)
    said = gettext("The places were cancelled.") if len(chosen) > 1 else gettext("The place was cancelled.")
    if wants_fragment():
        return show_block(replace(after, has_focus=True), said=said_about(after))
    flash(said)
    return see_other(event_address(slug))


@blueprint.post("/events/<slug:slug>/party/add")
@signed_in
def add_more(slug: str) -> Response:
    """Enroll so many more; their names can be said later."""
    block = _load(slug)
    try:
        company = Company(("",) * read_heads(one_field("more")))
        own = block.place.own
        if own is None or room_for_more(block) == 0:
            raise Refused("stale")
        add_people_to_party(
            enrollment_id=own.id, company=company, actor=the_actor(), now=block.now, links=current_links()
        )
    except Refused as refused:
        line = _sentence(block, refused)
        return show_block(replace(_load(slug), line=line, has_focus=True), status=status_of(refused), said=line)
    after = _load(slug)
    if wants_fragment():
        return show_block(replace(after, has_focus=True), said=said_about(after))
    flash(said_about(after))
    return see_other(event_address(slug))


def _load(slug: str) -> Block:
    return load_block(slug, request_time.now())


def _require_own(block: Block, enrollment_ids: list[int]) -> None:
    """Refuse (`stale`) what a page of the reader's own party does not show (any more)."""
    known = {one.enrollment_id for one in block.led_party.heads} if block.led_party else set()
    if not known.issuperset(enrollment_ids):
        raise Refused("stale")


def _sentence(block: Block, refused: Refused) -> str:
    return refusal_sentence(refused.code, tz=block.place.event.timezone, now=block.now, **refused.facts)
