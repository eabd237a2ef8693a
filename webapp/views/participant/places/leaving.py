"""Giving a place, a place in line or an application back."""

from dataclasses import replace

from flask import Response, flash, g

from webapp.domain.numbers import MAX_ID, MAX_VERSION, parse_whole
from webapp.domain.permission import Trigger
from webapp.domain.places.enrollment import EnrollmentStatus
from webapp.domain.refusal import Refused
from webapp.services.places.enrollment import cancel
from webapp.views import request_time
from webapp.views.errors import status_of
from webapp.views.forms.sent import one_field
from webapp.views.guards import signed_in, the_actor
from webapp.views.participant.blueprint import blueprint
from webapp.views.participant.places.block import Block, event_address, said_about, show_block
from webapp.views.participant.places.loading_block import load_block
from webapp.views.responses import render, see_other, wants_fragment
from webapp.views.words.refusals import refusal_sentence

_CLOSE_DIALOG = {"HX-Trigger": "close-dialog"}


@blueprint.get("/events/<slug:slug>/leave")
@signed_in
def ask_to_leave(slug: str) -> Response:
    """The question, as a page of its own and inside a dialog."""
    block = load_block(slug, request_time.now())
    if not block.can_leave:
        return refuse_block(block, block.why_no_leaving)
    return render(
        "participant/places/leave.html",
        "participant/places/_leave.html",
        block=block,
        event=block.place.event,
        own=block.place.own,
    )


@blueprint.post("/events/<slug:slug>/leave")
@signed_in
def leave(slug: str) -> Response:
    now = request_time.now()
    block = load_block(slug, now)
    expected_id, expected_version = _whole("enrollment", MAX_ID), _whole("version", MAX_VERSION)
    own = block.place.own
    if own is None:
        return refuse_block(block, Refused("not_enrolled"))
    try:
        if expected_id is not None and own.id != expected_id:
            raise Refused("stale")
        cancel(enrollment_id=own.id, actor=the_actor(), by=Trigger.USER, now=now, expected_version=expected_version)
    except Refused as refused:
        block = load_block(slug, now)
        return refuse_block(block, refused) if not _is_done(block, expected_version) else answer_block(block)
    return answer_block(load_block(slug, now))


def answer_block(block: Block) -> Response:
    """The block as it is now, or the event's page."""
    if wants_fragment():
        response = show_block(replace(block, has_focus=True), said=said_about(block))
        response.headers.update(_CLOSE_DIALOG)
        return response
    flash(said_about(block))
    return see_other(event_address(block.place.event.slug))


def refuse_block(block: Block, refused: Refused) -> Response:
    """The block as it is now, with the reason above it."""
    g.refusal = refused.code
    timezone = block.place.event.timezone
    line = refusal_sentence(refused.code, tz=timezone, now=block.now, **refused.facts)
    response = show_block(replace(block, line=line, has_focus=True), status=status_of(refused), said=line)
    response.headers.update(_CLOSE_DIALOG)
    # A dialog that was to be filled shows the page's own block instead.
    response.headers["HX-Retarget"] = "#enrollment"
    response.headers["HX-Reswap"] = "outerHTML"
    return response


def _is_done(block: Block, expected_version: int | None) -> bool:
    """Whether the same form did it already: pressing twice is no error."""
    own = block.place.own
    return (
        own is not None
        and own.status is EnrollmentStatus.CANCELLED
        and own.moved_by is Trigger.USER
        and expected_version in {None, own.version - 1}
    )


def _whole(name: str, high: int) -> int | None:
    """A number that the form carries along, or None where it is missing."""
    text = one_field(name)
    return parse_whole(text, low=1, high=high, field=name) if text else None
