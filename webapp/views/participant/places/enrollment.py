"""The event's page, its block, and the button to get in."""

from dataclasses import replace

from flask import Response, flash, g, make_response, redirect, request, url_for

from webapp.domain.places.enrollment import LIVE, EnrollmentStatus
from webapp.domain.places.standing import StandingState as State
from webapp.domain.refusal import Refused
from webapp.languages.words import N_
from webapp.services.places.enrollment import enroll_by_slug
from webapp.services.places.parties.joining import enroll_company
from webapp.views import request_time
from webapp.views.current_actor import current_actor
from webapp.views.errors import status_of
from webapp.views.forms.sent import one_field
from webapp.views.guards import public, signed_in, the_actor
from webapp.views.http.event_links import current_links
from webapp.views.participant.blueprint import blueprint
from webapp.views.participant.parties.sign_up import SignUp, sent_sign_up
from webapp.views.participant.places.block import Block, event_address, said_about, show_block
from webapp.views.participant.places.loading_block import load_block
from webapp.views.participant.places.words import announcement
from webapp.views.participant.viewing import note_view_after
from webapp.views.responses import done, see_other, wants_fragment
from webapp.views.words.refusals import refusal_sentence

LAST_PLACE_GONE = N_("The last place went a moment ago.")
_PLACE_TAKEN = N_("Someone else took the place a moment ago.")


@blueprint.get("/events/<slug:slug>")
@public
def event(slug: str) -> Response:
    block = load_block(slug, request_time.now())
    if block.place.event.is_suspended:
        return show_block(block)
    return note_view_after(show_block(block), block.place, current_actor(), block.now)


@blueprint.get("/events/<slug:slug>/enrollment")
@public
def enrollment(slug: str) -> Response:
    """The block on its own, for the page to look again; 204 while it would look the same."""
    block = load_block(slug, request_time.now())
    seen = request.args.get("seen", "")
    if wants_fragment() and seen == block.fingerprint:
        return Response(status=204)
    return show_block(block, said=_news(block, seen) if seen else None)


@blueprint.get("/events/<slug:slug>/enroll")
@signed_in
def ask_to_enroll(slug: str) -> Response:
    """Where somebody lands who signed in to enroll: the page, with the button still to press."""
    return make_response(redirect(url_for("participant.event", slug=slug, pending="1", _anchor="enrollment")))


@blueprint.post("/events/<slug:slug>/enroll")
@signed_in
def enroll(slug: str) -> Response:
    """`seen` is the state of the page the button was on, to say so when the last place went."""
    was_open = one_field("seen") == State.OPEN
    now, sign_up = request_time.now(), sent_sign_up()
    try:
        company = sign_up.company
        if company.names:
            placed = enroll_company(slug=slug, company=company, actor=the_actor(), now=now, links=current_links())
        else:
            placed = enroll_by_slug(slug=slug, actor=the_actor(), now=now, links=current_links())
    except Refused as refused:
        if refused.code == "terms_unaccepted":
            return ask_for_terms(slug, sign_up)
        if refused.code == "questions_unanswered":
            return done(
                url_for("participant.answers", slug=slug, heads=sign_up.heads_along, split=sign_up.split or None)
            )
        return answer_refusal(slug, refused, was_open=was_open, sign_up=sign_up)
    gone = was_open and placed.status is EnrollmentStatus.WAITLISTED and not company.names
    line = LAST_PLACE_GONE if gone else None
    if wants_fragment():
        return _answer(replace(load_block(slug, now), line=line, has_focus=True))
    flash(" ".join(filter(None, (line, announcement(State(placed.status), rank=placed.rank)))))
    return see_other(event_address(slug))


def ask_for_terms(slug: str, sign_up: SignUp) -> Response:
    """First the terms; their button goes on from here."""
    organization = load_block(slug, request_time.now()).place.event.organization_slug
    heads, split = sign_up.heads_along, sign_up.split or None
    return done(url_for("participant.organization_terms", slug=organization, enroll=slug, heads=heads, split=split))


def _answer(block: Block) -> Response:
    """The block as it is now; without JavaScript, the way back to the page."""
    if wants_fragment():
        return show_block(block, said=said_about(block))
    return see_other(event_address(block.place.event.slug))


def answer_refusal(slug: str, refused: Refused, *, was_open: bool, sign_up: SignUp | None = None) -> Response:
    """The block as it is now. Pressing twice is no error: the first press is what counts."""
    if refused.code == "organization_closed":
        raise refused
    g.refusal = refused.code
    block = load_block(slug, request_time.now())
    own = block.place.own
    if own is not None and own.status is EnrollmentStatus.WAITLISTED and refused.code == "event_full":
        block = replace(block, line=_PLACE_TAKEN, has_focus=True)
        return show_block(block, status=status_of(refused), said=_PLACE_TAKEN)
    if own is not None and own.status in LIVE:
        return _answer(replace(block, has_focus=True))
    block = replace(block, sign_up=sign_up.refused(refused) if sign_up else None)
    if refused.code == "party_fits_in_part":
        line = None
    elif refused.code == "event_full":
        line = LAST_PLACE_GONE if was_open else None
    else:
        line = refusal_sentence(refused.code, tz=block.place.event.timezone, now=block.now, **refused.facts)
    block = replace(block, line=line, has_focus=True)
    return show_block(block, status=status_of(refused), said=line or said_about(block))


def _news(block: Block, seen: str) -> str | None:
    """What to say aloud when the page looked again: only what changed for this person."""
    state, _, rest = seen.partition(".")
    rank = block.place.own.rank if block.place.own else None
    if state != block.state:
        return said_about(block)
    if block.state is State.WAITLISTED and rest.partition(".")[0] != str(rank or 0):
        return said_about(block, moved_up=True)
    return None
