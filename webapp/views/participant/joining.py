"""Joining an online session of an event."""

from typing import Any

from flask import Response, g, make_response, render_template, url_for

from webapp import clock
from webapp.domain.meeting_session import require_may_join
from webapp.domain.refusal import Refused
from webapp.queries.meeting_session import session_row
from webapp.services.session_join import is_video_set_up, join_address
from webapp.views.errors import status_of
from webapp.views.guards import signed_in, the_actor
from webapp.views.participant.block import Block, load_block
from webapp.views.participant.blueprint import blueprint
from webapp.views.responses import see_other
from webapp.views.wording import refusal_sentence


@blueprint.get("/events/<slug:slug>/sessions/<id:session_id>/join")
@signed_in
def ask_to_join(slug: str, session_id: int) -> Response:
    """The way in, or why there is none (yet)."""
    block, session = _load(slug, session_id)
    try:
        require_may_join(session, place=_place(block), event_status=block.place.event.status, now=block.now)
    except Refused as refused:
        return _page(block, session, refused)
    return _page(block, session)


@blueprint.post("/events/<slug:slug>/sessions/<id:session_id>/join")
@signed_in
def join(slug: str, session_id: int) -> Response:
    """Off to the room (303), by a plain form: browsers follow to the configured origin only."""
    block, session = _load(slug, session_id)
    try:
        address = join_address(
            session, place=_place(block), event_status=block.place.event.status, actor=the_actor(), now=block.now
        )
    except Refused as refused:
        return _page(block, session, refused)
    if address is None:
        return see_other(url_for("participant.ask_to_join", slug=slug, session_id=session_id))
    return see_other(address)


def _load(slug: str, session_id: int) -> tuple[Block, Any]:
    """The event as the reader sees it and one session of it, or `not_found`."""
    block, session = load_block(slug, clock.now()), session_row(session_id)
    if session is None or session.event_id != block.place.event.id:
        raise Refused("not_found")
    return block, session


def _place(block: Block) -> Any:
    return block.place.own.status if block.place.own else None


def _page(block: Block, session: Any, refused: Refused | None = None) -> Response:
    event, said = block.place.event, None
    if refused is not None:
        g.refusal = refused.code
        said = refusal_sentence(refused.code, tz=event.timezone, now=block.now, **refused.facts)
    page = render_template(
        "participant/join.html", event=event, session=session, refusal=said, is_set_up=is_video_set_up()
    )
    return make_response(page, status_of(refused) if refused else 200)
