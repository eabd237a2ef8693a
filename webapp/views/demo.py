"""The demonstration's own pages: the clock that can be moved, and the mail nobody has to fetch.

Registered in the demo environment only; elsewhere these addresses do not exist.
"""

from flask import Blueprint, Response, flash, render_template, url_for

from webapp import clock, queueing
from webapp.domain.instant_text import parse_clock
from webapp.domain.refusal import Refused
from webapp.queries.mailbox import read_mailbox
from webapp.views.form_input import one_field, page_number
from webapp.views.guards import public
from webapp.views.responses import safe_next, see_other

blueprint = Blueprint("demo", __name__)

_FORWARD = {"15m": "+15m", "1h": "+1h", "1d": "+1d"}


@blueprint.post("/demo/clock", endpoint="clock")
@public
def move_clock() -> Response:
    """Move the product's clock for web, worker and scheduler alike, and let due work begin."""
    back = safe_next(one_field("next"), url_for("participant.events"))
    try:
        setting = parse_clock(_wanted())
        clock.move(setting.offset_from_real(now=clock.now(), real_now=clock.real_now()))
    except Refused:
        flash("That is no instant. Write it like 2026-06-13 10:00.", "error")
        return see_other(back)
    queueing.nudge("tick")
    return see_other(back)


@blueprint.get("/demo/mailbox")
@public
def mailbox() -> Response:
    return Response(render_template("demo/mailbox.html", mailbox=read_mailbox(page_number())))


def _wanted() -> str:
    if one_field("real"):
        return "real"
    return _FORWARD.get(one_field("forward")) or one_field("instant")
