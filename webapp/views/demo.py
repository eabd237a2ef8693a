"""The demonstration's own pages: the clock that can be moved, and the mail nobody has to fetch.

Registered in the demo environment only; elsewhere these addresses do not exist.
"""

from flask import Blueprint, Response, flash, render_template, url_for

from webapp import clock, queueing
from webapp.domain.instant_text import parse_clock
from webapp.domain.refusal import Refused
from webapp.languages.words import N_, gettext
from webapp.queries.notices.mailbox import mail_calendar, mail_html, read_mailbox
from webapp.views import request_time
from webapp.views.forms.sent import one_field
from webapp.views.guards import public
from webapp.views.paging import page_number
from webapp.views.responses import safe_next, see_other

blueprint = Blueprint("demo", __name__)

#: A mail brings its own styles and nothing else: no script runs, nothing is loaded, and it has no
#: origin from which it could read anything of ours.
_MAIL_POLICY = N_(
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation"
)
_FORWARD = {"15m": "+15m", "1h": "+1h", "1d": "+1d"}


@blueprint.post("/demo/clock", endpoint="clock")
@public
def move_clock() -> Response:
    """Move the product's clock for web, worker and scheduler alike, and let due work begin."""
    back = safe_next(one_field("next"), url_for("participant.events"))
    try:
        setting = parse_clock(_wanted())
        clock.move(setting.offset_from_real(now=request_time.now(), real_now=request_time.real_now()))
    except Refused:
        flash(gettext("Enter a date and time like 2026-06-13 10:00."), "error")
        return see_other(back)
    queueing.nudge("tick")
    return see_other(back)


@blueprint.get("/demo/mailbox")
@public
def mailbox() -> Response:
    return Response(render_template("demo/mailbox.html", mailbox=read_mailbox(page_number())))


@blueprint.get("/demo/mailbox/<id:message_id>/html")
@public
def mailbox_html(message_id: int) -> Response:
    """A mail as a program that shows HTML would; not within our pages, under a policy of its own."""
    html = mail_html(message_id)
    if html is None:
        raise Refused("not_found")
    return Response(html, headers={"Content-Security-Policy": _MAIL_POLICY})


@blueprint.get("/demo/mailbox/<id:message_id>/invite.ics")
@public
def mailbox_calendar(message_id: int) -> Response:
    """The invitation that goes with a mail."""
    file = mail_calendar(message_id)
    if file is None:
        raise Refused("not_found")
    headers = {"Content-Disposition": 'attachment; filename="invite.ics"'}
    return Response(file, mimetype="text/calendar", headers=headers)


def _wanted() -> str:
    if one_field("real"):
        return "real"
    return _FORWARD.get(one_field("forward")) or one_field("instant")
