"""A place that is held for somebody who waits: taken or declined on the event's page, or by the link in the mail."""

from dataclasses import replace
from typing import Any

from flask import Response, flash, g, make_response, render_template

from webapp.domain.places.enrollment import EnrollmentStatus, is_past_deadline, leave_until
from webapp.domain.places.offer import OfferOutcome
from webapp.domain.refusal import Refused
from webapp.queries.places.offers import Offer, offer_of_link, open_offer_of
from webapp.services.places.line.offer_answer import answer_offer
from webapp.views import request_time
from webapp.views.errors import status_of
from webapp.views.guards import signed_in, signed_link, the_actor
from webapp.views.participant.blueprint import blueprint
from webapp.views.participant.places.block import event_address, said_about, show_block
from webapp.views.participant.places.loading_block import load_block
from webapp.views.responses import see_other, wants_fragment
from webapp.views.words.refusals import refusal_sentence

_LINK = "<string(maxlength=400):token>"
#: What somebody has who pressed the same before.
_DONE = {"accept": EnrollmentStatus.CONFIRMED, "decline": EnrollmentStatus.CANCELLED}


@blueprint.post("/events/<slug:slug>/offer/<any(accept, decline):answer>")
@signed_in
def answer_own_offer(slug: str, answer: str) -> Response:
    """Take it or leave the line, on the event's page."""
    now = request_time.now()
    own = load_block(slug, now).place.own
    offer_id = open_offer_of(own.id) if own else None
    try:
        if offer_id is not None:
            answer_offer(offer_id=offer_id, accepts=answer == "accept", now=now, actor=the_actor())
        elif own is None or own.status is not _DONE[answer]:
            raise Refused("offer_over")
    except Refused as refused:
        return _refuse(slug, refused)
    block = load_block(slug, now)
    if wants_fragment():
        return show_block(replace(block, has_focus=True), said=said_about(block))
    flash(said_about(block))
    return see_other(event_address(slug))


def _refuse(slug: str, refused: Refused) -> Response:
    """The block as it is now, with the reason above it."""
    g.refusal = refused.code
    line = refusal_sentence(refused.code, **refused.facts)
    block = load_block(slug, request_time.now())
    return show_block(replace(block, line=line, has_focus=True), status=status_of(refused), said=line)


@blueprint.get(f"/offers/{_LINK}")
@signed_link
def offer(token: str) -> Any:
    """Opening the link changes nothing: mail scanners follow links, too."""
    return _page(token)


@blueprint.post(f"/offers/{_LINK}/<any(accept, decline):answer>")
@signed_link
def answer_mailed_offer(token: str, answer: str) -> Any:
    """Take it or leave the line; the same again says the same."""
    now = request_time.now()
    found = offer_of_link(token, now)
    try:
        answer_offer(offer_id=found.id, accepts=answer == "accept", now=now)
    except Refused as refused:
        return _page(token, refused)
    return _page(token)


def _page(token: str, refused: Refused | None = None) -> Any:
    now = request_time.now()
    found = offer_of_link(token, now)
    is_over = found.outcome is OfferOutcome.OPEN and now >= found.held_until
    if refused is not None:
        g.refusal = refused.code
    body = render_template(
        "participant/waitlist/offer.html",
        offer=found,
        event=found.event,
        token=token,
        outcome=OfferOutcome.EXPIRED if is_over else found.outcome,
        leave_until=_leave_until(found, now),
        error=refusal_sentence(refused.code, **refused.facts) if refused and refused.code != "offer_over" else None,
    )
    return make_response(body, status_of(refused) if refused else 200)


def _leave_until(found: Offer, now: Any) -> Any:
    """Until when a place taken now could be given back; None where it could not."""
    event = found.event
    return leave_until(
        EnrollmentStatus.CONFIRMED,
        starts_at=event.starts_at,
        hours_before=event.cancellation_deadline_hours,
        leaves_freely=is_past_deadline(event.starts_at, event.cancellation_deadline_hours, now),
        now=now,
    )
